/// Writes compact JSON.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: How long the text will be, in bytes, where that is known.
    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// The compact JSON text of a value.
    package static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .array(let items) where items.isEmpty: "[]"
        case .object(let object) where object.members.isEmpty: "{}"
        case .float, .string, .array, .object: String(decoding: self.bytes(value), as: UTF8.self)
        }
    }

    /// The compact JSON bytes of a value.
    package static func bytes(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value)
        return writer.bytes
    }

    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: literal("null")
        case .bool(let value): value ? literal("true") : literal("false")
        case .int(let value): integer(value)
        case .float(let value): raw(value.isFinite ? value.description : "null")
        case .string(let value): string(value)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for index in items.indices {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(items[index])
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for index in object.members.indices {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                string(object.members[index].key)
                bytes.append(UInt8(ascii: ":"))
                write(object.members[index].value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a number, from its last digit: a text for each would be made and thrown away.
    private mutating func integer(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        guard rest > 9 else { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)) }
        bytes.append(contentsOf: repeatElement(0, count: Self.digitCount(rest)))
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            var place = bytes.count
            while rest > 0 {
                place -= 1
                unsafe bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var rest = value / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    /// Appends text that is JSON already.
    package mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends what stands in the program as JSON.
    package mutating func literal(_ json: StaticString) {
        json.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends bytes that are JSON already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        bytes.append(contentsOf: json)
    }

    package mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { text in
            var begin = 0
            for index in text.indices {
                let byte = unsafe text[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                unsafe bytes.append(contentsOf: text[begin..<index])
                escape(byte)
                begin = index + 1
            }
            unsafe bytes.append(contentsOf: text[begin...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): literal("\\\"")
        case UInt8(ascii: "\\"): literal("\\\\")
        case 0x0A: literal("\\n")
        case 0x0D: literal("\\r")
        case 0x09: literal("\\t")
        default:
            let digits = Array("0123456789abcdef".utf8)
            literal("\\u00")
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
}
