/// Renders diagnostics as a Code Quality report, which GitLab shows in merge requests.
///
/// Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.
package struct GitLabRenderer {
    private var files: RenderedFiles

    package init(files: [SourceFile]) {
        self.files = RenderedFiles(files)
    }

    /// The array, in source order, on one line without an end of line.
    ///
    /// Errors are `major`, warnings `minor`.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var fingerprints = Fingerprints()
        var items: [String] = []
        for diagnostic in diagnostics.inSourceOrder() {
            let (start, end) = files.range(diagnostic.span)
            let check = "\(diagnostic.code.text) \(diagnostic.code.name)"
            items.append(
                #"{"description":\#(diagnostic.message.asJSON),"check_name":"\#(check)","#
                    + #""fingerprint":"\#(fingerprints.next(diagnostic, in: &files))","#
                    + #""severity":"\#(severity(diagnostic))","#
                    + #""location":{"path":\#(files.path(diagnostic.span.file).asJSON),"#
                    + #""lines":{"begin":\#(start.line),"end":\#(end.line)}}}"#)
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    private func severity(_ diagnostic: Diagnostic) -> String {
        switch diagnostic.severity {
        case .error: "major"
        case .warning: "minor"
        }
    }
}
