package import FlowDiagnostics
internal import FlowExpression
internal import FlowModel
internal import FlowYAML

/// The text of a `run:`, for a linter of shell scripts, and the way back from its lines to the file.
package struct CheckedScript: Sendable {
    package let text: String
    /// The dialect as shellcheck names it: `bash`, `sh`, `dash` or `ksh`.
    package let dialect: String
    /// Whether the shell ends at the first command that fails.
    package let endsOnFailure: Bool
    /// The place of the whole script.
    package let whole: SourceSpan
    /// Whether comments of the file silence what is said about it, by line.
    private let silenced: Set<Int>
    private let places: LineTable
    private let map: ScalarMap?
    /// The offsets at which the lines of the text begin.
    private let lines: [Int]

    fileprivate init(
        _ text: String, _ shell: [Substring], _ node: YAMLNodeID, _ document: YAMLDocument, _ silenced: Set<Int>,
        _ places: LineTable
    ) {
        self.text = text
        self.silenced = silenced
        self.places = places
        dialect = shell.first?.split(separator: "/").last.map(String.init) ?? ""
        endsOnFailure = shell.dropFirst().contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("e") }
        whole = document.span(node)
        map = document.scalarMap(node)
        var lines = [0]
        for (offset, byte) in text.utf8.enumerated() where byte == UInt8(ascii: "\n") { lines.append(offset + 1) }
        self.lines = lines
    }

    /// The place in the file of a range of the script, whose lines and columns count from 1, columns in characters.
    package func span(from start: (line: Int, column: Int), to end: (line: Int, column: Int)) -> SourceSpan {
        guard let map, let from = offset(start), let to = offset(end) else { return whole }
        return map.span(from, max(from, to))
    }

    /// Whether a comment silences a finding at a place of the file.
    package func isSilenced(at span: SourceSpan) -> Bool {
        !silenced.isEmpty && silenced.contains(places.position(of: Int(span.start)).line)
    }

    private func offset(_ place: (line: Int, column: Int)) -> Int? {
        guard lines.indices.contains(place.line - 1) else { return nil }
        let start = text.utf8.index(text.utf8.startIndex, offsetBy: lines[place.line - 1])
        var index = start
        for _ in 1..<max(place.column, 1) where index < text.unicodeScalars.endIndex {
            index = text.unicodeScalars.index(after: index)
        }
        return lines[place.line - 1] + text.utf8.distance(from: start, to: index)
    }

    /// The scripts of a file, each once; those that hold expressions are refused anyhow.
    static func all(of decoder: WorkflowDecoder) -> [CheckedScript] {
        let document = decoder.document
        let holders = decoder.taskPlaces.compactMap(\.node) + decoder.places.map(\.node)
        var seen: Set<YAMLNodeID> = []
        let ignores = IgnoreComment.all(in: document).filter { $0.codes.contains(.shellScript) }
        let silenced = Set(ignores.map(\.line))
        let places = LineTable(SourceFile(name: "", bytes: document.source))
        return holders.compactMap { holder in
            guard document.kind(holder) == .mapping, let run = document.value(of: "run", in: holder),
                seen.insert(document.resolved(run)).inserted, decoder.reader.isText(run),
                !decoder.reader.holdsExpression(run)
            else { return nil }
            let shell = document.value(of: "shell", in: holder).map { document.text($0) } ?? "bash -euo pipefail"
            let script = CheckedScript(
                document.text(run), shell.split(separator: " "), run, document, silenced, places)
            return ["bash", "sh", "dash", "ksh"].contains(script.dialect) ? script : nil
        }
    }
}
