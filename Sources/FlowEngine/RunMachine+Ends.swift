import FlowExpression
import FlowModel
import FlowPlan
import FlowValue

/// Final states, and what follows from them.
extension RunMachine {
    mutating func setState(_ node: NodeIndex, _ state: TaskState) {
        if plan.isTask(node) {
            counts[Int(self[node].state.rawValue)] -= 1
            counts[Int(state.rawValue)] += 1
        }
        self[node].state = state
        commands.append(.show(node))
    }

    /// Gives a node its final state; those that wait for it are told by ``propagate()``.
    mutating func finish(_ node: NodeIndex, _ state: TaskState, failure: TaskFailure? = nil) {
        precondition(self[node].phase != .final, "a node ends once")
        if plan.isTask(node) { return makeFinal(node, state, failure) }
        let (state, failure) = cutShort(node, state, failure)
        makeFinal(node, state, failure)
    }

    private mutating func makeFinal(_ node: NodeIndex, _ state: TaskState, _ failure: TaskFailure?) {
        close(node, state)
        // To hand over that there is none costs more than to look.
        if failure != nil || !failures.isEmpty { failures[node] = failure }
        if state != .skipped { causes[node] = nil }
        if state == .failure || state == .revoked {
            if self[node].blame == .max { self[node].blame = node.index }
            noteFailure(node, isOwn: plan.isTask(node) || failure != nil)
        }
        ended.append(node)
    }

    private mutating func close(_ node: NodeIndex, _ state: TaskState) {
        self[node].phase = .final
        self[node].finishedAt = now.microseconds
        dueTimes[node] = nil
        openCount -= 1
        setState(node, state)
    }

    private mutating func noteFailure(_ node: NodeIndex, isOwn: Bool) {
        if plan.onExit == node, !plan.allowsFailure(node) {
            conclude()
            conclusion?.exitHasFailed = true
        }
        guard isOwn, firstFailure == nil, !isAllowedToFail(node) else { return }
        firstFailure = node
        if directives.failsFast, stop == nil { stop = SkipCause(node: node, reason: .failFast) }
    }

