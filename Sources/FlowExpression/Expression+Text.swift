import FlowValue

extension Expression {
    /// The expression as it could be written; parentheses stand where a reader may need them.
    package var text: String {
        switch self {
        case .literal(let value): JSONWriter.text(value)
        case .name(let name, _): name
        case .member(let base, let name, _): "\(base.operandText).\(name)"
        case .index(let base, let index): "\(base.operandText)[\(index.text)]"
        case .unary(let sign, let operand): "\(sign.rawValue)\(operand.operandText)"
        case .binary(let sign, let left, let right): "\(left.operandText) \(sign.rawValue) \(right.operandText)"
        case .conditional(let condition, let left, let right):
            "\(condition.operandText) ? \(left.operandText) : \(right.operandText)"
        case .call(let function, let arguments):
            "\(function.rawValue)(\(arguments.map(\.text).joined(separator: ", ")))"
        case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
        case .object(let entries):
            "{\(entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
        }
    }

    private var operandText: String {
        switch self {
        case .binary, .conditional: "(\(text))"
        case .literal, .name, .member, .index, .unary, .call, .list, .object: text
        }
    }

    /// The names in the expression with the members and places that are read of them, longest first.
    package func forEachOperand(_ body: (Expression) -> Void) {
        switch self {
        case .literal: break
        case .name, .member: body(self)
        case .index(_, let index):
            body(self)
            index.forEachOperand(body)
        case .unary(_, let operand): operand.forEachOperand(body)
        case .binary(_, let left, let right):
            left.forEachOperand(body)
            right.forEachOperand(body)
        case .conditional(let condition, let left, let right):
            condition.forEachOperand(body)
            left.forEachOperand(body)
            right.forEachOperand(body)
        case .call(_, let arguments): arguments.forEach { $0.forEachOperand(body) }
        case .list(let items): items.forEach { $0.forEachOperand(body) }
        case .object(let entries): entries.forEach { $0.value.forEachOperand(body) }
        }
    }
}
