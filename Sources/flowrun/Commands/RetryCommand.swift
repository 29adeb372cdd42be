import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
import FlowWorker
import Glibc

/// Starts a new run of what failed in an old one, and of what that skipped.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Run again what failed and what it skipped, as a new run.",
        discussion: """
            The new run takes over what has succeeded.
            Example: flowrun retry latest --from transform --edited
            """)

    @OptionGroup var runOptions: RunOptions

    @Argument(help: "Steps: only these, what they need and what follows from them.")
    var steps: [String] = []

    @Option(help: "Run this step again, and all that comes after it, though they have succeeded.")
    var from: String?

    @Flag(help: "Use the file as it is now, and take over only what is unchanged.")
    var edited = false

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @Flag(help: "Record the run and leave it to the workers.")
    var detach = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        // Before the store, which starts a thread.
        let signals = detach ? nil : SignalWatch([SIGINT, SIGTERM, SIGQUIT])
        var store = try runOptions.storeOptions.open(listens: !detach)
        let old = try RunFinder(store: store).snapshot(of: runOptions.name)
        guard old.machine.isFinished else {
            throw CommandFailure(.unfinished, "\(old.row.id) has not ended: carry it on, or revoke it")
        }
        guard old.machine.state != .success || !steps.isEmpty || from != nil || edited else {
            throw CommandFailure(
                .usage, "\(old.row.id) was a success: nothing is to be tried again; name a step, or --from STEP")
        }
        for step in steps + [from].compactMap({ $0 }) { _ = try old.requireNode(step) }
        let (new, plan) = try newRun(after: old)
        if plan.durability != store.durability {
            store = try runOptions.storeOptions.open(durability: plan.durability, listens: !detach)
        }
        let taken = TakenResults(
            of: old.machine, for: plan, redone: steps + [from].compactMap { $0 }, isEdited: edited)
        let entries = taken.results.map { LedgerEntry(.taken($0.id, $0.value), at: new.createdAt) }
        if format == .text, !output.quiet {
            Terminal.error("\(Count.text(taken.results.count, "result")) of \(old.row.id) taken over")
        }
        guard !detach else { return try Submission(store: store, format: format).submit(new, entries) }
        let secrets = try RunSecrets.require(of: plan, in: new.folder)
        let seat = try WorkerSeat(in: store, name: "retry@\(Host.name)", serves: false)
        let run = try store.write { transaction in
            try transaction.enroll(seat, at: new.createdAt)
            let run = try transaction.create(new, driver: seat.key)
            if !entries.isEmpty { try transaction.append(entries, to: run.key, after: 0) }
            return run
        }
        defer { runOptions.storeOptions.report(store) }
        var machine = RunMachine(plan: plan, identity: Replay.identity(of: run), directives: run.directives)
        for entry in entries { _ = machine.handle(entry.event, at: entry.at) }
        var driver = ForegroundRun(store: store, run: run, seat: seat, format: format, signals: signals)
        driver.output = output
        try driver.drive(
            machine, position: Int64(entries.count), concurrency: concurrency ?? plan.defaultConcurrency,
            secrets: secrets)
    }

    /// The new run: of the recorded definition, or of the file as it is now, with the same parameters.
    private func newRun(after old: RunSnapshot) throws -> (NewRun, Plan) {
        var directives = RunDirectives()
        directives.retryOf = old.row.id
        directives.only = steps
        guard edited else {
            let definition = try old.store.read { try $0.definition(of: old.row) }
            let new = NewRun(
                id: NewRun.id(of: old.row.workflow), workflow: old.row.workflow, file: old.row.file,
                folder: old.row.folder, definition: definition, parameters: old.row.parameters,
                settings: old.row.settings, directives: directives, createdAt: WallClock.now)
            return (new, try WorkflowFile.plan(of: old.row, definition))
        }
        let name = old.row.file.split(separator: "/").last.map(String.init) ?? old.row.file
        let accepted = try Acceptance(
            file: "\(old.row.folder)/\(name)", format: format, parameters: ParameterOptions())
        let plan = try accepted.plan(old.row.parameters)
        return (NewRun(accepted, plan, directives, file: old.row.file), plan)
    }
}
