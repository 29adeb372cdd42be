import Foundation

/// The figures for a machine to read: `flowrun.bench/1`.
///
/// Times are in seconds, in the order they were measured.
struct BenchJSON: Encodable {
    let schema = "flowrun.bench/1"
    let machine: String
    let benchmarks: [Entry]

    /// One benchmark; of one without figures only the name, the verdict and the reason.
    struct Entry: Encodable {
        let name: String
        let verdict: String
        var reason: String?
        var measure: Comparison.Measure?
        var reference: String?
        var pairs: [Pair]?
        var ratio: Ratio?
        var target: Double?
        var isInformational: Bool?
        var notes: [String]?
    }

    struct Ratio: Encodable {
        let median: Double
        let min: Double
        let max: Double
    }

    init(machine: String, findings: [Finding]) {
        self.machine = machine
        benchmarks = findings.map(Self.entry)
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }

    private static func entry(_ finding: Finding) -> Entry {
        switch finding {
        case .failed(let name, let reason), .skipped(let name, let reason):
            return Entry(name: name, verdict: finding.verdict, reason: reason)
        case .measured(let comparison):
            let ratios = comparison.ratios
            return Entry(
                name: comparison.name, verdict: finding.verdict, measure: comparison.measure,
                reference: comparison.reference, pairs: comparison.pairs,
                ratio: Ratio(median: comparison.medianRatio, min: ratios.min() ?? 0, max: ratios.max() ?? 0),
                target: comparison.target, isInformational: comparison.isInformational, notes: comparison.notes)
        }
    }
}
