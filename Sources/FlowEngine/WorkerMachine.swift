import FlowModel
package import FlowPlan
package import FlowValue

/// What one process does for the runs that it follows: it applies, in one transaction, what has happened, and says what
/// to do after the commit.
///
/// ```
///            ┌──────────────────────── transact ────────────────────────┐
/// reports ──▶│ fence? ─▶ catch up ─▶ tasks without time ─▶ reports,      │──▶ commit ──▶ actions
/// proposals  │                       timers, the dead ─▶ claims          │
///            └───────────────────────────────────────────────────────────┘
/// ```
///
/// Nobody owns a run's state: each process that follows a run has a machine of its own, which it brings up to date from
/// the history before it adds to it. What no longer applies then (a task that another worker took, a report of an attempt
/// that was given up) is dropped by the machine. There is no clock here, no I/O and no lock: the driver of a real worker and
/// the simulation call the same functions.
package struct WorkerMachine {
    /// One attempt of a task, all over the store.
    package struct AttemptKey: Hashable, Sendable {
        package let run: RunKey
        package let node: NodeIndex
        package let attempt: Int

        package init(run: RunKey, node: NodeIndex, attempt: Int) {
            self.run = run
            self.node = node
            self.attempt = attempt
        }
    }

    /// What is known of an attempt that this worker had started, when its processes are gone.
    package struct Report: Sendable {
        package let key: AttemptKey
        package let outcome: AttemptOutcome
        package var output: OutputRange?
        package var resultFile: String?

        package init(
            _ key: AttemptKey, _ outcome: AttemptOutcome, output: OutputRange? = nil, resultFile: String? = nil
        ) {
            self.key = key
            self.outcome = outcome
            self.output = output
            self.resultFile = resultFile
        }
    }

    /// The outcome of a task that takes no time, and what it wrote.
    package struct Immediate: Sendable {
        package let outcome: AttemptOutcome
        package var output: OutputRange?
        package var resultFile: String?

        package init(_ outcome: AttemptOutcome, output: OutputRange? = nil, resultFile: String? = nil) {
            self.outcome = outcome
            self.output = output
            self.resultFile = resultFile
        }
    }

    /// What is to be done after the commit.
    package enum Action: Sendable {
        /// Start an attempt: its start is durable.
        case start(AttemptKey)
        /// End the processes of an attempt of this worker: its outcome does not count any more.
        case stop(AttemptKey, signal: Int32)
        /// Show that a node's state has changed.
        case show(RunKey, NodeIndex)
        /// A run has ended and is followed no more; here is its machine.
        case finished(RunKey, RunMachine)
    }

    /// This worker was declared dead while it stood still, and its attempts were settled by others.
    package struct Fenced: Error {}

    package enum Mode: Sendable {
        /// Takes tasks for its free slots.
        case taking
        /// Starts nothing more, and records how what runs ends.
        case draining
    }

    /// A run as this process knows it.
    ///
    /// An object, because a machine that is changed inside a dictionary is moved out of it and back for every event.
    private final class Followed {
        var machine: RunMachine
        /// How many events of the history the machine has seen.
        var position: Int64
        /// What the machine has seen since, and the history has not.
        var recorded: [LedgerEntry] = []

        init(_ machine: RunMachine, position: Int64) {
            self.machine = machine
            self.position = position
        }

        // What is asked in each transaction, of the parts that it is about: a method of the machine would be handed a copy.
        var isFinished: Bool { machine.openCount == 0 }
        var hasBegun: Bool { machine.nodes[Int(machine.plan.root.index)].phase != .waiting }
        var gates: [TaskGate] { machine.ready.gates }

        /// Appends to the history what has been recorded.
        func append(to ledger: inout some Ledger, _ run: RunKey) throws {
            guard !recorded.isEmpty else { return }
            let entries = recorded
            recorded = []
            try ledger.append(entries, to: run, after: position)
            position += Int64(entries.count)
        }

        func takesNoTime(_ node: NodeIndex) -> Bool {
            func lent(_ machine: inout RunMachine) -> Bool { machine.plan.takesNoTime(node) }
            return lent(&machine)
        }

        func isExpired(_ node: NodeIndex, at time: Timestamp) -> Bool {
            func lent(_ machine: inout RunMachine) -> Bool { machine.isExpired(node, at: time) }
            return lent(&machine)
        }

        /// The head of the queue, if it takes no time and was ready before others, and whether it has expired.
        func immediate(
            before sequence: UInt32, of queues: Set<String>?, at now: Timestamp, _ isOpen: (TaskGate) -> Bool
        ) -> (head: RunMachine.Head, isExpired: Bool)? {
            func lent(_ machine: inout RunMachine) -> (head: RunMachine.Head, isExpired: Bool)? {
                guard let head = machine.head(of: queues, isOpen: isOpen), head.sequence < sequence,
                    machine.plan.takesNoTime(head.node)
                else { return nil }
                return (head, machine.isExpired(head.node, at: now))
            }
            return lent(&machine)
        }
    }

    package let worker: WorkerKey
    /// How many attempts run at once.
    package let concurrency: Int
    /// The queues that are served; nil for all.
    package let queues: Set<String>?
    package var mode = Mode.taking
    /// Whether anybody wants to see the states of nodes change.
    package var isWatched = true
    private var runs: [RunKey: Followed] = [:]
    /// The followed runs, oldest first.
    package private(set) var order: [RunKey] = []
    /// Attempts of this worker that hold a slot: until their processes are gone, whatever has become of their tasks.
    package private(set) var slots: Set<AttemptKey> = []
    private var reports: [Report] = []
    private var proposals: [(run: RunKey, event: RunEvent)] = []
    private var dead: Set<WorkerKey> = []
    private var actions: [Action] = []
    /// How far limited tasks are used up, as of the last look into the store.
    private var gates = TaskGates()
    /// The limits that attempts of this worker count for, until their processes are gone.
    private var held: [AttemptKey: TaskGate] = [:]
    private var releases: [(key: AttemptKey, gate: TaskGate)] = []

    /// The most tasks without time that one transaction runs, so that others get their turn.
    private static let immediatesPerTransaction = 16_384
    /// So many of their events are appended at once: the ledger may write them while the next are worked out.
    private static let entriesAtOnce = 512

    /// Makes the machine of a worker that follows nothing yet.
    package init(worker: WorkerKey, concurrency: Int, queues: Set<String>? = nil) {
        self.worker = worker
        self.concurrency = concurrency
        self.queues = queues
    }

    // MARK: What it is told

    /// Follows a run from now on.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - machine: Its machine, as it was after an event of its history.
    ///   - position: The position of that event; 0 for a machine that has seen none.
    package mutating func follow(_ run: RunKey, _ machine: RunMachine, position: Int64 = 0) {
        guard runs.updateValue(Followed(machine, position: position), forKey: run) == nil else { return }
        order.append(run)
        order.sort()
    }

    /// Takes the report of an attempt whose processes are gone: its slot is free.
    package mutating func report(_ report: Report) {
        guard slots.remove(report.key) != nil else { return }
        if let gate = held.removeValue(forKey: report.key) { releases.append((report.key, gate)) }
        reports.append(report)
    }

    /// Asks for an event that a person wants, such as a revocation.
    package mutating func propose(_ event: RunEvent, for run: RunKey) {
        proposals.append((run, event))
    }

    /// Learns that a worker is dead, and that nothing of its attempts is alive any more.
    package mutating func settle(_ worker: WorkerKey) {
        guard worker != self.worker else { return }
        dead.insert(worker)
    }

    // MARK: What it knows

    package func machine(of run: RunKey) -> RunMachine? { runs[run]?.machine }

    /// Looks at the machine of a run where it is: ``machine(of:)`` gives a copy.
    package func look(at run: RunKey, _ body: (RunMachine) -> Void) {
        func lend(_ machine: inout RunMachine) { body(machine) }
        guard let followed = runs[run] else { return }
        lend(&followed.machine)
    }

    /// Other workers that run attempts of followed runs.
    package var peers: Set<WorkerKey> {
        var peers: Set<WorkerKey> = []
        for run in order { peers.formUnion(runs[run].map { Set($0.machine.running.values) } ?? []) }
        peers.remove(worker)
        return peers
    }

    /// The attempts of a worker, by the machines' knowledge.
    package func attempts(of worker: WorkerKey) -> [AttemptKey] {
        order.flatMap { run in
            (runs[run]?.machine.running ?? [:]).filter { $0.value == worker }.keys.sorted().compactMap { node in
                runs[run].map {
                    AttemptKey(run: run, node: node, attempt: $0.machine.status(of: node).attempts)
                }
            }
        }
    }

    /// When the next node that waits for a time is due, or a limited task may start.
    ///
    /// - Parameter now: The present time.
    /// - Returns: The earliest such time; nil if there is none.
    package mutating func nextDue(after now: Timestamp) -> Timestamp? {
        var earliest: Timestamp?
        func add(_ time: Timestamp?) {
            guard let time else { return }
            earliest = earliest.map { min($0, time) } ?? time
        }
        for run in order {
            add(runs[run]?.machine.nextDue(onlyLimits: mode == .draining))
            // What takes no time takes no slot, so that it matters though all are taken.
            guard mode == .taking else { continue }
            for gate in runs[run]?.gates ?? [] { add(gates.opening(of: gate, at: now)) }
        }
        return earliest
    }

    /// Whether a transaction would have something to record.
    package mutating func hasWork(at now: Timestamp) -> Bool {
        if !reports.isEmpty || !proposals.isEmpty || !dead.isEmpty || !releases.isEmpty { return true }
        if mode == .draining {
            for run in order {
                if let due = runs[run]?.machine.nextDue(onlyLimits: true), due <= now { return true }
            }
            return false
        }
        for run in order {
            guard let followed = runs[run], followed.hasBegun else { return true }
            if let due = followed.machine.nextDue(), due <= now { return true }
            guard let head = head(of: followed, at: now) else { continue }
            if slots.count < concurrency || followed.takesNoTime(head.node) { return true }
        }
        return false
    }

    private func head(of followed: Followed, at now: Timestamp) -> RunMachine.Head? {
        followed.machine.head(of: queues) { gates.isOpen($0, at: now) }
    }

    // MARK: Transactions

    /// Brings the followed runs up to date; a transaction for reading is enough.
    ///
    /// - Parameter ledger: The store.
    /// - Returns: What is to be done: what others have recorded may end attempts of this worker, or a whole run.
    /// - Throws: What the ledger throws; then this machine must not be used any more.
    package mutating func catchUp(_ ledger: inout some Ledger) throws -> [Action] {
        for run in order {
            let events = try ledger.events(of: run, after: runs[run]?.position ?? 0)
            for (event, time) in events {
                let commands = runs[run]?.machine.handle(event, at: time)
                precondition(commands != nil, "the history of a run has an event that does not apply: \(event)")
                perform(commands ?? [], run)
            }
            runs[run]?.position += Int64(events.count)
        }
        try lookAtGates(ledger)
        unfollowFinished()
        return takeActions()
    }

    /// Applies all that it was told, and gives free slots to what is ready.
    ///
    /// - Parameters:
    ///   - ledger: The store, in a transaction for writing.
    ///   - now: The time of what is recorded.
    ///   - immediate: Runs a task that takes no time; called only for tasks whose parents' results are durable.
    /// - Returns: What is to be done when, and only when, the transaction has been committed.
    /// - Throws: ``Fenced``, or what the ledger throws; then this machine must not be used any more.
    package mutating func transact(
        _ ledger: inout some Ledger, at now: Timestamp, immediate: (RunMachine, RunKey, NodeIndex) -> Immediate
    ) throws -> [Action] {
        if try ledger.isFenced(worker) { throw Fenced() }
        for (key, gate) in releases { try ledger.release(gate.name, by: worker, key.run, key.node, key.attempt) }
        releases.removeAll()
        actions = try catchUp(&ledger)
        begin(now)
        if mode == .taking { try runImmediates(&ledger, now, immediate) }
        for report in reports {
            let key = report.key
            record(
                LedgerEntry(
                    .ended(key.node, attempt: key.attempt, report.outcome), at: now, output: report.output,
                    resultFile: report.resultFile), key.run)
        }
        reports.removeAll()
        for (run, event) in proposals { record(LedgerEntry(event, at: now), run) }
        proposals.removeAll()
        try bury(&ledger, now)
        fireTimers(now)
        if mode == .taking {
            try lookAtGates(ledger)
            try claim(&ledger, now)
        }
        for run in order {
            guard let followed = runs[run] else { continue }
            try followed.append(to: &ledger, run)
            // What had ended before is not followed any more.
            if followed.isFinished { try ledger.finish(run, followed.machine.state, at: now) }
        }
        unfollowFinished()
        return takeActions()
    }

    /// Applies an event; it is recorded only if it changes something.
    private mutating func record(_ entry: consuming LedgerEntry, _ run: RunKey) {
        guard let followed = runs[run] else { return }
        record(entry, followed, run)
    }

    private mutating func record(_ entry: consuming LedgerEntry, _ followed: Followed, _ run: RunKey) {
        guard let commands = followed.machine.handle(entry.event, at: entry.at) else { return }
        followed.recorded.append(entry)
        perform(commands, run)
    }

    private mutating func begin(_ now: Timestamp) {
        for run in order where runs[run]?.hasBegun == false { record(LedgerEntry(.begun, at: now), run) }
    }

    /// Runs the tasks that take no time and stand at the head of the queue.
    private mutating func runImmediates(
        _ ledger: inout some Ledger, _ now: Timestamp, _ immediate: (RunMachine, RunKey, NodeIndex) -> Immediate
    ) throws {
        var left = Self.immediatesPerTransaction
        for run in order {
            guard let followed = runs[run] else { continue }
            // What becomes ready from here on has parents whose results are not durable yet. What `begin` made ready has
            // no parents.
            let durable = followed.machine.readySequence
            while left > 0,
                let (head, isExpired) = followed.immediate(
                    before: durable, of: queues, at: now, { gates.isOpen($0, at: now) })
            {
                left -= 1
                if isExpired {
                    record(LedgerEntry(.expired(head.node), at: now), followed, run)
                    continue
                }
                let done = Self.run(head.node, of: run, in: &followed.machine, immediate)
                if let gate = head.gate {
                    gates.start(gate, at: now)
                    gates.end(gate)
                    try record(gate, &ledger)
                }
                record(
                    LedgerEntry(
                        .ran(head.node, by: worker, done.outcome), at: now, output: done.output,
                        resultFile: done.resultFile), followed, run)
                if followed.recorded.count >= Self.entriesAtOnce { try followed.append(to: &ledger, run) }
            }
        }
    }

    /// Runs a task that takes no time.
    ///
    /// The machine is lent `inout`, because what only reads a part of an object is handed a copy of it.
    private static func run(
        _ node: NodeIndex, of run: RunKey, in machine: inout RunMachine,
        _ immediate: (RunMachine, RunKey, NodeIndex) -> Immediate
    ) -> Immediate {
        immediate(machine, run, node)
    }

    private mutating func revokedAsExpired(_ node: NodeIndex, _ run: RunKey, _ now: Timestamp) -> Bool {
        guard let followed = runs[run], followed.isExpired(node, at: now) else { return false }
        record(LedgerEntry(.expired(node), at: now), run)
        return true
    }

    /// Settles the attempts of dead workers, and sees that these never write again.
    private mutating func bury(_ ledger: inout some Ledger, _ now: Timestamp) throws {
        for worker in dead.sorted() {
            for key in attempts(of: worker) {
                record(LedgerEntry(.lost(key.node, attempt: key.attempt, again: rerunsLost), at: now), key.run)
            }
            try ledger.fence(worker)
            try ledger.releaseAll(of: worker)
        }
        dead.removeAll()
    }

    /// Whether lost attempts run again whatever their options say.
    package var rerunsLost = false

    private mutating func fireTimers(_ now: Timestamp) {
        for run in order {
            // Who starts nothing more still ends what has had its time.
            while let event = runs[run]?.machine.nextDueEvent(at: now, onlyLimits: mode == .draining) {
                record(LedgerEntry(event, at: now), run)
            }
        }
    }

    /// Gives free slots to what is ready: by priority, then in the oldest run.
    private mutating func claim(_ ledger: inout some Ledger, _ now: Timestamp) throws {
        while slots.count < concurrency, let (run, head) = bestHead(at: now) {
            let node = head.node
            if revokedAsExpired(node, run, now) { continue }
            record(LedgerEntry(.started(node, by: worker), at: now), run)
            let attempt = Int(runs[run]?.machine.nodes[Int(node.index)].attempts ?? 0)
            let key = AttemptKey(run: run, node: node, attempt: attempt)
            slots.insert(key)
            actions.append(.start(key))
            guard let gate = head.gate else { continue }
            gates.start(gate, at: now)
            held[key] = gate
            try record(gate, &ledger)
            if gate.limit != nil { try ledger.hold(gate.name, by: worker, run, node, attempt) }
        }
    }

    // MARK: Limits over all workers

    /// Whether something waits for the end of what others may run.
    ///
    /// A worker that dies frees what it held without a commit that others would hear of: who waits so must look.
    package var isHeldBack: Bool {
        mode == .taking
            && order.contains { run in
                (runs[run]?.gates ?? []).contains { gate in
                    gate.limit.map { gates[gate.name].runningCount >= $0 } ?? false
                }
            }
    }

    /// Learns how far the limits are used up that something waits for.
    package mutating func lookAtGates(_ ledger: some Ledger) throws {
        for run in order {
            for gate in runs[run]?.gates ?? [] { gates[gate.name] = try ledger.gate(gate.name) }
        }
    }

    private func record(_ gate: TaskGate, _ ledger: inout some Ledger) throws {
        guard gate.interval != nil, let next = gates[gate.name].nextStart else { return }
        try ledger.setNextStart(gate.name, next)
    }

    private mutating func bestHead(at now: Timestamp) -> (RunKey, RunMachine.Head)? {
        var best: (run: RunKey, head: RunMachine.Head)?
        for run in order {
            guard let followed = runs[run], let head = head(of: followed, at: now),
                !followed.takesNoTime(head.node)
            else { continue }
            if best.map({ head.priority > $0.head.priority }) ?? true { best = (run, head) }
        }
        return best.map { ($0.run, $0.head) }
    }

    // MARK: Actions

    private mutating func perform(_ commands: [RunCommand], _ run: RunKey) {
        for command in commands {
            switch command {
            case .show(let node): if isWatched { actions.append(.show(run, node)) }
            case .stop(let node, let attempt, let signal):
                let key = AttemptKey(run: run, node: node, attempt: attempt)
                if slots.contains(key) { actions.append(.stop(key, signal: signal)) }
            }
        }
    }

    private mutating func unfollowFinished() {
        for run in order {
            guard let followed = runs[run], followed.isFinished else { continue }
            runs[run] = nil
            actions.append(.finished(run, followed.machine))
        }
        order.removeAll { runs[$0] == nil }
    }

    private mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }
}
