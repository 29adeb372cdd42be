/// What a scalar means by the core schema of YAML 1.2.
///
/// Source: YAML 1.2.2, section 10.3.2.
package enum YAMLScalar: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case string
    /// An integer of more than 64 bits, or a float that is not finite.
    case outOfRange

    /// Whether a plain scalar may be something else than a string; its first byte decides mostly.
    static func mayBeNoString(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = unsafe bytes.first else { return true }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            return true
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"),
            UInt8(ascii: "F"):
            return bytes.count == 4 || bytes.count == 5
        default:
            return false
        }
    }
}

extension YAMLDocument {
    /// Whether a node is a scalar that means nothing: `null`, `~` or no text at all.
    package func isNull(_ node: YAMLNodeID) -> Bool {
        guard kind(node) == .scalar, case .null = scalar(node) else { return false }
        return true
    }

    /// Whether a node is a scalar that is text.
    package func isString(_ node: YAMLNodeID) -> Bool {
        guard kind(node) == .scalar, case .string = scalar(node) else { return false }
        return true
    }

    /// The meaning of a scalar node; a quoted or block scalar is a string.
    package func scalar(_ node: YAMLNodeID) -> YAMLScalar {
        let record = records[Int(resolved(node).index)]
        guard record.kind == .scalar, record.style == .plain, !record.flags.contains(.isString) else { return .string }
        return unsafe withBytes(node) { bytes in
            guard let first = unsafe bytes.first else { return .null }
            switch first {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
                return unsafe number(bytes)
            case UInt8(ascii: "~"):
                return bytes.count == 1 ? .null : .string
            case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"),
                UInt8(ascii: "F"):
                return unsafe word(bytes)
            default:
                return .string
            }
        }
    }

    private func word(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
        guard bytes.count == 4 || bytes.count == 5 else { return .string }
        if unsafe spells(bytes, "null") { return .null }
        if unsafe spells(bytes, "true") { return .bool(true) }
        return unsafe spells(bytes, "false") ? .bool(false) : .string
    }

    /// Whether the bytes are a word in lower case, upper case or with a capital.
    private func spells(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        let isUpper = unsafe bytes[1] & 0x20 == 0
        for index in bytes.indices {
            let letter = unsafe word.utf8Start[index]
            let isFirst = index == 0
            let byte = unsafe bytes[index]
            guard byte == (isUpper ? letter & ~0x20 : letter) || isFirst && !isUpper && byte == letter & ~0x20 else {
                return false
            }
        }
        return true
    }

    private func number(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
        var index = 0
        var negative = false
        if unsafe bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
            negative = unsafe bytes[0] == UInt8(ascii: "-")
            index = 1
        } else if unsafe bytes.count > 2 && bytes[0] == UInt8(ascii: "0") {
            if unsafe bytes[1] == UInt8(ascii: "x") { return unsafe based(bytes, radix: 16) }
            if unsafe bytes[1] == UInt8(ascii: "o") { return unsafe based(bytes, radix: 8) }
        }
        guard index < bytes.count else { return .string }
        var magnitude: UInt64 = 0
        var overflows = false
        let firstDigit = index
        while index < bytes.count, let digit = unsafe digit(bytes[index]) {
            let (product, over) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            magnitude = sum
            overflows = overflows || over || carry
            index += 1
        }
        if index == bytes.count {
            let limit = UInt64(Int64.max) + (negative ? 1 : 0)
            guard !overflows, magnitude <= limit else { return .outOfRange }
            return .int(negative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude))
        }
        return unsafe float(bytes, digits: index - firstDigit, from: index)
    }

    private func float(_ bytes: UnsafeBufferPointer<UInt8>, digits: Int, from start: Int) -> YAMLScalar {
        var index = start
        var digits = digits
        if unsafe bytes[index] == UInt8(ascii: ".") {
            index += 1
            let rest = unsafe String(decoding: bytes[index...], as: UTF8.self)
            if digits == 0, ["inf", "Inf", "INF", "nan", "NaN", "NAN"].contains(rest) { return .outOfRange }
            while index < bytes.count, unsafe digit(bytes[index]) != nil {
                digits += 1
                index += 1
            }
        }
        guard digits > 0 else { return .string }
        if index < bytes.count, unsafe bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") {
            index += 1
            if index < bytes.count, unsafe bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
                index += 1
            }
            let exponent = index
            while index < bytes.count, unsafe digit(bytes[index]) != nil { index += 1 }
            guard index > exponent else { return .string }
        }
        guard index == bytes.count, let value = unsafe Double(String(decoding: bytes, as: UTF8.self)) else {
            return .string
        }
        return value.isFinite ? .float(value) : .outOfRange
    }

    private func based(_ bytes: UnsafeBufferPointer<UInt8>, radix: Int) -> YAMLScalar {
        let digits = unsafe String(decoding: bytes[2...], as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return .string }
        if let value = Int64(digits, radix: radix) { return .int(value) }
        let isNumber = digits.utf8.allSatisfy { byte in
            radix == 16
                ? Character(Unicode.Scalar(byte)).isHexDigit : (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte)
        }
        return isNumber ? .outOfRange : .string
    }

    private func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}
