package import FlowDiagnostics
internal import Glibc

/// A comment of a document.
package struct Comment: Hashable, Sendable {
    /// From the `#` to the end of the line, without the line break.
    package let span: SourceSpan
    /// The offset at which the comment's line begins.
    package let lineStart: Int
    /// Whether nothing but white space stands before it on its line.
    package let standsAlone: Bool
}

extension YAMLDocument {
    /// The comments in order; a `#` inside a scalar begins none.
    ///
    /// - Complexity: Linear in the size of the file.
    package func comments() -> [Comment] {
        var finder = CommentFinder(file, source)
        for record in records where record.kind == .scalar {
            let start = Int(record.start)
            let end = Int(record.end)
            finder.search(upTo: start)
            guard record.flags.isDisjoint(with: [.isInSource]) else {
                finder.skip(to: end)
                continue
            }
            let content = ScalarLexer.afterProperties(source, start, end)
            finder.search(upTo: content)
            if record.style == .literal || record.style == .folded { finder.searchLine(upTo: end) }
            finder.skip(to: end)
        }
        finder.search(upTo: source.count)
        return finder.comments
    }

    /// The comments that contain a text, in order.
    ///
    /// - Complexity: Linear in the size of the file; one fast search where no comment nor scalar contains the text.
    package func comments(containing needle: String) -> [Comment] {
        let needle = Array(needle.utf8)
        guard contains(needle, 0..<source.count) else { return [] }
        return comments().filter { contains(needle, Int($0.span.start)..<Int($0.span.end)) }
    }

    private func contains(_ needle: [UInt8], _ range: Range<Int>) -> Bool {
        guard let first = needle.first else { return true }
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe needle.withUnsafeBufferPointer { needle in
                var start = range.lowerBound
                while start + needle.count <= range.upperBound {
                    let length = range.upperBound - start - needle.count + 1
                    let base = unsafe source.baseAddress.unsafelyUnwrapped
                    guard let hit = unsafe memchr(base + start, Int32(first), length) else { return false }
                    let place = unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
                    if unsafe memcmp(base + place, needle.baseAddress.unsafelyUnwrapped, needle.count) == 0 {
                        return true
                    }
                    start = place + 1
                }
                return false
            }
        }
    }
}

/// Finds comments in what lies between scalars.
private struct CommentFinder {
    private let file: FileID
    private let bytes: [UInt8]
    private var index: Int
    private var lineStart: Int
    private var isLineBlank = true
    private(set) var comments: [Comment] = []

    init(_ file: FileID, _ bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStart = index
    }

    /// Looks for comments up to an offset.
    mutating func search(upTo end: Int) {
        while index < end { step() }
    }

    /// Looks for a comment on the rest of the line.
    mutating func searchLine(upTo end: Int) {
        let line = lineStart
        while index < end, lineStart == line { step() }
    }

    /// Leaves out a scalar.
    mutating func skip(to end: Int) {
        if index < end { isLineBlank = false }
        var cursor = end
        while cursor > index, bytes[cursor - 1] != UInt8(ascii: "\n"), bytes[cursor - 1] != UInt8(ascii: "\r") {
            cursor -= 1
        }
        if cursor > index {
            lineStart = cursor
            isLineBlank = cursor == end
        }
        index = max(index, end)
    }

    private mutating func step() {
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            lineStart = index
            isLineBlank = true
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            break
        case UInt8(ascii: "#"):
            guard isLineBlank || bytes[index - 2] == UInt8(ascii: " ") || bytes[index - 2] == UInt8(ascii: "\t") else {
                return
            }
            let start = index - 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") {
                index += 1
            }
            comments.append(
                Comment(
                    span: SourceSpan(file: file, start: start, end: index), lineStart: lineStart,
                    standsAlone: isLineBlank))
        default:
            isLineBlank = false
        }
    }
}
