internal import FlowValue

/// A schema while it is made: its keywords in the order in which they are written.
struct Schema: Sendable, ExpressibleByDictionaryLiteral {
    /// What a keyword takes.
    enum Value: Sendable, ExpressibleByStringLiteral {
        case json(JSONValue)
        case schema(Schema)
        case schemas([Schema])
        /// Schemas by name, in order.
        case object([(String, Schema)])

        init(stringLiteral text: String) { self = .text(text) }

        static func text(_ text: String) -> Value { .json(.string(text)) }
        static func texts(_ texts: [String]) -> Value { .json(.array(texts.map { .string($0) })) }
        static func whole(_ number: Int64) -> Value { .json(.int(number)) }
        static func bool(_ value: Bool) -> Value { .json(.bool(value)) }
        /// The address of a definition.
        static func to(_ definition: String) -> Value { .text("#/$defs/\(definition)") }
    }

    private(set) var keywords: [(name: String, value: Value)] = []

    /// The schema that everything fits.
    static let any = Schema()

    private init() {}

    init(dictionaryLiteral keywords: (String, Value)...) {
        self.keywords = keywords.map { ($0.0, $0.1) }
    }

    static func reference(_ definition: String) -> Schema { ["$ref": .to(definition)] }

    static func type(_ name: String) -> Schema { ["type": .text(name)] }

    static func type(_ names: [String]) -> Schema { ["type": .texts(names)] }

    static func words(_ words: [String]) -> Schema { ["enum": .texts(words)] }

    /// A text with a pattern, which has no anchors of its own.
    static func text(matching pattern: String) -> Schema { ["type": "string", "pattern": .text("^(?:\(pattern))$")] }

    static func list(of item: Schema) -> Schema { ["type": "array", "items": .schema(item)] }

    static func mapping(of value: Schema) -> Schema { ["type": "object", "additionalProperties": .schema(value)] }

    /// A mapping that has at least this key.
    static func having(_ key: String) -> Schema { ["required": .texts([key])] }

    static func not(_ schema: Schema) -> Schema { ["not": .schema(schema)] }

    /// A value that fits one of these, of which each is taken apart where it is such a choice itself.
    static func any(of schemas: [Schema]) -> Schema {
        let flat = schemas.flatMap { schema -> [Schema] in
            guard schema.keywords.count == 1, case .schemas(let inner)? = schema["anyOf"] else { return [schema] }
            return inner
        }
        if flat.contains(where: \.keywords.isEmpty) { return any }
        return flat.count == 1 ? flat[0] : ["anyOf": .schemas(flat)]
    }

    var orNull: Schema { .any(of: [self, .type("null")]) }

    /// The same with a keyword before or behind the others.
    func with(_ name: String, _ value: Value, first: Bool = false) -> Schema {
        var schema = self
        schema.keywords.insert((name, value), at: first ? 0 : keywords.count)
        return schema
    }

    func described(_ text: String) -> Schema { with("description", .text(text), first: true) }

    subscript(name: String) -> Value? { keywords.first { $0.name == name }?.value }
}

extension Schema {
    /// The schema as indented JSON, ending with a line break.
    var text: String {
        var writer = IndentedJSON()
        writer.write(self)
        return writer.text + "\n"
    }
}

/// Writes JSON for people: two spaces a level, short lists of scalars on one line.
private struct IndentedJSON {
    private(set) var text = ""
    private var depth = 0
    private static let width = 120

    init() {}

    mutating func write(_ schema: Schema) {
        // What everything fits is written as such.
        guard !schema.keywords.isEmpty else { return text += "true" }
        if let line = Self.line(schema), line.utf8.count + 2 * depth <= Self.width { return text += line }
        writeList("{", "}", schema.keywords.count) { writer, index in
            writer.text += JSONWriter.text(.string(schema.keywords[index].name)) + ": "
            writer.write(schema.keywords[index].value)
        }
    }

    private mutating func write(_ value: Schema.Value) {
        switch value {
        case .json(.array(let items)):
            let line = "[" + items.map { JSONWriter.text($0) }.joined(separator: ", ") + "]"
            if line.utf8.count + 2 * depth <= Self.width { return text += line }
            writeList("[", "]", items.count) { $0.text += JSONWriter.text(items[$1]) }
        case .json(let value): text += JSONWriter.text(value)
        case .schema(let schema): write(schema)
        case .schemas(let schemas): writeList("[", "]", schemas.count) { $0.write(schemas[$1]) }
        case .object(let members):
            writeList("{", "}", members.count) { writer, index in
                writer.text += JSONWriter.text(.string(members[index].0)) + ": "
                writer.write(members[index].1)
            }
        }
    }

    private mutating func writeList(_ open: String, _ close: String, _ count: Int, item: (inout Self, Int) -> Void) {
        guard count > 0 else { return text += open + close }
        text += open
        depth += 1
        for index in 0..<count {
            text += (index > 0 ? ",\n" : "\n") + String(repeating: "  ", count: depth)
            item(&self, index)
        }
        depth -= 1
        text += "\n" + String(repeating: "  ", count: depth) + close
    }

    /// A schema of one keyword with a plain value, on one line.
    private static func line(_ schema: Schema) -> String? {
        guard schema.keywords.count == 1, case .json(let value) = schema.keywords[0].value else { return nil }
        let items: [JSONValue] = if case .array(let items) = value { items } else { [value] }
        let texts = items.map { JSONWriter.text($0) }.joined(separator: ", ")
        let shown = if case .array = value { "[\(texts)]" } else { texts }
        return "{ \(JSONWriter.text(.string(schema.keywords[0].name))): \(shown) }"
    }
}
