package import FlowValue

/// A value as it is written: a literal, or text and collections with expressions in them.
package indirect enum Template: Hashable, Sendable {
    case literal(JSONValue)
    /// A scalar that is one expression; it keeps the value's type.
    case expression(Expression)
    /// Text with expressions in it; always a string.
    case text([Part])
    case list([Template])
    case object([Entry])

    package enum Part: Hashable, Sendable {
        case text(String)
        case expression(Expression)
    }

    package struct Entry: Hashable, Sendable {
        package let key: String
        package let value: Template

        package init(key: String, value: Template) {
            self.key = key
            self.value = value
        }
    }

    /// Whether a text may hold an expression or an escaped one.
    package static func mayHoldExpression(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index + 2 < bytes.count {
            if bytes[index] == UInt8(ascii: "$"), bytes[index + 1] == UInt8(ascii: "{"),
                bytes[index + 2] == UInt8(ascii: "{")
            {
                return true
            }
            index += 1
        }
        return false
    }

    /// Parses the text of a scalar: `${{ … }}` is an expression, `$${{` a literal `${{`.
    ///
    /// White space around a lone expression does not make it text.
    package static func parse(_ text: String) throws(ExpressionError) -> Template {
        let bytes = Array(text.utf8)
        guard mayHoldExpression(bytes) else { return .literal(.string(text)) }
        var parts: [Part] = []
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: "$${{".utf8) {
                plain += Array("${{".utf8)
                index += 4
            } else if bytes[index...].starts(with: "${{".utf8) {
                guard let end = closing(bytes, from: index + 3) else {
                    throw ExpressionError("this '${{' has no '}}'", at: Expression.Place(index, index + 3))
                }
                if !plain.isEmpty {
                    parts.append(.text(String(decoding: plain, as: UTF8.self)))
                    plain = []
                }
                parts.append(.expression(try ExpressionParser.parse(bytes, index + 3..<end)))
                index = end + 2
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
        let isSpace: (Part) -> Bool = { part in
            guard case .text(let text) = part else { return false }
            return text.utf8.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        }
        let solid = parts.filter { !isSpace($0) }
        if solid.count == 1, case .expression(let expression) = solid[0] { return .expression(expression) }
        if parts.count == 1, case .text(let text) = parts[0] { return .literal(.string(text)) }
        return .text(parts)
    }

    /// The `}}` that ends an expression: not one inside a string, and not two braces of objects inside it.
    static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        var quote: UInt8?
        var braces = 0
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "{") {
                braces += 1
            } else if byte == UInt8(ascii: "}") {
                if braces > 0 {
                    braces -= 1
                } else if index + 1 < bytes.count, bytes[index + 1] == byte {
                    return index
                }
            }
            index += 1
        }
        return nil
    }

    /// Calls `body` with every expression in the template.
    package func forEachExpression(_ body: (Expression) -> Void) {
        switch self {
        case .literal: break
        case .expression(let expression): body(expression)
        case .text(let parts):
            for case .expression(let expression) in parts { body(expression) }
        case .list(let items): items.forEach { $0.forEachExpression(body) }
        case .object(let entries): entries.forEach { $0.value.forEachExpression(body) }
        }
    }

    /// The value, with every expression evaluated.
    package func value(in scope: some ExpressionScope) throws(ExpressionError) -> JSONValue {
        switch self {
        case .literal(let value):
            return value
        case .expression(let expression):
            return try Evaluator(scope: scope).value(expression)
        case .text(let parts):
            var text = ""
            for part in parts {
                switch part {
                case .text(let plain): text += plain
                case .expression(let expression):
                    text += try Self.text(try Evaluator(scope: scope).value(expression))
                }
                guard text.utf8.count <= ExpressionLimits.stringInBytes else {
                    throw ExpressionError("a string over 16 MiB")
                }
            }
            return .string(text)
        case .list(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try item.value(in: scope)) }
            return .array(values)
        case .object(let entries):
            var object = JSONObject()
            for entry in entries { object[entry.key] = try entry.value.value(in: scope) }
            return .object(object)
        }
    }

    /// The value of a template of literals and names that are bound.
    ///
    /// - Parameter bound: The value of a name; nil where it is not bound.
    /// - Returns: Nil where anything else stands in it.
    package func value(ofBound bound: (String) -> JSONValue?) -> JSONValue? {
        switch self {
        case .literal(let value): return value
        case .expression(.literal(let value)): return value
        case .expression(.name(let name, _)): return bound(name)
        case .expression, .text: return nil
        case .list(let items):
            var values: [JSONValue] = []
            values.reserveCapacity(items.count)
            for item in items {
                guard let value = item.value(ofBound: bound) else { return nil }
                values.append(value)
            }
            return .array(values)
        case .object(let entries):
            var object = JSONObject()
            for entry in entries {
                guard let value = entry.value.value(ofBound: bound) else { return nil }
                object[entry.key] = value
            }
            return .object(object)
        }
    }

    private static func text(_ value: JSONValue) throws(ExpressionError) -> String {
        switch value {
        case .string(let text): return text
        case .array, .object:
            throw ExpressionError("a \(value.typeName) cannot stand inside text; use json() or join()")
        case .null, .bool, .int, .float: return JSONWriter.text(value)
        }
    }
}
