/// What a reader of YAML 1.1 takes a plain scalar for that YAML 1.2 reads otherwise.
///
/// Source: the types `bool`, `int` and `float` of <https://yaml.org/type/>.
package enum OldReading: Hashable, Sendable {
    /// One of yes, no, on and off.
    case bool
    /// An integer with a leading zero that is another number in base 8.
    case octal
    /// Numbers with colons, in base 60.
    case sexagesimal
    /// A number with `_` between its digits.
    case underscores
}

extension YAMLDocument {
    /// What a reader of YAML 1.1 would see in a plain scalar instead; nil where it sees the same.
    ///
    /// - Complexity: The first byte decides for nearly all scalars.
    package func oldYAMLReading(_ node: YAMLNodeID) -> OldReading? {
        let record = records[Int(resolved(node).index)]
        guard record.kind == .scalar, record.style == .plain, !record.flags.contains(.isString) else { return nil }
        return unsafe withBytes(node) { unsafe OldReading(ofPlain: $0) }
    }
}

extension OldReading {
    /// What a reader of YAML 1.1 would see in the text of a plain scalar; nil where it sees the same.
    init?(ofPlain bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = unsafe bytes.first else { return nil }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"):
            guard let reading = unsafe OldNumber.reading(bytes) else { return nil }
            self = reading
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "o"),
            UInt8(ascii: "O"):
            guard bytes.count <= 3 else { return nil }
            switch unsafe String(decoding: bytes, as: UTF8.self) {
            case "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF": self = .bool
            default: return nil
            }
        default:
            return nil
        }
    }
}

/// The numbers of YAML 1.1.
private enum OldNumber {
    static func reading(_ bytes: UnsafeBufferPointer<UInt8>) -> OldReading? {
        var index = unsafe bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") ? 1 : 0
        let first = index
        var hasUnderscore = false
        while index < bytes.count {
            if unsafe bytes[index] == UInt8(ascii: "_"), index > first {
                hasUnderscore = true
            } else if unsafe !isDigit(bytes[index]) {
                break
            }
            index += 1
        }
        guard index > first else { return nil }
        if index == bytes.count {
            if hasUnderscore { return .underscores }
            return unsafe isOctal(bytes, from: first) ? .octal : nil
        }
        if unsafe bytes[index] == UInt8(ascii: ":") { return unsafe sexagesimal(bytes, first, index) }
        guard hasUnderscore, unsafe bytes[index] == UInt8(ascii: ".") else { return nil }
        return unsafe bytes[(index + 1)...].allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") } ? .underscores : nil
    }

    /// Whether the digits begin with 0 and mean another number in base 8.
    private static func isOctal(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int) -> Bool {
        guard unsafe bytes[first] == UInt8(ascii: "0"), bytes.count > first + 1 else { return false }
        let digits = unsafe bytes[first...].drop { $0 == UInt8(ascii: "0") }
        return unsafe digits.count > 1 && digits.allSatisfy { $0 < UInt8(ascii: "8") }
    }

    private static func sexagesimal(_ bytes: UnsafeBufferPointer<UInt8>, _ first: Int, _ colon: Int) -> OldReading? {
        var index = colon
        while index < bytes.count, unsafe bytes[index] == UInt8(ascii: ":") {
            let part = index + 1
            index = part
            while index < bytes.count, index - part < 2, unsafe isDigit(bytes[index]) { index += 1 }
            guard index > part else { return nil }
            if index - part == 2, unsafe bytes[part] > UInt8(ascii: "5") { return nil }
        }
        if index == bytes.count { return unsafe bytes[first] == UInt8(ascii: "0") ? nil : .sexagesimal }
        guard unsafe bytes[index] == UInt8(ascii: ".") else { return nil }
        let isFraction = unsafe bytes[(index + 1)...].allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") }
        return isFraction ? .sexagesimal : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
