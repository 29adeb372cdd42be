import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue

/// Prints the history of runs.
struct EventsCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, ndjson
    }

    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print what has happened in a run, or in the newest runs.",
        discussion: "Example: flowrun events latest -f")

    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String?

    @Option(help: "text or ndjson.")
    var format: Format = .text

    @OptionGroup var storeOptions: StoreOptions

    @Flag(name: .shortAndLong, help: "Go on with what happens: until the run has ended, or for ever.")
    var follow = false

    @Option(help: "Of how many of the newest runs, where none is named.")
    var limit = 20

    func run() throws {
        let store = try storeOptions.open(listens: follow)
        let finder = RunFinder(store: store)
        var replays: [RunKey: EventReplay] = [:]
        while true {
            let rows = try name.map { [try finder.row($0)] } ?? store.read { try $0.runs(limit: limit) }.reversed()
            for row in rows {
                var replay = try replays[row.key] ?? EventReplay(row, plan: try finder.plan(of: row))
                for line in try store.read({ try replay.next($0) }) { write(line) }
                replays[row.key] = replay
            }
            if !follow { return }
            if name != nil, replays.values.allSatisfy(\.machine.isFinished) { return }
            let seen = store.changes
            try BellWait(store).until { try store.hasChanged(since: seen) }
        }
    }

    private func write(_ line: JSONObject) {
        guard format == .text else { return Terminal.print(JSONWriter.text(.object(line))) }
        func text(_ key: String) -> String {
            if case .string(let text)? = line[key] { return text }
            return ""
        }
        var shown = "\(text("at")) \(text("run")) \(text("type").padded(to: 14)) \(text("step"))"
        if case .object(let error)? = line["error"], case .string(let message)? = error["message"] {
            shown += ": \(message)"
        }
        Terminal.print(shown)
    }
}

/// Turns a run's history into lines, as a machine lives through it.
struct EventReplay {
    private let row: RunRow
    private(set) var machine: RunMachine
    private var position: Int64 = 0

    init(_ row: RunRow, plan: Plan) {
        self.row = row
        machine = RunMachine(plan: plan, identity: Replay.identity(of: row), directives: row.directives)
    }

    /// What was recorded since the last call.
    mutating func next(_ transaction: StoreTransaction) throws -> [JSONObject] {
        var lines: [JSONObject] = []
        for (event, time) in try transaction.events(of: row.key, after: position) {
            _ = machine.handle(event, at: time)
            position += 1
            lines.append(line(event, time))
            if machine.isFinished { lines.append(end(time)) }
        }
        return lines
    }

    private func line(_ event: RunEvent, _ time: Timestamp) -> JSONObject {
        var line: JSONObject = ["type": .string(type(of: event)), "at": .string(time.iso8601), "run": .string(row.id)]
        guard let node = event.node else { return line }
        let status = machine.status(of: node)
        line.append("step", .string(machine.plan.id(of: node)))
        line.append("uuid", .string(machine.taskID(of: node)))
        line.append("attempt", .int(Int64(status.attempts)))
        if let failure = status.failure { line.append("error", failure.json) }
        if let due = status.nextAttemptAt { line.append("eta", .string(due.iso8601)) }
        return line
    }

    private func end(_ time: Timestamp) -> JSONObject {
        let type =
            machine.state == .success ? "run-succeeded" : machine.state == .revoked ? "run-revoked" : "run-failed"
        return ["type": .string(type), "at": .string(time.iso8601), "run": .string(row.id)]
    }

    /// Celery's names where it has one.
    private func type(of event: RunEvent) -> String {
        switch event {
        case .begun: return "run-started"
        case .taken: return "task-taken-over"
        case .timedOut, .runTimedOut: return "time-limit"
        case .started: return "task-started"
        case .due: return "task-received"
        case .expired, .nodeRevoked: return "task-revoked"
        case .revoked: return "run-revoking"
        case .lost(let node, _, _):
            return machine.status(of: node).state == .failure ? "task-failed" : "task-lost"
        case .ended(let node, _, _), .ran(let node, _, _):
            switch machine.status(of: node).state {
            case .success: return "task-succeeded"
            case .retry: return "task-retried"
            case .ignored: return "task-ignored"
            case .revoked: return "task-revoked"
            case .failure, .pending, .started, .skipped: return "task-failed"
            }
        }
    }
}

extension RunEvent {
    /// The node that an event is about; nil for the run.
    fileprivate var node: NodeIndex? {
        switch self {
        case .begun, .revoked, .taken, .runTimedOut: nil
        case .started(let node, _), .ended(let node, _, _), .ran(let node, _, _), .lost(let node, _, _), .due(let node),
            .expired(let node), .timedOut(let node), .nodeRevoked(let node, _):
            node
        }
    }
}
