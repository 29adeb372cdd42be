import FlowModel
import FlowPlan
import FlowValue

/// What ends a composite, or the run, before its time: limits, expiry, the first failure, revocation.
extension RunMachine {
    // MARK: Time limits

    /// Kills what runs in a composite, and skips the rest; of a task that stands for a whole run, the task.
    mutating func timeOut(_ node: NodeIndex) -> Bool {
        guard self[node].phase != .final else { return false }
        deadlines[node] = nil
        let limit = plan.ownOptions(of: node).timeLimit.value
        let message =
            limit.map { "the time limit of \(DurationText.short($0)) of '\(plan.id(of: node))' was exceeded" }
            ?? "the time of the run was over"
        self[node].flags.insert(.isTimedOut)
        let failure = TaskFailure(type: "TimeLimitExceeded", message: message)
        failures[node] = failure
        forEachOpenTask(in: node) { machine, task in
            if machine[task].phase == .started {
                machine.kill(task)
                machine.finish(task, .failure, failure: failure)
            } else {
                machine.skip(task, SkipCause(node: node, reason: .timeLimit))
            }
        }
        if self[node].phase == .waiting || self[node].phase == .delayed {
            skipInside(node, SkipCause(node: node, reason: .timeLimit))
            finish(node, .failure, failure: failure)
        }
        return true
    }

    /// Ends all that runs or waits but `on_exit`, callbacks included.
    mutating func timeOutRun() {
        _ = timeOut(plan.root)
        let failure = TaskFailure(type: "TimeLimitExceeded", message: "the time of the run was over")
        for index in nodes.indices {
            let node = NodeIndex(index)
            guard plan.isTask(node), !isInExit(node) else { continue }
            switch self[node].phase {
            case .started:
                kill(node)
                finish(node, .failure, failure: failure)
            case .ready, .delayed: skip(node, SkipCause(node: plan.root, reason: .timeLimit))
            case .waiting, .open, .final: break
            }
        }
    }

    private mutating func kill(_ task: NodeIndex) {
        running[task] = nil
        commands.append(.stop(task, attempt: Int(self[task].attempts), signal: 9))
    }

    /// Visits what is not final in a node: tasks, and composites that have not begun; not callbacks.
    private mutating func forEachOpenTask(in node: NodeIndex, _ body: (inout RunMachine, NodeIndex) -> Void) {
        var open: [NodeIndex] = []
        var stack = [node]
        while let next = stack.popLast() {
            switch self[next].phase {
            case .final: continue
            case .open:
                var cursor = plan.firstChild(of: next)
                var inside: [NodeIndex] = []
                while let child = cursor {
                    cursor = plan.nextSibling(of: child)
                    if plan.isPart(child) { inside.append(child) }
                }
                stack += inside.reversed()
            case .waiting, .delayed, .ready, .started:
                if next != node || plan.isTask(next) { open.append(next) }
            }
        }
        for next in open where self[next].phase != .final { body(&self, next) }
    }

    /// The state of a composite that was ended before its time.
    func cutShort(
        _ node: NodeIndex, _ state: TaskState, _ failure: TaskFailure?
    ) -> (TaskState, TaskFailure?) {
        if self[node].flags.contains(.isTimedOut) {
            return (.failure, failures[node] ?? failure)
        }
        if self[node].flags.contains(.isExpired), state != .success, !hasBegun(node) {
            return (.revoked, TaskFailure(type: "TaskRevokedError", message: "expired"))
        }
        return (state, failure)
    }

    /// Whether any task in a node has been started.
    func hasBegun(_ node: NodeIndex) -> Bool {
        var stack = [node]
        while let next = stack.popLast() {
            if self[next].attempts > 0 || self[next].flags.contains(.isTaken) { return true }
            guard self[next].phase == .open || self[next].phase == .final else { continue }
            var cursor = plan.firstChild(of: next)
            while let child = cursor {
                cursor = plan.nextSibling(of: child)
                if plan.isPart(child) { stack.append(child) }
            }
        }
        return false
    }

    // MARK: Expiry

    mutating func expire(_ node: NodeIndex) -> Bool {
        if plan.isTask(node) {
            guard self[node].phase == .ready || self[node].phase == .delayed else { return false }
            revoke(node, message: "expired")
            return true
        }
        guard self[node].phase != .final else { return false }
        expiries[node] = nil
        guard self[node].phase == .open else {
            revokeWhole(node, message: "expired")
            return true
        }
        self[node].flags.insert(.isExpired)
        forEachOpenTask(in: node) { machine, task in
            guard machine[task].attempts == 0 else { return }
            if machine.plan.isTask(task) {
                machine.revoke(task, message: "expired")
            } else {
                machine.revokeWhole(task, message: "expired")
            }
        }
        return true
    }

