/// What `check --explain FR301` prints about a code, with a wrong and a right example.
///
/// The examples are tests: the wrong one gives this code and no other, the right one gives nothing. `docs/diagnostics.md`
/// is made of the pages.
package struct DiagnosticPage: Sendable {
    package let code: DiagnosticCode
    /// One line, no full stop.
    package let summary: String
    /// Why it matters and what to do, in plain paragraphs.
    package let explanation: String
    /// A whole workflow file that has the finding.
    package let wrong: String
    /// The same file as it should be.
    package let right: String

    package init(_ code: DiagnosticCode, _ summary: String, explanation: String, wrong: String, right: String) {
        self.code = code
        self.summary = summary
        self.explanation = explanation
        self.wrong = wrong
        self.right = right
    }
}
