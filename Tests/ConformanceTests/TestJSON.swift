/// A JSON value as the judge reads it: integers, floats and booleans are different things.
///
/// The judge has a reader of its own, so that a fault of flowrun's reader cannot hide one of its writer.
enum TestJSON: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([TestJSON])
    case object([Member])

    /// A key of an object and its value; keys are unique, and stand as written.
    struct Member: Sendable {
        let key: String
        let value: TestJSON
    }

    /// Reads one JSON document (RFC 8259).
    ///
    /// - Throws: `TestJSONReader.Failure` on anything else: text after the value, bytes that are not UTF-8, a key that
    ///   stands twice, an integer beyond 64 bits.
    init(reading bytes: some Sequence<UInt8>) throws {
        var reader = TestJSONReader(bytes)
        self = try reader.document()
    }

    init(reading text: String) throws {
        try self.init(reading: text.utf8)
    }
}

// MARK: - Looking into a value

extension TestJSON {
    var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    var elements: [TestJSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value as a number, whether it is written as an integer or as a float.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .null, .boolean, .string, .array, .object: nil
        }
    }

    /// The value of a key; nil where it is missing, or where this is no object.
    subscript(key: String) -> TestJSON? {
        members?.first { $0.key == key }?.value
    }
}

extension TestJSON: Equatable {
    /// Whether two values are the same, types included: `1`, `1.0` and `true` differ.
    ///
    /// The order of an object's members does not count.
    static func == (left: TestJSON, right: TestJSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): left.unicodeScalars.elementsEqual(right.unicodeScalars)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { TestJSON.object(right)[$0.key] == $0.value }
        case (.null, _), (.boolean, _), (.integer, _), (.double, _), (.string, _), (.array, _), (.object, _): false
        }
    }
}

// MARK: - Writing

extension TestJSON: CustomStringConvertible {
    /// The value on one line, as Python's `json.dumps(value, ensure_ascii=False)` writes it: `$contains` looks in that.
    var description: String {
        switch self {
        case .null: "null"
        case .boolean(let value): String(value)
        case .integer(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): Self.quoted(value)
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
        }
    }

    /// The value for a message: on one line and not longer than 160 characters.
    var shown: String {
        let text = description
        return text.count <= 160 ? text : text.prefix(157) + "..."
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
