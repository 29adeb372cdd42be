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
///
/// The parts: `+Activation` leads downwards, `+Composites` upwards, `+Ends` gives final states, `+Limits` cuts short,
/// `+Retry` tries again, `+Values` hands on, `+Status` shows.
package struct RunMachine: Sendable {
    /// What is run; it grows as fan-outs over results become known.
    package internal(set) var plan: Plan
    package let identity: RunIdentity
    package let directives: RunDirectives
    var boxedDetails = Boxed(Details())
    var nodes: [NodeStatus]
    var results: [JSONValue?]
    var ready = ReadyQueues()
    var timers = Heap<Timer>()
    /// The ends of time limits: they hold though nothing new is started.
    var limitTimers = Heap<Timer>()
    /// Attempts that run, with the workers that run them; not those that take no time.
    package internal(set) var running: [NodeIndex: WorkerKey] = [:]
    var openCount: Int
    /// The first failure that nobody allowed.
    package internal(set) var firstFailure: NodeIndex?
    package internal(set) var isRevoked = false
    /// Whether the run was revoked once more, with its `on_exit`.
    var isExitRevoked = false
    /// Whether the time that a person gave the run was over.
    package private(set) var isTimedOut = false
    /// Why nothing more is started, where that is so.
    var stop: SkipCause?
    /// Whether any file has an `on_exit`.
    let hasExits: Bool
    /// Whether any task is told to ignore its result.
    let ignoresResults: Bool
    /// What is not needed is skipped because of the first node.
    let needed: (because: NodeIndex, marks: [Bool])?
    package internal(set) var counts = [Int](repeating: 0, count: TaskState.allCases.count)

    // What one call of `handle` works on.
    var now = Timestamp(microseconds: 0)
    var commands: [RunCommand] = []
    /// Nodes that are final and whose parents have not been told: a list and not a recursion, because a million skipped
    /// steps in a row must not exhaust the stack.
    var ended: [NodeIndex] = []

    enum Phase: UInt8 { case waiting, delayed, ready, started, open, final }

    struct NodeStatus {
        var phase = Phase.waiting
        var state = TaskState.pending
        /// How often the present try was lost with its worker.
        var losses: UInt8 = 0
        var flags: Flags = []
        /// Of two failures the one that ended first is to blame: the task that failed first below a composite.
        var blame: UInt32 = .max
        /// Members or needs that are not final yet; of a chain the member that is under way.
        var pending: UInt32 = 0
        var attempts: UInt32 = 0
        var retries: UInt32 = 0
        /// Who ran the last attempt.
        var worker: UInt32 = 0
        /// Of a chain's member the last one before it that gave something.
        var giver: UInt32 = .max
        var startedAt = Int64.min
        var finishedAt = Int64.min

        struct Flags: OptionSet {
            let rawValue: UInt8
            /// A member is IGNORED, which ends the line of what follows.
            static let hasIgnoredMember = Flags(rawValue: 1)
            /// A callback whose occasion did not come; it has no cause and is not counted.
            static let isIdle = Flags(rawValue: 2)
            /// The time of the composite is over.
            static let isTimedOut = Flags(rawValue: 4)
            /// The composite expired.
            static let isExpired = Flags(rawValue: 8)
            /// A failure has stopped the composite's other members.
            static let isStopped = Flags(rawValue: 16)
            /// The result is that of an earlier run.
            static let isTaken = Flags(rawValue: 32)
        }

        var isIdle: Bool { flags.contains(.isIdle) }
        var hasIgnoredMember: Bool { flags.contains(.hasIgnoredMember) }
    }

    struct Timer: Comparable {
        enum Kind: UInt8 { case delay, expiry, limit }

        let due: Timestamp
        let node: NodeIndex
        let kind: Kind

        static func < (left: Timer, right: Timer) -> Bool {
            (left.due, left.kind.rawValue, left.node) < (right.due, right.kind.rawValue, right.node)
        }
    }

    /// What the canvas has come to.
    struct Conclusion {
        var value: JSONValue?
        /// Why the header's `result` has no value.
        var failure: TaskFailure?
        /// Whether `on_exit` has failed.
        var exitHasFailed = false
    }

    /// Makes the machine of a run that has not begun.
    ///
    /// - Parameters:
    ///   - plan: What is run.
    ///   - identity: What the run is called.
    ///   - directives: What a person asked of it; ids in them that the plan does not have are left alone.
    package init(plan: Plan, identity: RunIdentity, directives: RunDirectives = RunDirectives()) {
        self.plan = plan
        self.identity = identity
        self.directives = directives
        nodes = [NodeStatus](repeating: NodeStatus(), count: plan.nodes.count)
        results = [JSONValue?](repeating: nil, count: plan.nodes.count)
        openCount = plan.nodes.count
        needed = Self.needed(directives, plan)
        ignoresResults = plan.ignoresResults
        hasExits = plan.units.contains { $0.onExit != nil }
        counts[Int(TaskState.pending.rawValue)] = plan.nodes.count { $0.kind.isTask }
    }

    private static func needed(_ directives: RunDirectives, _ plan: Plan) -> (because: NodeIndex, marks: [Bool])? {
        guard directives.until != nil || !directives.only.isEmpty else { return nil }
        var found: (because: NodeIndex, marks: [Bool])?
        func add(_ marks: [Bool], _ node: NodeIndex) {
            guard let known = found else { return found = (node, marks) }
            found = (known.because, zip(known.marks, marks).map { $0 || $1 })
        }
        if let until = directives.until, let node = plan.node(named: until) { add(plan.needed(by: node), node) }
        for id in directives.only {
            guard let node = plan.node(named: id) else { continue }
            add(plan.needed(by: node), node)
            add(plan.downstream(of: node), node)
        }
        return found
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
        defer { commands = [] }
        return commands
    }

    private mutating func apply(_ event: RunEvent) -> Bool {
        switch event {
        case .taken(let id, let value):
            guard !hasBegun else { return false }
            taken[id] = value
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
            dueTimes[node] = nil
            if plan.isTask(node) { makeReady(node) } else { open(node) }
        case .expired(let node):
            return expire(node)
        case .timedOut(let node):
            return timeOut(node)
        case .runTimedOut:
            guard !isFinished, !isTimedOut else { return false }
            isTimedOut = true
            timeOutRun()
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

    subscript(_ node: NodeIndex) -> NodeStatus {
        _read { yield nodes[Int(node.index)] }
        _modify { yield &nodes[Int(node.index)] }
    }

    package var isFinished: Bool { openCount == 0 }

    /// The state of the run: RUNNING is `started`.
    package var state: TaskState { isFinished ? expectedState : .started }

    /// What the run will be, if nothing more fails.
    package var expectedState: TaskState {
        if conclusion?.exitHasFailed == true { return .failure }
        if isRevoked { return .revoked }
        if isTimedOut { return .failure }
        return firstFailure == nil && conclusion?.failure == nil ? .success : .failure
    }

    // MARK: The queue

    /// The task that is next.
    package struct Head: Sendable {
        package let node: NodeIndex
        package let priority: Int
        /// Its place in the order in which tasks became ready.
        package let sequence: UInt32
        /// The limit that its start counts for; nil for most.
        package let gate: TaskGate?
    }

    /// The place of the task that becomes ready next.
    package var readySequence: UInt32 { ready.sequence }

    /// The first of the queues that a worker serves: by priority, then first ready, then as written.
    ///
    /// The caller answers with ``RunEvent/started(_:by:)``, ``RunEvent/ran(_:by:_:)`` or ``RunEvent/expired(_:)``.
    ///
    /// - Parameters:
    ///   - queues: The queues' names; nil for all.
    ///   - isOpen: Whether a limited task may start now.
    /// - Returns: The head; nil when none is ready.
    package mutating func head(of queues: Set<String>? = nil, isOpen: (TaskGate) -> Bool = { _ in true }) -> Head? {
        ready.head(of: queues, isOpen: isOpen) { [nodes] in nodes[Int($0.index)].phase == .ready }
    }

    /// The limits that ready tasks wait for.
    package var waitingGates: [TaskGate] { ready.gates }

    /// Whether a node's time has run out before it could start.
    package func isExpired(_ node: NodeIndex, at time: Timestamp) -> Bool {
        expiries[node].map { time > $0 } ?? false
    }

    // MARK: Timers

    /// When the next node that waits for a time is due; nil when none does.
    ///
    /// - Parameter onlyLimits: Whether only the ends of time limits count.
    /// - Returns: The time; nil where nothing waits.
    package mutating func nextDue(onlyLimits: Bool = false) -> Timestamp? {
        nextTimer(onlyLimits)?.due
    }

    private mutating func nextTimer(_ onlyLimits: Bool) -> Timer? {
        while let timer = limitTimers.min, !holds(timer) { limitTimers.removeMin() }
        guard !onlyLimits else { return limitTimers.min }
        while let timer = timers.min, !holds(timer) { timers.removeMin() }
        guard let first = timers.min else { return limitTimers.min }
        return limitTimers.min.map { min($0, first) } ?? first
    }

    /// What happens next because its time has come.
    ///
    /// - Parameters:
    ///   - time: The present time.
    ///   - onlyLimits: Whether only the ends of time limits count.
    /// - Returns: The event; nil if nothing is due.
    package mutating func nextDueEvent(at time: Timestamp, onlyLimits: Bool = false) -> RunEvent? {
        guard let timer = nextTimer(onlyLimits), timer.due <= time else { return nil }
        switch timer.kind {
        case .delay: return .due(timer.node)
        case .expiry: return .expired(timer.node)
        case .limit: return .timedOut(timer.node)
        }
    }

    private func holds(_ timer: Timer) -> Bool {
        switch timer.kind {
        case .delay: dueTimes[timer.node] == timer.due
        case .expiry: expiries[timer.node] == timer.due && self[timer.node].phase != .final
        case .limit: deadlines[timer.node] == timer.due && self[timer.node].phase == .open
        }
    }
}

extension Plan {
    /// The node with an id; nil where the plan has none (yet).
    ///
    /// - Complexity: O(nodes).
    package func node(named id: String) -> NodeIndex? {
        for index in nodes.indices where self.id(of: NodeIndex(index)) == id { return NodeIndex(index) }
        return nil
    }
}
