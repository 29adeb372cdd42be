import Foundation

/// The figures for a machine to read: `flowrun.bench/2`.
///
/// Times are in seconds, in the order they were measured.
struct BenchJSON: Encodable {
    let schema = "flowrun.bench/2"
    let machine: String
    let rows: [Entry]

    /// One row; of one without figures only the name, the verdict and the reason.
    struct Entry: Encodable {
        let name: String
        let verdict: String
        var reason: String?
        var measure: String?
        var reference: String?
        /// Of a measure that compares: both sides.
        var pairs: [Pair]?
        /// Of a measure that counts: what, and flowrun's figures.
        var unit: FigureUnit?
        var figures: [Double]?
        /// The ratios, or the figures, in short.
        var summary: Summary?
        var atMost: Double?
        var atLeast: Double?
        var notes: [String]?
    }

    struct Summary: Encodable {
        let median: Double
        let min: Double
        let max: Double
    }

    init(machine: String, findings: [Finding]) {
        self.machine = machine
        rows = findings.map(Self.entry)
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }

    private static func entry(_ finding: Finding) -> Entry {
        var entry = Entry(name: finding.name, verdict: finding.verdict.word, reason: finding.verdict.reason)
        guard let comparison = finding.comparison else { return entry }
        let values = comparison.values
        entry.summary = Summary(median: median(values), min: values.min() ?? 0, max: values.max() ?? 0)
        entry.reference = comparison.reference
        entry.notes = comparison.notes
        switch comparison.evidence {
        case .times(let pairs): (entry.measure, entry.pairs) = ("time", pairs)
        case .rates(let pairs, _): (entry.measure, entry.pairs) = ("rate", pairs)
        case .figures(let figures, let unit): (entry.measure, entry.figures, entry.unit) = ("figure", figures, unit)
        case .missing, .failed: break
        }
        switch comparison.target {
        case .atMost(let most): entry.atMost = most
        case .atLeast(let least): entry.atLeast = least
        case .none: break
        }
        return entry
    }
}
