import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowWorker
import Glibc

/// Cancels a run, or one task of it.
struct RevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Cancel a run or a task.",
        discussion: """
            What waits is revoked; what runs goes on to its end, or with --terminate is sent a signal and killed soon after.
            Example: flowrun revoke latest --terminate
            """)

    @Argument(help: ArgumentHelp("A run (its id, a prefix of it, latest), or a task's id.", valueName: "run|task"))
    var name: String

    @Argument(help: "A step's id, where only that is meant.")
    var step: String?

    @Flag(help: "End what runs, too.")
    var terminate = false

    @Option(help: "The signal for what runs.")
    var signal = "TERM"

    @OptionGroup var storeOptions: StoreOptions

    func run() throws {
        guard let number = SignalName.number(signal) else {
            throw CommandFailure(.usage, "there is no signal '\(signal)'")
        }
        let store = try storeOptions.open()
        let (snapshot, node) = try find(RunFinder(store: store))
        guard !snapshot.machine.isFinished else { return Terminal.error("\(snapshot.row.id) has ended") }
        let revocation: Revocation = terminate ? .terminate(signal: number) : .letRun
        try revoke(snapshot, node.map { .nodeRevoked($0, revocation) } ?? .revoked(revocation))
    }

    /// The run and the node that are meant: a task's id is its run's, a full stop and a number.
    private func find(_ finder: RunFinder) throws -> (RunSnapshot, NodeIndex?) {
        do {
            let snapshot = try finder.snapshot(of: name)
            return (snapshot, try step.map { try snapshot.requireNode($0) })
        } catch let error as StoreError where error.code == .unknownRun {
            guard let stop = name.lastIndex(of: "."), step == nil,
                let snapshot = try? finder.snapshot(of: String(name[..<stop]))
            else { throw error }
            return (snapshot, try snapshot.requireNode(name))
        }
    }

    private func revoke(_ snapshot: RunSnapshot, _ event: RunEvent) throws {
        var worker = WorkerMachine(worker: WorkerKey(0), concurrency: 0)
        worker.mode = .draining
        worker.follow(snapshot.row.key, snapshot.machine, position: snapshot.position)
        // What a dead worker left is settled here, because nobody else may come.
        let dead = try snapshot.store.read { transaction in try worker.peers.filter { try !transaction.isAlive($0) } }
        for peer in dead {
            for key in worker.attempts(of: peer) { Leftovers.kill(of: key, snapshot.machine) }
            worker.settle(peer)
        }
        worker.propose(event, for: snapshot.row.key)
        let actions = try snapshot.store.write { transaction in
            try worker.transact(&transaction, at: WallClock.now) { _, _, _ in
                preconditionFailure("nothing is started here")
            }
        }
        var changed: Set<NodeIndex> = []
        for case .show(_, let node) in actions where snapshot.machine.plan.isTask(node) { changed.insert(node) }
        Terminal.print(
            changed.isEmpty
                ? "revoked: what has not begun will not start" : "revoked \(Count.text(changed.count, "task"))")
    }
}
