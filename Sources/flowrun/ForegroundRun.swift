import ArgumentParser
import FlowEngine
import FlowModel
import FlowPlan
import FlowRehearsal
import FlowRuntime
import FlowStore
import FlowThreads
import FlowValue
import FlowWorker

/// Drives one run in the foreground, shows its progress and ends the command with its state.
struct ForegroundRun {
    let store: RunStore
    let run: RunRow
    let seat: WorkerSeat
    let format: OutputFormat
    let signals: SignalWatch?
    /// After which time the run is ended.
    var timeout: Duration?
    var output: OutputOptions?

    /// Drives the run to its end, or until a person stops it.
    ///
    /// - Parameters:
    ///   - machine: The run's machine, new or replayed.
    ///   - position: The position of the last event that it has seen.
    ///   - concurrency: How many attempts run at once.
    ///   - secrets: What its tasks must not show.
    ///   - settling: Dead workers whose attempts are settled first.
    ///   - reruns: Whether these run again whatever their options say.
    /// - Throws: How the command ends, where the run is no success.
    func drive(
        _ machine: RunMachine, position: Int64, concurrency: Int, secrets: RunSecrets, settling: [WorkerKey] = [],
        reruns: Bool = false
    ) throws {
        let isQuiet = output?.quiet == true || format == .json
        let style: Progress.Style =
            isQuiet ? .quiet : Terminal.isInteractive && !Terminal.isDumb ? .live : .lines
        let progress = Progress(
            style: style, hasColor: output?.colorsErrors ?? false,
            expected: style == .live ? expectation(machine, concurrency) : ([:], nil))
        progress.begin(run.id)
        var observer = WorkerDriver.Observer()
        if style != .quiet { observer.show = { progress.show($0, $1) } }
        if style == .live { observer.tick = { progress.tick($0) } }
        observer.say = { Terminal.error("flowrun: \($0)") }
        var duty = WorkerDriver.Duty(servesDetached: false, concurrency: concurrency)
        duty.deadline = timeout.map { WallClock.now + $0 }
        let driver = WorkerDriver(
            store: store, seat: seat, duty: duty, signals: signals,
            observer: observer, plan: { try WorkflowFile.plan(of: $0, $1()) })
        driver.follow(run, machine, position: position, secrets: secrets)
        for worker in settling { driver.settle(worker, reruns: reruns) }
        let end = try driver.drive()
        progress.end()
        switch end {
        case .finished:
            seat.leave()
            guard let ended = driver.ended[run.key] else { preconditionFailure("a run that ended has a machine") }
            Self.leave(ended)
            try finish(RunSnapshot(of: run, ended: ended, in: store))
        case .drained(let signal):
            try store.write { try $0.end(seat.key, at: WallClock.now) }
            seat.leave()
            try interrupt(signal)
        case .aborted(let signal): try interrupt(signal)
        }
    }

    /// Leaves a machine to the system: this process ends next, and to take a million nodes apart takes longer than that.
    private static func leave(_ machine: RunMachine) {
        final class Left {
            let machine: RunMachine

            init(_ machine: RunMachine) {
                self.machine = machine
            }
        }
        _ = unsafe Unmanaged.passRetained(Left(machine))
    }

    /// How long the run may take, by earlier ones; large ones are neither read nor rehearsed for it: the run waits.
    private func expectation(
        _ machine: RunMachine, _ concurrency: Int
    ) -> (durations: [String: Duration], whole: Duration?) {
        let durations = PastDurations.read(
            of: run.workflow, in: store, eventLimit: 2_000, plan: WorkflowFile.plan)
        guard !durations.isEmpty, machine.plan.nodes.count <= 5000 else { return (durations, nil) }
        var assumptions = PlanReport.Assumptions()
        assumptions.pastDurations = durations
        assumptions.builtin = { BuiltinRehearsal.assumption(of: $1, in: $0) }
        let report = PlanReport(
            plan: machine.plan, directives: machine.directives, concurrency: concurrency, begin: WallClock.now,
            assumptions: assumptions)
        return (durations, report.run.length)
    }

    private func finish(_ snapshot: RunSnapshot) throws {
        if format == .json {
            StatusDocument(snapshot).write(Terminal.write)
        } else {
            for line in Summary(snapshot).lines(isQuiet: output?.quiet == true) { Terminal.print(line) }
        }
        try snapshot.throwUnlessSuccess()
    }

    private func interrupt(_ signal: Int32) throws {
        Terminal.error("interrupted: carry it on with: flowrun resume \(run.id)")
        throw ExitCode(128 + signal)
    }
}

extension RunSnapshot {
    /// Ends the command with the run's state as exit code.
    func throwUnlessSuccess() throws {
        guard machine.isFinished else { throw CommandFailure(.unfinished) }
        if machine.isTimedOut { throw CommandFailure(.timedOut) }
        switch machine.state {
        case .success: return
        case .revoked: throw CommandFailure(.revoked)
        case .pending, .started, .retry, .failure, .skipped, .ignored: throw CommandFailure(.failed)
        }
    }
}

extension Plan {
    /// How many tasks run at once where the command line does not say: `worker_concurrency`, or one a processor.
    var defaultConcurrency: Int {
        guard let count = spec.setting("worker_concurrency")?.asInt, count > 0 else { return Parallel.processorCount }
        return count
    }

    /// What the commits of a run outlive: its setting `durability`.
    var durability: RunStore.Durability {
        guard case .string(let name)? = spec.setting("durability") else { return .full }
        return RunStore.Durability(rawValue: name) ?? .full
    }
}
