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
    private var ready = Heap<ReadyEntry>()
    private var readySequence: UInt32 = 0
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
        /// Whether a member is IGNORED, which ends the line of what follows.
        var hasIgnoredMember = false
        /// A callback whose occasion did not come; it has no cause and is not counted.
        var isIdle = false
        /// Of a chain's member the last one before it that gave something.
        var giver: UInt32 = .max
        var startedAt = Int64.min
        var finishedAt = Int64.min
    }

    private struct ReadyEntry: Comparable {
        let node: NodeIndex
        let priority: Int
        let sequence: UInt32

        static func < (left: ReadyEntry, right: ReadyEntry) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            if left.sequence != right.sequence { return left.sequence < right.sequence }
            return left.node < right.node
        }

        static func == (left: ReadyEntry, right: ReadyEntry) -> Bool { left.sequence == right.sequence }
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
    /// - Returns: What the caller must do, in order.
    /// - Complexity: O(nodes that the event makes ready or final).
    package mutating func handle(_ event: RunEvent, at time: Timestamp) -> [RunCommand] {
        now = time
        switch event {
        case .begun:
            activate(plan.root)
        case .started(let node):
            guard self[node].phase == .ready else { break }
            self[node].phase = .started
            self[node].attempts += 1
            if self[node].startedAt == .min { self[node].startedAt = time.microseconds }
            setState(node, .started)
        case .ended(let node, let attempt, let outcome):
            guard self[node].phase == .started, Int(self[node].attempts) == attempt else { break }
            end(node, outcome)
        case .lost(let node, let attempt):
            guard self[node].phase == .started, Int(self[node].attempts) == attempt else { break }
            lose(node)
        case .due(let node):
            guard self[node].phase == .delayed else { break }
            makeReady(node)
        case .expired(let node):
            guard self[node].phase == .ready || self[node].phase == .delayed else { break }
            revoke(node, message: "expired")
        case .revoked:
            revokeAll()
        }
        propagate()
        if openCount == 0 { commands.append(.finish) }
        defer { commands = [] }
        return commands
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
            case .link, .linkError, .root: break
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

    /// The next attempt in order: by priority, then first ready, then as written; nil when none is ready.
    ///
    /// The caller answers with ``RunEvent/started(_:)`` or ``RunEvent/expired(_:)``.
    package mutating func next() -> NodeIndex? {
        while let entry = ready.popMin() {
            if self[entry.node].phase == .ready { return entry.node }
        }
        return nil
    }

    /// What ``next()`` would give, without taking it.
    package mutating func peek() -> NodeIndex? {
        while let entry = ready.min {
            if self[entry.node].phase == .ready { return entry.node }
            ready.removeMin()
        }
        return nil
    }

    /// Whether a node's time has run out before it could start.
    package func isExpired(_ node: NodeIndex, at time: Timestamp) -> Bool {
        expiries[node].map { time > $0 } ?? false
    }

    private mutating func makeReady(_ node: NodeIndex) {
        dueTimes[node] = nil
        self[node].phase = .ready
        ready.insert(ReadyEntry(node: node, priority: priority(of: node), sequence: readySequence))
        readySequence += 1
    }

    private func priority(of node: NodeIndex) -> Int {
        guard let template = plan.options(of: node).priority.value,
            case .int(let priority)? = try? value(template, node)
        else { return 0 }
        return Int(priority)
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
        commands.append(.setTimer(node, at: due))
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
            if retries(node, failure) { scheduleRetry(node, failure) } else { finish(node, .failure, failure: failure) }
        case .retry(let failure):
            if hasRetriesLeft(node) {
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
        setState(node, .retry)
        delay(node, until: due)
    }

    private mutating func lose(_ node: NodeIndex) {
        let isPure =
            if case .builtin(let builtin)? = plan.task(of: node)?.kind { builtin.isPure } else { false }
        if isPure || (plan.options(of: node).acksLate.value == true && self[node].attempts < 3) {
            setState(node, .pending)
            makeReady(node)
            return
        }
        end(node, .failure(TaskFailure(type: "WorkerLostError", message: "the worker died while the task ran")))
    }

    mutating func revoke(_ node: NodeIndex, message: String) {
        finish(node, .revoked, failure: TaskFailure(type: "TaskRevokedError", message: message))
    }

    private mutating func revokeAll() {
        isRevoked = true
        for index in nodes.indices.reversed() {
            let node = NodeIndex(index)
            switch self[node].phase {
            case .delayed, .ready, .started: revoke(node, message: "revoked")
            case .waiting, .open, .final: break
            }
        }
    }

    mutating func setState(_ node: NodeIndex, _ state: TaskState) {
        if plan.isTask(node) {
            counts[Int(self[node].state.rawValue)] -= 1
            counts[Int(state.rawValue)] += 1
        }
        self[node].state = state
        commands.append(.record(node))
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
            case .root, .member, .body, .copy: break
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
