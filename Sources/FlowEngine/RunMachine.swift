import FlowExpression
import FlowModel
package import FlowPlan
package import FlowValue
import HeapModule

/// One run: events in, commands out; no clock, no I/O.
///
/// ```
///            ┌────────────── when false, a parent's failure, revoke ──────────────┐
///            │                                                                    ▼
/// waiting ─▶ delayed ─▶ ready ─▶ started ─▶ SUCCESS · FAILURE · IGNORED      SKIPPED · REVOKED
///    │          ▲                   │
///    └─▶ open   └────── RETRY ◀─────┘          open: a composite whose members are under way
/// ```
///
/// Every node reaches exactly one final state. An event that no longer applies changes nothing.
package struct RunMachine: Sendable {
    package let plan: Plan
    /// The file's `env`, for expressions.
    private(set) var environment = JSONObject()
    package let identity: RunIdentity
    var nodes: [NodeStatus]
    var results: [JSONValue?]
    var failures: [NodeIndex: TaskFailure] = [:]
    var causes: [NodeIndex: SkipCause] = [:]
    var dueTimes: [NodeIndex: Timestamp] = [:]
    var expiries: [NodeIndex: Timestamp] = [:]
    private var ready = ReadyQueues()
    private var timers = Heap<Timer>()
    /// Attempts that run, with the workers that run them; not those that take no time.
    package private(set) var running: [NodeIndex: WorkerKey] = [:]
    /// Tasks that are to be revoked when their turn comes.
    private var marked: Set<NodeIndex> = []
    private var openCount: Int
    /// The first failure that nobody allowed.
    package private(set) var firstFailure: NodeIndex?
    package private(set) var isRevoked = false
    package internal(set) var counts = [Int](repeating: 0, count: TaskState.allCases.count)

    // What one call of `handle` works on.
    var now = Timestamp(microseconds: 0)
    private var commands: [RunCommand] = []
    /// Nodes that are final and whose parents have not been told: a list and not a recursion, because a million skipped
    /// steps in a row must not exhaust the stack.
    private var ended: [NodeIndex] = []

    enum Phase: UInt8 { case waiting, delayed, ready, started, open, final }

    struct NodeStatus {
        var phase = Phase.waiting
        var state = TaskState.pending
        /// Of two failures the one that ended first is to blame: the task that failed first below a composite.
        var blame: UInt32 = .max
        /// Members, needs or callbacks that are not final yet.
        var pending: UInt32 = 0
        var attempts: UInt32 = 0
        var retries: UInt32 = 0
        /// How often the present try was lost with its worker.
        var losses: UInt8 = 0
        /// Who ran the last attempt.
        var worker: UInt32 = 0
        /// Whether a member is IGNORED, which ends the line of what follows.
        var hasIgnoredMember = false
        /// A callback whose occasion did not come; it has no cause and is not counted.
        var isIdle = false
        /// Of a chain's member the last one before it that gave something.
        var giver: UInt32 = .max
        var startedAt = Int64.min
        var finishedAt = Int64.min
    }

    private struct Timer: Comparable {
        let due: Timestamp
        let node: NodeIndex

        static func < (left: Timer, right: Timer) -> Bool { (left.due, left.node) < (right.due, right.node) }
    }

    /// Makes the machine of a run that has not begun.
    package init(plan: Plan, identity: RunIdentity) {
        self.plan = plan
        self.identity = identity
        nodes = [NodeStatus](repeating: NodeStatus(), count: plan.nodes.count)
        results = [JSONValue?](repeating: nil, count: plan.nodes.count)
        openCount = plan.nodes.count
        // A variable that has no value before the run is missing in expressions, and fails the task that is given it.
        for entry in plan.spec.env {
            environment[entry.name] = try? entry.value.value(in: scope(of: plan.root))
        }
        counts[Int(TaskState.pending.rawValue)] = plan.nodes.indices.count { plan.isTask(NodeIndex($0)) }
    }

    // MARK: Events

    /// Applies one event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - time: When, by the caller's clock; not before the last event's.
    /// - Returns: What the caller must do, in order; nil where the event does not apply any more (a late or duplicate
    ///   report, a start that another worker was given): then nothing has changed, and it is not recorded.
    /// - Complexity: O(nodes that the event makes ready or final).
    package mutating func handle(_ event: RunEvent, at time: Timestamp) -> [RunCommand]? {
        now = time
        guard apply(event) else { return nil }
        propagate()
        defer { commands.removeAll(keepingCapacity: true) }
        return commands
    }

    private mutating func apply(_ event: RunEvent) -> Bool {
        switch event {
        case .begun:
            guard !hasBegun else { return false }
            activate(plan.root)
        case .started(let node, let worker):
            guard self[node].phase == .ready else { return false }
            begin(node, worker)
            running[node] = worker
            setState(node, .started)
        case .ended(let node, let attempt, let outcome):
            guard isRunning(node, attempt) else { return false }
            running[node] = nil
            end(node, outcome)
        case .ran(let node, let worker, let outcome):
            guard self[node].phase == .ready else { return false }
            begin(node, worker)
            end(node, outcome)
        case .lost(let node, let attempt, let again):
            guard isRunning(node, attempt) else { return false }
            running[node] = nil
            lose(node, again: again)
        case .due(let node):
            guard self[node].phase == .delayed, let due = dueTimes[node], due <= now else { return false }
            makeReady(node)
        case .expired(let node):
            guard self[node].phase == .ready || self[node].phase == .delayed else { return false }
            revoke(node, message: "expired")
        case .revoked(let revocation):
            return revokeRun(revocation)
        case .nodeRevoked(let node, let revocation):
            return revokeInside(node, revocation)
        }
        return true
    }

    /// Whether an attempt is the one that runs: what reports one that was given up is not heard.
    private func isRunning(_ node: NodeIndex, _ attempt: Int) -> Bool {
        self[node].phase == .started && Int(self[node].attempts) == attempt
    }

    private mutating func begin(_ node: NodeIndex, _ worker: WorkerKey) {
        self[node].phase = .started
        self[node].worker = UInt32(clamping: worker.rawValue)
        self[node].attempts += 1
        if self[node].startedAt == .min { self[node].startedAt = now.microseconds }
    }

    /// Tells parents and callbacks of every end, until nothing more ends by itself.
    private mutating func propagate() {
        var next = 0
        while next < ended.count {
            let node = ended[next]
            next += 1
            endCallbacks(node)
            guard let parent = plan[node].parent else { continue }
            switch plan[node].role {
            case .link, .linkError, .root, .onExit: break
            case .body: closeChord(parent, body: node)
            case .member, .copy: memberEnded(node, of: parent)
            }
        }
        ended.removeAll(keepingCapacity: true)
    }

    subscript(_ node: NodeIndex) -> NodeStatus {
        get { nodes[Int(node.index)] }
        set { nodes[Int(node.index)] = newValue }
    }

    package var isFinished: Bool { openCount == 0 }

    /// The state of the run: RUNNING is `started`.
    package var state: TaskState {
        guard isFinished else { return .started }
        if isRevoked { return .revoked }
        return firstFailure == nil ? .success : .failure
    }

    // MARK: The queue

    /// The task that is next.
    package struct Head: Sendable {
        package let node: NodeIndex
        package let priority: Int
        /// Its place in the order in which tasks became ready.
        package let sequence: UInt32
    }

    /// The place of the task that becomes ready next.
    package var readySequence: UInt32 { ready.sequence }

    /// The first of the queues that a worker serves: by priority, then first ready, then as written.
    ///
    /// The caller answers with ``RunEvent/started(_:by:)``, ``RunEvent/ran(_:by:_:)`` or ``RunEvent/expired(_:)``.
    ///
    /// - Parameter queues: The queues' names; nil for all.
    /// - Returns: The head; nil when none is ready.
    package mutating func head(of queues: Set<String>? = nil) -> Head? {
        ready.head(of: queues) { [nodes] in nodes[Int($0.index)].phase == .ready }
    }

    /// Whether a node's time has run out before it could start.
    package func isExpired(_ node: NodeIndex, at time: Timestamp) -> Bool {
        expiries[node].map { time > $0 } ?? false
    }

    private mutating func makeReady(_ node: NodeIndex) {
        dueTimes[node] = nil
        self[node].phase = .ready
        ready.append(node, priority: priority(of: node), queue: queue(of: node))
    }

    private func priority(of node: NodeIndex) -> Int {
        guard let template = plan.options(of: node).priority.value,
            case .int(let priority)? = try? value(template, node)
        else { return 0 }
        return Int(clamping: priority)
    }

    /// The name of the queue that a task waits in.
    package func queue(of node: NodeIndex) -> String {
        guard let template = plan.options(of: node).queue.value, case .string(let name)? = try? value(template, node)
        else { return plan.defaultQueue }
        return name
    }

    // MARK: Timers

    /// When the next node that waits for a time is due; nil when none does.
    package mutating func nextDue() -> Timestamp? {
        while let timer = timers.min {
            if dueTimes[timer.node] == timer.due { return timer.due }
            timers.removeMin()
        }
        return nil
    }

    /// The next node that is due, for ``RunEvent/due(_:)``.
    package mutating func nextDueNode(at time: Timestamp) -> NodeIndex? {
        guard let due = nextDue(), due <= time else { return nil }
        return timers.min?.node
    }

    // MARK: Downwards

    mutating func activate(_ node: NodeIndex) {
        guard self[node].phase == .waiting else { return }
        if let condition = plan.modifiers(of: node).when, plan[node].kind != .fanOut, plan[node].kind != .chunks {
            switch evaluate(condition, node) {
            case .success(true): break
            case .success(false):
                skip(node, SkipCause(node: node, reason: .when))
                return
            case .failure(let error):
                finish(node, .failure, failure: TaskFailure(type: "ExpressionError", message: error.message))
                return
            }
        }
        switch plan[node].kind {
        case .task, .map, .starmap: enqueue(node)
        case .chain: open(node) { $0.advance(node, after: nil) }
        case .group, .fanOut, .chunks, .chord: openGroup(node)
        case .steps: openSteps(node)
        }
    }

    private mutating func open(_ node: NodeIndex, _ body: (inout RunMachine) -> Void) {
        self[node].phase = .open
        self[node].startedAt = now.microseconds
        setState(node, .started)
        body(&self)
    }

    private mutating func openGroup(_ node: NodeIndex) {
        let members = plan.members(of: node)
        self[node].phase = .open
        self[node].startedAt = now.microseconds
        self[node].pending = UInt32(members.count)
        setState(node, .started)
        if members.isEmpty { closeGroup(node) }
        for member in members { activate(member) }
    }

    private mutating func openSteps(_ node: NodeIndex) {
        let members = plan.members(of: node)
        self[node].phase = .open
        self[node].startedAt = now.microseconds
        self[node].pending = UInt32(members.count)
        setState(node, .started)
        if members.isEmpty { finish(node, .success) }
        for member in members { self[member].pending = UInt32(plan.needs(of: member).count) }
        for member in members where self[member].pending == 0 { activate(member) }
    }

    private mutating func enqueue(_ node: NodeIndex) {
        guard !isRevoked, !marked.contains(node) else {
            self[node].phase = .ready
            return revoke(node, message: "revoked")
        }
        let options = plan.options(of: node)
        do throws(ExpressionError) {
            if let expires = options.expires.value {
                expiries[node] = try time(expires, node)
                if isExpired(node, at: now) {
                    self[node].phase = .ready
                    return revoke(node, message: "expired")
                }
            }
            guard let start = options.countdown.value ?? options.eta.value else { return makeReady(node) }
            let due = try time(start, node)
            guard due > now else { return makeReady(node) }
            delay(node, until: due)
        } catch {
            finish(node, .failure, failure: TaskFailure(type: "ExpressionError", message: error.message))
        }
    }

    private mutating func delay(_ node: NodeIndex, until due: Timestamp) {
        self[node].phase = .delayed
        dueTimes[node] = due
        timers.insert(Timer(due: due, node: node))
    }

    private func time(_ template: Template, _ node: NodeIndex) throws(ExpressionError) -> Timestamp {
        switch try value(template, node) {
        case .int(let seconds): return now + (DurationText.seconds(Double(seconds)) ?? .zero)
        case .float(let seconds): return now + (DurationText.seconds(seconds) ?? .zero)
        case .string(let text):
            if let time = Timestamp(iso8601: text) { return time }
            if let duration = DurationText.duration(text) { return now + duration }
            throw ExpressionError("'\(text)' is no time")
        case let other: throw ExpressionError("a \(other.typeName) is no time")
        }
    }

    // MARK: Upwards

    private mutating func end(_ node: NodeIndex, _ outcome: AttemptOutcome) {
        switch outcome {
        case .success(let value):
            results[Int(node.index)] = value
            finish(node, .success)
        case .ignored:
            finish(node, .ignored)
        case .failure(let failure):
            guard !isRevoked, !marked.contains(node) else { return finish(node, .failure, failure: failure) }
            if retries(node, failure) { scheduleRetry(node, failure) } else { finish(node, .failure, failure: failure) }
        case .retry(let failure):
            if isRevoked || marked.contains(node) {
                revoke(node, message: "revoked")
            } else if hasRetriesLeft(node) {
                scheduleRetry(node, failure)
            } else {
                let message = "can't retry \(plan.id(of: node)) any more: \(failure.message)"
                finish(
                    node, .failure,
                    failure: TaskFailure(
                        type: "MaxRetriesExceededError", message: message, traceback: failure.traceback))
            }
        }
    }

    private mutating func scheduleRetry(_ node: NodeIndex, _ failure: TaskFailure) {
        let due = now + retryDelay(node)
        failures[node] = failure
        self[node].retries += 1
        self[node].losses = 0
        setState(node, .retry)
        delay(node, until: due)
    }

    private mutating func lose(_ node: NodeIndex, again: Bool) {
        self[node].losses += 1
        let isPure =
            if case .builtin(let builtin)? = plan.task(of: node)?.kind { builtin.isPure } else { false }
        let isRedelivered = plan.options(of: node).acksLate.value == true && self[node].losses < 3
        guard isPure || again || isRedelivered else {
            return end(node, .failure(TaskFailure(type: "WorkerLostError", message: lossMessage(node))))
        }
        guard !isRevoked, !marked.contains(node) else { return revoke(node, message: "revoked") }
        setState(node, .pending)
        makeReady(node)
    }

    private func lossMessage(_ node: NodeIndex) -> String {
        self[node].losses < 2
            ? "the worker died while the task ran"
            : "the worker died while the task ran, \(self[node].losses) times in a row"
    }

    mutating func revoke(_ node: NodeIndex, message: String) {
        running[node] = nil
        finish(node, .revoked, failure: TaskFailure(type: "TaskRevokedError", message: message))
    }

    // MARK: Revocation

    private mutating func revokeRun(_ revocation: Revocation) -> Bool {
        guard !isFinished, !isRevoked || revocation != .letRun else { return false }
        isRevoked = true
        for index in nodes.indices.reversed() { cancel(NodeIndex(index), revocation) }
        return true
    }

    private mutating func revokeInside(_ node: NodeIndex, _ revocation: Revocation) -> Bool {
        guard self[node].phase != .final else { return false }
        var next = [node]
        while let node = next.popLast() {
            marked.insert(node)
            cancel(node, revocation)
            next += plan.members(of: node) + plan.children(of: node, .body)
        }
        return true
    }

    /// Revokes a task that waits for its turn; one that runs only where it is to be terminated.
    private mutating func cancel(_ node: NodeIndex, _ revocation: Revocation) {
        switch (self[node].phase, revocation) {
        case (.delayed, _), (.ready, _): revoke(node, message: "revoked")
        case (.started, .terminate(let signal)):
            commands.append(.stop(node, attempt: Int(self[node].attempts), signal: signal))
            revoke(node, message: "terminated")
        case (.started, .letRun), (.waiting, _), (.open, _), (.final, _): break
        }
    }

    mutating func setState(_ node: NodeIndex, _ state: TaskState) {
        if plan.isTask(node) {
            counts[Int(self[node].state.rawValue)] -= 1
            counts[Int(state.rawValue)] += 1
        }
        self[node].state = state
        commands.append(.show(node))
    }

    /// Gives a node its final state and tells those that wait for it.
    mutating func finish(_ node: NodeIndex, _ state: TaskState, failure: TaskFailure? = nil) {
        precondition(self[node].phase != .final, "a node ends once")
        self[node].phase = .final
        self[node].finishedAt = now.microseconds
        dueTimes[node] = nil
        failures[node] = failure
        openCount -= 1
        setState(node, state)
        if state == .failure || state == .revoked {
            if self[node].blame == .max { self[node].blame = node.index }
            if plan.isTask(node) || failure != nil, firstFailure == nil, !isAllowedToFail(node) { firstFailure = node }
        }
        ended.append(node)
    }

    private func isAllowedToFail(_ node: NodeIndex) -> Bool {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if plan.modifiers(of: index).allowFailure { return true }
            if plan[index].role == .link || plan[index].role == .linkError { return false }
            cursor = plan[index].parent
        }
        return false
    }

    /// Starts the callbacks whose occasion has come and lays the others to rest.
    private mutating func endCallbacks(_ node: NodeIndex) {
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
        return (plan[giver].kind == .group || plan[giver].kind == .fanOut) && self[giver].state == .failure
    }

    private mutating func rest(_ node: NodeIndex) {
        settle(node) { $0.isIdle = true }
    }

    /// Skips a node and all inside it that has not begun.
    mutating func skip(_ node: NodeIndex, _ cause: SkipCause) {
        guard self[node].phase != .final else { return }
        causes[node] = cause
        skipInside(node, cause)
        finish(node, .skipped)
    }

    private mutating func skipInside(_ node: NodeIndex, _ cause: SkipCause) {
        var cursor = plan.firstChild(of: node)
        while let child = cursor {
            cursor = plan.nextSibling(of: child)
            let role = plan[child].role
            guard role == .member || role == .body || role == .copy, self[child].phase == .waiting else { continue }
            causes[child] = cause
            skipInside(child, cause)
            close(child, .skipped)
            endCallbacks(child)
        }
    }

    /// Ends a node inside a node that is being skipped: nobody above needs to be told.
    private mutating func close(_ node: NodeIndex, _ state: TaskState) {
        self[node].phase = .final
        self[node].finishedAt = now.microseconds
        openCount -= 1
        setState(node, state)
    }

    private mutating func settle(_ node: NodeIndex, _ mark: (inout NodeStatus) -> Void) {
        guard self[node].phase == .waiting else { return }
        mark(&self[node])
        var cursor = plan.firstChild(of: node)
        while let child = cursor {
            cursor = plan.nextSibling(of: child)
            settle(child, mark)
        }
        close(node, .skipped)
        if plan.isTask(node) { counts[Int(TaskState.skipped.rawValue)] -= 1 }
    }
}
