import FlowEngine
import FlowModel
import FlowPlan
import FlowStore
import FlowValue
import FlowWorker
import Glibc

/// Runs the attempts of one worker: processes, and the waiting of `std.sleep`.
///
/// It knows nothing of stores or machines: it is given what to run, and says how it ended and what it wrote.
final class AttemptRunner {
    /// An attempt that is under way: an object, as all that it holds would be copied at each step.
    private final class Running {
        let key: WorkerMachine.AttemptKey
        let mask: SecretMask
        let task: TaskSpec
        let calls: [TaskCall]
        var nextCall = 0
        var results: [JSONValue] = []
        let isMap: Bool
        /// When a `std.sleep` ends.
        var wakesAt: Timestamp?
        /// Limits are an attempt's, however many items it goes through.
        let startedAt: Timestamp
        let limits: (soft: Duration?, hard: Duration?)

        init(
            _ key: WorkerMachine.AttemptKey, _ task: TaskSpec, _ calls: [TaskCall], isMap: Bool, mask: SecretMask,
            limits: (soft: Duration?, hard: Duration?)
        ) {
            self.key = key
            self.task = task
            self.calls = calls
            self.isMap = isMap
            self.mask = mask
            self.limits = limits
            startedAt = WallClock.now
        }

        /// When a limit ends a `std.sleep`, and how.
        var limit: (at: Timestamp, failure: TaskFailure)? {
            if let soft = limits.soft, soft < limits.hard ?? .seconds(Int64.max / 2) {
                return (startedAt + soft, AttemptResult.softTimeLimit)
            }
            return limits.hard.map { (startedAt + $0, AttemptResult.timeLimit($0)) }
        }
        var output: [UInt8] = []
    }

    /// How an attempt ended.
    struct Ended {
        let key: WorkerMachine.AttemptKey
        let outcome: AttemptOutcome
        /// What it wrote.
        let output: [UInt8]
    }

    /// What runs programs.
    private struct Processes {
        let set: ProcessSet
        let supervisor: Supervisor
    }

    private let concurrency: Int
    private let seat: WorkerSeat
    private let scratchFolder: String
    private let bell: String
    /// Processes need a supervisor; a run of built-ins never has one.
    private var processes: Processes?
    private var running: [Int: Running] = [:]
    private var tickets: [WorkerMachine.AttemptKey: Int] = [:]
    private var lastTicket = 0
    private var ended: [Ended] = []

    init(concurrency: Int, seat: WorkerSeat, storeFolder: String) {
        self.concurrency = concurrency
        self.seat = seat
        scratchFolder = "\(storeFolder)/scratch/\(seat.mark)"
        bell = Bell.path(in: storeFolder)
    }

    /// Ends the supervisor and removes what only running attempts need.
    func close() {
        processes?.supervisor.dismiss()
        if processes != nil { unsafe rmdir(scratchFolder) }
        processes = nil
    }

    // MARK: Starting

    /// Starts an attempt.
    ///
    /// - Parameters:
    ///   - key: The attempt.
    ///   - builder: Makes its order.
    ///   - gate: What is opened when its start is durable; nil where it is.
    func start(_ key: WorkerMachine.AttemptKey, _ builder: AttemptBuilder, behind gate: StartGate?) {
        guard let task = builder.machine.plan.task(of: key.node) else {
            preconditionFailure("a task node without a task")
        }
        do {
            let calls = try builder.machine.calls(of: key.node)
            let isMap = builder.machine.plan[key.node].kind != .task
            let options = builder.machine.plan.options(of: key.node)
            let entry = Running(
                key, task, calls, isMap: isMap, mask: builder.secrets.mask,
                limits: (options.softTimeLimit.value, options.timeLimit.value))
            lastTicket += 1
            let ticket = lastTicket
            if let outcome = startNext(entry, ticket, builder, behind: gate) {
                ended.append(Ended(key: key, outcome: outcome, output: []))
            } else {
                running[ticket] = entry
                tickets[key] = ticket
            }
        } catch {
            ended.append(Ended(key: key, outcome: .failure(error.failure), output: []))
        }
    }

    /// Starts the next call of an attempt; gives the outcome when there is none, or when it cannot start.
    private func startNext(
        _ entry: Running, _ ticket: Int, _ builder: AttemptBuilder, behind gate: StartGate? = nil
    ) -> AttemptOutcome? {
        guard entry.nextCall < entry.calls.count else { return .success(.array(entry.results)) }
        let call = entry.calls[entry.nextCall]
        entry.nextCall += 1
        if case .builtin(let builtin) = entry.task.kind, builtin.isPure {
            preconditionFailure("what takes no time takes no slot")
        }
        if case .builtin = entry.task.kind {
            do throws(BuiltinCall.Failure) {
                entry.wakesAt = WallClock.now + (try BuiltinCall.sleepDuration(call.args, call.kwargs))
                entry.results.append(call.args.count > 1 ? call.args[1] : call.kwargs["result"] ?? .null)
                return nil
            } catch {
                return .failure(TaskFailure(type: error.type, message: error.message))
            }
        }
        do throws(TaskFailureError) {
            var order = try builder.order(
                entry.key.node, call, attempt: entry.key.attempt, resultPath: "\(scratchFolder)/\(ticket)")
            if entry.isMap { order.spend(WallClock.now - entry.startedAt) }
            entry.output += order.note
            let processes = processes ?? makeProcesses()
            self.processes = processes
            processes.set.start(order, ticket: ticket, behind: gate)
            return nil
        } catch {
            return .failure(error.failure)
        }
    }

