import FlowEngine
import FlowModel
import FlowPlan
import FlowStore
import FlowValue

/// A store in memory that keeps what was committed as the rows that the real one writes, and checks each commit.
struct SimulatedStore {
    /// A run, as its row and its history have it.
    struct Run {
        let key: RunKey
        let plan: Plan
        let identity: RunIdentity
        /// The worker that alone drives it; nil where all do.
        let driver: WorkerKey?
        var rows: [(record: HistoryCodec.Record, at: Timestamp)] = []
        var state: TaskState?
        /// Has seen all that was committed, and nothing else.
        var reference: RunMachine
        /// Nodes whose success was recorded.
        var successes: Set<NodeIndex> = []
    }

    private(set) var runs: [Run] = []
    private(set) var fenced: Set<WorkerKey> = []
    /// How far limited tasks are used up: the times of their next starts, and who holds them.
    private(set) var nextStarts: [String: Timestamp] = [:]
    private(set) var holders: Set<Holder> = []

    struct Holder: Hashable {
        let gate: String
        let worker: WorkerKey
        let run: RunKey
        let node: NodeIndex
        let attempt: Int
    }
    /// Grows with each commit.
    private(set) var version = 0
    /// What must never happen, as soon as it has.
    private(set) var violations: [String] = []

    mutating func submit(_ plan: Plan, id: String, driver: WorkerKey?, at time: Timestamp) {
        let identity = RunIdentity(id: id, name: "simulated", startedAt: time)
        runs.append(
            Run(
                key: RunKey(Int64(runs.count)), plan: plan, identity: identity, driver: driver,
                reference: RunMachine(plan: plan, identity: identity)))
        version += 1
    }

    mutating func violate(_ message: String) {
        violations.append(message)
    }

    /// A run's machine, from its history alone.
    func replayed(_ run: RunKey) -> RunMachine {
        let run = runs[Int(run.rawValue)]
        var machine = RunMachine(plan: run.plan, identity: run.identity)
        for (record, time) in run.rows {
            guard let event = HistoryCodec.event(record, file: { _ in [] }) else { continue }
            _ = machine.handle(event, at: time)
        }
        return machine
    }

    /// Makes what a transaction has staged part of the store.
    mutating func commit(_ transaction: Staged, by worker: WorkerKey) {
        guard transaction.hasWritten else { return }
        version += 1
        if fenced.contains(worker) { violate("worker \(worker.rawValue) wrote after it had been declared dead") }
        fenced.formUnion(transaction.fenced)
        nextStarts.merge(transaction.nextStarts) { $1 }
        holders.formUnion(transaction.held)
        holders.subtract(transaction.released)
        holders = holders.filter { !transaction.freed.contains($0.worker) }
        for (key, position, entries) in transaction.appended { append(entries, to: Int(key.rawValue), after: position) }
        for (key, state) in transaction.finished {
            if runs[Int(key.rawValue)].state != nil { violate("run \(key.rawValue) ended twice") }
            runs[Int(key.rawValue)].state = state
            if !runs[Int(key.rawValue)].reference.isFinished { violate("run \(key.rawValue) ended before its nodes") }
        }
        for (key, _, _) in transaction.appended where runs[Int(key.rawValue)].reference.isFinished {
            if runs[Int(key.rawValue)].state == nil { violate("run \(key.rawValue) has ended, and its row has not") }
        }
    }

    private mutating func append(_ entries: [LedgerEntry], to index: Int, after position: Int64) {
        if position != Int64(runs[index].rows.count) {
            violate("run \(index) was written after event \(position) and has \(runs[index].rows.count)")
        }
        for entry in entries {
            if case .started(let node, _) = entry.event { checkParents(of: node, index) }
            if case .ran(let node, _, _) = entry.event { checkParents(of: node, index) }
            if let node = entry.event.success, !runs[index].successes.insert(node).inserted {
                violate("\(runs[index].plan.id(of: node)) of run \(index) succeeded twice")
            }
            if runs[index].reference.handle(entry.event, at: entry.at) == nil {
                violate("an event of run \(index) does not apply: \(entry.event)")
            }
            runs[index].rows.append((HistoryCodec.record(entry.event, resultFile: nil), entry.at))
        }
        checkLimits()
        let machine = runs[index].reference
        var recount = [Int](repeating: 0, count: TaskState.allCases.count)
        for node in machine.plan.nodes.indices.map({ NodeIndex($0) }) where machine.plan.isTask(node) {
            let status = machine.status(of: node)
            if !status.isIdle { recount[Int(status.state.rawValue)] += 1 }
        }
        if recount != machine.counts { violate("run \(index) counts \(machine.counts), and has \(recount)") }
    }

