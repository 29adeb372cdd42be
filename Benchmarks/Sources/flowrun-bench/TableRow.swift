import Foundation

/// What a finding shows in the columns of a table.
struct TableRow {
    static let header = ["name", "flowrun", "reference", "ratio", "spread", "target", "verdict"]

    let cells: [String]

    init(_ finding: Finding) {
        guard let comparison = finding.comparison else {
            cells = [finding.name, "-", "-", "-", "-", "-", finding.verdict.word]
            return
        }
        cells = [comparison.name] + Self.figures(comparison) + [finding.verdict.word]
    }

    private static func figures(_ comparison: Comparison) -> [String] {
        switch comparison.evidence {
        case .times(let pairs):
            let sides = [median(pairs.map(\.flowrunSeconds)), median(pairs.map(\.referenceSeconds))]
            return sides.map(duration) + ratio(comparison)
        case .rates(let pairs, let workUnits):
            let sides = [median(pairs.map(\.flowrunSeconds)), median(pairs.map(\.referenceSeconds))]
            return sides.map { "\(fixed(workUnits / $0, digits: 0))/s" } + ratio(comparison)
        case .figures(let figures, let unit):
            return [
                fixed(median(figures), digits: unit.digits) + unit.symbol, "-", "-",
                spread(figures, digits: unit.digits),
                target(comparison.target, digits: unit.digits, symbol: unit.symbol),
            ]
        case .missing, .failed: return ["-", "-", "-", "-", "-"]
        }
    }

    private static func ratio(_ comparison: Comparison) -> [String] {
        let values = comparison.values
        return [fixed(median(values), digits: 2), spread(values, digits: 2), target(comparison.target, digits: 2)]
    }

    private static func spread(_ values: [Double], digits: Int) -> String {
        "[\(fixed(values.min() ?? 0, digits: digits))..\(fixed(values.max() ?? 0, digits: digits))]"
    }

    private static func target(_ target: Comparison.Target, digits: Int, symbol: String = "") -> String {
        switch target {
        case .atMost(let most): "<= \(fixed(most, digits: digits))\(symbol)"
        case .atLeast(let least): ">= \(fixed(least, digits: digits))\(symbol)"
        case .none: "-"
        }
    }

    private static func duration(_ seconds: Double) -> String {
        seconds < 0.1 ? "\(fixed(seconds * 1000, digits: 2)) ms" : "\(fixed(seconds, digits: 3)) s"
    }
}

/// The number with so many digits after the point.
func fixed(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
}

/// Bytes as people read them.
func megabytes(_ bytes: Int) -> String { "\(fixed(Double(bytes) / 1e6, digits: 1)) MB" }
