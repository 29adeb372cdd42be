import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue

/// What `status`, `result`, `logs` and `resume` have in common: a recorded run, brought back.
struct RecordedRun {
    let store: RunStore
    let run: RunStore.Run
    let machine: RunMachine

    init(_ name: String, store path: String?) throws {
        do throws(StoreError) {
            store = try RunStore(
                path: path ?? WorkflowFile.storePath(from: FileReader.currentFolder), mayCreate: false)
            run = try store.run(named: name)
        } catch {
            throw CommandFailure(error)
        }
        let plan = try WorkflowFile.plan(of: run)
        do throws(StoreError) {
            machine = try Recovery.machine(of: run, plan: plan, store: store)
        } catch {
            throw CommandFailure(error)
        }
    }

    var isDriven: Bool { Recovery.isDriven(run) }

    /// The node with an id.
    func node(_ id: String) throws -> NodeIndex {
        for index in machine.plan.nodes.indices where machine.plan.id(of: NodeIndex(index)) == id {
            return NodeIndex(index)
        }
        throw CommandFailure(.notFound, "\(run.id) has no step '\(id)'")
    }
}

/// Shows runs, or one run.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show runs, or one run.", discussion: "Example: flowrun status latest")

    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @Option(help: "The store: a path.")
    var store: String?

    @Option(help: "How many runs are listed.")
    var limit = 20

    @Flag(help: "End with the run's state as exit code.")
    var exitStatus = false

    func run() throws {
        guard let name else { return try list() }
        let recorded = try RecordedRun(name, store: store)
        if format == .json {
            StatusDocument(run: recorded.run, machine: recorded.machine, isDriven: recorded.isDriven).write(
                Terminal.write)
        } else {
            StatusTree(recorded).write()
        }
        guard exitStatus else { return }
        let machine = recorded.machine
        guard machine.isFinished else { throw CommandFailure(.unfinished) }
        switch machine.state {
        case .success: return
        case .revoked: throw CommandFailure(.revoked)
        case .pending, .started, .retry, .failure, .skipped, .ignored: throw CommandFailure(.failed)
        }
    }

    private func list() throws {
        do throws(StoreError) {
            let runs = try RunStore(
                path: store ?? WorkflowFile.storePath(from: FileReader.currentFolder), mayCreate: false
            ).runs(limit: limit)
            switch format {
            case .text:
                for run in runs {
                    Terminal.print("\(run.id.padded(to: 32)) \(state(run).padded(to: 12)) \(run.createdAt.iso8601)")
                }
            case .json:
                let items = runs.map { run in
                    JSONValue.object([
                        "id": .string(run.id), "workflow": .string(run.workflow), "file": .string(run.file),
                        "state": .string(state(run)), "created_at": .string(run.createdAt.iso8601),
                        "finished_at": run.finishedAt.map { .string($0.iso8601) } ?? .null,
                        "driver": .string(Recovery.isDriven(run) ? "live" : "none"),
                    ])
                }
                Terminal.print(JSONWriter.text(.object(["schema": .string("flowrun.runs/1"), "runs": .array(items)])))
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func state(_ run: RunStore.Run) -> String {
        run.finishedAt == nil ? "RUNNING" : run.state.name
    }
}

/// One run as a tree of steps.
struct StatusTree {
    private let recorded: RecordedRun

    init(_ recorded: RecordedRun) {
        self.recorded = recorded
    }

    func write() {
        Summary(run: recorded.run, machine: recorded.machine).write()
        if !recorded.machine.isFinished, !recorded.isDriven {
            Terminal.print("interrupted: nobody drives this run; carry it on with: flowrun resume \(recorded.run.id)")
        }
        write(recorded.machine.plan.root, depth: 1)
    }

    private func write(_ node: NodeIndex, depth: Int) {
        let machine = recorded.machine
        let status = machine.status(of: node)
        guard !status.isIdle else { return }
        var line =
            String(repeating: "  ", count: depth) + "\(status.state.name.padded(to: 8)) \(machine.plan.id(of: node))"
        if let failure = status.failure { line += ": \(failure.message)" }
        if let cause = status.cause { line += " (because of \(machine.plan.id(of: cause.node)))" }
        Terminal.print(line)
        var cursor = machine.plan.firstChild(of: node)
        while let child = cursor {
            write(child, depth: depth + 1)
            cursor = machine.plan.nextSibling(of: child)
        }
    }
}

/// Prints the result of a run or a step.
struct ResultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "Print the result of a run or a step.",
        discussion: "Example: flowrun result latest build --raw")

    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String

    @Argument(help: "A step's id.")
    var step: String?

    @Flag(help: "Print text as it is, without quotes.")
    var raw = false

    @Option(help: "The store: a path.")
    var store: String?

    func run() throws {
        let recorded = try RecordedRun(name, store: store)
        let value: JSONValue
        if let step {
            let node = try recorded.node(step)
            guard recorded.machine.status(of: node).state.isFinal else {
                throw CommandFailure(.unfinished, "\(step) has not ended")
            }
            value = recorded.machine.result(of: node) ?? .null
        } else {
            guard recorded.machine.isFinished else {
                throw CommandFailure(.unfinished, "\(recorded.run.id) has not ended")
            }
            value = recorded.machine.runResult ?? .null
        }
        if raw, case .string(let text) = value { Terminal.print(text) } else { Terminal.print(JSONWriter.text(value)) }
    }
}

/// Prints what a step wrote.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what the tasks of a run wrote.",
        discussion: "Example: flowrun logs latest build")

    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String

    @Argument(help: "A step's id.")
    var step: String?

    @Option(help: "The number of the attempt, from 1.")
    var attempt: Int?

    @Option(help: "The store: a path.")
    var store: String?

    func run() throws {
        let recorded = try RecordedRun(name, store: store)
        let nodes: [NodeIndex]
        if let step {
            nodes = [try recorded.node(step)]
        } else {
            nodes = recorded.machine.plan.nodes.indices.map { NodeIndex($0) }
        }
        do throws(StoreError) {
            for node in nodes {
                for range in try recorded.store.logs(of: recorded.run, node: node.index)
                where attempt == nil || attempt == range.attempt {
                    Terminal.write(
                        RunLog.read(
                            folder: recorded.store.folder, run: recorded.run.key, offset: range.offset,
                            length: range.length))
                }
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Carries an interrupted run on.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Carry on a run that nobody drives.",
        discussion: "Example: flowrun resume latest")

    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @Option(help: "The store: a path.")
    var store: String?

    func run() throws {
        let recorded = try RecordedRun(name, store: store)
        do throws(StoreError) {
            let lock = try RunCompletion.lock(recorded.store, recorded.run.id)
            Recovery.killLeftovers(of: recorded.run)
            // The driver may have gone on until it was killed: what counts is what is recorded now.
            let machine = try Recovery.machine(of: recorded.run, plan: recorded.machine.plan, store: recorded.store)
            try RunCompletion(store: recorded.store, run: recorded.run, format: format).drive(
                machine, concurrency: concurrency ?? machine.plan.defaultConcurrency, lock: lock)
        } catch {
            throw CommandFailure(error)
        }
    }
}
