/// Renders diagnostics as the JSON array of `check --format json`.
package struct JSONRenderer {
    private var files: RenderedFiles

    package init(files: [SourceFile]) {
        self.files = RenderedFiles(files)
    }

    /// The array, in source order, on one line without an end of line.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var items: [String] = []
        for diagnostic in diagnostics.inSourceOrder() {
            var notes: [String] = []
            for note in diagnostic.notes {
                let start = files.range(note.span).start
                notes.append(
                    #"{"message":\#(note.message.asJSON),"file":\#(name(note.span)),"#
                        + #""line":\#(start.line),"column":\#(start.column)}"#)
            }
            items.append(
                #"{"code":"\#(diagnostic.code.text)","name":"\#(diagnostic.code.name)","#
                    + #""severity":"\#(diagnostic.severity.rawValue)","message":\#(diagnostic.message.asJSON),"#
                    + #""file":\#(name(diagnostic.span)),\#(range(diagnostic.span)),"#
                    + #""notes":[\#(notes.joined(separator: ","))],"fix":\#(fix(diagnostic.fixIt))}"#)
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    private mutating func fix(_ fixIt: Diagnostic.FixIt?) -> String {
        guard let fixIt else { return "null" }
        var edits: [String] = []
        for edit in fixIt.edits {
            edits.append(#"{"file":\#(name(edit.span)),\#(range(edit.span)),"text":\#(edit.text.asJSON)}"#)
        }
        return #"{"title":\#(fixIt.title.asJSON),"safe":\#(fixIt.isSafe),"edits":[\#(edits.joined(separator: ","))]}"#
    }

    private mutating func range(_ span: SourceSpan) -> String {
        let (start, end) = files.range(span)
        return #""line":\#(start.line),"column":\#(start.column),"end_line":\#(end.line),"end_column":\#(end.column)"#
    }

    private func name(_ span: SourceSpan) -> String {
        files[span.file].name.asJSON
    }
}
