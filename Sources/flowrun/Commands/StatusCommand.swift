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

    @Option(help: "Show only steps in these states, separated by commas.")
    var steps: String?

    @Flag(help: "Leave arguments and results out of the JSON.")
    var noValues = false

    @Flag(help: "Show the run again whenever it changes, until it has ended.")
    var watch = false

    @Flag(help: "End with the run's state as exit code.")
    var exitStatus = false

    func validate() throws {
        let known = Set(TaskState.allCases.map(\.name))
        let named = (steps ?? "").uppercased().split(separator: ",").map(String.init)
        if let unknown = named.first(where: { !known.contains($0) }) {
            throw ValidationError("there is no state '\(unknown)': there are \(known.sorted().joined(separator: ", "))")
        }
        let runs: Set = ["RUNNING", "SUCCESS", "FAILURE", "REVOKED"]
        if let state, !runs.contains(state.uppercased()) {
            throw ValidationError("no run is '\(state)': runs are \(runs.sorted().joined(separator: ", "))")
        }
    }

    func run() throws {
        guard let name else { return try list() }
        let store = try storeOptions.open(listens: watch)
        if try showOutline(of: name, store) { return }
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

    /// Shows what was kept of a large run when it ended, so that nobody waits for its whole history.
    ///
    /// - Returns: Whether there was such an outline, and it has what is asked for.
    private func showOutline(of name: String, _ store: RunStore) throws -> Bool {
        guard format == .text, steps == nil, !exitStatus else { return false }
        let outline = try store.read { try $0.outline(of: $0.run(named: name).key) }
        if let outline { Terminal.print(outline) }
        return outline != nil
    }

    private func show(_ snapshot: RunSnapshot) {
        let states = stepStates
        guard format == .text else {
            return StatusDocument(snapshot, states: states, hasValues: !noValues).write(Terminal.write)
        }
        // ECMA-48: to the first place, and nothing below it.
        if watch, Terminal.isOutputInteractive { Terminal.write(Array("\u{1B}[H\u{1B}[J".utf8)) }
        for line in StatusTree(snapshot, states: states).lines { Terminal.print(line) }
    }

    private var stepStates: Set<TaskState>? {
        steps.map { names in
            let wanted = Set(names.uppercased().split(separator: ",").map(String.init))
            return Set(TaskState.allCases.filter { wanted.contains($0.name) })
        }
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
                var note = isLeft ? (row.isDetached ? "  waits for a worker" : "  interrupted") : ""
                if let end = row.finishedAt { note += "  \(DurationText.short(end - row.createdAt))" }
                if let retried = row.directives.retryOf { note += "  retry of \(retried)" }
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
