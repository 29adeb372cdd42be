import FlowEngine
import FlowModel
package import FlowPlan
import FlowStore
package import FlowValue

/// Why a step is in the state that it is in: the whole cause, outermost first.
package struct Explanation {
    /// One fact, about this step or about another one that is to blame.
    package struct Fact {
        /// What kind of cause it is, such as `upstream` or `rate_limit`.
        package let kind: String
        /// The step that it is about; nil for the run or the store.
        package let step: NodeIndex?
        package let text: String

        init(_ kind: String, _ step: NodeIndex?, _ text: String) {
            self.kind = kind
            self.step = step
            self.text = text
        }
    }

    package let node: NodeIndex
    package private(set) var facts: [Fact] = []
    private let snapshot: RunSnapshot
    private let now: Timestamp

    /// Explains a step.
    ///
    /// - Parameters:
    ///   - node: The step.
    ///   - snapshot: Its run.
    ///   - now: The present time.
    package init(of node: NodeIndex, in snapshot: RunSnapshot, at now: Timestamp) {
        self.node = node
        self.snapshot = snapshot
        self.now = now
        explain(node)
    }

    private var machine: RunMachine { snapshot.machine }
    private var plan: Plan { snapshot.machine.plan }

    private func id(_ node: NodeIndex) -> String { plan.id(of: node) }

    private mutating func add(_ kind: String, _ step: NodeIndex?, _ text: String) {
        facts.append(Fact(kind, step, text))
    }

    private mutating func explain(_ node: NodeIndex) {
        let status = machine.status(of: node)
        switch status.state {
        case .success:
            add(
                "success", node,
                status.isTaken ? "its result was taken over from the run that this one tries again" : "it succeeded")
        case .failure, .revoked: explainFailure(node, status)
        case .ignored:
            add("ignored", node, "it asked to be ignored: nothing follows it, and the run does not fail for it")
        case .skipped: explainSkip(node, status)
        case .started: explainStarted(node, status)
        case .retry, .pending: explainWaiting(node, status)
        }
    }

    // MARK: Ended

    private mutating func explainFailure(_ node: NodeIndex, _ status: RunMachine.Status) {
        if plan.isTask(node) || status.failure != nil, let failure = status.failure {
            let attempts = status.attempts > 1 ? " after \(status.attempts) attempts" : ""
            add(
                failure.type == "TaskRevokedError" ? failure.message : "failure", node,
                "\(failure.type)\(attempts): \(failure.message)")
            explainRetries(node, status, failure)
        }
        let blamed = machine.blamed(for: node)
        if blamed != node, machine.status(of: blamed).state == .failure || machine.status(of: blamed).state == .revoked
        {
            add("inside", blamed, "'\(id(blamed))' inside it ended in \(machine.status(of: blamed).state.name)")
            explainFailure(blamed, machine.status(of: blamed))
        }
    }

    private mutating func explainRetries(_ node: NodeIndex, _ status: RunMachine.Status, _ failure: TaskFailure) {
        guard plan.isTask(node), status.state == .failure else { return }
        if status.attempts > 0 {
            add("log", node, "what it wrote: flowrun logs \(snapshot.row.id) \(id(node))")
        }
        let options = plan.options(of: node)
        if status.retries > 0 {
            add("retry", node, "it was tried again \(status.retries) times; no retries were left")
        } else if options.autoretryFor.value == nil {
            add("retry", node, "it was not tried again: neither retry nor autoretry_for asks for it")
        } else if let classes = options.autoretryFor.value {
            add(
                "retry", node,
                "it was not tried again: autoretry_for is \(classes.joined(separator: ", ")), the error \(failure.type)"
            )
        }
    }

    private mutating func explainSkip(_ node: NodeIndex, _ status: RunMachine.Status) {
        guard let cause = status.cause else {
            let owner = plan[node].parent.map { "'\(id($0))' \(machine.status(of: $0).state.name)" } ?? "the run"
            add("callback", node, "its occasion did not come: it is a callback, and its owner is \(owner)")
            return
        }
        if cause.reason == .when {
            add("when", cause.node, conditionText(cause.node, isOwn: cause.node == node))
        } else if cause.node == node {
            add(cause.reason.rawValue, node, "it was skipped: \(cause.reason.rawValue)")
        } else {
            let state = machine.status(of: cause.node).state.name
            add(cause.reason.rawValue, cause.node, "it was skipped because of '\(id(cause.node))', which is \(state)")
            let path = way(from: cause.node, to: node)
            if !path.isEmpty { add("path", nil, "by way of \(path.map { "'\($0)'" }.joined(separator: ", "))") }
            addDetail(cause)
        }
    }

    private mutating func addDetail(_ cause: SkipCause) {
        let status = machine.status(of: cause.node)
        switch cause.reason {
        case .until: add("until", cause.node, "the run was started with --until or only for '\(id(cause.node))'")
        case .timeLimit where machine.isTimedOut && cause.node == plan.root:
            add("time_limit", nil, "the time that the run was given (--timeout) was over")
        case .timeLimit:
            let limit = plan.ownOptions(of: cause.node).timeLimit.value.map { " of \(DurationText.short($0))" } ?? ""
            add("time_limit", cause.node, "the time limit\(limit) of '\(id(cause.node))' was exceeded")
        case .failFast: add("fail_fast", cause.node, "fail_fast: the first failure starts nothing more")
        case .upstream, .expired, .revoked: explainFailure(cause.node, status)
        case .ignored: add("ignored", cause.node, "'\(id(cause.node))' asked to be ignored, which ends its line")
        case .needs:
            add("needs", cause.node, "its 'needs' want another end of '\(id(cause.node))' than \(status.state.name)")
        case .when: break
        }
    }

    /// A condition as it is written, with the values of the names in it.
    private func conditionText(_ node: NodeIndex, isOwn: Bool) -> String {
        let subject = isOwn ? "its 'when'" : "the 'when' of '\(id(node))'"
        guard let (text, values) = machine.condition(of: node) else { return "\(subject) does not hold" }
        let shown = values.map { "\($0.name) = \(JSONWriter.text($0.value))" }.joined(separator: ", ")
        return "\(subject) does not hold: \(text)\(shown.isEmpty ? "" : ", where \(shown)")"
    }

    /// The skipped nodes between a cause and what it has skipped, in order.
    private func way(from cause: NodeIndex, to node: NodeIndex) -> [String] {
        var path: [String] = []
        var cursor = node
        var seen: Set<NodeIndex> = [node]
        while path.count < 8 {
            let before = plan.nodesBefore(cursor).first {
                machine.status(of: $0).cause?.node == cause && $0 != cause && seen.insert($0).inserted
            }
            guard let before else { break }
            path.append(id(before))
            cursor = before
        }
        return path.reversed()
    }

    // MARK: Under way

    private mutating func explainStarted(_ node: NodeIndex, _ status: RunMachine.Status) {
        let since = status.startedAt.map { " for \(DurationText.short(now - $0))" } ?? ""
        guard plan.isTask(node) else {
            add("open", node, "it is under way\(since)")
            for member in plan.members(of: node) + plan.children(of: node, .body) {
                let inner = machine.status(of: member)
                guard !inner.state.isFinal else { continue }
                add("waits_for", member, "'\(id(member))' is \(inner.state.name)")
            }
            if let deadline = machine.deadline(of: node) {
                add("time_limit", node, "its time limit ends in \(DurationText.short(deadline - now))")
            }
            return
        }
        add("running", node, "attempt \(status.attempts) runs\(since)\(workerText(status))")
        if snapshot.isInterrupted {
            add("interrupted", node, "nobody drives the run: flowrun resume \(snapshot.row.id)")
        } else if let worker = machine.running[node], snapshot.isStopped(worker) {
            add("stopped", node, "its worker is stopped, and not dead: it goes on when it is continued (SIGCONT)")
        }
    }

    private func workerText(_ status: RunMachine.Status) -> String {
        status.worker.flatMap { snapshot.name(of: $0) }.map { " on \($0)" } ?? ""
    }

    private mutating func explainWaiting(_ node: NodeIndex, _ status: RunMachine.Status) {
        if let failure = status.failure, status.state == .retry {
            add("retry", node, "attempt \(status.attempts) failed: \(failure.type): \(failure.message)")
        }
        if let due = status.nextAttemptAt {
            let kind = status.state == .retry ? "retry" : "eta"
            let time = due > now ? "in \(DurationText.short(due - now))" : "now"
            add(
                kind, node,
                "\(kind == "retry" ? "the next attempt is due" : "it waits for its time:") \(time), at \(due.iso8601)")
        } else if machine.isReady(node) {
            explainReady(node)
        } else {
            explainOpenParents(node)
        }
        if let expiry = machine.expiry(of: node) {
            add("expires", node, "it expires at \(expiry.iso8601)")
        }
        if snapshot.isInterrupted {
            add("interrupted", nil, "nobody drives the run: flowrun resume \(snapshot.row.id)")
        }
    }

    private mutating func explainReady(_ node: NodeIndex) {
        let queue = machine.queue(of: node)
        let workers = snapshot.workersOfRun
        if workers.isEmpty {
            if !snapshot.isInterrupted {
                add("queue", node, "it waits in queue '\(queue)', and no worker is running: flowrun worker -Q \(queue)")
            }
            return
        }
        if let gate = machine.gate(of: node) {
            let state = snapshot.gate(gate)
            if let limit = gate.limit, state.runningCount >= limit {
                add("max_concurrency", node, "max_concurrency: \(state.runningCount) of \(limit) run already")
                return
            }
            if let next = state.nextStart, next > now, gate.interval != nil {
                add("rate_limit", node, "rate_limit: the next start is allowed in \(DurationText.short(next - now))")
                return
            }
        }
        let before = machine.readyCount
        add(
            "pool_full", node,
            "it is ready, in queue '\(queue)': all slots of \(workers.joined(separator: ", ")) are taken, "
                + "\(before) \(before == 1 ? "task waits" : "tasks wait")")
    }

    private mutating func explainOpenParents(_ node: NodeIndex) {
        for other in plan.nodesBefore(node) where !machine.status(of: other).state.isFinal {
            add("waits_for", other, "it waits for '\(id(other))', which is \(machine.status(of: other).state.name)")
        }
        if facts.isEmpty || plan[node].parent == nil, !snapshot.isDriven, !machine.isFinished, !snapshot.isInterrupted {
            add("queue", nil, "no worker is running: flowrun worker")
        }
        if facts.isEmpty, let parent = plan[node].parent {
            add("waits_for", parent, "it waits for '\(id(parent))', which is \(machine.status(of: parent).state.name)")
        }
        if facts.isEmpty { add("waits", node, "the run has not begun") }
    }

    // MARK: Documents

    /// `flowrun.why/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("flowrun.why/1"), "run": .string(snapshot.row.id), "step": .string(id(node)),
            "state": .string(machine.status(of: node).state.name),
            "because": .array(
                facts.map { fact in
                    .object([
                        "kind": .string(fact.kind), "step": fact.step.map { .string(id($0)) } ?? .null,
                        "text": .string(fact.text),
                    ])
                }),
        ])
    }

    /// The step and its state, then one line for each fact.
    package var lines: [String] {
        ["\(id(node)): \(machine.status(of: node).state.name)"] + facts.map { "  \($0.text)" }
    }
}
