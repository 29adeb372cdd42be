/// Renders diagnostics as the JSON array of `check --format json`.
package struct JSONRenderer {
    private let files: [SourceFile]
    private var tables: [FileID: LineTable] = [:]

    package init(files: [SourceFile]) {
        self.files = files
    }

    /// The array, in source order, on one line without an end of line.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var items: [String] = []
        for diagnostic in diagnostics.inSourceOrder() {
            var notes: [String] = []
            for note in diagnostic.notes {
                let start = table(note.span.file).position(of: Int(note.span.start))
                notes.append(
                    #"{"message":\#(quoted(note.message)),"file":\#(quoted(name(note.span))),"#
                        + #""line":\#(start.line),"column":\#(start.column)}"#)
            }
            items.append(
                #"{"code":"\#(diagnostic.code.text)","name":"\#(diagnostic.code.name)","#
                    + #""severity":"\#(diagnostic.severity.rawValue)","message":\#(quoted(diagnostic.message)),"#
                    + #""file":\#(quoted(name(diagnostic.span))),\#(range(diagnostic.span)),"#
                    + #""notes":[\#(notes.joined(separator: ","))],"fix":\#(fix(diagnostic.fixIt))}"#)
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    private mutating func fix(_ fixIt: Diagnostic.FixIt?) -> String {
        guard let fixIt else { return "null" }
        var edits: [String] = []
        for edit in fixIt.edits {
            edits.append(#"{"file":\#(quoted(name(edit.span))),\#(range(edit.span)),"text":\#(quoted(edit.text))}"#)
        }
        return #"{"title":\#(quoted(fixIt.title)),"safe":\#(fixIt.isSafe),"edits":[\#(edits.joined(separator: ","))]}"#
    }

    private mutating func range(_ span: SourceSpan) -> String {
        let table = table(span.file)
        let start = table.position(of: Int(span.start))
        let end = table.position(of: Int(span.end))
        return #""line":\#(start.line),"column":\#(start.column),"end_line":\#(end.line),"end_column":\#(end.column)"#
    }

    private func name(_ span: SourceSpan) -> String {
        files[Int(span.file.index)].name
    }

    private mutating func table(_ file: FileID) -> LineTable {
        if let table = tables[file] { return table }
        let table = LineTable(files[Int(file.index)])
        tables[file] = table
        return table
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
