import FlowEngine
import FlowModel
import FlowPlan
import FlowValue

/// Some workers on one store, in one process and on a virtual clock, with faults that follow from a seed.
///
/// The machines, the ledger's rows and the order "commit, then act" are the real ones; processes, locks, the bell and the
/// disk are modelled after what the kernel promises:
///
/// - a process may be killed at any write: before its commit, or after it and before it has acted;
/// - a commit is whole or not there; it may take long, and others wait;
/// - a killed worker's supervisor kills its attempts a while later, and only then its lock is free;
/// - a stopped process holds its lock, and its attempts run on; it may be stopped between its commit and its acts;
/// - the bell may be late, or not ring; everybody looks once a second all the same;
/// - a lock's file may be removed by a person, so that a stopped process looks dead.
struct Simulation {
    let seed: UInt64
    private var random: SeededGenerator
    private(set) var store = SimulatedStore()
    private var processes: [SimulatedProcess] = []
    private var now = Timestamp(microseconds: 1_000_000)
    private var queue = EventQueue()
    /// The store's lock is held until then.
    private var lockIsFree = Timestamp(microseconds: 0)
    private var lastCommit = Timestamp(microseconds: 0)
    /// After this no new faults happen, and everything must come to its end.
    private let faultsEnd: Timestamp
    private let hasBellFaults: Bool
    private let hasFaults: Bool
    private(set) var statistics = Statistics()

    /// What has happened, to see that a suite meets what it is for.
    struct Statistics: Sendable {
        var commits = 0
        var crashes = 0
        var pauses = 0
        var fences = 0
        var lost = 0
        var revocations = 0

        mutating func add(_ other: Statistics) {
            commits += other.commits
            crashes += other.crashes
            pauses += other.pauses
            fences += other.fences
            lost += other.lost
            revocations += other.revocations
        }
    }

    enum Event {
        /// A process looks at what there is.
        case wake(Int)
        /// The regular look, once a second.
        case look(Int)
        case attemptEnds(Int, SimulatedProcess.AttemptID)
        /// The supervisor of a dead process has killed its attempts.
        case supervisorDone(Int)
        case restart
        case resume(Int)
        case revoke(RunKey, Revocation)
        case chaos
    }

