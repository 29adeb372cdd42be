import Foundation

/// The end of one benchmark.
enum Finding {
    case measured(Comparison)
    case failed(name: String, reason: String)
    case skipped(name: String, reason: String)

    /// The word in the last column.
    var verdict: String {
        switch self {
        case .measured(let comparison): comparison.meetsTarget ? "PASS" : "MISS"
        case .failed: "FAIL"
        case .skipped: "SKIP"
        }
    }
}

/// The table that the harness prints.
struct BenchReport {
    let findings: [Finding]

    /// The table, then what else was found, a line each.
    var text: String {
        let header = ["name", "flowrun", "reference", "ratio", "spread", "target", "verdict"]
        let rows = [header] + findings.map(row)
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { cells in
            let padded = zip(cells.dropLast(), widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            return (padded + cells.suffix(1)).joined(separator: "  ")
        }
        return (table + [""] + findings.flatMap(notes)).joined(separator: "\n")
    }

    private func row(_ finding: Finding) -> [String] {
        switch finding {
        case .failed(let name, _), .skipped(let name, _): return [name, "-", "-", "-", "-", "-", finding.verdict]
        case .measured(let comparison):
            let ratios = comparison.ratios
            let spread = "[\(fixed(ratios.min() ?? 0, digits: 2))..\(fixed(ratios.max() ?? 0, digits: 2))]"
            let sign = comparison.measure == .time ? "<=" : ">="
            return [
                comparison.name, figure(comparison.flowrunFigure, comparison.measure),
                figure(comparison.referenceFigure, comparison.measure),
                fixed(comparison.medianRatio, digits: 2), spread,
                "\(sign) \(fixed(comparison.target, digits: 1))",
                finding.verdict + (comparison.isInformational ? " (informational)" : ""),
            ]
        }
    }

    private func notes(_ finding: Finding) -> [String] {
        switch finding {
        case .failed(let name, let reason), .skipped(let name, let reason): ["\(name): \(reason)"]
        case .measured(let comparison):
            ["\(comparison.name): against \(comparison.reference)"] + comparison.notes.map { "    \($0)" }
        }
    }

    private func figure(_ value: Double, _ measure: Comparison.Measure) -> String {
        switch measure {
        case .time: value < 0.1 ? "\(fixed(value * 1000, digits: 2)) ms" : "\(fixed(value, digits: 3)) s"
        case .rate: "\(fixed(value, digits: 0))/s"
        }
    }
}

/// The number with so many digits after the point.
func fixed(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
}
