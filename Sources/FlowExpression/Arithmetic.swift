package import FlowValue

/// The operators on values, also used by the built-in tasks.
package enum Arithmetic {
    package static func result(
        _ symbol: Expression.Binary, _ left: JSONValue, _ right: JSONValue
    ) throws(ExpressionError) -> JSONValue {
        switch (left, right) {
        case (.int(let left), .int(let right)) where symbol != .divided: return try integer(symbol, left, right)
        case (.int, .int), (.int, .float), (.float, .int), (.float, .float):
            return try float(symbol, double(left), double(right))
        case (.string(let left), .string(let right)) where symbol == .plus:
            guard left.utf8.count + right.utf8.count <= ExpressionLimits.stringInBytes else {
                throw ExpressionError("a string over 16 MiB")
            }
            return .string(left + right)
        case (.array(let left), .array(let right)) where symbol == .plus:
            guard left.count + right.count <= ExpressionLimits.listItems else {
                throw ExpressionError("a list over 1 000 000 items")
            }
            return .array(left + right)
        default:
            throw ExpressionError("'\(symbol.rawValue)' of a \(left.typeName) and a \(right.typeName)")
        }
    }

    private static func double(_ value: JSONValue) -> Double {
        switch value {
        case .int(let value): Double(value)
        case .float(let value): value
        default: .nan
        }
    }

    private static func integer(
        _ symbol: Expression.Binary, _ left: Int64, _ right: Int64
    ) throws(ExpressionError) -> JSONValue {
        let (value, overflows): (Int64, Bool)
        switch symbol {
        case .plus: (value, overflows) = left.addingReportingOverflow(right)
        case .minus: (value, overflows) = left.subtractingReportingOverflow(right)
        case .times: (value, overflows) = left.multipliedReportingOverflow(by: right)
        default:
            guard right != 0 else { throw ExpressionError("division by zero") }
            (value, overflows) = left.remainderReportingOverflow(dividingBy: right)
        }
        guard !overflows else { throw ExpressionError("overflow of a 64-bit integer") }
        return .int(value)
    }

    private static func float(
        _ symbol: Expression.Binary, _ left: Double, _ right: Double
    ) throws(ExpressionError) -> JSONValue {
        let value: Double
        switch symbol {
        case .plus: value = left + right
        case .minus: value = left - right
        case .times: value = left * right
        default:
            guard right != 0 else { throw ExpressionError("division by zero") }
            value = symbol == .divided ? left / right : left.truncatingRemainder(dividingBy: right)
        }
        guard value.isFinite else { throw ExpressionError("overflow of a float") }
        return .float(value)
    }

    static func isLess(
        _ left: JSONValue, _ right: JSONValue, _ symbol: Expression.Binary
    ) throws(ExpressionError) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.int, .float), (.float, .int), (.float, .float): return double(left) < double(right)
        case (.string(let left), .string(let right)):
            return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        default: throw ExpressionError("'\(symbol.rawValue)' of a \(left.typeName) and a \(right.typeName)")
        }
    }

    static func contains(_ container: JSONValue, _ value: JSONValue) throws(ExpressionError) -> Bool {
        switch (container, value) {
        case (.array(let items), _): return items.contains(value)
        case (.object(let object), .string(let key)): return object[key] != nil
        case (.string(let text), .string(let part)): return text.hasPart(part)
        default: throw ExpressionError("a \(container.typeName) cannot contain a \(value.typeName)")
        }
    }
}

extension String {
    /// Whether the text holds another, scalar by scalar.
    func hasPart(_ part: String) -> Bool {
        part.isEmpty || split(part).count > 1
    }

    /// The parts between occurrences of a separator that is not empty.
    func split(_ separator: String) -> [String] {
        let text = Array(utf8)
        let mark = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + mark.count <= text.count {
            if text[index] == mark[0], text[index..<index + mark.count].elementsEqual(mark) {
                parts.append(String(decoding: text[start..<index], as: UTF8.self))
                index += mark.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(String(decoding: text[start...], as: UTF8.self))
        return parts
    }
}
