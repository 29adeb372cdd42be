import FlowExpression
import FlowModel
package import FlowPlan
import FlowValue
import HeapModule

/// Downwards: what happens to a node when its turn comes.
extension RunMachine {
    mutating func activate(_ node: NodeIndex) {
        guard self[node].phase == .waiting else { return }
        if let cause = bar(node) { return skip(node, cause) }
        if !plan.isTask(node), isCancelled(node) { return revokeWhole(node, message: "revoked") }
        if let condition = plan.condition(of: node) {
            switch evaluate(condition, node) {
            case .success(true): break
            case .success(false): return skip(node, SkipCause(node: node, reason: .when))
            case .failure(.unknownValue) where rehearsal != nil: rehearsal?.assumedConditions.insert(node)
            case .failure(let error): return fail(node, error)
            }
        }
        guard !plan.isTask(node) else { return enqueue(node) }
        delayOrOpen(node)
    }

    /// Why a node must not run though its turn has come.
    @inline(__always) private func bar(_ node: NodeIndex) -> SkipCause? {
        if let needed, !isNeeded(node, needed.marks) { return SkipCause(node: needed.because, reason: .until) }
        if let stop, !isSpared(node) { return stop }
        if isTimedOut, !isInExit(node) { return SkipCause(node: plan.root, reason: .timeLimit) }
        return nil
    }

    private func isNeeded(_ node: NodeIndex, _ marks: [Bool]) -> Bool {
        var node = node
        // What was added during the run is needed if what it was added to is.
        while Int(node.index) >= marks.count {
            guard let parent = plan[node].parent else { return true }
            node = parent
        }
        return marks[Int(node.index)]
    }

