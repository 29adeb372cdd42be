import FlowDiagnostics

extension SourceFile {
    init(_ name: String, _ text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    /// The span of the first place of a text in the file, which is the only or the named one of a list.
    func span(_ text: String, in index: Int = 0) -> SourceSpan {
        let wanted = Array(text.utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: wanted) } ?? bytes.count
        return SourceSpan(file: FileID(index), start: start, end: start + wanted.count)
    }
}

extension Diagnostic {
    /// A misspelt key with the fix that renames it.
    static func typo(_ wrong: String, _ right: String, at span: SourceSpan, isSafe: Bool = true) -> Diagnostic {
        Diagnostic(
            .unknownKey, "unknown key '\(wrong)'", at: span,
            fixIt: FixIt("write '\(right)'", isSafe: isSafe, edits: [Edit(span, right)]))
    }
}
