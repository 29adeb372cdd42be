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
        let nodes = try step.map { [try snapshot.requireNode($0)] }
        var printed: Set<OutputRange> = []
        while true {
            for node in nodes ?? snapshot.machine.plan.nodes.indices.map({ NodeIndex($0) })
            where snapshot.machine.status(of: node).attempts > 0 {
                try printOutput(of: node, snapshot, &printed)
            }
            guard follow, !snapshot.machine.isFinished else { return }
            let seen = snapshot.position
            try BellWait(store).until { try store.read { try $0.position(of: snapshot.row.key) } != seen }
            snapshot = try snapshot.refreshed()
        }
    }

    private func printOutput(of node: NodeIndex, _ snapshot: RunSnapshot, _ printed: inout Set<OutputRange>) throws {
        let ranges = try snapshot.store.read { try $0.output(of: snapshot.row.key, node: node.index) }
        for (number, range) in ranges where attempt == nil || attempt == number {
            guard printed.insert(range).inserted else { continue }
            Terminal.write(LogSegment.read(range, of: snapshot.row.key, in: snapshot.store.folder))
        }
    }
}