    /// A simulation of a few runs.
    ///
    /// - Parameters:
    ///   - seed: All that happens follows from it.
    ///   - plans: The workflows to choose from.
    init(seed: UInt64, plans: [Plan]) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        let hasFaults = !random.oneIn(8)
        self.hasFaults = hasFaults
        hasBellFaults = random.oneIn(3) && hasFaults
        faultsEnd = now + .seconds(Int64(2 + random.next() % 6))
        self.random = random
        for _ in 0..<Int(1 + random.next() % 3) { startProcess() }
        for number in 0..<Int(1 + random.next() % 2) {
            store.submit(random.pick(plans), id: "run\(number)", driver: nil, at: now)
            if random.oneIn(6) {
                let revocation: Revocation = random.oneIn(2) ? .letRun : .terminate(signal: 15)
                queue.add(
                    .revoke(RunKey(Int64(number)), revocation), at: now + .milliseconds(Int64(random.next() % 3000)))
            }
        }
        ring(by: nil)
        if hasFaults { queue.add(.chaos, at: now + .milliseconds(100)) }
    }

    /// Runs to the end of all runs.
    ///
    /// - Returns: What must never happen and did; empty for a sound store.
    mutating func run() -> [String] {
        var steps = 0
        while !store.runs.allSatisfy({ $0.state != nil }) {
            steps += 1
            guard let (time, event) = queue.next(), steps < 100_000, store.violations.isEmpty else {
                store.violate("a run does not end: \(store.runs.map(\.reference.summary))")
                break
            }
            now = max(now, time)
            handle(event)
        }
        checkEnd()
        return store.violations
    }

    private mutating func checkEnd() {
        for run in store.runs {
            let replayed = store.replayed(run.key)
            if let difference = difference(replayed, run.reference) {
                store.violate("a replay of run \(run.key.rawValue) differs at \(difference)")
            }
            for index in run.plan.nodes.indices
            where !run.reference.status(of: NodeIndex(index)).state.isFinal && store.violations.isEmpty {
                store.violate("\(run.plan.id(of: NodeIndex(index))) has no final state")
            }
        }
    }

    private func difference(_ left: RunMachine, _ right: RunMachine) -> String? {
        for index in left.plan.nodes.indices {
            let node = NodeIndex(index)
            let (before, after) = (left.status(of: node), right.status(of: node))
            let isEqual =
                before.state == after.state && before.attempts == after.attempts && before.retries == after.retries
                && before.startedAt == after.startedAt && before.finishedAt == after.finishedAt
                && before.cause == after.cause && before.failure == after.failure
            if !isEqual { return left.plan.id(of: node) }
        }
        return left.counts == right.counts ? nil : "the counts"
    }

    // MARK: Events

    private mutating func handle(_ event: Event) {
        switch event {
        case .wake(let index): step(index, isLook: false)
        case .look(let index):
            guard processes[index].isAlive else { return }
            queue.add(.look(index), at: now + .seconds(1))
            step(index, isLook: true)
        case .attemptEnds(let index, let id): attemptEnds(index, id)
        case .supervisorDone(let index):
            processes[index].attempts = [:]
            processes[index].lockIsFree = true
            ring(by: nil)
        case .restart: startProcess()
        case .resume(let index):
            processes[index].isPaused = false
            processes[index].awakeSince = now
            queue.add(.wake(index), at: now)
        case .revoke(let run, let revocation): revoke(run, revocation)
        case .chaos: chaos()
        }
    }

    private mutating func startProcess() {
        let index = processes.count
        let concurrency = Int(1 + random.next() % 3)
        processes.append(SimulatedProcess(key: WorkerKey(Int64(index + 1)), concurrency: concurrency, at: now))
        queue.add(.wake(index), at: now)
        queue.add(.look(index), at: now + .milliseconds(Int64(random.next() % 1000)))
    }

    /// Wakes all but the one that has committed.
    private mutating func ring(by ringer: Int?) {
        lastCommit = now
        for index in processes.indices where processes[index].isAlive && index != ringer {
            if hasBellFaults, now < faultsEnd, random.oneIn(3) { continue }
            let delay = hasBellFaults && random.oneIn(4) ? 900 : Int64(random.next() % 20)
            queue.add(.wake(index), at: now + .milliseconds(delay))
        }
    }

    private mutating func attemptEnds(_ index: Int, _ id: SimulatedProcess.AttemptID) {
        guard let attempt = processes[index].attempts.removeValue(forKey: id) else { return }
        let key = attempt.key
        let report = WorkerMachine.Report(key, outcome(of: key))
        processes[index].machine.report(report)
        if random.oneIn(10) {
            // A duplicate, and one that says the contrary.
            processes[index].machine.report(report)
            processes[index].machine.propose(
                .ended(key.node, attempt: key.attempt, .failure(TaskFailure(type: "TaskError", message: "late"))),
                for: key.run)
        }
        queue.add(.wake(index), at: now)
    }

    /// How an attempt ends follows from the seed and the attempt, and not from when.
    private func outcome(of key: WorkerMachine.AttemptKey) -> AttemptOutcome {
        var random = SeededGenerator(
            seed: seed ^ UInt64(key.run.rawValue) << 40 ^ UInt64(key.node.index) << 8 ^ UInt64(key.attempt))
        let failure = TaskFailure(type: "TaskError", message: "exit code 1", exitCode: 1)
        switch random.next() % 40 {
        case 0, 1: return .failure(failure)
        case 2: return .retry(failure)
        case 3: return .ignored
        default: return .success(.int(Int64(key.attempt)))
        }
    }

    // MARK: A process's step

    /// What the driver's loop does once: catch up, look for the dead, record, act.
    private mutating func step(_ index: Int, isLook: Bool) {
        guard processes[index].isAlive, !processes[index].isPaused else { return }
        let before = store.version
        act(index)
        followNewRuns(index)
        let actions = catchUp(index)
        let hadSeenAll = processes[index].seenVersion == store.version
        processes[index].seenVersion = store.version
        processes[index].pending += actions
        act(index)
        if isLook, !hasBellFaults, !hadSeenAll, before == store.version,
            processes[index].wasAwake(since: lastCommit, now)
        {
            // With a sound bell nothing is found by looking: that is the fallback, and never the mechanism.
            store.violate("worker \(index + 1) was not woken for a commit")
        }
        lookForTheDead(index)
        guard processes[index].machine.hasWork(at: now) else { return rest(index) }
        guard lockIsFree <= now else { return queue.add(.wake(index), at: lockIsFree) }
        transact(index)
    }

    private mutating func catchUp(_ index: Int) -> [WorkerMachine.Action] {
        guard processes[index].seenVersion != store.version else { return [] }
        var transaction = SimulatedStore.Transaction(store)
        return (try? processes[index].machine.catchUp(&transaction)) ?? []
    }

    private mutating func transact(_ index: Int) {
        let isCrashing = hasFaults && now < faultsEnd && random.oneIn(40)
        let staged: SimulatedStore.Staged
        do {
            // The copy of the store ends with this block: a commit beside it would copy every machine.
            var transaction = SimulatedStore.Transaction(
                store, isUnchanged: processes[index].seenVersion == store.version)
            processes[index].pending += try processes[index].machine.transact(&transaction, at: now) {
                Self.immediate($0, $2)
            }
            staged = transaction.staged
        } catch {
            // It was declared dead: it ends, and its supervisor after it.
            return crash(index)
        }
        if isCrashing, random.oneIn(2) { return crash(index) }
        store.commit(staged, by: processes[index].key)
        processes[index].seenVersion = store.version
        statistics.commits += 1
        statistics.lost += staged.appended.flatMap(\.2).count { if case .lost = $0.event { true } else { false } }
        statistics.fences += staged.fenced.count
        if staged.hasWritten { ring(by: index) }
        if isCrashing { return crash(index) }
        if hasFaults, random.oneIn(8) { lockIsFree = now + .milliseconds(Int64(random.next() % 300)) }
        if hasFaults, now < faultsEnd, random.oneIn(30), !processes[index].lockIsFree {
            // Stopped after its commit, before it acts.
            return pause(index)
        }
        act(index)
        queue.add(.wake(index), at: now)
    }

    private static func immediate(_ machine: RunMachine, _ node: NodeIndex) -> WorkerMachine.Immediate {
        guard case .builtin(let builtin)? = machine.plan.task(of: node)?.kind else {
            preconditionFailure("only built-ins take no time")
        }
        return builtin == .fail
            ? .init(.failure(TaskFailure(type: "TaskError", message: "failed"))) : .init(.success(.int(1)))
    }

    /// Does what is durable: starts and stops attempts.
    private mutating func act(_ index: Int) {
        let actions = processes[index].pending
        processes[index].pending = []
        for action in actions {
            switch action {
            case .start(let key): start(key, index)
            case .stop(let key, _):
                if let id = processes[index].attempts.first(where: { $0.value.key == key })?.key {
                    queue.add(.attemptEnds(index, id), at: now + .milliseconds(Int64(random.next() % 2000)))
                }
            case .show, .finished: break
            }
        }
    }

    private mutating func start(_ key: WorkerMachine.AttemptKey, _ index: Int) {
        for other in processes {
            for attempt in other.attempts.values where attempt.key.run == key.run && attempt.key.node == key.node {
                // What was revoked and is being stopped may still be there when nothing else of its task can start.
                store.violate(
                    "attempts \(attempt.key.attempt) and \(key.attempt) of node \(key.node.index) live at once")
            }
        }
        let machine = store.runs[Int(key.run.rawValue)].reference
        if machine.status(of: key.node).attempts < key.attempt {
            store.violate("an attempt of node \(key.node.index) was started, and its start is not durable")
        }
        let id = processes[index].add(key)
        if processes[index].attempts.count > processes[index].machine.concurrency {
            store.violate("worker \(index + 1) runs \(processes[index].attempts.count) attempts")
        }
        let length = random.oneIn(5) ? random.next() % 3000 : random.next() % 50
        queue.add(.attemptEnds(index, id), at: now + .milliseconds(Int64(length)))
    }

    private mutating func followNewRuns(_ index: Int) {
        for run in store.runs where run.state == nil && processes[index].followed.insert(run.key).inserted {
            let machine = store.replayed(run.key)
            processes[index].machine.follow(run.key, machine, position: Int64(run.rows.count))
        }
    }

    private mutating func lookForTheDead(_ index: Int) {
        for peer in processes[index].machine.peers {
            let other = Int(peer.rawValue) - 1
            guard processes[other].lockIsFree else { continue }
            // What of its attempts is still there is killed before they are settled.
            for key in processes[index].machine.attempts(of: peer) {
                processes[other].attempts = processes[other].attempts.filter { $0.value.key != key }
            }
            processes[index].machine.settle(peer)
        }
    }

    private mutating func rest(_ index: Int) {
        if let due = processes[index].machine.nextDue(after: now) { queue.add(.wake(index), at: max(due, now)) }
    }

    // MARK: Faults

    private mutating func crash(_ index: Int) {
        statistics.crashes += 1
        processes[index].isAlive = false
        processes[index].pending = []
        queue.add(.supervisorDone(index), at: now + .milliseconds(Int64(random.next() % 500)))
        queue.add(.restart, at: now + .milliseconds(Int64(random.next() % 1500)))
    }

    private mutating func pause(_ index: Int) {
        statistics.pauses += 1
        processes[index].isPaused = true
        // Somebody may remove the folder of the locks: then it looks dead, and is not. Not between its commit and its acts:
        // no fence can stand between a row and a fork.
        if random.oneIn(6), processes[index].pending.isEmpty { processes[index].lockIsFree = true }
        queue.add(.resume(index), at: now + .milliseconds(Int64(random.next() % 4000)))
    }

    private mutating func chaos() {
        guard now < faultsEnd else { return }
        let index = Int(random.next() % UInt64(processes.count))
        if processes[index].isAlive, !processes[index].isPaused {
            if random.oneIn(2) { crash(index) } else { pause(index) }
        }
        queue.add(.chaos, at: now + .milliseconds(Int64(random.next() % 1500)))
    }

    /// A command of a person: it catches up, records and goes.
    private mutating func revoke(_ run: RunKey, _ revocation: Revocation) {
        guard lockIsFree <= now else { return queue.add(.revoke(run, revocation), at: lockIsFree) }
        guard store.runs[Int(run.rawValue)].state == nil else { return }
        statistics.revocations += 1
        var command = WorkerMachine(worker: WorkerKey(0), concurrency: 0)
        command.mode = .draining
        command.follow(run, store.replayed(run), position: Int64(store.runs[Int(run.rawValue)].rows.count))
        command.propose(.revoked(revocation), for: run)
        store.commit(staged(by: &command), by: WorkerKey(0))
        ring(by: nil)
    }

    private func staged(by command: inout WorkerMachine) -> SimulatedStore.Staged {
        var transaction = SimulatedStore.Transaction(store)
        _ = try? command.transact(&transaction, at: now) { machine, _, node in Self.immediate(machine, node) }
        return transaction.staged
    }
}
