/// A strict reader of JSON (RFC 8259) over bytes.
struct TestJSONReader {
    /// Why the bytes are not one JSON document, and where.
    struct Failure: Error, CustomStringConvertible {
        let reason: String
        /// Counted from 0.
        let byte: Int

        var description: String { "\(reason) at byte \(byte)" }
    }

    private static let deepest = 1_000

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Reads the value that is all there is but white space.
    mutating func document() throws -> TestJSON {
        let value = try value(depth: 0)
        skipWhiteSpace()
        guard position == bytes.count else { throw failure("text after the value") }
        return value
    }

    // MARK: - Values

    private mutating func value(depth: Int) throws -> TestJSON {
        guard depth <= Self.deepest else { throw failure("nested too deeply") }
        skipWhiteSpace()
        guard let byte = peek() else { throw failure("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("no value")
        }
    }

    private mutating func object(depth: Int) throws -> TestJSON {
        position += 1
        var members: [TestJSON.Member] = []
        var keys: Set<[UInt8]> = []
        if skip("}") { return .object([]) }
        repeat {
            skipWhiteSpace()
            guard peek() == UInt8(ascii: "\"") else { throw failure("no key") }
            let key = try string()
            guard keys.insert(Array(key.utf8)).inserted else { throw failure("the key \(key) a second time") }
            guard skip(":") else { throw failure("no colon after a key") }
            members.append(TestJSON.Member(key: key, value: try value(depth: depth + 1)))
        } while skip(",")
        guard skip("}") else { throw failure("an object that does not end") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws -> TestJSON {
        position += 1
        var elements: [TestJSON] = []
        if skip("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth + 1))
        } while skip(",")
        guard skip("]") else { throw failure("a list that does not end") }
        return .array(elements)
    }

    private mutating func word(_ word: String, _ value: TestJSON) throws -> TestJSON {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("no value") }
        position += word.utf8.count
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws -> TestJSON {
        let start = position
        var isInteger = true
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if peek() == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger {
            guard let value = Int64(text) else { throw failure("an integer beyond 64 bits, \(text),") }
            return .integer(value)
        }
        guard let value = Double(text), value.isFinite else { throw failure("a float beyond the doubles, \(text),") }
        return .double(value)
    }

    private mutating func digits() throws {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("no digit in a number") }
    }

    // MARK: - Strings

    private mutating func string() throws -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("a string that is not UTF-8, ending")
                }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string that does not end")
    }

    /// The UTF-8 of the escape whose backslash has been read.
    private mutating func escape() throws -> [UInt8] {
        guard let byte = peek() else { throw failure("a string that does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try codeUnit()]
            if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: "\\u".utf8) {
                position += 2
                units.append(try codeUnit())
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw failure("half a surrogate pair") }
            return Array(text.utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func codeUnit() throws -> UInt16 {
        let digits = bytes[position...].prefix(4)
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count == 4, text.allSatisfy(\.isHexDigit), let unit = UInt16(text, radix: 16) else {
            throw failure("no four hexadecimal digits")
        }
        position += 4
        return unit
    }

    // MARK: - Bytes

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipWhiteSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Skips white space and then the character, if it is there.
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipWhiteSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func failure(_ reason: String) -> Failure {
        Failure(reason: reason, byte: position)
    }
}
