package import FlowDiagnostics

/// Something that an import could not keep as it was.
package struct ImportNote: Hashable, Sendable {
    /// The line of the file that was read, from 1.
    package let line: Int
    /// What stands there, without the space around it; cut where it is long.
    package let text: String
    /// Lower case, no full stop, names in single quotes.
    package let message: String
}

/// Why a file could not be imported at all.
package struct ImportRefusal: Error, Hashable, Sendable {
    /// Its span is in the file `FileID(0)`.
    package let diagnostic: Diagnostic
}

/// Gathers notes, each with the text of its line.
struct ImportNotes {
    private var lines: [ArraySlice<UInt8>] = []
    private var gathered: [ImportNote] = []
    private var omitted: (count: Int, line: Int) = (0, 0)
    private static let limit = 1000

    /// Lines end at LF, CR LF or CR, as for Python and for YAML.
    init(_ source: [UInt8]) {
        var start = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var index = start
        while index < source.count {
            let byte = source[index]
            index += 1
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            lines.append(source[start..<index - 1])
            if byte == UInt8(ascii: "\r"), index < source.count, source[index] == UInt8(ascii: "\n") { index += 1 }
            start = index
        }
        lines.append(source[start...])
    }

    mutating func add(_ message: String, line: Int) {
        guard gathered.count < Self.limit else {
            if omitted.count == 0 { omitted.line = line }
            omitted.count += 1
            return
        }
        var shown = ""
        if lines.indices.contains(line - 1) {
            for scalar in String(decoding: lines[line - 1].prefix(800), as: UTF8.self).unicodeScalars {
                guard shown.unicodeScalars.count < 160 else {
                    shown += "…"
                    break
                }
                guard !shown.isEmpty || !scalar.properties.isWhitespace else { continue }
                shown.unicodeScalars.append(YAMLScalarText.isPrintable(scalar) ? scalar : " ")
            }
        }
        while shown.last == " " { shown.removeLast() }
        gathered.append(ImportNote(line: line, text: shown, message: message))
    }

    /// The comments that stand directly above a line, without `#` and one space.
    func comments(above line: Int) -> [String] {
        var comments: [String] = []
        var index = line - 2
        while lines.indices.contains(index), comments.count < 200 {
            let text = lines[index].drop { $0 == UInt8(ascii: " ") }
            guard text.first == UInt8(ascii: "#") else { break }
            let comment = text.dropFirst()
            comments.append(
                String(decoding: comment.first == UInt8(ascii: " ") ? comment.dropFirst() : comment, as: UTF8.self))
            index -= 1
        }
        return comments.reversed()
    }

    /// Whether further notes are only counted.
    var isFull: Bool { gathered.count >= Self.limit }

    /// The notes in the order of the lines, and of one line in the order in which they came.
    var inOrder: [ImportNote] {
        let sorted = gathered.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
        let rest = ImportNote(line: omitted.line, text: "", message: "and \(omitted.count) more are not shown")
        return sorted.map(\.element) + (omitted.count > 0 ? [rest] : [])
    }
}