    /// Whether a node belongs to what follows a failure: it runs though nothing else is started.
    func isSpared(_ node: NodeIndex) -> Bool {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if plan[index].role == .linkError || plan[index].role == .onExit { return true }
            cursor = plan[index].parent
        }
        return false
    }

    mutating func fail(_ node: NodeIndex, _ error: ExpressionError) {
        failWhole(node, TaskFailure(type: "ExpressionError", message: error.message))
    }

    /// Ends a node that cannot do what it is for: all in it is skipped because of it.
    private mutating func failWhole(_ node: NodeIndex, _ failure: TaskFailure) {
        skipInside(node, SkipCause(node: node, reason: .upstream))
        finish(node, .failure, failure: failure)
    }

    // MARK: Composites

    /// Opens a composite, at once or when its `countdown` or `eta` has come.
    private mutating func delayOrOpen(_ node: NodeIndex) {
        let options = plan.ownOptions(of: node)
        do throws(ExpressionError) {
            if let expires = options.expires.value {
                let expiry = try time(expires, node)
                expiries[node] = expiry
                if now > expiry {
                    _ = expire(node)
                    return
                }
                timers.insert(Timer(due: expiry, node: node, kind: .expiry))
            }
            if let start = options.countdown.value ?? options.eta.value {
                let due = try time(start, node)
                if due > now { return delay(node, until: due) }
            }
        } catch {
            guard rehearsal != nil, error == .unknownValue else { return fail(node, error) }
        }
        open(node)
    }

    /// Starts what stands first in a composite.
    mutating func open(_ node: NodeIndex) {
        self[node].phase = .open
        self[node].startedAt = now.microseconds
        setState(node, .started)
        if let limit = plan.ownOptions(of: node).timeLimit.value {
            let deadline = now + limit
            deadlines[node] = deadline
            limitTimers.insert(Timer(due: deadline, node: node, kind: .limit))
        }
        switch plan[node].kind {
        case .chain: advance(node, after: nil)
        case .group, .chord: openGroup(node)
        case .fanOut, .chunks: if expand(node) { openGroup(node) }
        case .steps: openSteps(node)
        case .workflow: openCall(node)
        case .task, .map, .starmap: preconditionFailure("a task is not opened")
        }
    }

    private mutating func openGroup(_ node: NodeIndex) {
        let members = plan.members(of: node)
        self[node].pending = UInt32(members.count)
        guard !members.isEmpty else { return closeGroup(node) }
        guard let most = mostAtOnce(node), most < members.count else {
            for member in members { activate(member) }
            return
        }
        nextCopies[node] = members[most]
        for member in members.prefix(most) { activate(member) }
    }

    /// The `max` of a fan-out.
    private func mostAtOnce(_ node: NodeIndex) -> Int? {
        switch plan.modifiers(of: node).fanOut {
        case .foreach(_, _, _, let max), .matrix(_, let max): max.map { Swift.max(1, $0) }
        case nil: nil
        }
    }

    private mutating func openSteps(_ node: NodeIndex) {
        let members = plan.members(of: node)
        self[node].pending = UInt32(members.count)
        guard !members.isEmpty else { return closeSteps(node) }
        for member in members { self[member].pending = UInt32(plan.needs(of: member).count) }
        for member in members where self[member].pending == 0 { activate(member) }
    }

    private mutating func openCall(_ node: NodeIndex) {
        do {
            let parameters = try CallParameters.parameters(of: node, in: plan) { template throws(ExpressionError) in
                try template.value(in: scope(of: node, arguments: try arguments(of: node)))
            }
            plan.setParameters(parameters, of: node)
        } catch let error as ExpressionError where error == .unknownValue && rehearsal != nil {
            plan.setParameters(CallParameters.defaults(of: node, in: plan), of: node)
        } catch let error as ExpressionError {
            return failWhole(node, TaskFailure(type: "ExpressionError", message: error.message))
        } catch let misfit as CallParameters.Misfit {
            return failWhole(node, TaskFailure(type: "ArgumentError", message: misfit.message))
        } catch {
            return failWhole(node, TaskFailure(type: "ArgumentError", message: "\(error)"))
        }
        self[node].pending = 1
        for canvas in plan.members(of: node) { activate(canvas) }
    }

    // MARK: Copies

    /// Makes the copies of a fan-out that follow from results.
    ///
    /// - Returns: Whether there are any to run.
    private mutating func expand(_ node: NodeIndex) -> Bool {
        guard plan[node].isUnexpanded else { return true }
        do throws(ExpressionError) {
            let scope = scope(of: node)
            var copies: Copies
            do throws(ExpressionError) {
                copies = try Copies.copies(of: node, in: plan) { template, bindings throws(ExpressionError) in
                    if case .literal(let value) = template { return value }
                    return try template.value(in: scope.binding(bindings))
                }
            } catch {
                guard rehearsal != nil, error == .unknownValue else { throw error }
                rehearsal?.guessedCopies.insert(node)
                copies = Copies.unknown(of: node, in: plan)
            }
            let known = plan.nodes.count
            do {
                try plan.expand(node, copies)
            } catch {
                throw ExpressionError(error.message)
            }
            grow(from: known)
            return true
        } catch {
            fail(node, error)
            return false
        }
    }

    private mutating func grow(from known: Int) {
        let added = plan.nodes.count - known
        nodes.append(contentsOf: repeatElement(NodeStatus(), count: added))
        results.append(contentsOf: repeatElement(nil, count: added))
        openCount += added
        counts[Int(TaskState.pending.rawValue)] += plan.nodes[known...].count { $0.kind.isTask }
    }

    // MARK: Tasks

    private mutating func enqueue(_ node: NodeIndex) {
        if isCancelled(node) { return revoke(node, message: "revoked") }
        if !taken.isEmpty, !isSpared(node), let value = taken[plan.id(of: node)] {
            results[Int(node.index)] = value
            self[node].flags.insert(.isTaken)
            return finish(node, .success)
        }
        if plan.isOptionless(node) { return makeReadyWithoutOptions(node) }
        let options = plan.options(of: node)
        do throws(ExpressionError) {
            if let expires = options.expires.value {
                expiries[node] = try time(expires, node)
                if isExpired(node, at: now) { return revoke(node, message: "expired") }
            }
            guard let start = options.countdown.value ?? options.eta.value else { return makeReady(node, options) }
            let due = try time(start, node)
            guard due > now else { return makeReady(node, options) }
            delay(node, until: due)
        } catch {
            guard rehearsal != nil, error == .unknownValue else { return fail(node, error) }
            makeReady(node, options)
        }
    }

    mutating func makeReady(_ node: NodeIndex) { makeReady(node, plan.options(of: node)) }

    private mutating func makeReady(_ node: NodeIndex, _ options: TaskOptions) {
        self[node].phase = .ready
        ready.append(
            node, priority: priority(of: node, options), queue: queue(of: node, options),
            gate: TaskGate.gate(of: node, options, plan))
    }

    private mutating func makeReadyWithoutOptions(_ node: NodeIndex) {
        self[node].phase = .ready
        let gate = plan.maxConcurrency(of: node) == nil ? nil : TaskGate.gate(of: node, TaskOptions(), plan)
        ready.append(node, priority: 0, queue: plan.defaultQueue(of: node), gate: gate)
    }

    mutating func delay(_ node: NodeIndex, until due: Timestamp) {
        self[node].phase = .delayed
        dueTimes[node] = due
        timers.insert(Timer(due: due, node: node, kind: .delay))
    }

    private func priority(of node: NodeIndex, _ options: TaskOptions) -> Int {
        guard let template = options.priority.value, case .int(let priority)? = try? value(template, node)
        else { return 0 }
        return Int(clamping: priority)
    }

    /// The name of the queue that a task waits in.
    package func queue(of node: NodeIndex) -> String { queue(of: node, plan.options(of: node)) }

    private func queue(of node: NodeIndex, _ options: TaskOptions) -> String {
        guard let template = options.queue.value, case .string(let name)? = try? value(template, node)
        else { return plan.defaultQueue(of: node) }
        return name
    }

    private func duration(_ seconds: Double) throws(ExpressionError) -> Duration {
        guard let duration = DurationText.seconds(seconds) else {
            throw ExpressionError("\(seconds) seconds are too many")
        }
        return duration
    }

    func time(_ template: Template, _ node: NodeIndex) throws(ExpressionError) -> Timestamp {
        switch try value(template, node) {
        case .int(let seconds): return now + (try duration(Double(seconds)))
        case .float(let seconds): return now + (try duration(seconds))
        case .string(let text):
            if let time = plan.timeZone.timestamp(iso8601: text) { return time }
            if let duration = DurationText.duration(text) { return now + duration }
            throw ExpressionError("'\(text)' is no time")
        case let other: throw ExpressionError("a \(other.typeName) is no time")
        }
    }
}
