package import FlowDiagnostics

/// What holds of every place that a finding names.
package struct SpanInvariants {
    private let files: [SourceFile]
    private let areValid: [Bool]

    package init(files: [SourceFile]) {
        self.files = files
        areValid = files.map { file in
            // Swift repairs what is not UTF-8, so text that comes back the same is UTF-8.
            String(decoding: file.bytes, as: UTF8.self).utf8.elementsEqual(file.bytes)
        }
    }

    package func check(_ diagnostic: Diagnostic) {
        check(diagnostic.span, "\(diagnostic.code.text) '\(diagnostic.message)'")
        for note in diagnostic.notes { check(note.span, "the note '\(note.message)' of \(diagnostic.code.text)") }
        for edit in diagnostic.fixIt?.edits ?? [] {
            check(edit.span, "the fix '\(diagnostic.fixIt?.title ?? "")' of \(diagnostic.code.text)")
        }
    }

    /// A place inside its file, on boundaries of characters where the file is text.
    package func check(_ span: SourceSpan, _ name: @autoclosure () -> String) {
        let index = Int(span.file.index)
        require(index < files.count, "\(name()): no file \(index)")
        let bytes = files[index].bytes
        let (start, end) = (Int(span.start), Int(span.end))
        require(start <= end && end <= bytes.count, "\(name()): \(start)..<\(end) of \(bytes.count) bytes")
        guard areValid[index] else { return }
        for offset in [start, end] where offset < bytes.count {
            require(bytes[offset] & 0xC0 != 0x80, "\(name()): \(offset) is inside a character")
        }
    }
}