    private func isAllowedToFail(_ node: NodeIndex) -> Bool {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if plan.allowsFailure(index) { return true }
            if plan[index].role == .link || plan[index].role == .linkError { return false }
            cursor = plan[index].parent
        }
        return false
    }

    /// Tells parents and callbacks of every end, until nothing more ends by itself.
    mutating func propagate() {
        var next = 0
        repeat {
            while next < ended.count {
                let node = ended[next]
                next += 1
                endCallbacks(node)
                if plan.hasFailFast { failFast(node) }
                guard let parent = plan[node].parent else { continue }
                switch plan[node].role {
                case .link, .linkError: break
                case .body: closeChord(parent, body: node)
                case .member, .copy: memberEnded(node, of: parent)
                case .root: canvasEnded(node, of: parent)
                case .onExit: closeCall(parent)
                }
            }
            ended.removeAll(keepingCapacity: true)
            next = 0
            if let stop, !isStopping { stopEverything(stop) }
            beginExit()
        } while !ended.isEmpty
    }

    // MARK: Callbacks

    /// Starts the callbacks whose occasion has come and lays the others to rest.
    mutating func endCallbacks(_ node: NodeIndex) {
        var cursor = plan.firstChild(of: node)
        while let child = cursor {
            cursor = plan.nextSibling(of: child)
            let state = self[node].state
            switch plan[child].role {
            case .link where state == .success: activate(child)
            case .linkError where state == .failure || state == .revoked: activate(child)
            case .linkError where isChordError(node): activate(child)
            case .link, .linkError: rest(child)
            case .root, .member, .body, .copy, .onExit: break
            }
        }
    }

    /// Whether the node is a body that was skipped because its chord's header failed.
    func isChordError(_ node: NodeIndex) -> Bool {
        guard self[node].state == .skipped, let cause = causes[node], cause.reason == .upstream,
            let parent = plan[node].parent
        else { return false }
        if plan[node].role == .body { return self[parent].blame != .max }
        // What follows a group in a chain is the body of a chord too.
        guard plan[parent].kind == .chain, plan[node].role == .member, self[node].giver != .max else { return false }
        let giver = NodeIndex(Int(self[node].giver))
        switch plan[giver].kind {
        case .group, .fanOut, .chunks: return self[giver].state == .failure
        case .task, .map, .starmap, .chain, .chord, .steps, .workflow: return false
        }
    }

    private mutating func rest(_ node: NodeIndex) {
        guard self[node].phase == .waiting else { return }
        for inner in plan.subtree(of: node) where self[inner].phase == .waiting {
            self[inner].flags.insert(.isIdle)
            close(inner, .skipped)
            if plan.isTask(inner) { counts[Int(TaskState.skipped.rawValue)] -= 1 }
        }
    }

    // MARK: Skipping

    /// Skips a node and all inside it that has not begun.
    mutating func skip(_ node: NodeIndex, _ cause: SkipCause) {
        guard self[node].phase != .final else { return }
        causes[node] = cause
        skipInside(node, cause)
        finish(node, .skipped)
    }

    /// Skips all inside a node that has not begun: nobody above needs to be told.
    mutating func skipInside(_ node: NodeIndex, _ cause: SkipCause) {
        layDownInside(node, .skipped, cause, nil)
    }

    /// Gives all inside a node that has not begun one final state.
    private mutating func layDownInside(
        _ node: NodeIndex, _ state: TaskState, _ cause: SkipCause?, _ failure: TaskFailure?
    ) {
        // Nodes to enter, and nodes whose inside is done.
        var stack: [(node: NodeIndex, isDone: Bool)] = [(node, false)]
        while let (next, isDone) = stack.popLast() {
            if isDone {
                endCallbacks(next)
                continue
            }
            if next != node {
                causes[next] = cause
                failures[next] = failure
                if failure != nil { self[next].blame = firstTask(in: next).index }
                close(next, state)
                stack.append((next, true))
            }
            var inside: [(node: NodeIndex, isDone: Bool)] = []
            var cursor = plan.firstChild(of: next)
            while let child = cursor {
                cursor = plan.nextSibling(of: child)
                let isInside = plan.isPart(child) || plan[child].role == .onExit
                if isInside, self[child].phase == .waiting { inside.append((child, false)) }
            }
            stack += inside.reversed()
        }
    }

    /// Revokes a node that has not begun, with all inside it.
    mutating func revokeWhole(_ node: NodeIndex, message: String) {
        let failure = TaskFailure(type: "TaskRevokedError", message: message)
        layDownInside(node, .revoked, nil, failure)
        self[node].blame = firstTask(in: node).index
        finish(node, .revoked, failure: failure)
    }

    /// The first task of a composite in written order; the composite itself where it has none.
    private func firstTask(in node: NodeIndex) -> NodeIndex {
        var cursor = node
        while !plan.isTask(cursor) {
            guard let first = plan.firstChild(of: cursor), plan.isPart(first) else { return node }
            cursor = first
        }
        return cursor
    }

    // MARK: The end of the canvas

    /// What the canvas gives, as soon as all but `on_exit` has ended.
    mutating func conclude() {
        guard conclusion == nil else { return }
        var conclusion = Conclusion()
        defer { self.conclusion = conclusion }
        guard self[plan.root].state == .success, !isRevoked, needed == nil else { return }
        guard let template = plan.spec.result else { return }
        do {
            conclusion.value = try template.value(in: scope(of: plan.root))
        } catch {
            guard rehearsal == nil || error != .unknownValue else { return }
            conclusion.failure = TaskFailure(type: "ExpressionError", message: "'result': \(error.message)")
        }
    }

    /// Starts `on_exit` when all else has ended.
    private mutating func beginExit() {
        guard let exit = plan.onExit else {
            if openCount == 0 { conclude() }
            return
        }
        guard self[exit].phase == .waiting, hasBegun else { return }
        // Nothing in it has begun or grown before it is started.
        guard openCount <= exitSize, openCount == plan.subtree(of: exit).count else { return }
        conclude()
        activate(exit)
    }

    /// The most nodes that `on_exit` can have: it stands last, before what was added during the run.
    private var exitSize: Int { plan.onExit.map { plan.nodes.count - Int($0.index) } ?? 0 }

    /// Whether a node belongs to an `on_exit`, of the run or of a workflow that it calls.
    func isInExit(_ node: NodeIndex) -> Bool {
        guard hasExits else { return false }
        var cursor: NodeIndex? = node
        while let index = cursor {
            if plan[index].role == .onExit { return true }
            cursor = plan[index].parent
        }
        return false
    }
}
