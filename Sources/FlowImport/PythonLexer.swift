/// Cuts a Python file into lines of tokens.
///
/// Source: the Python language reference, chapter 2, lexical analysis.
struct PythonLexer {
    /// A place from which on nothing can be read.
    struct Fault {
        let line: Int
        let message: String
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var tokens: [PythonToken] = []
    private var brackets: [(mark: UInt8, line: Int)] = []
    private var lines: [PythonLine] = []
    private var comments: [String] = []
    private var hasBlankLineAbove = false
    private var lineHasComment = false
    private var indent = 0
    private var firstLine = 1
    private var fault: Fault?

    /// Reads a file.
    ///
    /// - Parameter bytes: Valid UTF-8; a byte-order mark is skipped.
    /// - Returns: The lines up to the first fault, and the fault.
    /// - Complexity: O(number of bytes).
    static func lines(_ bytes: [UInt8]) -> (lines: [PythonLine], fault: Fault?) {
        var lexer = PythonLexer(bytes: bytes)
        lexer.read()
        return (lexer.lines, lexer.fault)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        index + offset < bytes.count ? bytes[index + offset] : 0
    }

    private mutating func read() {
        startLine()
        while index < bytes.count, fault == nil { readToken() }
        if let bracket = brackets.last, fault == nil {
            fail("this '\(Character(Unicode.Scalar(bracket.mark)))' is never closed", line: bracket.line)
        }
        if fault == nil { endStatement() }
    }

    private mutating func fail(_ message: String, line: Int) {
        fault = Fault(line: line, message: message + "; nothing from here on was read")
    }

    private mutating func readToken() {
        let start = byte()
        switch start {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            skipLineEnd()
            guard brackets.isEmpty else { return }
            if tokens.isEmpty { takeEmptyLine() } else { endStatement() }
            startLine()
        case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C:
            index += 1
        case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\n") || byte(1) == UInt8(ascii: "\r"):
            index += 1
            skipLineEnd()
        case UInt8(ascii: "#"):
            readComment()
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            readString(prefix: "")
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            readNumber()
        case UInt8(ascii: ".") where isDigit(byte(1)):
            readNumber()
        case let byte where isNameByte(byte):
            readName()
        default:
            readMark()
        }
    }

    // MARK: Lines

    private mutating func skipLineEnd() {
        if byte() == UInt8(ascii: "\r"), byte(1) == UInt8(ascii: "\n") { index += 1 }
        index += 1
        line += 1
    }

    private mutating func startLine() {
        indent = 0
        while true {
            switch byte() {
            case UInt8(ascii: " "): indent += 1
            case UInt8(ascii: "\t"): indent = (indent / 8 + 1) * 8
            case 0x0C: indent = 0
            default:
                firstLine = line
                return
            }
            index += 1
        }
    }

    private mutating func takeEmptyLine() {
        if !lineHasComment {
            comments = []
            hasBlankLineAbove = true
        }
        lineHasComment = false
    }

    private mutating func endStatement() {
        guard !tokens.isEmpty else { return }
        lines.append(
            PythonLine(
                indent: indent, line: firstLine, tokens: tokens, comments: comments,
                hasBlankLineAbove: hasBlankLineAbove))
        tokens = []
        comments = []
        hasBlankLineAbove = false
        lineHasComment = false
    }

    private mutating func readComment() {
        let start = index + 1
        while index < bytes.count, byte() != UInt8(ascii: "\n"), byte() != UInt8(ascii: "\r") { index += 1 }
        guard tokens.isEmpty, brackets.isEmpty else { return }
        var text = String(decoding: bytes[start..<index], as: UTF8.self)
        lineHasComment = true
        // What speaks to the system or to Python says nothing about a setting.
        if line <= 2, text.hasPrefix("!") || text.contains("coding:") || text.contains("coding=") { return }
        if text.hasPrefix(" ") { text.removeFirst() }
        comments.append(text)
    }

    // MARK: Names, numbers, marks

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private mutating func append(_ kind: PythonToken.Kind, line: Int? = nil) {
        tokens.append(PythonToken(kind: kind, line: line ?? self.line))
    }

