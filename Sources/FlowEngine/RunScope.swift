package import FlowExpression
import FlowModel
import FlowPlan
package import FlowValue

/// What the names in the expressions of one node stand for.
package struct RunScope: ExpressionScope {
    let machine: RunMachine
    let node: NodeIndex
    /// Inside a task: what it was called with.
    let arguments: RunMachine.Arguments?

    package var now: String { machine.now.iso8601 }

    package func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? {
        if let bound = machine.plan.binding(name, in: machine.plan[node].scope) { return bound }
        switch name {
        case "params": return .object(machine.plan.parameters)
        case "env": return .object(machine.environment)
        case "run":
            return .object([
                "id": .string(machine.identity.id), "name": .string(machine.identity.name),
                "started_at": .string(machine.identity.startedAt.iso8601),
            ])
        case "parent": return machine.handed(to: node) ?? .null
        case "error": return errorPayload()
        case "args": return .object(namedArguments)
        case "kwargs": return .object(arguments?.kwargs ?? JSONObject())
        default: return nil
        }
    }

    package func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? {
        guard path.count >= 3, path[0] == "steps", let step = machine.plan.step(path[1], from: node) else {
            if path.count == 2, path[0] == "params" { return machine.plan.parameters[path[1]] }
            return nil
        }
        // Deeper paths go on from the three that a step has.
        guard path.count == 3 else { return nil }
        switch path[2] {
        case "result": return machine.result(of: step) ?? .null
        case "state": return .string(machine[step].state.name)
        case "error": return machine.failures[step]?.json ?? .null
        default: throw ExpressionError("a step has 'result', 'state' and 'error', not '\(path[2])'")
        }
    }

    private func errorPayload() -> JSONValue {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if machine.plan[index].role == .linkError, let parent = machine.plan[index].parent {
                return machine.failurePayload(of: parent)
            }
            cursor = machine.plan[index].parent
        }
        return .null
    }

    /// The declared arguments by name, defaults included.
    private var namedArguments: JSONObject {
        guard let arguments, let signature = machine.plan.task(of: node)?.signature else { return JSONObject() }
        var named = JSONObject()
        for (position, argument) in signature.arguments.enumerated() {
            named[argument.name] =
                position < arguments.args.count
                ? arguments.args[position] : arguments.kwargs[argument.name] ?? argument.defaultValue ?? .null
        }
        return named
    }
}
