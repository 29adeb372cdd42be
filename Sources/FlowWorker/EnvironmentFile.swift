/// Reads `.env` files: variables for a task's environment, one assignment after another.
///
///     # comments and blank lines, `export` as in a shell
///     HOST=db.example            # also behind an unquoted value
///     export GREETING="line one\nline two: \"\$5\""
///     PATTERN='^\d+$'
///     KEY="-----BEGIN KEY-----
///     MIIEvQ
///     -----END KEY-----"
///
/// Nothing is replaced: `$HOME` and `${HOME}` stay text, in double quotes too.
///
/// - A name is `[A-Za-z_][A-Za-z0-9_.-]*`; blanks may stand around its `=`.
/// - An unquoted value ends with its line or before a `#` behind a blank; blanks around it are no part of it. Quotes and
///   backslashes inside of it are text.
/// - A quoted value ends with its quote and may have several lines. Single quotes have no escapes; double ones know
///   `\n \r \t \" \\ \$`, and any other backslash stays. Only a comment may follow on its line.
/// - Lines end with LF or CRLF, which is LF inside of a value. A byte order mark at the start is passed over.
package enum EnvironmentFile {
    /// Reads a whole file.
    ///
    /// - Parameter bytes: The file, UTF-8.
    /// - Returns: The variables in the order of their first assignments, each once, with the last value.
    /// - Throws: What is wrong first, and in which line. Values never stand in the message.
    /// - Complexity: O(*n*) for *n* bytes.
    package static func parse(_ bytes: [UInt8]) throws(EnvironmentFileError) -> [(name: String, value: String)] {
        try refuseOtherText(bytes)
        var reader = EnvironmentReader(bytes)
        var variables: [(name: String, value: String)] = []
        var places: [String: Int] = [:]
        while let variable = try reader.next() {
            if let place = places[variable.name] {
                variables[place].value = variable.value
            } else {
                places[variable.name] = variables.count
                variables.append(variable)
            }
        }
        return variables
    }

    /// Refuses what is no UTF-8 text, and text that no variable can hold.
    private static func refuseOtherText(_ bytes: [UInt8]) throws(EnvironmentFileError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw EnvironmentFileError(.encoding, line: 1, "the file is UTF-16; save it as UTF-8")
        }
        if let place = bytes.firstIndex(of: 0) {
            let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
            throw EnvironmentFileError(.nul, line: line, "a NUL byte, which no variable can hold")
        }
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        throw EnvironmentFileError(.encoding, line: line + 1, "this is not UTF-8")
    }
}

/// Why a `.env` file was refused.
package struct EnvironmentFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable, CaseIterable {
        case encoding, nul, assignment, name, quote, end
    }

    package let code: Code
    /// The line to look at, from 1; of a quote that does not end, that of its start.
    package let line: Int
    /// What is wrong, as a clause in which names stand and no other text of the file: any of it may be a secret.
    package let message: String

    fileprivate init(_ code: Code, line: Int, _ message: String) {
        self.code = code
        self.line = line
        self.message = message
    }

    /// The line and the message: `line 3: …`.
    package var description: String { "line \(line): \(message)" }
}

/// A place in a `.env` file that is known to be UTF-8 without NUL.
private struct EnvironmentReader {
    private let bytes: [UInt8]
    private var place: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next assignment; nil at the end of the file.
    mutating func next() throws(EnvironmentFileError) -> (name: String, value: String)? {
        while place < bytes.count {
            skipBlanks()
            if byte == UInt8(ascii: "#") { skipComment() }
            guard isAtLineEnd else { return try assignment() }
            skipLineEnd()
        }
        return nil
    }

    private mutating func assignment() throws(EnvironmentFileError) -> (name: String, value: String) {
        let name = try name()
        guard byte == UInt8(ascii: "=") else {
            throw error(.assignment, "expected NAME=value; a value of several lines needs quotes around it")
        }
        place += 1
        let start = place
        skipBlanks()
        let value: String
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            value = try quoted(name)
            try endLine(name)
        default: value = unquoted(from: start)
        }
        return (name, value)
    }

    /// Reads a name and the blanks behind it, and before it `export`, unless that is the name.
    private mutating func name() throws(EnvironmentFileError) -> String {
        var name = word()
        let hasBlanks = skipBlanks()
        if name == "export", hasBlanks, byte != UInt8(ascii: "=") {
            name = word()
            skipBlanks()
        }
        guard let first = name.utf8.first, !Self.isDigitOrMark(first) else {
            throw error(.name, "a name begins with a letter or '_', and has letters, digits, '_', '.' and '-'")
        }
        return name
    }

    private mutating func word() -> String {
        let start = place
        while let byte, Self.isLetter(byte) || Self.isDigitOrMark(byte) { place += 1 }
        return text(start..<place)
    }

    // MARK: Values

    private mutating func unquoted(from start: Int) -> String {
        while !isAtLineEnd {
            if byte == UInt8(ascii: "#"), place > start, Self.isBlank(bytes[place - 1]) { break }
            place += 1
        }
        let value = bytes[start..<place]
        skipComment()
        let first = value.firstIndex { !Self.isBlank($0) } ?? place
        let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? first
        return text(first..<end)
    }

    private mutating func quoted(_ name: String) throws(EnvironmentFileError) -> String {
        let quote = bytes[place]
        let firstLine = line
        var value: [UInt8] = []
        place += 1
        while let byte, byte != quote {
            if isAtLineEnd {
                value.append(UInt8(ascii: "\n"))
                skipLineEnd()
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), let escaped = escaped {
                value.append(escaped)
                place += 2
            } else {
                value.append(byte)
                place += 1
            }
        }
        guard byte == quote else {
            let kind = quote == UInt8(ascii: "'") ? "single" : "double"
            throw EnvironmentFileError(.quote, line: firstLine, "the \(kind) quote of '\(name)' does not end")
        }
        place += 1
        return String(decoding: value, as: UTF8.self)
    }

    /// What a backslash and the byte behind it stand for.
    private var escaped: UInt8? {
        guard place + 1 < bytes.count else { return nil }
        let byte = bytes[place + 1]
        switch byte {
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "r"): return UInt8(ascii: "\r")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): return byte
        default: return nil
        }
    }

    private mutating func endLine(_ name: String) throws(EnvironmentFileError) {
        let hasBlanks = skipBlanks()
        if hasBlanks, byte == UInt8(ascii: "#") { skipComment() }
        guard isAtLineEnd else {
            throw error(.end, "only a comment may follow the quoted value of '\(name)', behind a blank")
        }
    }

    // MARK: Bytes

    private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// Whether nothing of the line is left; a CR alone ends no line, but at the end of the file.
    private var isAtLineEnd: Bool {
        guard let byte else { return true }
        if byte == UInt8(ascii: "\r") { return place + 1 == bytes.count || bytes[place + 1] == UInt8(ascii: "\n") }
        return byte == UInt8(ascii: "\n")
    }

    private mutating func skipLineEnd() {
        if byte == UInt8(ascii: "\r") { place += 1 }
        if byte == UInt8(ascii: "\n") { place += 1 }
        line += 1
    }

    @discardableResult
    private mutating func skipBlanks() -> Bool {
        let start = place
        while let byte, Self.isBlank(byte) { place += 1 }
        return place > start
    }

    private mutating func skipComment() {
        while !isAtLineEnd { place += 1 }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func error(_ code: EnvironmentFileError.Code, _ message: String) -> EnvironmentFileError {
        EnvironmentFileError(code, line: line, message)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigitOrMark(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
