import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue

/// Shows runs, or one run.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show runs, or one run.", discussion: "Example: flowrun status latest --watch")

    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storeOptions: StoreOptions

    @Option(help: "How many runs are listed.")
    var limit = 20

    @Option(help: "List only runs in this state.")
    var state: String?

    @Flag(help: "Show the run again whenever it changes, until it has ended.")
    var watch = false

    @Flag(help: "End with the run's state as exit code.")
    var exitStatus = false

    func run() throws {
        guard let name else { return try list() }
        let store = try storeOptions.open(listens: watch)
        var snapshot = try RunFinder(store: store).snapshot(of: name)
        show(snapshot)
        while watch, !snapshot.machine.isFinished {
            let seen = snapshot.position
            try BellWait(store).until { try store.read { try $0.position(of: snapshot.row.key) } != seen }
            snapshot = try snapshot.refreshed()
            show(snapshot)
        }
        if exitStatus { try snapshot.throwUnlessSuccess() }
    }

    private func show(_ snapshot: RunSnapshot) {
        guard format == .text else { return StatusDocument(snapshot).write(Terminal.write) }
        // ECMA-48: to the first place, and nothing below it.
        if watch, Terminal.isOutputInteractive { Terminal.write(Array("\u{1B}[H\u{1B}[J".utf8)) }
        StatusTree(snapshot).write()
    }

    private func list() throws {
        let store = try storeOptions.open()
        let (rows, driven) = try store.read { transaction in
            let rows = try transaction.runs(limit: state == nil ? limit : 10_000)
            return (rows, try Set(rows.filter { try transaction.isDriven($0) }.map(\.key)))
        }
        let wanted = state?.uppercased()
        let shown = rows.filter { wanted == nil || stateName($0) == wanted }.prefix(limit)
        switch format {
        case .text:
            for row in shown {
                let isLeft = row.finishedAt == nil && !driven.contains(row.key)
                let note = isLeft ? (row.isDetached ? "  waits for a worker" : "  interrupted") : ""
                Terminal.print(
                    "\(row.id.padded(to: 32)) \(stateName(row).padded(to: 8)) \(row.createdAt.iso8601)\(note)")
            }
        case .json:
            let items = shown.map { row in
                JSONValue.object([
                    "id": .string(row.id), "workflow": .string(row.workflow), "file": .string(row.file),
                    "state": .string(stateName(row)), "created_at": .string(row.createdAt.iso8601),
                    "finished_at": row.finishedAt.map { .string($0.iso8601) } ?? .null,
                    "driver": .string(driven.contains(row.key) ? "live" : "none"),
                ])
            }
            Terminal.print(JSONWriter.text(.object(["schema": .string("flowrun.runs/1"), "runs": .array(items)])))
        }
    }

    private func stateName(_ row: RunRow) -> String {
        row.finishedAt == nil ? "RUNNING" : row.state.name
    }
}

/// One run as a tree of steps.
struct StatusTree {
    private let snapshot: RunSnapshot

    init(_ snapshot: RunSnapshot) {
        self.snapshot = snapshot
    }

    func write() {
        Summary(snapshot).write()
        if snapshot.isInterrupted {
            Terminal.print("interrupted: nobody drives this run; carry it on with: flowrun resume \(snapshot.row.id)")
        } else if !snapshot.machine.isFinished, !snapshot.isDriven {
            Terminal.print("waits for a worker: start one with: flowrun worker")
        }
        write(snapshot.machine.plan.root, depth: 1)
    }

    private func write(_ node: NodeIndex, depth: Int) {
        let machine = snapshot.machine
        let status = machine.status(of: node)
        guard !status.isIdle else { return }
        var line =
            String(repeating: "  ", count: depth) + "\(status.state.name.padded(to: 8)) \(machine.plan.id(of: node))"
        if let failure = status.failure { line += ": \(failure.message)" }
        if let cause = status.cause { line += " (because of \(machine.plan.id(of: cause.node)))" }
        if status.state == .started, machine.running[node] != nil, !snapshot.isDriven {
            line += " (its worker is gone)"
        }
        Terminal.print(line)
        var cursor = machine.plan.firstChild(of: node)
        while let child = cursor {
            write(child, depth: depth + 1)
            cursor = machine.plan.nextSibling(of: child)
        }
    }
}