    // MARK: The first failure

    /// After a failure that nobody allowed: the composites around it that are `fail_fast` start no more members.
    mutating func failFast(_ node: NodeIndex) {
        guard plan.isTask(node) || failures[node] != nil, blames(node) else { return }
        let cause = SkipCause(node: NodeIndex(Int(self[node].blame)), reason: .failFast)
        var inner = node
        while plan.isPart(inner), let outer = plan[inner].parent, !plan.allowsFailure(inner) {
            if plan.failsFast(outer), self[outer].phase == .open,
                !self[outer].flags.contains(.isStopped)
            {
                self[outer].flags.insert(.isStopped)
                stopMembers(of: outer, but: inner, cause)
            }
            inner = outer
        }
    }

    private mutating func stopMembers(of composite: NodeIndex, but failed: NodeIndex, _ cause: SkipCause) {
        nextCopies[composite] = nil
        for member in plan.members(of: composite) where member != failed && self[member].phase != .final {
            // In a chain it is the failure itself that ends the line.
            if plan[composite].kind == .chain { continue }
            guard !hasBegun(member) else { continue }
            if self[member].phase == .open {
                forEachOpenTask(in: member) { machine, task in machine.skip(task, cause) }
            } else {
                skip(member, cause)
            }
        }
    }

    /// Whether ``stopEverything(_:)`` has been called.
    var isStopping: Bool { self[plan.root].flags.contains(.isStopped) }

    /// `--fail-fast`: skips all that has not begun, wherever it stands.
    mutating func stopEverything(_ cause: SkipCause) {
        self[plan.root].flags.insert(.isStopped)
        for node in plan.subtree(of: plan.root) {
            let isReady = self[node].phase == .ready || self[node].phase == .delayed
            if isReady, self[node].attempts == 0, !isSpared(node) { skip(node, cause) }
        }
    }

    // MARK: Revocation

    mutating func revoke(_ node: NodeIndex, message: String) {
        running[node] = nil
        finish(node, .revoked, failure: TaskFailure(type: "TaskRevokedError", message: message))
    }

    /// Whether somebody has cancelled a node, or what it stands in.
    func isMarked(_ node: NodeIndex) -> Bool {
        guard !marked.isEmpty else { return false }
        var cursor: NodeIndex? = node
        while let index = cursor {
            if marked.contains(index) { return true }
            guard plan.isPart(index) else { return false }
            cursor = plan[index].parent
        }
        return false
    }

    /// Whether the end of what runs must not be followed by another attempt.
    @inline(__always) func isCancelled(_ node: NodeIndex) -> Bool {
        (isRevoked && (isExitRevoked || !isInExit(node))) || (!marked.isEmpty && isMarked(node))
    }

    mutating func revokeRun(_ revocation: Revocation) -> Bool {
        guard !isFinished, !isRevoked || revocation != .letRun else { return false }
        // Who revokes once more means the `on_exit` that runs. One that has not begun is still to clean up: who first lets run
        // on and then loses patience must not lose it.
        isExitRevoked = isExitRevoked || (isRevoked && hasOpenExit)
        isRevoked = true
        for index in nodes.indices.reversed() {
            let node = NodeIndex(index)
            guard self[node].phase != .final, self[node].phase != .waiting else { continue }
            if isExitRevoked || !isInExit(node) { cancel(node, revocation) }
        }
        return true
    }

    private var hasOpenExit: Bool {
        hasExits
            && nodes.indices.contains { index in
                plan.nodes[index].role == .onExit && nodes[index].phase != .waiting && nodes[index].phase != .final
            }
    }

    mutating func revokeInside(_ node: NodeIndex, _ revocation: Revocation) -> Bool {
        guard self[node].phase != .final else { return false }
        marked.insert(node)
        var next = [node]
        while let node = next.popLast() {
            cancel(node, revocation)
            next += plan.members(of: node) + plan.children(of: node, .body)
        }
        return true
    }

    /// Revokes what waits for its turn; a task that runs only where it is to be terminated.
    private mutating func cancel(_ node: NodeIndex, _ revocation: Revocation) {
        switch (self[node].phase, revocation) {
        case (.delayed, _) where !plan.isTask(node): revokeWhole(node, message: "revoked")
        case (.delayed, _), (.ready, _): revoke(node, message: "revoked")
        case (.started, .terminate(let signal)):
            commands.append(.stop(node, attempt: Int(self[node].attempts), signal: signal))
            revoke(node, message: "terminated")
        case (.started, .letRun), (.waiting, _), (.open, _), (.final, _): break
        }
    }
}
