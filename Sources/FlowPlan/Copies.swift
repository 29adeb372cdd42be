package import FlowExpression
import FlowModel
package import FlowValue

/// The copies of a fan-out, or the pieces of `chunks`.
package struct Copies: Sendable {
    struct Copy: Sendable {
        var bindings: [PlanScope.Binding] = []
        var items: [JSONValue]?
    }

    var list: [Copy]
    var keys: [String]

    package var count: Int { list.count }

    package static let limit = 1_000_000

    /// The copies that a node has, from the values of its expressions.
    ///
    /// - Parameters:
    ///   - node: A fan-out or `chunks`.
    ///   - plan: Its plan.
    ///   - value: The value of a template or an expression of the node, with the names that a copy binds.
    /// - Returns: The copies.
    /// - Throws: `ExpressionError` if the expressions give none.
    package static func copies(
        of node: NodeIndex, in plan: Plan,
        value: (Template, [PlanScope.Binding]) throws(ExpressionError) -> JSONValue
    ) throws(ExpressionError) -> Copies {
        let modifiers = plan.modifiers(of: node)
        guard let fanOut = modifiers.fanOut, plan[node].kind == .fanOut else {
            return try pieces(modifiers, value)
        }
        switch fanOut {
        case .foreach(let items, let name, let key, _):
            return try foreach(try value(items, []), name, key, value)
        case .matrix(let axes, _):
            return try matrix(axes)
        }
    }

    private static func foreach(
        _ items: JSONValue, _ name: String, _ key: Expression?,
        _ value: (Template, [PlanScope.Binding]) throws(ExpressionError) -> JSONValue
    ) throws(ExpressionError) -> Copies {
        guard case .array(let items) = items else {
            throw ExpressionError("'foreach' takes a list, not \(phrase(items))")
        }
        guard items.count <= limit else { throw tooMany }
        var list: [Copy] = []
        var keys: [JSONValue] = []
        list.reserveCapacity(items.count)
        keys.reserveCapacity(items.count)
        for item in items {
            let bindings = [PlanScope.Binding(name: name, value: item)]
            list.append(Copy(bindings: bindings))
            keys.append(try key.map { key throws(ExpressionError) in try value(.expression(key), bindings) } ?? item)
        }
        return Copies(list: list, keys: CopyKeys.keys(ofItems: keys))
    }

    private static func matrix(_ axes: [FanOut.Axis]) throws(ExpressionError) -> Copies {
        let count = axes.reduce(1) { min($0 * $1.values.count, 2 * limit) }
        guard count <= limit else { throw tooMany }
        var list = [Copy()]
        var parts: [[JSONValue]] = [[]]
        for axis in axes {
            list = list.flatMap { copy in
                axis.values.map {
                    Copy(bindings: copy.bindings + [PlanScope.Binding(name: axis.name, value: $0)])
                }
            }
            parts = parts.flatMap { part in axis.values.map { part + [$0] } }
        }
        return Copies(list: list, keys: CopyKeys.keys(parts))
    }

    private static func pieces(
        _ modifiers: NodeModifiers,
        _ value: (Template, [PlanScope.Binding]) throws(ExpressionError) -> JSONValue
    ) throws(ExpressionError) -> Copies {
        guard let template = modifiers.items, case .array(let items) = try value(template, []) else {
            throw ExpressionError("'items' takes a list")
        }
        let size = max(1, modifiers.chunkSize)
        var list: [Copy] = []
        for start in stride(from: 0, to: items.count, by: size) {
            list.append(Copy(items: Array(items[start..<min(items.count, start + size)])))
        }
        guard list.count <= limit else { throw tooMany }
        return Copies(list: list, keys: list.indices.map(String.init))
    }

    /// One copy that stands for a number of them which is not known.
    package static func unknown(of node: NodeIndex, in plan: Plan) -> Copies {
        var copy = Copy()
        if case .foreach(_, let name, _, _)? = plan.modifiers(of: node).fanOut {
            copy.bindings = [PlanScope.Binding(name: name, value: .null)]
        } else {
            copy.items = []
        }
        return Copies(list: [copy], keys: ["?"])
    }

    private static var tooMany: ExpressionError { ExpressionError("more than 1 000 000 copies") }

    private static func phrase(_ value: JSONValue) -> String {
        let name = value.typeName
        if name == "null" { return name }
        return "aeiou".contains(name.first ?? "x") ? "an \(name)" : "a \(name)"
    }

    /// The copies that are known before the node is reached; nil where they follow from results.
    static func known(
        of node: NodeIndex, in plan: Plan, isBeforeRun: Bool
    ) throws(PlanError) -> Copies? {
        let modifiers = plan.modifiers(of: node)
        let scope = plan[node].scope
        switch modifiers.fanOut {
        case .foreach(let items, let name, let key, _):
            guard StaticScope.knows(items, in: plan, scope),
                key.map({ StaticScope.knows(.expression($0), in: plan, scope, besides: name) }) ?? true
            else { return nil }
        case .matrix: break
        case nil:
            guard modifiers.items.map({ StaticScope.knows($0, in: plan, scope) }) ?? true else { return nil }
        }
        do throws(ExpressionError) {
            return try copies(of: node, in: plan) { template, bindings throws(ExpressionError) in
                try template.value(in: StaticScope(plan: plan, scope: scope, bindings: bindings))
            }
        } catch {
            // Inside a copy or a call that is made during the run, the node itself fails when it is reached.
            guard isBeforeRun else { return nil }
            throw PlanError(step: plan.id(of: node), message: error.message)
        }
    }
}

/// What is known of a node before it is reached: parameters and the names that enclose it.
struct StaticScope: ExpressionScope {
    let plan: Plan
    let scope: ScopeIndex
    let bindings: [PlanScope.Binding]

    /// Whether all that a template reads is known.
    static func knows(_ template: Template, in plan: Plan, _ scope: ScopeIndex, besides bound: String = "") -> Bool {
        var isKnown = true
        template.forEachExpression { expression in
            if expression.readsClock { isKnown = false }
            expression.forEachReference { path in
                let name = path[0].name
                if name == bound || plan.binding(name, in: scope) != nil { return }
                if name == "params", plan.parameters(in: scope) != nil { return }
                isKnown = false
            }
        }
        return isKnown
    }

    func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? {
        if let binding = bindings.first(where: { $0.name == name }) { return binding.value }
        if let value = plan.binding(name, in: scope) { return value }
        if name == "params" { return .object(plan.parameters(in: scope) ?? JSONObject()) }
        return nil
    }

    func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? { nil }

    var now: String { "" }
}
