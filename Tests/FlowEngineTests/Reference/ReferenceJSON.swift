/// A JSON value as SPEC 3 has it: exact 64-bit integers, doubles, and objects that keep the order of their keys.
///
/// The reference has a type of its own, so that a fault in the product's values cannot hide itself in the judge.
indirect enum ReferenceJSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([ReferenceJSON])
    case object([Member])

    /// One key of an object with its value.
    struct Member: Hashable, Sendable {
        var key: String
        var value: ReferenceJSON
    }

    /// An object with the given pairs, in this order.
    static func object(of pairs: KeyValuePairs<String, ReferenceJSON>) -> ReferenceJSON {
        .object(pairs.map { pair in Member(key: pair.key, value: pair.value) })
    }

    /// Whether it is neither a list nor an object; null counts as one.
    var isScalar: Bool {
        switch self {
        case .null, .bool, .int, .double, .string: true
        case .array, .object: false
        }
    }
}

// MARK: - Text

extension ReferenceJSON {
    /// Compact JSON, which is YAML's flow style too: the printed workflows rely on that.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .double(let number): String(describing: number)
        case .string(let text): ReferenceJSON.quoted(text)
        case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { ReferenceJSON.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }

    /// The text in double quotes, escaped so that a JSON and a YAML reader see the same.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case let control where control.value < 0x20:
                let digits = String(control.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension ReferenceJSON: CustomStringConvertible {
    var description: String { text }
}
