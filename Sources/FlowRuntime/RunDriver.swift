package import FlowEngine
import FlowModel
package import FlowPlan
package import FlowStore
package import FlowValue
import FlowWorker
import Glibc

/// Drives one run to its end on the calling thread: it owns the machine, and commits before it acts.
///
/// One loop: gather what has happened, apply it, record it in one transaction with the starts that it allows, then start
/// those and show what has changed. It is a thread and not an actor because all it waits for (SQLite, `poll`) blocks,
/// and because the first `await` of a process costs more than its whole start.
package final class RunDriver {
    private let store: RunStore
    private let run: RunStore.Run
    private var machine: RunMachine
    private let concurrency: Int
    private let folder: String
    private let workFolder: String
    private let log: RunLog
    private let observe: (RunMachine, NodeIndex) -> Void

    private let pool: ProcessPool
    /// Attempts that hold a slot, by ticket: the node's index.
    private var running: [Int: Running] = [:]
    private var timers: [NodeIndex: Timestamp] = [:]
    private var batch = RunStore.Batch()
    private var changed: [NodeIndex] = []
    /// Why the log could not be written: then nothing more is recorded, and the run can be resumed.
    private var logFailure: StoreError?

    /// An attempt that holds a slot.
    private struct Running {
        let node: NodeIndex
        let attempt: Int
        var calls: [AttemptBuilder.Call]
        var results: [JSONValue] = []
        let isMap: Bool
        /// When a `std.sleep` ends.
        var wakesAt: Timestamp?
        var output: [UInt8] = []
    }

    /// Makes the driver of a run.
    ///
    /// - Parameters:
    ///   - store: Where the run is recorded.
    ///   - run: The run.
    ///   - machine: The run's machine, new or replayed.
    ///   - concurrency: How many attempts run at once, at least 1.
    ///   - observe: Called for each node whose state has changed, after that is on disk.
    /// - Throws: `StoreError` if the run's log cannot be opened.
    package init(
        store: RunStore, run: RunStore.Run, machine: RunMachine, concurrency: Int,
        observe: @escaping (RunMachine, NodeIndex) -> Void
    ) throws(StoreError) {
        self.store = store
        self.run = run
        self.machine = machine
        self.concurrency = max(1, concurrency)
        self.observe = observe
        folder = run.folder
        pool = ProcessPool(threads: self.concurrency, clock: { RunDriver.wallTime() })
        guard let log = RunLog(folder: store.folder, run: run.key) else {
            throw StoreError(.unavailable, "cannot write the log of \(run.id) in \(store.folder)")
        }
        self.log = log
        workFolder = "\(RunLog.folder(store.folder, run.key))/work"
        unsafe mkdir(workFolder, 0o700)
    }

    /// Drives the run to its end and returns its machine.
    package func drive() throws(StoreError) -> RunMachine {
        if !machine.hasBegun {
            apply(.begun)
        } else {
            settleInterrupted()
        }
        try commit()
        while !machine.isFinished {
            runBuiltins()
            wait()
            collect()
            let starts = takeStarts()
            try commit()
            for node in starts { launch(node) }
        }
        unsafe rmdir(workFolder)
        return machine
    }

    private var now: Timestamp { Self.wallTime() }

    /// The present time.
    package static func wallTime() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    // MARK: Events

    private func apply(_ event: RunEvent) {
        let time = now
        batch.events.append((event, time))
        for command in machine.handle(event, at: time) {
            switch command {
            case .record(let node):
                // A built-in starts and ends in one batch and is shown once.
                if changed.last != node { changed.append(node) }
            case .setTimer(let node, let due): timers[node] = due
            case .finish: batch.end = (machine.state, time)
            }
        }
    }

    private func commit() throws(StoreError) {
        guard !batch.isEmpty else { return }
        // The log of an attempt is on disk before the row that ends it.
        if let logFailure { throw logFailure }
        try log.sync()
        try store.commit(batch, of: run)
        batch = RunStore.Batch()
        for node in changed { observe(machine, node) }
        changed.removeAll(keepingCapacity: true)
    }

    /// Settles the attempts that ran when their driver died; what they started has been killed.
    private func settleInterrupted() {
        for node in machine.startedNodes { apply(.lost(node, attempt: machine.status(of: node).attempts)) }
        for (node, due) in machine.pendingTimers { timers[node] = due }
    }

    // MARK: Starting

    private var builder: AttemptBuilder {
        AttemptBuilder(machine: machine, folder: folder, workFolder: workFolder, hostname: Host.name)
    }

    /// Runs the pure built-ins at the head of the queue.
    ///
    /// All they were handed is on disk; their start needs no record.
    private func runBuiltins() {
        let context = BuiltinCall.Context(
            now: now.iso8601, random: { Double.random(in: 0..<1) }, uuid: { Host.uuid() })
        var outcomes: [(NodeIndex, AttemptOutcome)] = []
        while outcomes.count < 4096, let node = machine.peek(),
            case .builtin(let builtin)? = machine.plan.task(of: node)?.kind,
            builtin.isPure
        {
            _ = machine.next()
            outcomes.append((node, outcome(of: builtin, node, context)))
        }
        for (node, outcome) in outcomes {
            if machine.isExpired(node, at: now) {
                apply(.expired(node))
            } else {
                apply(.started(node))
                apply(.ended(node, attempt: machine.status(of: node).attempts, outcome))
            }
        }
    }

    private func outcome(
        of builtin: BuiltinTask, _ node: NodeIndex, _ context: BuiltinCall.Context
    ) -> AttemptOutcome {
        do {
            var values: [JSONValue] = []
            for call in try builder.calls(of: node) {
                let (value, line) = try BuiltinCall.result(builtin, call.args, call.kwargs, context)
                values.append(value)
                if let line { record(Array("\(line)\n".utf8), of: node) }
            }
            let isMap = machine.plan[node].kind != .task
            return .success(isMap ? .array(values) : values.first ?? .null)
        } catch let error as TaskFailureError {
            return .failure(error.failure)
        } catch let error as BuiltinCall.Failure {
            return .failure(TaskFailure(type: error.type, message: error.message))
        } catch {
            return .failure(TaskFailure(type: "TaskError", message: "\(error)"))
        }
    }

    private func record(_ bytes: [UInt8], of node: NodeIndex) {
        guard !bytes.isEmpty else { return }
        do throws(StoreError) {
            let range = try log.append(bytes)
            let attempt = max(1, machine.status(of: node).attempts)
            batch.logs.append(
                RunStore.LogRange(node: node.index, attempt: attempt, offset: range.offset, length: range.length))
        } catch {
            logFailure = error
        }
    }

    /// Gives free slots to what is ready; the starts are part of the next commit.
    private func takeStarts() -> [NodeIndex] {
        var starts: [NodeIndex] = []
        while running.count + starts.count < concurrency, let node = machine.peek() {
            if case .builtin(let builtin)? = machine.plan.task(of: node)?.kind, builtin.isPure { break }
            _ = machine.next()
            if machine.isExpired(node, at: now) {
                apply(.expired(node))
            } else {
                apply(.started(node))
                starts.append(node)
            }
        }
        return starts
    }

    private func launch(_ node: NodeIndex) {
        let attempt = machine.status(of: node).attempts
        do {
            let calls = try builder.calls(of: node)
            var entry = Running(node: node, attempt: attempt, calls: calls, isMap: machine.plan[node].kind != .task)
            if let outcome = startNext(&entry) {
                apply(.ended(node, attempt: attempt, outcome))
            } else {
                running[Int(node.index)] = entry
            }
        } catch {
            apply(.ended(node, attempt: attempt, .failure(error.failure)))
        }
    }

    /// Starts the next call of an attempt; gives the outcome when there is none, or when it cannot start.
    private func startNext(_ entry: inout Running) -> AttemptOutcome? {
        guard let call = entry.calls.first else { return .success(.array(entry.results)) }
        entry.calls.removeFirst()
        if case .builtin = call.task.kind {
            do throws(BuiltinCall.Failure) {
                entry.wakesAt = now + (try BuiltinCall.sleepDuration(call.args, call.kwargs))
                entry.results.append(call.args.count > 1 ? call.args[1] : call.kwargs["result"] ?? .null)
                return nil
            } catch {
                return .failure(TaskFailure(type: error.type, message: error.message))
            }
        }
        do throws(TaskFailureError) {
            pool.start(try builder.order(entry.node, call, attempt: entry.attempt), ticket: Int(entry.node.index))
            return nil
        } catch {
            return .failure(error.failure)
        }
    }

    // MARK: Waiting

    /// Waits until something can have happened.
    private func wait() {
        guard batch.isEmpty else { return }
        if let head = machine.peek() {
            if case .builtin(let builtin)? = machine.plan.task(of: head)?.kind, builtin.isPure { return }
            if running.count < concurrency { return }
        }
        let wakes = running.values.compactMap(\.wakesAt)
        let deadline = (timers.values + wakes).min()
        var timeout: Int32 = -1
        if let deadline {
            let milliseconds = ((deadline - now).inMicroseconds + 999) / 1000
            timeout = Int32(clamping: max(0, milliseconds))
        }
        precondition(timeout >= 0 || !running.isEmpty, "a run waits for nothing: \(machine.summary)")
        var completion = pollfd(fd: pool.descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&completion, 1, timeout)
    }

    private func collect() {
        let time = now
        for (node, due) in timers where due <= time {
            timers[node] = nil
            apply(.due(node))
        }
        for completion in pool.completions() {
            guard var entry = running.removeValue(forKey: completion.ticket),
                let task = machine.plan.task(of: entry.node)
            else { continue }
            entry.output += completion.report.standardOutput + completion.report.standardError
            end(&entry, AttemptResult.outcome(completion.report, task))
        }
        for (ticket, wakes) in running.compactMap({ entry in entry.value.wakesAt.map { (entry.key, $0) } })
        where wakes <= time {
            guard var entry = running.removeValue(forKey: ticket), let value = entry.results.popLast() else { continue }
            entry.wakesAt = nil
            end(&entry, .success(value))
        }
    }

    /// Ends an attempt, or goes on with the next item of `map`.
    private func end(_ entry: inout Running, _ outcome: AttemptOutcome) {
        var outcome = outcome
        if entry.isMap, case .success(let value) = outcome {
            entry.results.append(value)
            guard let last = startNext(&entry) else {
                running[Int(entry.node.index)] = entry
                return
            }
            outcome = last
        }
        record(entry.output, of: entry.node)
        apply(.ended(entry.node, attempt: entry.attempt, outcome))
    }
}
