import ArgumentParser
import FlowCheck
import FlowDiagnostics
import FlowEngine
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
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

    @Option(help: "The store: a path.")
    var store: String?

    @Flag(help: "Show the plan and run nothing.")
    var dryRun = false

    func run() throws {
        let workflow = try WorkflowFile.load(file)
        let plan = try Acceptance(workflow: workflow, format: format, parameters: parameters).plan()
        if dryRun {
            PlanRenderer(plan: plan, concurrency: concurrency ?? plan.defaultConcurrency).write(format)
            return
        }
        do throws(StoreError) {
            let runStore = try RunStore(path: store ?? WorkflowFile.storePath(from: workflow.folder))
            let record = try create(plan, workflow, runStore)
            let machine = RunMachine(
                plan: plan,
                identity: RunIdentity(id: record.run.id, name: record.run.workflow, startedAt: record.run.createdAt))
            try RunCompletion(store: runStore, run: record.run, format: format).drive(
                machine, concurrency: concurrency ?? plan.defaultConcurrency, lock: record.lock)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func create(
        _ plan: Plan, _ workflow: WorkflowFile, _ store: RunStore
    ) throws(StoreError) -> (run: RunStore.Run, lock: ProcessLock) {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let suffix = String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] })
        let id = "\(plan.spec.name)-\(suffix)"
        let lock = try RunCompletion.lock(store, id)
        let run = try store.create(
            id: id, workflow: plan.spec.name, file: file, folder: workflow.folder, definition: workflow.source.bytes,
            parameters: plan.parameters, at: RunDriver.wallTime(), lockPath: lock.path)
        return (run, lock)
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

    func plan() throws -> Plan {
        guard let spec = workflow.checked.spec, !workflow.checked.diagnostics.hasErrors else {
            try refuse(workflow.checked.diagnostics)
        }
        if !workflow.checked.diagnostics.isEmpty {
            var renderer = TextRenderer(files: [workflow.source])
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

    private func refuse(_ diagnostics: [Diagnostic]) throws -> Never {
        if format == .json {
            var renderer = JSONRenderer(files: [workflow.source])
            Terminal.print(#"{"schema":"flowrun.check/1","diagnostics":\#(renderer.render(diagnostics))}"#)
        } else {
            var renderer = TextRenderer(files: [workflow.source])
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