    private func makeProcesses() -> Processes {
        unsafe mkdir(scratchFolder.lastIndex(of: "/").map { String(scratchFolder[..<$0]) } ?? ".", 0o700)
        unsafe mkdir(scratchFolder, 0o700)
        let supervisor = Supervisor(slots: concurrency, lock: seat.lock.descriptor, bell: bell)
        return Processes(
            set: ProcessSet(supervisor: supervisor, clock: { WallClock.now }), supervisor: supervisor)
    }

    /// Ends an attempt whose outcome does not count any more.
    func stop(_ key: WorkerMachine.AttemptKey, signal: Int32) {
        guard let ticket = tickets[key], let entry = running[ticket] else { return }
        if entry.wakesAt != nil {
            end(ticket, entry, .ignored)
        } else {
            processes?.set.stop(ticket: ticket, signal: signal)
        }
    }

    // MARK: Waiting

    /// What to wait for.
    var descriptors: [Int32] {
        processes.map { [$0.set.descriptor, $0.supervisor.descriptor] } ?? []
    }

    /// Waits until no more than so many programs run, or for a time.
    ///
    /// - Returns: Whether it has waited.
    func waitForEnds(for time: Duration, whileMoreRunThan enough: Int) -> Bool {
        guard let processes, processes.set.count > enough else { return false }
        processes.set.wait(untilAtMost: enough, for: time)
        return true
    }

    /// When ``collect(at:builder:)`` must be asked though no descriptor is ready.
    var nextWake: Timestamp? {
        var times = running.values.compactMap { entry in
            entry.wakesAt.map { wakesAt in entry.limit.map { min($0.at, wakesAt) } ?? wakesAt }
        }
        if let deadline = processes?.set.nextDeadline { times.append(deadline) }
        return times.min()
    }

    /// What has ended since the last call.
    ///
    /// - Parameters:
    ///   - now: The present time.
    ///   - builder: Makes the orders for the next items of a `map`; nil where the run has ended meanwhile. It is asked for
    ///     each, and not kept: it holds a copy of the run's machine, and while that lives each event copies the whole.
    /// - Returns: The ends.
    func collect(at now: Timestamp, builder: (WorkerMachine.AttemptKey) -> AttemptBuilder?) -> [Ended] {
        if let processes {
            for completion in processes.set.completions() {
                guard let entry = running.removeValue(forKey: completion.ticket) else { continue }
                let (report, warning) = masked(completion.report, entry)
                entry.output += report.standardOutput + report.standardError + warning
                entry.output += Self.note(report.survivors)
                goOn(completion.ticket, entry, AttemptResult.outcome(report, entry.task), builder)
            }
            var look = pollfd(fd: processes.supervisor.descriptor, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&look, 1, 0) > 0 { processes.supervisor.restart() }
        }
        for (ticket, entry) in running {
            guard let wakesAt = entry.wakesAt else { continue }
            if let limit = entry.limit, limit.at <= now, limit.at < wakesAt {
                end(ticket, entry, .failure(limit.failure))
                continue
            }
            guard wakesAt <= now, let entry = running.removeValue(forKey: ticket) else { continue }
            guard let value = entry.results.popLast() else { continue }
            entry.wakesAt = nil
            goOn(ticket, entry, .success(value), builder)
        }
        defer { ended = [] }
        return ended
    }

    /// What a task printed, without the secrets of its run; and a line for the log where its result held one.
    private func masked(_ report: ProcessReport, _ entry: Running) -> (report: ProcessReport, warning: [UInt8]) {
        let mask = entry.mask
        guard !mask.isEmpty else { return (report, []) }
        var masked = report
        masked.standardOutput = mask.masked(report.standardOutput)
        masked.standardError = mask.masked(report.standardError)
        masked.resultFile = report.resultFile.map { mask.masked($0) }
        let result = report.resultFile.flatMap { $0.isEmpty ? nil : $0 } ?? report.standardOutput
        let isHidden = entry.task.returns != .none && mask.finds(in: result)
        return (masked, isHidden ? Array("flowrun: a secret in the result was replaced by ***\n".utf8) : [])
    }

    /// Names what a task has left running.
    private static func note(_ survivors: [ProcessReport.Survivor]) -> [UInt8] {
        guard !survivors.isEmpty else { return [] }
        let names = survivors.map { "\($0.pid) (\($0.name))" }.joined(separator: ", ")
        return Array("flowrun: the task has left processes running: \(names)\n".utf8)
    }

    /// Ends an attempt, or goes on with the next item of `map`.
    private func goOn(
        _ ticket: Int, _ entry: Running, _ outcome: AttemptOutcome,
        _ builder: (WorkerMachine.AttemptKey) -> AttemptBuilder?
    ) {
        guard entry.isMap, case .success(let value) = outcome else { return end(ticket, entry, outcome) }
        entry.results.append(value)
        // Of a run that has ended nobody wants the rest.
        guard let builder = builder(entry.key) else { return end(ticket, entry, .ignored) }
        if let last = startNext(entry, ticket, builder) {
            end(ticket, entry, last)
        } else {
            running[ticket] = entry
        }
    }

    private func end(_ ticket: Int, _ entry: Running, _ outcome: AttemptOutcome) {
        running[ticket] = nil
        tickets[entry.key] = nil
        ended.append(Ended(key: entry.key, outcome: outcome, output: entry.output))
    }
}
