internal import CRE2

/// A pattern of RE2's syntax, matched in time linear in the text.
///
/// Source: https://github.com/google/re2/wiki/Syntax.
@safe package final class Pattern {
    /// Why a text is no pattern.
    package struct SyntaxError: Error, Hashable, Sendable {
        package let message: String
    }

    private let compiled: OpaquePointer

    /// Compiles a pattern.
    package init(_ pattern: String) throws(SyntaxError) {
        var message = [CChar](repeating: 0, count: 200)
        let bytes = Array(pattern.utf8CString)
        guard let compiled = unsafe flow_re2_compile(bytes, bytes.count - 1, &message, message.count) else {
            let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw SyntaxError(message: String(decoding: text, as: UTF8.self))
        }
        unsafe self.compiled = compiled
    }

    deinit {
        unsafe flow_re2_free(compiled)
    }

    /// Whether the pattern is found anywhere in a text.
    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8CString)
        return unsafe flow_re2_matches(compiled, bytes, bytes.count - 1)
    }
}
