package import FlowValue

/// The tree of a `${{ … }}` expression.
package indirect enum Expression: Hashable, Sendable {
    package enum Unary: String, Hashable, Sendable { case not = "!", minus = "-" }

    package enum Binary: String, Hashable, Sendable {
        case or = "||", and = "&&", equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">"
        case greaterOrEqual = ">=", contained = "in", plus = "+", minus = "-", times = "*", divided = "/"
        case modulo = "%", orElse = "??"
    }

    case literal(JSONValue)
    /// A root name: `params`, `steps`, a bound name.
    case name(String, Place)
    case member(Expression, String, Place)
    case index(Expression, Expression)
    case unary(Unary, Expression)
    case binary(Binary, Expression, Expression)
    case conditional(Expression, Expression, Expression)
    case call(ExpressionFunction, [Expression])
    case list([Expression])
    case object([Entry])

    package struct Entry: Hashable, Sendable {
        package let key: String
        package let value: Expression
    }

    /// A range of UTF-8 offsets in the scalar that holds the expression.
    package struct Place: Hashable, Sendable {
        package let start: Int
        package let end: Int

        package init(_ start: Int, _ end: Int) {
            self.start = start
            self.end = end
        }
    }
}

/// The functions of the language, with the number of arguments that each takes.
package enum ExpressionFunction: String, CaseIterable, Hashable, Sendable {
    case len, keys, values, join, split, contains, startsWith = "starts_with", endsWith = "ends_with", lower, upper
    case trim, replace, json, parseJSON = "parse_json", range, sum, min, max, sort, unique, now

    package var arity: ClosedRange<Int> {
        switch self {
        case .now: 0...0
        case .len, .keys, .values, .lower, .upper, .trim, .json, .parseJSON, .sum, .sort, .unique: 1...1
        case .join, .contains, .startsWith, .endsWith: 2...2
        case .split: 1...2
        case .replace: 3...3
        case .range: 1...3
        case .min, .max: 1...64
        }
    }
}

/// Why an expression has no value.
package struct ExpressionError: Error, Hashable, Sendable {
    package let message: String
    /// Where in the scalar, when it is about the text and not about values.
    package let place: Expression.Place?
    /// The name that was called and is no function.
    package let unknownFunction: String?

    package init(_ message: String, at place: Expression.Place? = nil, unknownFunction: String? = nil) {
        self.message = message
        self.place = place
        self.unknownFunction = unknownFunction
    }
}

extension Expression {
    /// The root names and the paths below them that the expression reads, such as `steps.build`.
    package func forEachReference(_ body: (_ path: [(name: String, place: Place)]) -> Void) {
        switch self {
        case .literal: break
        case .name(let name, let place): body([(name, place)])
        case .member(let base, _, _):
            if let path { body(path) } else { base.forEachReference(body) }
        case .index(let base, let index):
            base.forEachReference(body)
            index.forEachReference(body)
        case .unary(_, let operand): operand.forEachReference(body)
        case .binary(_, let left, let right):
            left.forEachReference(body)
            right.forEachReference(body)
        case .conditional(let condition, let left, let right):
            condition.forEachReference(body)
            left.forEachReference(body)
            right.forEachReference(body)
        case .call(_, let arguments): arguments.forEach { $0.forEachReference(body) }
        case .list(let items): items.forEach { $0.forEachReference(body) }
        case .object(let entries): entries.forEach { $0.value.forEachReference(body) }
        }
    }

    private var path: [(name: String, place: Place)]? {
        switch self {
        case .name(let name, let place): [(name, place)]
        case .member(let base, let name, let place): base.path.map { $0 + [(name, place)] }
        default: nil
        }
    }
}

extension Expression {
    /// Whether the value depends on the present time.
    package var readsClock: Bool {
        switch self {
        case .literal, .name: false
        case .member(let base, _, _): base.readsClock
        case .index(let base, let index): base.readsClock || index.readsClock
        case .unary(_, let operand): operand.readsClock
        case .binary(_, let left, let right): left.readsClock || right.readsClock
        case .conditional(let condition, let left, let right):
            condition.readsClock || left.readsClock || right.readsClock
        case .call(let function, let arguments): function == .now || arguments.contains(where: \.readsClock)
        case .list(let items): items.contains(where: \.readsClock)
        case .object(let entries): entries.contains { $0.value.readsClock }
        }
    }
}
