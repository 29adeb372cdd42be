/// A finding about a workflow document, addressed to the person who wrote it.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case error, warning }

    /// Another place that explains the finding, such as the first declaration.
    package struct Note: Hashable, Sendable {
        package var message: String
        package var span: SourceSpan

        package init(_ message: String, at span: SourceSpan) {
            self.message = message
            self.span = span
        }
    }

    /// One replacement of text.
    package struct Edit: Hashable, Sendable {
        package var span: SourceSpan
        package var text: String

        package init(_ span: SourceSpan, _ text: String) {
            self.span = span
            self.text = text
        }
    }

    /// Edits that would resolve a finding; applied only when the user asks.
    package struct FixIt: Hashable, Sendable {
        package var title: String
        /// Whether the edits keep the meaning that the user surely had in mind.
        package var isSafe: Bool
        package var edits: [Edit]

        package init(_ title: String, isSafe: Bool = true, edits: [Edit]) {
            self.title = title
            self.isSafe = isSafe
            self.edits = edits
        }
    }

    /// What was found; stable across releases.
    package var code: DiagnosticCode
    package var severity: Severity
    /// Lower case, no full stop, names in single quotes.
    package var message: String
    package var span: SourceSpan
    package var notes: [Note]
    package var fixIt: FixIt?

    package init(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan, severity: Severity? = nil, notes: [Note] = [],
        fixIt: FixIt? = nil
    ) {
        self.code = code
        self.severity = severity ?? code.severity
        self.message = message
        self.span = span
        self.notes = notes
        self.fixIt = fixIt
    }
}

extension [Diagnostic] {
    /// The diagnostics by file, offset and code: equal input gives equal output.
    package func inSourceOrder() -> [Diagnostic] {
        sorted { left, right in
            (left.span.file, left.span.start, left.code.rawValue, left.span.end, left.message)
                < (right.span.file, right.span.start, right.code.rawValue, right.span.end, right.message)
        }
    }

    /// Whether one of them refuses the document.
    package var hasErrors: Bool {
        contains { $0.severity == .error }
    }
}
