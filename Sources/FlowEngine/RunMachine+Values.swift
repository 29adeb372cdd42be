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
        case .workflow:
            return results[Int(node.index)] ?? plan.members(of: node).first.map { result(of: $0) ?? .null }
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
        if let value = results[Int(node.index)] { return value }
        let leaves = leaves(of: node)
        if leaves.count == 1, let leaf = leaves.first { return result(of: leaf) ?? .null }
        return object(leaves) { result(of: $0) ?? .null }
    }

    private func leaves(of steps: NodeIndex) -> [NodeIndex] {
        plan.members(of: steps).filter { plan.dependents(of: $0).isEmpty }
    }

    private func object(_ steps: [NodeIndex], _ value: (NodeIndex) -> JSONValue) -> JSONValue {
        var object = JSONObject()
        for step in steps { object.append(plan.spec(of: step).id, value(step)) }
        return .object(object)
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
            case .group, .chord, .fanOut, .chunks, .workflow, .task, .map, .starmap: break
            }
            node = parent
        }
        return nil
    }

    /// What `parent` reads: of a copy it is what its fan-out is handed.
    func parentValue(of node: NodeIndex) -> JSONValue? {
        if let handed = handed(to: node) { return handed }
        var cursor: NodeIndex? = node
        while let index = cursor, plan.isPart(index) {
            if plan[index].role == .root { return nil }
            if plan[index].role == .copy { return plan[index].parent.flatMap { parentValue(of: $0) } }
            cursor = plan[index].parent
        }
        return nil
    }

    /// Whether a rehearsal does not know what ``parentValue(of:)`` is.
    func isParentUnknown(of node: NodeIndex) -> Bool {
        var cursor: NodeIndex? = node
        while let index = cursor, let parent = plan[index].parent {
            switch plan[index].role {
            case .root, .onExit: return false
            case .link: return isUnknown(parent)
            case .linkError: return false
            case .body: return plan.members(of: parent).contains { isUnknown($0) }
            case .copy, .member: break
            }
            if plan[parent].kind == .chain, plan[index].role == .member, self[index].giver != .max {
                return isUnknown(NodeIndex(Int(self[index].giver)))
            }
            let needs = plan.needs(of: index)
            if !needs.isEmpty { return needs.contains { isUnknown($0.node) } }
            cursor = parent
        }
        return false
    }

    /// The result of a node as readers see it: what `ignore_result` keeps only for those that it is handed to is null
    /// when they have ended.
    package func readableResult(of node: NodeIndex) -> JSONValue? {
        guard self[node].state == .success else { return nil }
        guard ignoresResults else { return result(of: node) }
        switch plan[node].kind {
        case .task, .map, .starmap: return isDropped(node) ? .null : results[Int(node.index)]
        case .chain:
            guard let last = plan.members(of: node).last(where: { !isTransparent($0) }) else {
                return result(of: node)
            }
            return readableResult(of: last) ?? .null
        case .group, .fanOut, .chunks:
            return .array(plan.members(of: node).map { readableResult(of: $0) ?? .null })
        case .chord:
            guard let body = plan.children(of: node, .body).first, !isTransparent(body) else {
                return result(of: node)
            }
            return readableResult(of: body) ?? .null
        case .steps:
            if let value = results[Int(node.index)] { return value }
            let leaves = leaves(of: node)
            if leaves.count == 1, let leaf = leaves.first { return readableResult(of: leaf) ?? .null }
            return object(leaves) { readableResult(of: $0) ?? .null }
        case .workflow:
            return results[Int(node.index)] ?? plan.members(of: node).first.map { readableResult(of: $0) ?? .null }
        }
    }

    /// Whether a task's result is ignored, and nobody waits for it any more.
    private func isDropped(_ node: NodeIndex) -> Bool {
        plan.options(of: node).ignoreResult.value == true && hasBeenHandedOn(node)
    }

    /// Whether all that a node's result is handed to has ended.
    private func hasBeenHandedOn(_ node: NodeIndex) -> Bool {
        for link in plan.children(of: node, .link) where self[link].phase != .final { return false }
        guard plan.isPart(node), let parent = plan[node].parent else { return true }
        switch plan[parent].kind {
        case .chain:
            var next = plan.nextSibling(of: node)
            while let follower = next, plan[follower].role == .member {
                if self[follower].phase != .final { return false }
                if !isTransparent(follower) { return true }
                next = plan.nextSibling(of: follower)
            }
            return hasBeenHandedOn(parent)
        case .chord:
            guard plan[node].role == .member, let body = plan.children(of: parent, .body).first
            else { return hasBeenHandedOn(parent) }
            return self[body].phase == .final
        case .steps:
            let dependents = plan.dependents(of: node)
            guard dependents.allSatisfy({ self[$0].phase == .final }) else { return false }
            return dependents.isEmpty ? hasBeenHandedOn(parent) : true
        case .group, .fanOut, .chunks, .workflow: return hasBeenHandedOn(parent)
        case .task, .map, .starmap: return true
        }
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

    func payload(_ node: NodeIndex, state: TaskState, _ failure: TaskFailure?) -> JSONValue {
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
        // An interpolation takes thrice as long, and each attempt has several.
        identity.id + "." + String(node.index)
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
        var arguments = Arguments(args: [], kwargs: JSONObject())
        guard plan[node].kind == .task || plan[node].kind == .workflow else { return arguments }
        if !plan.isImmutable(node), let handed = handed(to: node) { arguments.args.append(handed) }
        let written = plan.writtenArguments(of: node)
        if case .array(let own)? = try value(written.args, node) {
            if arguments.args.isEmpty { arguments.args = own } else { arguments.args += own }
        }
        if case .object(let own)? = try value(written.kwargs, node) { arguments.kwargs = own }
        return arguments
    }

    private func value(
        _ written: Plan.WrittenArguments, _ node: NodeIndex
    ) throws(ExpressionError) -> JSONValue? {
        switch written {
        case .none: nil
        case .literal(let value): value
        case .template(let template): try value(template, node)
        }
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

    /// The value of a template; most are literals, or read what a copy binds, and need no scope.
    func value(_ template: Template, _ node: NodeIndex) throws(ExpressionError) -> JSONValue {
        if case .literal(let value) = template { return value }
        if let value = template.value(ofBound: { plan.binding($0, in: plan[node].scope) }) { return value }
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
