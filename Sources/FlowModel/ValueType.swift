/// A type of the language: what `args` declare and `returns` promises.
package indirect enum ValueType: Hashable, Sendable {
    case any, null, bool, int, float, string, json, lines, path
    case list(ValueType)
    case object([Field])
    case union([ValueType])

    package struct Field: Hashable, Sendable {
        package let key: String
        package let type: ValueType

        package init(key: String, type: ValueType) {
            self.key = key
            self.type = type
        }
    }

    /// Reads a type as it is written: `int`, `list<string>`, `{a: int}`, `int|null`.
    package init?(_ text: String) {
        var parser = TypeParser(text)
        guard let type = parser.union(), parser.isAtEnd else { return nil }
        self = type
    }

    /// The type as it is written.
    package var text: String {
        switch self {
        case .any: "any"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "string"
        case .json: "json"
        case .lines: "lines"
        case .path: "path"
        case .list(.any): "list"
        case .list(let item): "list<\(item.text)>"
        case .object(let fields):
            fields.isEmpty ? "object" : "{" + fields.map { "\($0.key): \($0.type.text)" }.joined(separator: ", ") + "}"
        case .union(let members): members.map(\.text).joined(separator: "|")
        }
    }
}

extension ValueType {
    private static let words: Set<String> = [
        "any", "null", "none", "bool", "int", "float", "string", "text", "json", "lines", "path", "object", "list",
    ]

    /// The first word in a text that names no type; nil if the form and not a name is wrong.
    package static func firstUnknownWord(in text: String) -> String? {
        let parts = text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        return parts.lazy.map(String.init).first { !words.contains($0) }
    }
}

private struct TypeParser {
    private let text: [Character]
    private var index = 0
    private var depth = 0

    init(_ text: String) {
        self.text = Array(text)
    }

    var isAtEnd: Bool { index == text.count }

    private mutating func skipSpace() {
        while index < text.count, text[index] == " " { index += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard index < text.count, text[index] == character else { return false }
        index += 1
        skipSpace()
        return true
    }

    private mutating func name() -> String {
        skipSpace()
        let start = index
        while index < text.count, text[index].isLetter || text[index].isNumber || "_-".contains(text[index]) {
            index += 1
        }
        let name = String(text[start..<index])
        skipSpace()
        return name
    }

    mutating func union() -> ValueType? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 16, let first = single() else { return nil }
        var members = [first]
        while take("|") {
            guard let member = single() else { return nil }
            members.append(member)
        }
        return members.count == 1 ? first : .union(members)
    }

    private mutating func single() -> ValueType? {
        if take("{") { return fields() }
        switch name() {
        case "any": return .any
        case "null", "none": return .null
        case "bool": return .bool
        case "int": return .int
        case "float": return .float
        case "string", "text": return .string
        case "json": return .json
        case "lines": return .lines
        case "path": return .path
        case "object": return .object([])
        case "list":
            guard take("<") else { return .list(.any) }
            guard let item = union(), take(">") else { return nil }
            return .list(item)
        default: return nil
        }
    }

    private mutating func fields() -> ValueType? {
        var fields: [ValueType.Field] = []
        if take("}") { return .object([]) }
        repeat {
            let key = name()
            guard !key.isEmpty, take(":"), let type = union() else { return nil }
            fields.append(ValueType.Field(key: key, type: type))
        } while take(",")
        return take("}") ? .object(fields) : nil
    }
}
