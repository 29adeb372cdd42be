import FlowValue
import FlowYAML

/// What YAML 1.1 makes of a node, as PyYAML's `SafeLoader` reads it: `off` is false, `010` is 8, `1:30` is 90.
///
/// Source: the implicit resolvers of PyYAML's `resolver.py`. Dates stay text.
struct OldYAMLValue {
    let document: YAMLDocument

    /// The value of a node; nil if it holds a number beyond 64 bits, one that is not finite or a key over 250 bytes.
    func value(_ node: YAMLNodeID) -> JSONValue? {
        switch document.kind(node) {
        case .scalar, .alias: return scalar(node)
        case .sequence:
            var items: [JSONValue] = []
            for item in document.items(node) {
                guard let value = value(item) else { return nil }
                items.append(value)
            }
            return .array(items)
        case .mapping:
            var object = JSONObject()
            var isReadable = true
            document.forEachEntry(node) { key, node in
                let text = document.text(key)
                guard isReadable, text.utf8.count <= 250, let value = value(node) else {
                    isReadable = false
                    return
                }
                object.append(text, value)
            }
            return isReadable ? .object(object) : nil
        }
    }

    private func scalar(_ node: YAMLNodeID) -> JSONValue? {
        let text = document.text(node)
        guard document.style(node) == .plain else { return .string(text) }
        let core = document.scalar(node)
        // A tag `!!str` makes a string of anything that would be a number or a word.
        if core == .string, Self.isCoreWord(text) { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE": return .bool(true)
        case "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if let whole = Self.whole(text) { return whole }
        if case .outOfRange = core { return nil }
        if case .float(let value) = core, Self.isFloat(text) { return .float(value) }
        return .string(text)
    }

    private static func isCoreWord(_ text: String) -> Bool {
        ["", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"].contains(text)
            || Int64(text) != nil
    }

    /// An integer with any base and with underscores, or in parts of sixty.
    private static func whole(_ text: String) -> JSONValue? {
        var digits = Substring(text.filter { $0 != "_" })
        var sign: Int64 = 1
        guard text.utf8.first != UInt8(ascii: "_") else { return nil }
        if digits.first == "-" || digits.first == "+" {
            sign = digits.first == "-" ? -1 : 1
            digits = digits.dropFirst()
        }
        guard let first = digits.utf8.first, first &- UInt8(ascii: "0") < 10 else { return nil }
        if digits.hasPrefix("0"), digits.utf8.count > 1 {
            let (radix, rest): (Int, Substring) =
                digits.hasPrefix("0x")
                ? (16, digits.dropFirst(2))
                : digits.hasPrefix("0b") ? (2, digits.dropFirst(2)) : (8, digits.dropFirst())
            guard rest.first?.isHexDigit == true else { return nil }
            return Int64(rest, radix: radix).map { .int(sign * $0) }
        }
        if let value = Int64(digits) { return .int(sign * value) }
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...6).contains(parts.count), var total = Int64(parts[0]), total < 1_000_000 else { return nil }
        for part in parts.dropFirst() {
            guard (1...2).contains(part.utf8.count), part.first?.isNumber == true, let value = Int64(part), value < 60
            else { return nil }
            total = total * 60 + value
        }
        return .int(sign * total)
    }

    /// Whether YAML 1.1 too takes a float of the core schema for one: it wants a point, and a sign in the exponent.
    private static func isFloat(_ text: String) -> Bool {
        guard text.contains(".") else { return false }
        guard let exponent = text.utf8.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return true }
        let next = text.utf8[text.utf8.index(after: exponent)...].first
        return next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
    }
}
