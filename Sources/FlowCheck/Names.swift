import FlowDiagnostics

/// Findings about names that are not there, with the one that was probably meant.
enum Names {
    /// A finding that offers the nearest known name, as a fix where the span is the name itself.
    static func finding(
        _ code: DiagnosticCode, _ message: String, _ name: String, among known: some Sequence<String>,
        at span: SourceSpan, notes: [Diagnostic.Note] = [], isExact: Bool = true
    ) -> Diagnostic {
        guard let nearest = Suggestion.nearest(to: name, among: known) else {
            return Diagnostic(code, message, at: span, notes: notes)
        }
        let fixIt =
            isExact ? Diagnostic.FixIt("replace with '\(nearest)'", edits: [.init(span, nearest)]) : nil
        return Diagnostic(code, "\(message); did you mean '\(nearest)'?", at: span, notes: notes, fixIt: fixIt)
    }
}
