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

    @Option(name: [.customShort("p")], help: "A parameter: name=value.")
    var parameters: [String] = []

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storeOptions: StoreOptions

    @Flag(help: "Show the plan and run nothing.")
    var dryRun = false

    @Flag(help: "Record the run and leave it to the workers.")
    var detach = false

    func run() throws {
        let accepted = try Acceptance(file: file, format: format, parameters: parameters)
        let (workflow, plan) = (accepted.workflow, try accepted.plan())
        let concurrency = concurrency ?? plan.defaultConcurrency
        guard !dryRun else { return PlanRenderer(plan: plan, concurrency: concurrency).write(format) }
        // Before the store, which starts a thread.
        let signals = detach ? nil : SignalWatch([SIGINT, SIGTERM, SIGQUIT])
        let store = try storeOptions.open(
            from: workflow.folder, mayCreate: true, durability: plan.durability, listens: !detach)
        let new = newRun(plan, workflow, accepted.settings)
        guard !detach else { return try submit(new, store) }
        let seat = try WorkerSeat(in: store, name: "apply@\(Host.name)", serves: false)
        let run = try store.write { transaction in
            try transaction.enroll(seat, at: new.createdAt)
            return try transaction.create(new, driver: seat.key)
        }
        defer { storeOptions.report(store) }
        let driver = ForegroundRun(store: store, run: run, seat: seat, format: format, signals: signals)
        try driver.drive(
            RunMachine(plan: plan, identity: Replay.identity(of: run)), position: 0, concurrency: concurrency)
    }

    private func newRun(_ plan: Plan, _ workflow: WorkflowFile, _ settings: OuterSettings) -> NewRun {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let suffix = String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] })
        return NewRun(
            // The id is part of what each attempt carries in its environment, where there is little room.
            id: "\(plan.spec.name.prefix(64))-\(suffix)", workflow: plan.spec.name, file: file, folder: workflow.folder,
            definition: workflow.source.bytes, parameters: plan.parameters, settings: settings.recorded,
            createdAt: WallClock.now)
    }

    private func submit(_ new: NewRun, _ store: RunStore) throws {
        let hasWorker = try store.write { transaction in
            _ = try transaction.create(new, driver: nil)
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

/// How a command prints its data.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// Refuses a file with its diagnostics, or gives its plan.
struct Acceptance {
    let workflow: WorkflowFile
    let format: OutputFormat
    let parameters: [String]
    /// The settings from outside the file, which the run keeps.
    let settings: OuterSettings

    /// Reads and checks a file with the settings of its project and the environment.
    init(file: String, format: OutputFormat, parameters: [String]) throws {
        let project = Project(of: WorkflowFile.folder(of: file))
        try project.refuseFaults(format)
        settings = project.outerSettings
        var options = CheckOptions.run
        options.settings = settings
        workflow = try WorkflowFile.load(file, options: options)
        self.format = format
        self.parameters = parameters
    }

    func plan() throws -> Plan {
        guard let spec = workflow.checked.spec, !workflow.checked.diagnostics.hasErrors else {
            try Self.refuse(workflow.checked.diagnostics, of: workflow.checked.files, format)
        }
        if !workflow.checked.diagnostics.isEmpty {
            var renderer = TextRenderer(files: workflow.checked.files)
            Terminal.error(renderer.render(workflow.checked.diagnostics))
        }
        guard !spec.isLibrary else {
            throw CommandFailure(.usage, "\(workflow.source.name) is a library: it has tasks and no canvas")
        }
        let values: JSONObject
        do throws(Parameters.Problem) {
            values = try Parameters.values(spec, given: parameters)
        } catch {
            try refuseParameter(error.message)
        }
        do throws(PlanError) {
            return try Planner.plan(spec, parameters: values)
        } catch {
            throw CommandFailure(.usage, "\(workflow.source.name): step '\(error.step)': \(error.message)")
        }
    }

    static func refuse(
        _ diagnostics: [Diagnostic], of files: [SourceFile], _ format: OutputFormat
    ) throws -> Never {
        if format == .json {
            var renderer = JSONRenderer(files: files)
            Terminal.print(#"{"schema":"flowrun.check/1","diagnostics":\#(renderer.render(diagnostics))}"#)
        } else {
            var renderer = TextRenderer(files: files)
            Terminal.error(renderer.render(diagnostics))
        }
        throw CommandFailure(.usage)
    }

    private func refuseParameter(_ message: String) throws -> Never {
        guard format == .json else { throw CommandFailure(.usage, message) }
        let file = SourceFile(name: "-p", bytes: [])
        var renderer = JSONRenderer(files: [file])
        let finding = Diagnostic(.parameterValue, message, at: SourceSpan(file: FileID(0), start: 0, end: 0))
        Terminal.print(#"{"schema":"flowrun.check/1","diagnostics":\#(renderer.render([finding]))}"#)
        throw CommandFailure(.usage)
    }
}
