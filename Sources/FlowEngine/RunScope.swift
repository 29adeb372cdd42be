package import FlowExpression
import FlowModel
import FlowPlan
package import FlowValue

/// What the names in the expressions of one node stand for.
package struct RunScope: ExpressionScope {
    private let shared: Shared
    let node: NodeIndex
    /// Inside a task: what it was called with.
    let arguments: RunMachine.Arguments?
    /// Inside a task: its request, as JSON, and the secrets that it may see.
    package var request: [UInt8]?
    package var secrets: JSONObject?
    private var bindings: [PlanScope.Binding] = []
    /// The entries before the one that is being evaluated.
    private var partialEnvironment: JSONObject?

    init(machine: RunMachine, node: NodeIndex, arguments: RunMachine.Arguments?) {
        shared = Shared(machine)
        self.node = node
        self.arguments = arguments
    }

    /// The machine behind one reference: an evaluator copies its scope for each expression.
    private final class Shared: Sendable {
        let machine: RunMachine

        init(_ machine: RunMachine) {
            self.machine = machine
        }
    }

    private var machine: RunMachine { _read { yield shared.machine } }

    /// The scope with names of one copy.
    func binding(_ bindings: [PlanScope.Binding]) -> RunScope {
        var scope = self
        scope.bindings = bindings
        return scope
    }

    package var now: String { machine.now.iso8601 }

    package func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? {
        if let binding = bindings.first(where: { $0.name == name }) { return binding.value }
        if let bound = machine.plan.binding(name, in: machine.plan[node].scope) { return bound }
        switch name {
        case "params": return .object(machine.plan.parameters(in: machine.plan[node].scope) ?? JSONObject())
        case "env": return .object(environment)
        case "run": return .object(run)
        case "parent":
            guard machine.rehearsal == nil || !machine.isParentUnknown(of: node) else { throw .unknownValue }
            return machine.parentValue(of: node) ?? .null
        case "error": return errorPayload()
        case "args": return .object(namedArguments)
        case "kwargs": return .object(arguments?.kwargs ?? JSONObject())
        case "request": return request.flatMap { try? JSONReader.read($0) }
        case "secrets": return secrets.map { .object($0) }
        default: return nil
        }
    }

    package func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? {
        guard path.count >= 3, path[0] == "steps", let step = machine.plan.step(path[1], from: node) else {
            if path.count == 2, path[0] == "params" {
                return machine.plan.parameters(in: machine.plan[node].scope)?[path[1]]
            }
            return nil
        }
        // Deeper paths go on from the three that a step has.
        guard path.count == 3 else { return nil }
        switch path[2] {
        case "result":
            guard !machine.isUnknown(step) else { throw .unknownValue }
            return machine.readableResult(of: step) ?? .null
        case "state": return .string(machine[step].state.name)
        case "error": return machine.failures[step]?.json ?? .null
        default: throw ExpressionError("a step has 'result', 'state' and 'error', not '\(path[2])'")
        }
    }

    /// The file's `env`; each entry sees those before it, and what has no value is missing.
    private var environment: JSONObject {
        if let partialEnvironment { return partialEnvironment }
        var scope = self
        var environment = JSONObject()
        for entry in machine.plan.unit(of: node).env {
            scope.partialEnvironment = environment
            environment[entry.name] = try? entry.value.value(in: scope)
        }
        return environment
    }

    /// `run`; in an `on_exit` with what the run, or the called workflow, will be.
    private var run: JSONObject {
        var run: JSONObject = [
            "id": .string(machine.identity.id), "name": .string(machine.identity.name),
            "started_at": .string(machine.identity.startedAt.iso8601),
        ]
        guard let exit = enclosing(.onExit) else { return run }
        guard let call = machine.plan[exit].parent, let canvas = machine.plan.members(of: call).first else {
            run.append("state", .string(machine.expectedState.name))
            run.append("error", machine.runError ?? .null)
            return run
        }
        let hasFailed = machine.blames(canvas)
        run.append("state", .string(hasFailed ? machine[canvas].state.name : TaskState.success.name))
        run.append("error", hasFailed ? machine.failurePayload(of: canvas) : .null)
        return run
    }

    /// The nearest node around this one, or itself, with a role.
    private func enclosing(_ role: NodeSpec.Role) -> NodeIndex? {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if machine.plan[index].role == role { return index }
            cursor = machine.plan[index].parent
        }
        return nil
    }

    private func errorPayload() -> JSONValue {
        guard let callback = enclosing(.linkError), let failed = machine.plan[callback].parent else { return .null }
        return machine.failurePayload(of: failed)
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
