/// Renders diagnostics as workflow commands, which GitHub Actions shows as annotations.
///
///     ::error file=pipeline.yaml,line=12,col=7,endLine=12,endColumn=9,title=FR201 unknown-task::unknown task 'ad'
///
/// Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>, "Setting an error
/// message"; the escapes are those of `@actions/core` (`command.ts`).
package struct GitHubRenderer {
    private var files: RenderedFiles

    package init(files: [SourceFile]) {
        self.files = RenderedFiles(files)
    }

    /// One line for each diagnostic, in source order.
    ///
    /// Columns are given only for a span within one line: the runner drops them otherwise.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var text = ""
        for diagnostic in diagnostics.inSourceOrder() {
            let (start, end) = files.range(diagnostic.span)
            let place =
                start.line == end.line
                ? "line=\(start.line),col=\(start.column),endLine=\(end.line),endColumn=\(end.column)"
                : "line=\(start.line),endLine=\(end.line)"
            text += "::\(diagnostic.severity.rawValue) file=\(property(files.path(diagnostic.span.file))),\(place),"
            text += "title=\(property("\(diagnostic.code.text) \(diagnostic.code.name)"))"
            text += "::\(escaped(diagnostic.message, [:]))\n"
        }
        return text
    }

    private func property(_ value: String) -> String {
        escaped(value, [":": "%3A", ",": "%2C"])
    }

    private func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
        var escaped = ""
        // By scalar: CR LF is one character.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped += escapes[scalar] ?? String(scalar)
            }
        }
        return escaped
    }
}
