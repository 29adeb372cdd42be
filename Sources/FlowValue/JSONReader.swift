/// Why a text is no JSON.
package struct JSONError: Error, Hashable, Sendable {
    /// Offset of the byte at which reading stopped.
    package let offset: Int
    package let message: String
}

/// A strict JSON reader.
///
/// Source: RFC 8259. Duplicate keys are refused, integers outside 64 bits too; nesting is bounded.
package struct JSONReader {
    private let bytes: [UInt8]
    private let start: Int
    private let end: Int
    private var index: Int
    private var depth = 0

    /// Reads one value that is all of the text but white space.
    package static func read(_ text: String) throws(JSONError) -> JSONValue {
        try read(Array(text.utf8))
    }

    /// Reads one value that is all of the bytes but white space.
    package static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        try read(bytes, bytes.indices)
    }

    /// The same of a part of a larger text, which is not copied; an error's offset counts from the part's start.
    package static func read(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes, range)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.index == range.upperBound else { throw reader.error("something follows the value") }
        return value
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.upperBound <= bytes.count, "a part of a text lies in the text")
        self.bytes = bytes
        start = range.lowerBound
        end = range.upperBound
        index = start
    }

    private func error(_ message: String) -> JSONError {
        JSONError(offset: index - start, message: message)
    }

    private mutating func skipSpace() {
        while index < end {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    private func isAt(_ byte: UInt8) -> Bool { index < end && bytes[index] == byte }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard isAt(byte) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let text = Array(word.description.utf8)
        guard bytes[index..<end].starts(with: text) else { throw error("not a JSON value") }
        index += text.count
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard index < end else { throw error("the text ends too early") }
        switch bytes[index] {
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("not a JSON value")
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        index += 1
        depth += 1
        guard depth <= 512 else { throw error("nested deeper than 512 levels") }
        var items: [JSONValue] = []
        skipSpace()
        if !take(UInt8(ascii: "]")) {
            repeat {
                items.append(try value())
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw error("expected ',' or ']'") }
        }
        depth -= 1
        return .array(items)
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        index += 1
        depth += 1
        guard depth <= 512 else { throw error("nested deeper than 512 levels") }
        var object = JSONObject()
        var keys: Set<String> = []
        skipSpace()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard index < end, bytes[index] == UInt8(ascii: "\"") else { throw error("expected a key") }
                let key = try string()
                guard keys.insert(key).inserted else { throw error("the key '\(key)' stands twice") }
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw error("expected ':'") }
                object.append(key, try value())
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw error("expected ',' or '}'") }
        }
        depth -= 1
        return .object(object)
    }

    private mutating func digits() -> Int {
        let start = index
        while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index - start
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let first = index
        let count = digits()
        guard count > 0 else { throw error("expected a digit") }
        guard count == 1 || bytes[first] != UInt8(ascii: "0") else {
            index = first
            throw error("a number cannot begin with 0")
        }
        if count <= 18, !isAt(UInt8(ascii: ".")), !isAt(UInt8(ascii: "e")), !isAt(UInt8(ascii: "E")) {
            return .int(smallInteger(start, first))
        }
        var isFloat = false
        if take(UInt8(ascii: ".")) {
            isFloat = true
            guard digits() > 0 else { throw error("expected a digit") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isFloat = true
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw error("expected a digit") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if !isFloat {
            guard let value = Int64(text) else { throw error("an integer of more than 64 bits") }
            return .int(value)
        }
        guard let value = Double(text), value.isFinite else { throw error("a float out of range") }
        return .float(value)
    }

    /// The integer between a place and this one; it has so few digits that it fits.
    private func smallInteger(_ start: Int, _ first: Int) -> Int64 {
        var value: Int64 = 0
        for place in first..<index { value = value &* 10 &+ Int64(bytes[place] &- UInt8(ascii: "0")) }
        return first == start ? value : -value
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while index < end, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
            guard bytes[index] >= 0x20 else { throw error("a control character in a string") }
            index += 1
        }
        guard index < end else { throw error("a string that does not end") }
        if bytes[index] == UInt8(ascii: "\"") {
            defer { index += 1 }
            return try text(bytes[start..<index])
        }
        var buffer = Array(bytes[start..<index])
        while true {
            guard index < end else { throw error("a string that does not end") }
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return try text(buffer[...]) }
            guard byte >= 0x20 else { throw error("a control character in a string") }
            if byte == UInt8(ascii: "\\") { try escape(into: &buffer) } else { buffer.append(byte) }
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error("bytes that are not UTF-8") }
        return text
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        guard index < end else { throw error("a string that does not end") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "u"):
            var unit = try hexUnit()
            if 0xD800..<0xDC00 ~= unit {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("half a surrogate pair") }
                let low = try hexUnit()
                guard 0xDC00..<0xE000 ~= low else { throw error("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("half a surrogate pair") }
            buffer.append(contentsOf: Character(scalar).utf8)
        default:
            index -= 1
            throw error("an unknown escape")
        }
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        guard index + 4 <= end else { throw error("a string that does not end") }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw error("expected four hex digits")
            }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }
}
