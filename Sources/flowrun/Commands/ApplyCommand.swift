import ArgumentParser
import FlowCheck
import FlowDiagnostics
import FlowEngine
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
import FlowWorker
import Glibc

/// Checks, plans and runs a workflow to its end.
struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Check, plan and run a workflow to its end.",
        discussion: "Example: flowrun apply pipeline.yaml -p month=2026-10 -c 4")

    @Argument(help: "The workflow's file, or - for standard input.")
    var file: String

    @OptionGroup var parameters: ParameterOptions

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Show the plan and run nothing.")
    var dryRun = false

    @Flag(help: "Record the run and leave it to the workers.")
    var detach = false

    @Option(help: ArgumentHelp("Run this step and what it needs; the rest is skipped.", valueName: "id"))
    var until: String?

    @Flag(help: "Start nothing more after the first failure.")
    var failFast = false

    @Option(
        help: ArgumentHelp(
            "End the run after so long, such as 10m: what runs is killed, and the exit code is 124.",
            valueName: "duration"))
    var timeout: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let opening = dryRun ? nil : storeOptions.beginToOpen(for: file)
        let accepted = try Acceptance(file: file, format: format, parameters: parameters)
        let (workflow, plan) = (accepted.workflow, try accepted.plan())
        let concurrency = concurrency ?? plan.defaultConcurrency
        let timeout = try timeout.map(Self.duration)
        var directives = RunDirectives()
        directives.until = try until.map { try plan.requireNode($0, of: file) }
        directives.failsFast = failFast
        guard !dryRun else {
            return try PlanOutput(
                plan: plan, concurrency: concurrency, directives: directives,
                store: storeOptions.reading(from: workflow.folder)
            ).write(format == .json ? .json : .text, to: nil)
        }
        let secrets = try RunSecrets.require(of: plan, in: workflow.folder)
        // Before the store, which starts a thread.
        let signals = detach ? nil : SignalWatch([SIGINT, SIGTERM, SIGQUIT])
        let store = try storeOptions.open(
            from: workflow.folder, mayCreate: true, durability: plan.durability, listens: !detach,
            opening: opening)
        let new = NewRun(accepted, plan, directives, file: file)
        guard !detach else { return try Submission(store: store, format: format).submit(new) }
        let seat = try WorkerSeat(in: store, name: "apply@\(Host.name)", serves: false)
        // Nothing is done for the run before its first commit, which waits for the disk.
        let run = try store.write(isDurable: false) { transaction in
            try transaction.enroll(seat, at: new.createdAt)
            return try transaction.create(new, driver: seat.key)
        }
        defer { storeOptions.report(store) }
        var driver = ForegroundRun(store: store, run: run, seat: seat, format: format, signals: signals)
        driver.timeout = timeout
        driver.output = output
        try driver.drive(
            RunMachine(plan: plan, identity: Replay.identity(of: run), directives: directives), position: 0,
            concurrency: concurrency, secrets: secrets)
    }

    func validate() throws {
        if detach, timeout != nil || concurrency != nil {
            throw ValidationError(
                "'--timeout' and '-c' are for a run in the foreground, not with '--detach'")
        }
        if let concurrency, concurrency < 1 { throw ValidationError("'-c' takes a number of at least 1") }
        if let timeout, try Self.duration(timeout) <= .zero {
            throw ValidationError("'--timeout' takes a time above 0")
        }
    }

    /// A duration of the command line.
    static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) ?? Double(text).flatMap(DurationText.seconds) else {
            throw CommandFailure(.usage, "'\(text)' is no duration: write it like 90s or 1h30m")
        }
        return duration
    }
}

/// How a command prints its data.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

extension Plan {
    /// The id of a node that was named on the command line.
    func requireNode(_ id: String, of file: String) throws -> String {
        guard node(named: id) != nil else {
            throw CommandFailure(.notFound, "\(file) has no step '\(id)'\(suggestion(for: id))")
        }
        return id
    }
}

extension RunSecrets {
    /// The secrets of a plan, or how the command ends because one is missing.
    static func require(of plan: Plan, in folder: String) throws -> RunSecrets {
        do throws(Missing) {
            return try RunSecrets(of: plan, in: folder, environment: ProcessEnvironment.value)
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }
}

extension NewRun {
    /// A run of an accepted workflow, with a name that reads well.
    init(_ accepted: Acceptance, _ plan: Plan, _ directives: RunDirectives, file: String) {
        self.init(
            id: Self.id(of: plan.spec.name), workflow: plan.spec.name, file: file, folder: accepted.workflow.folder,
            definition: accepted.workflow.definition, parameters: plan.parameters,
            settings: accepted.settings.recorded, directives: directives, createdAt: WallClock.now)
    }

    static func id(of workflow: String) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let suffix = String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] })
        // The id is part of what each attempt carries in its environment, where there is little room.
        return "\(workflow.prefix(64))-\(suffix)"
    }
}

/// Leaves a run to the workers of a store.
struct Submission {
    let store: RunStore
    let format: OutputFormat

    func submit(_ new: NewRun, _ entries: [LedgerEntry] = []) throws {
        let hasWorker = try store.write { transaction in
            let run = try transaction.create(new, driver: nil)
            if !entries.isEmpty { try transaction.append(entries, to: run.key, after: 0) }
            return try transaction.livingWorkers().contains { $0.serves }
        }
        switch format {
        case .text: Terminal.print(new.id)
        case .json:
            Terminal.print(
                JSONWriter.text(.object(["schema": .string("flowrun.submitted/1"), "id": .string(new.id)])))
        }
        if !hasWorker { Terminal.error("no worker is running: start one with: flowrun worker") }
    }
}
