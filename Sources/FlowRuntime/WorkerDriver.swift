package import FlowEngine
import FlowModel
package import FlowPlan
package import FlowStore
import FlowThreads
package import FlowValue
package import FlowWorker
import Glibc

/// Drives runs on the calling thread: it owns a ``WorkerMachine``, commits before it acts, and waits.
///
/// One loop: gather what has happened, record it in one transaction with the starts that it allows, then start those and
/// show what has changed; when there is nothing to record, wait for a process, the bell, a timer or a signal. It is a
/// thread and not an actor because all it waits for (SQLite, `flock`, `poll`) blocks, and because the first `await` of a
/// process costs more than its whole start.
package final class WorkerDriver {
    /// What the driver of runs is asked to do.
    package struct Duty {
        /// Whether it takes all detached runs, and waits for more; else it ends with the last run that it follows.
        package var servesDetached: Bool
        package var concurrency: Int
        /// The queues whose tasks it takes; nil for all.
        package var queues: Set<String>?
        /// When the runs that it follows are ended, whatever they do.
        package var deadline: Timestamp?
        /// How long runs are kept after their end; nil where that is none of its business.
        package var retention: Duration?

        package init(
            servesDetached: Bool, concurrency: Int, queues: Set<String>? = nil, retention: Duration? = nil
        ) {
            self.retention = retention
            self.servesDetached = servesDetached
            self.concurrency = max(1, concurrency)
            self.queues = queues
        }
    }

    /// What the driver tells as it goes; all of it is on disk.
    package struct Observer {
        /// A node's state has changed; nil where nobody wants to know.
        package var show: ((RunMachine, NodeIndex) -> Void)?
        /// Called several times a second while a person watches, with the oldest run; nil where nobody does.
        ///
        /// Who kept the machine would make each event of the run copy the whole.
        package var tick: ((RunMachine) -> Void)?
        /// A person should know of something.
        package var say: (String) -> Void = { _ in }

        package init() {}
    }

    /// Why the driver has come back.
    package enum End {
        /// All that it followed has ended.
        case finished
        /// It was told to stop, and nothing of what it started runs any more.
        case drained(signal: Int32)
        /// It was told to stop at once: what it had started is killed when this process ends.
        case aborted(signal: Int32)
    }

    /// A run that is followed, and where it lies.
    private final class Context {
        let row: RunRow
        var segment: LogSegment?
        let resultLimit: Int
        let secrets: RunSecrets

        init(_ row: RunRow, resultLimit: Int, secrets: RunSecrets) {
            self.row = row
            self.resultLimit = resultLimit
            self.secrets = secrets
        }
    }

    private let store: RunStore
    private let seat: WorkerSeat
    private let duty: Duty
    private let signals: SignalWatch?
    private let observer: Observer
    /// The plan of a detached run.
    private let plan: (RunRow, () throws -> [UInt8]) throws -> Plan

    private var worker: WorkerMachine
    private let runner: AttemptRunner
    private var contexts: [RunKey: Context] = [:]
    /// The machines of the runs that have ended.
    package private(set) var ended: [RunKey: RunMachine] = [:]
    private var lastSignal: Int32?
    private var newestRun = RunKey(0)
    private var seenChanges = -1
    private var nextLook = Timestamp(microseconds: 0)
    private var nextPrune = Timestamp(microseconds: 0)
    /// Why output could not be written: then nothing more is recorded, and the runs can be resumed.
    private var outputFailure: StoreError?
    private var deadline: Timestamp?
    private var lastCommit = Timestamp(microseconds: 0)

    /// How often a driver looks at what nobody rings the bell for: that a worker has died.
    private static let lookInterval = Duration.seconds(1)
    private static let tickInterval = Duration.milliseconds(120)
    private static let pruneInterval = Duration.seconds(3600)
    private static let pruneBudget = Duration.milliseconds(50)

    /// Makes a driver that follows nothing yet.
    ///
    /// - Parameters:
    ///   - store: Where runs are recorded; it listens to the bell.
    ///   - seat: The driver's seat, enrolled.
    ///   - duty: What it is to do.
    ///   - signals: SIGINT, SIGTERM and SIGQUIT; nil if nobody watches them.
    ///   - observer: Who is told.
    ///   - plan: Makes the plan of a detached run; it is given what reads the definition.
    package init(
        store: RunStore, seat: WorkerSeat, duty: Duty, signals: SignalWatch? = nil, observer: Observer = Observer(),
        plan: @escaping (RunRow, () throws -> [UInt8]) throws -> Plan
    ) {
        self.store = store
        self.seat = seat
        self.duty = duty
        self.signals = signals
        self.observer = observer
        self.plan = plan
        deadline = duty.deadline
        worker = WorkerMachine(worker: seat.key, concurrency: duty.concurrency, queues: duty.queues)
        worker.isWatched = observer.show != nil
        runner = AttemptRunner(concurrency: duty.concurrency, seat: seat, storeFolder: store.folder)
    }

    // MARK: Runs

    /// Follows a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - machine: Its machine, new or replayed.
    ///   - position: The position of the last event that the machine has seen.
    ///   - secrets: What its tasks must not show.
    package func follow(_ run: RunRow, _ machine: RunMachine, position: Int64, secrets: RunSecrets) {
        let limit = machine.plan.spec.setting("result_max_size")
        contexts[run.key] = Context(run, resultLimit: limit?.asInt ?? 1 << 20, secrets: secrets)
        worker.follow(run.key, machine, position: position)
    }

    /// Settles the attempts of a dead worker before anything else.
    ///
    /// - Parameters:
    ///   - dead: The worker; its lock is free.
    ///   - reruns: Whether its attempts run again whatever their options say.
    package func settle(_ dead: WorkerKey, reruns: Bool) {
        worker.rerunsLost = reruns
        for key in worker.attempts(of: dead) {
            guard let machine = worker.machine(of: key.run) else { continue }
            Leftovers.kill(of: key, machine)
        }
        worker.settle(dead)
    }

    private func followNewRuns() throws(StoreError) {
        guard duty.servesDetached, store.changes != seenChanges else { return }
        seenChanges = store.changes
        let rows = try store.read { try $0.openRuns(after: newestRun) }
        for row in rows {
            newestRun = row.key
            do {
                let plan = try plan(row) { try store.read { try $0.definition(of: row) } }
                let secrets = try RunSecrets(of: plan, in: row.folder, environment: ProcessEnvironment.value)
                let (machine, position) = try store.read { try Replay.machine(of: row, plan: plan, $0) }
                follow(row, machine, position: position, secrets: secrets)
            } catch let missing as RunSecrets.Missing {
                observer.say("\(row.id) is left to others: \(missing.message)")
            } catch {
                observer.say("\(row.id) cannot be carried on: \(error)")
            }
        }
    }

    // MARK: The loop

    /// Drives until there is nothing left to do, or until it is told to stop.
    ///
    /// - Returns: Why it has come back.
    /// - Throws: `StoreError`; then what runs is killed when this process ends.
    package func drive() throws(StoreError) -> End {
        while true {
            try followNewRuns()
            if let end = endIfDone() { return end }
            heedDeadline()
            if worker.hasWork(at: WallClock.now) {
                waitForCompany()
                try transact()
            } else {
                try wait()
            }
            gather()
            if let tick = observer.tick, let machine = worker.order.first.flatMap({ worker.machine(of: $0) }) {
                tick(machine)
            }
            if let end = heedSignals() { return end }
        }
    }

    /// Lets a commit wait a moment for more ends, where the processors have enough to do anyway.
    ///
    /// Where programs are short, each commit takes their time: one for several ends is the cheaper one. The first end after
    /// a while is recorded at once.
    private func waitForCompany() {
        let now = WallClock.now
        let end = lastCommit + Self.pace
        // The clock may have been set back.
        guard lastCommit <= now, now < end, runner.waitForEnds(for: end - now, whileMoreRunThan: Self.enough)
        else { return }
        gather()
    }

    /// So many programs keep the processors busy while one commits.
    private static let enough = 2 * Parallel.processorCount + 1

    /// So long after a commit the next one may wait.
    private static let pace = Duration.milliseconds(1)

    private func endIfDone() -> End? {
        if worker.mode == .draining, worker.slots.isEmpty, !worker.hasWork(at: WallClock.now) {
            runner.close()
            return .drained(signal: lastSignal ?? SIGTERM)
        }
        if !duty.servesDetached, worker.order.isEmpty, worker.slots.isEmpty {
            runner.close()
            return .finished
        }
        return nil
    }

    private func transact() throws(StoreError) {
        let actions: [WorkerMachine.Action]
        let gate = StartGate()
        do {
            actions = try store.write(following: true, gather: { gather() }) { transaction in
                let actions = try worker.transact(&transaction, at: WallClock.now) { machine, run, node in
                    immediate(machine, run, node)
                }
                // What an attempt wrote is on disk before the row that ends it.
                if let outputFailure { throw outputFailure }
                for context in contexts.values { try context.segment?.sync() }
                if !duty.servesDetached, worker.order.isEmpty { try transaction.end(seat.key, at: WallClock.now) }
                for case .finished(let run, let machine) in actions {
                    try keepOutline(of: run, machine, in: &transaction)
                }
                // The disk is waited for next: meanwhile the processes get ready.
                start(actions, behind: gate)
                return actions
            }
        } catch {
            gate.turnAway()
            guard error.code == .busy else { throw error }
            // Somebody who holds the lock stands still: nothing was applied, and signals are heeded meanwhile.
            return observer.say(error.message)
        }
        gate.open()
        start(actions, behind: nil)
        lastCommit = WallClock.now
        perform(actions)
    }

    /// Of a larger run that has ended its outline is kept: its history takes long to read.
    private static let nodesWithoutOutline = 5_000

    private func keepOutline(
        of run: RunKey, _ machine: RunMachine, in transaction: inout StoreTransaction
    ) throws {
        guard machine.plan.nodes.count > Self.nodesWithoutOutline, let row = contexts[run]?.row else { return }
        let outline = StatusTree(RunSnapshot(of: row, ended: machine, in: store)).lines.joined(separator: "\n")
        try transaction.keepOutline(outline, of: run)
    }

    /// Starts programs behind a gate; without one, what waits and needs no program.
    private func start(_ actions: [WorkerMachine.Action], behind gate: StartGate?) {
        for case .start(let key) in actions {
            guard let machine = worker.machine(of: key.run), let context = contexts[key.run],
                (machine.plan.builtin(of: key.node) == nil) == (gate != nil)
            else { continue }
            runner.start(key, builder(machine, context), behind: gate)
        }
    }

    private func perform(_ actions: [WorkerMachine.Action]) {
        var machines: [RunKey: RunMachine] = [:]
        for case .finished(let run, let machine) in actions { machines[run] = machine }
        for action in actions {
            switch action {
            // That is done by the transaction that records it.
            case .start: break
            case .stop(let key, let signal): runner.stop(key, signal: signal)
            case .show(let run, let node):
                guard let show = observer.show else { continue }
                if let machine = machines[run] { show(machine, node) } else { worker.look(at: run) { show($0, node) } }
            case .finished(let run, let machine):
                contexts[run] = nil
                // A worker that serves for months must not keep what it has done.
                if !duty.servesDetached { ended[run] = machine }
            }
        }
    }

    // MARK: Waiting

    /// Waits until something can have happened.
    private func wait() throws(StoreError) {
        // Who rings after this line wakes us below; what was committed before it is seen now.
        store.bell.silence()
        if try catchUp() { return }
        try lookForTheDead()
        let now = WallClock.now
        if worker.hasWork(at: now) { return }
        var deadline = nextLook
        for time in [worker.nextDue(after: now), runner.nextWake, deadline] {
            if let time { deadline = min(deadline, time) }
        }
        if observer.tick != nil { deadline = min(deadline, now + Self.tickInterval) }
        let milliseconds = ((deadline - now).inMicroseconds + 999) / 1000
        var descriptors = (runner.descriptors + [store.bell.descriptor, signals?.descriptor ?? -1]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        _ = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: max(0, milliseconds)))
        // A bell without a commit: a supervisor has done its work.
        if descriptors[descriptors.count - 2].revents != 0 { nextLook = now }
    }

    /// Learns what others have recorded.
    private func catchUp() throws(StoreError) -> Bool {
        let looks = isTimeToLook(WallClock.now)
        guard let actions = try store.catchUp(looks: looks, { try worker.catchUp(&$0) }) else { return false }
        perform(actions)
        return true
    }

    /// Whether the last look was long ago, or the clock has been set back since.
    private func isTimeToLook(_ now: Timestamp) -> Bool {
        now >= nextLook || nextLook > now + Self.lookInterval
    }

    /// Settles the attempts of workers that have died.
    private func lookForTheDead() throws(StoreError) {
        let now = WallClock.now
        guard isTimeToLook(now) else { return }
        nextLook = now + Self.lookInterval
        try prune(now)
        if worker.isHeldBack { try store.read { try worker.lookAtGates($0) } }
        let peers = worker.peers
        guard !peers.isEmpty else { return }
        let dead = try store.read { transaction in try peers.filter { try !transaction.isAlive($0) } }
        for peer in dead.sorted() { settle(peer, reruns: false) }
    }

    /// Removes, once an hour, what has been kept long enough.
    private func prune(_ now: Timestamp) throws(StoreError) {
        guard let retention = duty.retention, now >= nextPrune else { return }
        nextPrune = now + Self.pruneInterval
        let (count, isDone) = try Retention(store: store).prune(endedBefore: now - retention, within: Self.pruneBudget)
        // The tasks of this worker wait meanwhile: what is left is removed a little at each look.
        if !isDone { nextPrune = now }
        if count > 0 { observer.say("removed \(count) runs that ended long ago") }
    }

    /// Ends what it follows when the time that it was given is over.
    private func heedDeadline() {
        guard let time = deadline, WallClock.now >= time else { return }
        deadline = nil
        observer.say("the time is over: what runs is killed")
        worker.mode = .taking
        for run in worker.order { worker.propose(.runTimedOut, for: run) }
    }

    private func heedSignals() -> End? {
        while let signal = signals?.next() {
            defer { lastSignal = signal }
            if signal == SIGQUIT || (worker.mode == .draining && duty.servesDetached) {
                return .aborted(signal: signal)
            }
            if worker.mode == .draining {
                observer.say("revoked")
                worker.mode = .taking
                for run in worker.order { worker.propose(.revoked(.terminate(signal: SIGTERM)), for: run) }
            } else if lastSignal == nil {
                worker.mode = .draining
                let count = worker.slots.count
                if count > 0 { observer.say("starting nothing more, waiting for \(count) running: once more revokes") }
            } else {
                // After the revoke only `on_exit` can be under way.
                for run in worker.order { worker.propose(.revoked(.terminate(signal: SIGTERM)), for: run) }
            }
        }
        return nil
    }

    // MARK: Attempts

    /// Takes what has ended.
    private func gather() {
        let ended = runner.collect(at: WallClock.now) { key in
            guard let machine = worker.machine(of: key.run), let context = contexts[key.run] else { return nil }
            return builder(machine, context)
        }
        for end in ended {
            var report = WorkerMachine.Report(end.key, end.outcome)
            report.output = write(end.output, end.key.run)
            if let kept = keep(end.outcome, end.key.run) { report.resultFile = kept }
            worker.report(report)
        }
    }

    private func builder(_ machine: RunMachine, _ context: Context) -> AttemptBuilder {
        AttemptBuilder(
            machine: machine, folder: context.row.folder, hostname: seat.name, secrets: context.secrets)
    }

    /// Runs a task that takes no time.
    private func immediate(_ machine: RunMachine, _ run: RunKey, _ node: NodeIndex) -> WorkerMachine.Immediate {
        guard let builtin = machine.plan.builtin(of: node) else { preconditionFailure("only built-ins take no time") }
        var lines: [UInt8] = []
        let outcome: AttemptOutcome
        do {
            let calling = BuiltinCall.Context(
                now: { WallClock.now.iso8601 }, random: { Double.random(in: 0..<1) }, uuid: { Host.uuid() })
            func value(_ call: TaskCall) throws -> JSONValue {
                let (value, line) = try BuiltinCall.result(builtin, call.args, call.kwargs, calling)
                if let line { lines += Array("\(line)\n".utf8) }
                return value
            }
            outcome = .success(
                machine.plan[node].kind == .task
                    ? try value(machine.call(of: node)) : .array(try machine.calls(of: node).map(value)))
        } catch let error as TaskFailureError {
            outcome = .failure(error.failure)
        } catch let error as BuiltinCall.Failure {
            outcome = .failure(TaskFailure(type: error.type, message: error.message))
        } catch {
            outcome = .failure(TaskFailure(type: "TaskError", message: "\(error)"))
        }
        return WorkerMachine.Immediate(outcome, output: write(lines, run), resultFile: keep(outcome, run))
    }

    // MARK: Files

    /// Appends output to the run's segment.
    private func write(_ bytes: [UInt8], _ run: RunKey) -> OutputRange? {
        guard !bytes.isEmpty, let context = contexts[run] else { return nil }
        do throws(StoreError) {
            if context.segment == nil {
                context.segment = try LogSegment(of: run, worker: seat.key, in: store.folder)
            }
            return try context.segment?.append(bytes)
        } catch {
            outputFailure = error
            return nil
        }
    }

    private var resultFileCount = 0

    /// Writes a result that is too large for a row into a file, and gives the file's name.
    private func keep(_ outcome: AttemptOutcome, _ run: RunKey) -> String? {
        guard case .success(let value) = outcome, value.mayBeLong, let context = contexts[run],
            value.isLongerAsJSON(than: context.resultLimit)
        else { return nil }
        resultFileCount += 1
        let name = "\(seat.key.rawValue)-\(resultFileCount).json"
        do throws(StoreError) {
            try StoreFiles.writeResult(JSONWriter.bytes(value), name, of: run, in: store.folder)
            return name
        } catch {
            outputFailure = error
            return nil
        }
    }
}
