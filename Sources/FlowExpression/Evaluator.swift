package import FlowValue

/// What the names of an expression stand for.
package protocol ExpressionScope {
    /// The value of a root name; nil if there is no such name here.
    func value(ofRoot name: String) throws(ExpressionError) -> JSONValue?
    /// The value of a path such as `steps.build.result`, so that a scope need not build whole objects; nil to go by the
    /// root's value.
    func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue?
    /// ISO 8601 text of the present time.
    var now: String { get }
}

/// Evaluates expressions: no loops, no effects, bounded in time and size.
package struct Evaluator<Scope: ExpressionScope> {
    private let scope: Scope

    package init(scope: Scope) {
        self.scope = scope
    }

    /// The value of an expression.
    ///
    /// - Throws: ``ExpressionError`` for a missing key, an index out of range, overflow, division by zero, a wrong type.
    package func value(_ expression: Expression) throws(ExpressionError) -> JSONValue {
        switch expression {
        case .literal(let value): return value
        case .name(let name, _):
            guard let value = try scope.value(ofRoot: name) else {
                throw ExpressionError("'\(name)' has no value here")
            }
            return value
        case .member(let base, let name, _):
            if let path = path(expression), let value = try scope.value(ofPath: path) { return value }
            return try member(try value(base), name)
        case .index(let base, let index): return try element(try value(base), try value(index))
        case .unary(.not, let operand): return .bool(try !bool(try value(operand), "!"))
        case .unary(.minus, let operand): return try negated(try value(operand))
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right)
        case .conditional(let condition, let left, let right):
            return try bool(try value(condition), "?") ? value(left) : value(right)
        case .call(let function, let arguments):
            var values: [JSONValue] = []
            for argument in arguments { values.append(try value(argument)) }
            return try FunctionCall(function, values, now: scope.now).value()
        case .list(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try value(item)) }
            return .array(values)
        case .object(let entries):
            var object = JSONObject()
            for entry in entries { object[entry.key] = try value(entry.value) }
            return .object(object)
        }
    }

    private func path(_ expression: Expression) -> [String]? {
        switch expression {
        case .name(let name, _): [name]
        case .member(let base, let name, _): path(base).map { $0 + [name] }
        default: nil
        }
    }

    private func member(_ base: JSONValue, _ name: String) throws(ExpressionError) -> JSONValue {
        guard case .object(let object) = base else {
            throw ExpressionError("'.\(name)' of a \(base.typeName)")
        }
        guard let value = object[name] else { throw ExpressionError("there is no '\(name)'") }
        return value
    }

    private func element(_ base: JSONValue, _ index: JSONValue) throws(ExpressionError) -> JSONValue {
        switch (base, index) {
        case (.object, .string(let key)): return try member(base, key)
        case (.array(let items), .int(let index)):
            let position = index < 0 ? index + Int64(items.count) : index
            guard position >= 0, position < items.count else {
                throw ExpressionError("index \(index) of a list of \(items.count)")
            }
            return items[Int(position)]
        default: throw ExpressionError("a \(base.typeName) has no index of type \(index.typeName)")
        }
    }

    private func bool(_ value: JSONValue, _ symbol: String) throws(ExpressionError) -> Bool {
        guard case .bool(let bool) = value else {
            throw ExpressionError("'\(symbol)' takes a bool, not a \(value.typeName)")
        }
        return bool
    }

    private func negated(_ value: JSONValue) throws(ExpressionError) -> JSONValue {
        switch value {
        case .int(let int):
            guard int != .min else { throw ExpressionError("overflow") }
            return .int(-int)
        case .float(let float): return .float(-float)
        default: throw ExpressionError("'-' of a \(value.typeName)")
        }
    }

    private func binary(
        _ symbol: Expression.Binary, _ left: Expression, _ right: Expression
    ) throws(ExpressionError) -> JSONValue {
        switch symbol {
        case .or:
            if try bool(try value(left), "||") { return .bool(true) }
            return .bool(try bool(try value(right), "||"))
        case .and:
            guard try bool(try value(left), "&&") else { return .bool(false) }
            return .bool(try bool(try value(right), "&&"))
        case .orElse:
            if let value = try optional(left), value != .null { return value }
            return try value(right)
        default: break
        }
        let (left, right) = (try value(left), try value(right))
        switch symbol {
        case .equal: return .bool(left == right)
        case .unequal: return .bool(left != right)
        case .less: return .bool(try Arithmetic.isLess(left, right, symbol))
        case .greater: return .bool(try Arithmetic.isLess(right, left, symbol))
        case .lessOrEqual: return .bool(try !Arithmetic.isLess(right, left, symbol))
        case .greaterOrEqual: return .bool(try !Arithmetic.isLess(left, right, symbol))
        case .contained: return .bool(try Arithmetic.contains(right, left))
        case .plus, .minus, .times, .divided, .modulo: return try Arithmetic.result(symbol, left, right)
        case .or, .and, .orElse: return .null
        }
    }

    /// The value of the left side of `??`: nil where a key is missing.
    private func optional(_ expression: Expression) throws(ExpressionError) -> JSONValue? {
        switch expression {
        case .member(let base, let name, _):
            if let path = path(expression), let value = try scope.value(ofPath: path) { return value }
            guard case .object(let object)? = try optional(base) else { return nil }
            return object[name]
        case .index(let base, let index):
            guard let base = try optional(base) else { return nil }
            if case .object(let object) = base, case .string(let key) = try value(index) { return object[key] }
            return try element(base, try value(index))
        default: return try value(expression)
        }
    }
}

/// The sizes within which expressions are evaluated.
package enum ExpressionLimits {
    /// The longest string that an expression may make.
    package static let stringInBytes = 16 << 20
    /// The longest list that an expression may make.
    package static let listItems = 1_000_000
}
