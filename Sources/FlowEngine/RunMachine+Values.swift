package import FlowExpression
import FlowModel
package import FlowPlan
package import FlowValue

/// What nodes receive and give: the one rule of data flow (SPEC 5).
extension RunMachine {
    // MARK: Results

    /// The result of a node; nil where it gives none.
    ///
    /// - Complexity: O(values below the node).
    package func result(of node: NodeIndex) -> JSONValue? {
        let status = nodes[Int(node.index)]
        guard status.state == .success else { return nil }
        switch plan[node].kind {
        case .task, .map, .starmap: return results[Int(node.index)]
        case .chain:
            var value: JSONValue?
            for member in plan.members(of: node) where !isTransparent(member) {
                value = result(of: member) ?? .null
            }
            return value ?? handed(to: node) ?? .null
        case .group, .fanOut, .chunks:
            return .array(plan.members(of: node).map { result(of: $0) ?? .null })
        case .chord:
            guard let body = plan.children(of: node, .body).first else { return nil }
            return isTransparent(body) ? header(of: node) : result(of: body) ?? .null
        case .steps: return stepsResult(node)
        }
    }

    private func header(of chord: NodeIndex) -> JSONValue {
        .array(plan.members(of: chord).map { result(of: $0) ?? .null })
    }

    private func stepsResult(_ node: NodeIndex) -> JSONValue {
        if let template = plan.modifiers(of: node).result {
            return (try? template.value(in: scope(of: node))) ?? .null
        }
        let leaves = plan.members(of: node).filter { plan.dependents(of: $0).isEmpty }
        if leaves.count == 1, let leaf = leaves.first { return result(of: leaf) ?? .null }
        var object = JSONObject()
        for leaf in leaves { object.append(plan.spec(of: leaf).id, result(of: leaf) ?? .null) }
        return .object(object)
    }

    private func isTransparent(_ node: NodeIndex) -> Bool {
        self[node].state == .skipped && causes[node] == SkipCause(node: node, reason: .when)
    }

    // MARK: What is handed on

    /// What the node's parent in the data flow hands to it; nil where nothing does.
    package func handed(to node: NodeIndex) -> JSONValue? {
        var node = node
        while let parent = plan[node].parent {
            switch plan[node].role {
            case .root, .copy, .onExit: return nil
            case .link: return result(of: parent) ?? .null
            case .linkError: return failurePayload(of: parent)
            case .body: return header(of: parent)
            case .member: break
            }
            switch plan[parent].kind {
            case .chain:
                if self[node].giver != .max { return result(of: NodeIndex(Int(self[node].giver))) ?? .null }
                // Nothing before it ran: what the chain received, or null after skipped members.
                if plan[node].position > 0 { return handed(to: parent) ?? .null }
            case .steps:
                let needs = plan.needs(of: node)
                switch plan.spec(of: node).needsForm {
                case .one: return needs.first.map { result(of: $0.node) ?? .null }
                case .list: return .array(needs.map { result(of: $0.node) ?? .null })
                case .ends: return nil
                case .none: break
                }
            case .group, .chord, .fanOut, .chunks, .task, .map, .starmap: break
            }
            node = parent
        }
        return nil
    }

    /// The argument of a `link_error`: `{step, task_id, task, state, error, args, kwargs, retries}`.
    package func failurePayload(of node: NodeIndex) -> JSONValue {
        if isChordError(node), let cause = causes[node] {
            let member = plan.id(of: cause.node)
            let error = failures[cause.node].map { "\($0.type)(\($0.message))" } ?? self[cause.node].state.name
            let failure = TaskFailure(type: "ChordError", message: "dependency \(member) raised \(error)")
            return payload(node, state: .failure, failure)
        }
        let blamed = self[node].blame == .max ? node : NodeIndex(Int(self[node].blame))
        return payload(blamed, state: self[blamed].state, failures[blamed])
    }

    private func payload(_ node: NodeIndex, state: TaskState, _ failure: TaskFailure?) -> JSONValue {
        let arguments = try? self.arguments(of: node)
        return .object([
            "step": .string(plan.id(of: node)), "task_id": .string(taskID(of: node)),
            "task": plan.task(of: node).map { .string($0.name) } ?? .null, "state": .string(state.name),
            "error": failure?.json ?? .null, "args": .array(arguments?.args ?? []),
            "kwargs": .object(arguments?.kwargs ?? JSONObject()), "retries": .int(Int64(self[node].retries)),
        ])
    }

    /// The id of a node's task: the same through all its attempts, and over every replay.
    package func taskID(of node: NodeIndex) -> String {
        "\(identity.id).\(node.index)"
    }

    // MARK: Arguments

    package struct Arguments: Sendable {
        package var args: [JSONValue]
        package var kwargs: JSONObject

        package init(args: [JSONValue], kwargs: JSONObject) {
            self.args = args
            self.kwargs = kwargs
        }
    }

    /// The arguments of a task: what its parent hands on, then its own.
    package func arguments(of node: NodeIndex) throws(ExpressionError) -> Arguments {
        let spec = plan.spec(of: node)
        var arguments = Arguments(args: [], kwargs: JSONObject())
        guard plan[node].kind == .task else { return arguments }
        if !spec.isImmutable, let handed = handed(to: node) { arguments.args.append(handed) }
        if case .array(let own)? = try plan.spec.template(spec.args).map({ template throws(ExpressionError) in
            try value(template, node)
        }) {
            arguments.args += own
        }
        if case .object(let own)? = try plan.spec.template(spec.kwargs).map({ template throws(ExpressionError) in
            try value(template, node)
        }) {
            arguments.kwargs = own
        }
        return arguments
    }

    /// The items that `map`, `starmap` or a piece of `chunks` goes through.
    package func items(of node: NodeIndex) throws(ExpressionError) -> [JSONValue] {
        if let piece = plan.chunkItems(of: node) { return piece }
        guard
            case .array(let items)? = try plan.modifiers(of: node).items.map({ template throws(ExpressionError) in
                try value(template, node)
            })
        else {
            throw ExpressionError("'items' takes a list")
        }
        return items
    }

    /// What the names in a node's expressions stand for.
    package func scope(of node: NodeIndex, arguments: Arguments? = nil) -> RunScope {
        RunScope(machine: self, node: node, arguments: arguments)
    }

    /// The value of a template; most are literals, which need no scope.
    func value(_ template: Template, _ node: NodeIndex) throws(ExpressionError) -> JSONValue {
        if case .literal(let value) = template { return value }
        return try template.value(in: scope(of: node))
    }

    /// Whether a condition holds, or why it has no answer.
    func evaluate(_ condition: Expression, _ node: NodeIndex) -> Result<Bool, ExpressionError> {
        do {
            guard case .bool(let holds) = try Evaluator(scope: scope(of: node)).value(condition) else {
                throw ExpressionError("'when' is not a bool")
            }
            return .success(holds)
        } catch let error as ExpressionError {
            return .failure(error)
        } catch {
            return .failure(ExpressionError("\(error)"))
        }
    }
}