    private mutating func readName() {
        let start = index
        while isNameByte(byte()) { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        if name.utf8.count <= 2, byte() == UInt8(ascii: "\"") || byte() == UInt8(ascii: "'"),
            name.lowercased().utf8.allSatisfy({ "rbfut".utf8.contains($0) })
        {
            readString(prefix: name.lowercased())
        } else {
            append(.name(name))
        }
    }

    private mutating func readNumber() {
        let start = index
        let isBased = byte() == UInt8(ascii: "0") && "xXoObB".utf8.contains(byte(1))
        while isNameByte(byte()) || byte() == UInt8(ascii: ".") {
            let isExponent = !isBased && byte() | 0x20 == UInt8(ascii: "e")
            index += 1
            if isExponent, byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-"), isDigit(byte(1)) { index += 1 }
        }
        append(.number(String(decoding: bytes[start..<index], as: UTF8.self)))
    }

    private static let marks = ["**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "->", ":="]
        .map { Array($0.utf8) }
    private static let assigning: [UInt8] = Array("+-*/%&|^@=!<>".utf8)

    private mutating func readMark() {
        let first = byte()
        switch first {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            brackets.append((first, line))
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            let opening: UInt8 =
                first == UInt8(ascii: ")") ? UInt8(ascii: "(") : first == UInt8(ascii: "]") ? UInt8(ascii: "[") : 0x7B
            guard brackets.popLast()?.mark == opening else {
                return fail("this '\(Character(Unicode.Scalar(first)))' closes nothing", line: line)
            }
        case 0x21...0x7E: break
        default:
            return fail("the character 0x\(String(first, radix: 16)) cannot stand in Python", line: line)
        }
        var length = 1
        if let mark = Self.marks.first(where: { bytes[index...].starts(with: $0) }) {
            length = mark.count
        } else if Self.assigning.contains(first), byte(1) == UInt8(ascii: "=") {
            length = 2
        }
        append(.mark(String(decoding: bytes[index..<index + length], as: UTF8.self)))
        index += length
    }

    // MARK: Strings

    private mutating func readString(prefix: String) {
        let quote = byte()
        let isTriple = byte(1) == quote && byte(2) == quote
        let opening = line
        index += isTriple ? 3 : 1
        var reader = PythonStringReader(isRaw: prefix.contains("r"))
        let isTemplate = prefix.contains("f") || prefix.contains("t")
        while true {
            guard index < bytes.count else { return fail("this string is never closed", line: opening) }
            let current = byte()
            if current == quote, !isTriple || (byte(1) == quote && byte(2) == quote) {
                index += isTriple ? 3 : 1
                break
            }
            switch current {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                guard isTriple else { return fail("this string is never closed", line: opening) }
                skipLineEnd()
                reader.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\\"):
                let start = index
                index += 1
                guard index < bytes.count else { return fail("this string is never closed", line: opening) }
                if byte() == UInt8(ascii: "\n") || byte() == UInt8(ascii: "\r") {
                    skipLineEnd()
                    reader.appendJoinedLine()
                } else {
                    index = reader.appendEscape(bytes, at: start)
                }
            case UInt8(ascii: "{") where isTemplate && byte(1) != UInt8(ascii: "{"):
                skipReplacementField()
            default:
                reader.append(current)
                index += 1
            }
        }
        if prefix.contains("b") {
            append(.unreadableString("bytes are no text"), line: opening)
        } else if isTemplate {
            append(.unreadableString("an f-string is put together when Python runs"), line: opening)
        } else {
            append(reader.kind, line: opening)
        }
    }

    /// Skips `{…}` of an f-string, with the strings that stand in it.
    private mutating func skipReplacementField() {
        var depth = 0
        var quote: UInt8?
        while index < bytes.count, byte() != UInt8(ascii: "\n"), byte() != UInt8(ascii: "\r") {
            let current = byte()
            index += 1
            if let open = quote {
                if current == open { quote = nil }
                continue
            }
            switch current {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = current
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return }
            default: break
            }
        }
    }
}

/// Puts the value of a string literal together.
struct PythonStringReader {
    let isRaw: Bool
    private var value: [UInt8] = []
    private var problem: String?

    init(isRaw: Bool) {
        self.isRaw = isRaw
    }

    var kind: PythonToken.Kind {
        problem.map { .unreadableString($0) } ?? .string(String(decoding: value, as: UTF8.self))
    }

    mutating func append(_ byte: UInt8) {
        value.append(byte)
    }

    mutating func appendJoinedLine() {
        if isRaw { value += [UInt8(ascii: "\\"), UInt8(ascii: "\n")] }
    }

    /// Takes the escape whose backslash stands at an index and that no line end follows.
    ///
    /// - Returns: The index past it.
    mutating func appendEscape(_ bytes: [UInt8], at start: Int) -> Int {
        let letter = bytes[start + 1]
        guard !isRaw else {
            value += [UInt8(ascii: "\\"), letter]
            return start + 2
        }
        switch letter {
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): value.append(letter)
        case UInt8(ascii: "a"): value.append(0x07)
        case UInt8(ascii: "b"): value.append(0x08)
        case UInt8(ascii: "f"): value.append(0x0C)
        case UInt8(ascii: "n"): value.append(0x0A)
        case UInt8(ascii: "r"): value.append(0x0D)
        case UInt8(ascii: "t"): value.append(0x09)
        case UInt8(ascii: "v"): value.append(0x0B)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            return appendCode(bytes, from: start + 1, radix: 8, digits: 1...3)
        case UInt8(ascii: "x"): return appendCode(bytes, from: start + 2, radix: 16, digits: 2...2)
        case UInt8(ascii: "u"): return appendCode(bytes, from: start + 2, radix: 16, digits: 4...4)
        case UInt8(ascii: "U"): return appendCode(bytes, from: start + 2, radix: 16, digits: 8...8)
        case UInt8(ascii: "N"): problem = problem ?? "the name of a character (\\N{…}) is not looked up"
        default: value += [UInt8(ascii: "\\"), letter]
        }
        return start + 2
    }

    private mutating func appendCode(_ bytes: [UInt8], from start: Int, radix: UInt32, digits: ClosedRange<Int>) -> Int
    {
        var code: UInt32 = 0
        var index = start
        while index < bytes.count, index - start < digits.upperBound,
            let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue, digit < Int(radix)
        {
            code = code &* radix &+ UInt32(digit)
            index += 1
        }
        if digits.contains(index - start), let scalar = Unicode.Scalar(code) {
            value += Array(String(Character(scalar)).utf8)
        } else {
            problem = problem ?? "an escape in it stands for no character"
        }
        return index
    }
}
