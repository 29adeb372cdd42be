import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore

/// Prints what the tasks of a run wrote.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what the tasks of a run wrote.",
        discussion: "Example: flowrun logs latest build")

    @OptionGroup var runOptions: RunOptions

    @Argument(help: "A step's id.")
    var step: String?

    @Option(help: "The number of the attempt, from 1.")
    var attempt: Int?

    @Flag(name: .shortAndLong, help: "Print what attempts have written when they end, until the run has ended.")
    var follow = false

    func run() throws {
        var snapshot = try runOptions.snapshot(listens: follow)
        let store = snapshot.store
        let asked = try step.map { try snapshot.requireNode($0) }
        if let asked, let attempt, snapshot.machine.plan.isTask(asked),
            snapshot.machine.status(of: asked).attempts < attempt, !follow
        {
            let count = snapshot.machine.status(of: asked).attempts
            throw CommandFailure(.notFound, "\(step ?? "") has \(Count.text(count, "attempt"))")
        }
        var printed: Set<OutputRange> = []
        while true {
            let plan = snapshot.machine.plan
            // A composite has what its tasks have written, in the order in which they started.
            let nodes = asked.map { plan.subtree(of: $0) } ?? plan.nodes.indices.map { NodeIndex($0) }
            let started = nodes.compactMap { node in
                let status = snapshot.machine.status(of: node)
                return status.attempts > 0 ? status.startedAt.map { (time: $0, node: node) } : nil
            }
            for (_, node) in started.sorted(by: { ($0.time, $0.node) < ($1.time, $1.node) }) {
                try printOutput(of: node, isOne: nodes.count == 1, snapshot, &printed)
            }
            guard follow, !snapshot.machine.isFinished else { return }
            let seen = snapshot.position
            try BellWait(store).until { try store.read { try $0.position(of: snapshot.row.key) } != seen }
            snapshot = try snapshot.refreshed()
        }
    }

    /// Prints what the attempts of a task wrote, under its name where others are printed, too.
    private func printOutput(
        of node: NodeIndex, isOne: Bool, _ snapshot: RunSnapshot, _ printed: inout Set<OutputRange>
    ) throws {
        let ranges = try snapshot.store.read { try $0.output(of: snapshot.row.key, node: node.index) }
        for (number, range) in ranges where attempt == nil || attempt == number {
            guard printed.insert(range).inserted else { continue }
            if !isOne, Terminal.isOutputInteractive {
                let name = snapshot.machine.plan.id(of: node)
                Terminal.print("── \(name)\(number > 1 ? ", attempt \(number)" : "")")
            }
            Terminal.write(LogSegment.read(range, of: snapshot.row.key, in: snapshot.store.folder))
        }
    }
}
