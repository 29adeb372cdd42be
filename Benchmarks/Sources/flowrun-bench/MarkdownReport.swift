import Foundation

/// The table as Markdown, for the documentation: where and with what it was measured, the rows, and the notes.
struct MarkdownReport {
    let findings: [Finding]
    let setting: Setting

    var text: String {
        let heading = """
            # Benchmarks

            Written by `Benchmarks/run --markdown FILE`. What each row means stands in `Benchmarks/README.md`.
            """
        let versions = Self.table(header: ["measured with", ""], rows: setting.entries.map { [$0.name, $0.value] })
        let rows = Self.table(header: TableRow.header, rows: findings.map { TableRow($0).cells })
        let notes = findings.flatMap(Self.notes).joined(separator: "\n")
        return [heading, versions, rows, notes].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    func write(to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func table(header: [String], rows: [[String]]) -> String {
        let rule = header.map { _ in "---" }
        return ([header, rule] + rows).map { "| " + $0.map(escaped).joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    /// A row's notes as an item of a list, and its lines as items below it.
    private static func notes(_ finding: Finding) -> [String] {
        BenchReport.notes(finding).map { line in
            line.hasPrefix("    ") ? "  - " + escaped(String(line.dropFirst(4))) : "- " + escaped(line)
        }
    }

    /// Text that no table and no tag ends: of what we print only these characters mean something.
    private static func escaped(_ text: String) -> String {
        text.replacing("<=", with: "≤").replacing(">=", with: "≥").replacing("|", with: "\\|")
            .replacing("<", with: "&lt;").replacing("\n", with: " ")
    }
}
