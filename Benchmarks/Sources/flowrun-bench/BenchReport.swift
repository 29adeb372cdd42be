import Foundation

/// The table that the harness prints.
struct BenchReport {
    let findings: [Finding]

    /// The table, then what else was found, a line each.
    var text: String {
        let rows = [TableRow.header] + findings.map { TableRow($0).cells }
        let widths = TableRow.header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { cells in
            let padded = zip(cells.dropLast(), widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            return (padded + cells.suffix(1)).joined(separator: "  ")
        }
        return (table + [""] + findings.flatMap(Self.notes)).joined(separator: "\n")
    }

    /// The reason why there are no figures, or what they are compared with and the notes.
    static func notes(_ finding: Finding) -> [String] {
        if let reason = finding.verdict.reason { return ["\(finding.name): \(reason)"] }
        guard let comparison = finding.comparison, comparison.reference != nil || !comparison.notes.isEmpty else {
            return []
        }
        let heading = finding.name + ":" + (comparison.reference.map { " against \($0)" } ?? "")
        return [heading] + comparison.notes.map { "    \($0)" }
    }
}
