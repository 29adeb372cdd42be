/// Renders diagnostics as `file:line:column: severity: message [FR301 wrong-arity]` with snippets.
///
///     pipeline.yaml:12:7: error: unknown task 'ad' [FR201 unknown-task]
///      12 |   - task: ad
///         |           ^^
///       help: write 'add'
package struct TextRenderer {
    private var files: RenderedFiles
    private let colors: Bool

    /// Makes a renderer.
    ///
    /// - Parameters:
    ///   - files: The files by the index of their `FileID`.
    ///   - colors: Whether the text holds SGR sequences (ECMA-48, 8.3.117); without them it is the same text.
    package init(files: [SourceFile], colors: Bool = false) {
        self.files = RenderedFiles(files)
        self.colors = colors
    }

    /// The text of all diagnostics, in source order, each with its source line and notes.
    ///
    /// No control character of a file or a message is in it, other than the ends of its own lines.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var text = ""
        for diagnostic in diagnostics.inSourceOrder() {
            let style: Style = diagnostic.severity == .error ? .red : .yellow
            let code = styled("[\(diagnostic.code.text) \(diagnostic.code.name)]", .dim)
            text += head(diagnostic.span, diagnostic.severity.rawValue, style, diagnostic.message) + " \(code)\n"
            text += snippet(diagnostic.span, style)
            for note in diagnostic.notes {
                text += head(note.span, "note", .cyan, note.message) + "\n"
                text += snippet(note.span, .cyan)
            }
            if let fixIt = diagnostic.fixIt {
                text += "  help: \(TerminalText.visible(fixIt.title))\n"
            }
        }
        return text
    }

    private mutating func head(_ span: SourceSpan, _ kind: String, _ style: Style, _ message: String) -> String {
        let (line, column) = files.range(span).start
        let place = styled("\(TerminalText.visible(files[span.file].name)):\(line):\(column):", .bold)
        return "\(place) \(styled("\(kind):", style)) \(TerminalText.visible(message))"
    }

    /// The line in which a span starts, with carets below as much of the span as is on it, at least one; a long line is
    /// cut around the start.
    ///
    /// Tabs become blanks, so that the carets stand right whatever the terminal's tab stops and the gutter's width are.
    private mutating func snippet(_ span: SourceSpan, _ style: Style) -> String {
        let line = files.range(span).start.line
        let (before, after) = files.table(span.file).excerpt(ofLine: line, around: Int(span.start), width: 160)
        let start = before.utf8.count
        let end = start + files.length(of: span, in: after)
        var shown = ""
        var column = 0
        var pad = 0
        var carets = 0
        var byte = 0
        for character in before + after {
            let picture =
                character == "\t"
                ? String(repeating: " ", count: 8 - column % 8) : TerminalText.visible(String(character))
            let width = picture.reduce(0) { $0 + TerminalText.width($1) }
            let next = byte + character.utf8.count
            if next <= start {
                pad += width
            } else if byte < end {
                carets += width
            }
            shown += picture
            column += width
            byte = next
        }
        let number = String(line)
        let gutter = String(repeating: " ", count: number.utf8.count)
        let marks = styled(String(repeating: "^", count: max(1, carets)), style)
        return " \(number) | \(shown)\n \(gutter) | \(String(repeating: " ", count: pad))\(marks)\n"
    }

    /// Parameters of an SGR sequence.
    private enum Style: String {
        case red = "1;31"
        case yellow = "1;33"
        case cyan = "36"
        case bold = "1"
        case dim = "2"
    }

    private func styled(_ text: String, _ style: Style) -> String {
        colors ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