    /// No limited task runs more often at once than it may, over all runs and workers.
    private mutating func checkLimits() {
        var counts: [TaskGate: Int] = [:]
        for run in runs {
            // Nothing lives of the attempts of a worker that was declared dead, though another run may not say so yet.
            for (node, worker) in run.reference.running where !fenced.contains(worker) {
                if let gate = run.reference.gate(of: node) { counts[gate, default: 0] += 1 }
            }
        }
        for (gate, count) in counts where count > gate.limit ?? .max {
            violate("\(count) attempts of \(gate.name) run at once")
        }
    }

    /// What stands before a node in the data flow has ended.
    private mutating func checkParents(of node: NodeIndex, _ index: Int) {
        let machine = runs[index].reference
        var cursor: NodeIndex? = node
        while let node = cursor, let parent = machine.plan[node].parent {
            if machine.plan[parent].kind == .chain, machine.plan[node].role == .member {
                for member in machine.plan.members(of: parent) where member < node {
                    if !machine.status(of: member).state.isFinal {
                        violate("\(machine.plan.id(of: node)) starts before \(machine.plan.id(of: member)) has ended")
                    }
                }
            }
            for need in machine.plan.needs(of: node) where !machine.status(of: need.node).state.isFinal {
                violate("\(machine.plan.id(of: node)) starts before \(machine.plan.id(of: need.node)) has ended")
            }
            cursor = parent
        }
    }

    // MARK: Transactions

    /// What a transaction is to write.
    struct Staged {
        var appended: [(RunKey, Int64, [LedgerEntry])] = []
        var finished: [(RunKey, TaskState)] = []
        var fenced: Set<WorkerKey> = []
        var nextStarts: [String: Timestamp] = [:]
        var held: Set<Holder> = []
        var released: Set<Holder> = []
        var freed: Set<WorkerKey> = []

        var hasWritten: Bool {
            !appended.isEmpty || !finished.isEmpty || !fenced.isEmpty || !nextStarts.isEmpty || !held.isEmpty
                || !released.isEmpty
        }
    }

    /// What one process sees and stages; nobody else sees it before the commit.
    struct Transaction: Ledger {
        let store: SimulatedStore
        /// The real store skips reads where nothing has changed.
        let isUnchanged: Bool
        var staged = Staged()

        init(_ store: SimulatedStore, isUnchanged: Bool = false) {
            self.store = store
            self.isUnchanged = isUnchanged
        }

        func isFenced(_ worker: WorkerKey) -> Bool { store.fenced.contains(worker) }

        mutating func fence(_ worker: WorkerKey) { staged.fenced.insert(worker) }

        func events(of run: RunKey, after position: Int64) -> [(event: RunEvent, at: Timestamp)] {
            guard !isUnchanged else { return [] }
            return store.runs[Int(run.rawValue)].rows.dropFirst(Int(position)).compactMap { record, time in
                HistoryCodec.event(record, file: { _ in [] }).map { ($0, time) }
            }
        }

        mutating func append(_ entries: [LedgerEntry], to run: RunKey, after position: Int64) {
            staged.appended.append((run, position, entries))
        }

        func gate(_ name: String) -> TaskGates.State {
            let held = store.holders.union(staged.held).subtracting(staged.released)
            return TaskGates.State(
                nextStart: staged.nextStarts[name] ?? store.nextStarts[name],
                runningCount: held.count { $0.gate == name && !staged.freed.contains($0.worker) })
        }

        mutating func setNextStart(_ gate: String, _ time: Timestamp) { staged.nextStarts[gate] = time }

        mutating func hold(_ gate: String, by worker: WorkerKey, _ run: RunKey, _ node: NodeIndex, _ attempt: Int) {
            staged.held.insert(Holder(gate: gate, worker: worker, run: run, node: node, attempt: attempt))
        }

        mutating func release(
            _ gate: String, by worker: WorkerKey, _ run: RunKey, _ node: NodeIndex, _ attempt: Int
        ) {
            let holder = Holder(gate: gate, worker: worker, run: run, node: node, attempt: attempt)
            if staged.held.remove(holder) == nil { staged.released.insert(holder) }
        }

        mutating func releaseAll(of worker: WorkerKey) { staged.freed.insert(worker) }

        mutating func finish(_ run: RunKey, _ state: TaskState, at time: Timestamp) {
            staged.finished.append((run, state))
        }
    }
}

extension RunEvent {
    /// The node whose success an event records.
    fileprivate var success: NodeIndex? {
        switch self {
        case .ended(let node, _, .success), .ran(let node, _, .success): node
        default: nil
        }
    }
}
