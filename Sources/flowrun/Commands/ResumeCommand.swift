import ArgumentParser
import FlowEngine
import FlowRuntime
import FlowStore
import FlowValue
import FlowWorker
import Glibc

/// Carries an interrupted run on.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Carry on a run that nobody drives.",
        discussion: "Example: flowrun resume latest")

    @OptionGroup var runOptions: RunOptions

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @OptionGroup var output: OutputOptions

    @Flag(help: "Run all that was interrupted again, whatever its options say.")
    var rerunLost = false

    func run() throws {
        // Before the store, which starts a thread.
        let signals = SignalWatch([SIGINT, SIGTERM, SIGQUIT])
        var store = try runOptions.storeOptions.open(listens: true)
        let finder = RunFinder(store: store)
        let row = try finder.row(runOptions.name)
        let plan = try finder.plan(of: row)
        if plan.durability != store.durability {
            store = try runOptions.storeOptions.open(durability: plan.durability, listens: true)
        }
        guard row.finishedAt == nil else {
            let snapshot = try RunSnapshot(of: row, plan: plan, in: store)
            Terminal.error("\(row.id) has ended")
            return try snapshot.throwUnlessSuccess()
        }
        let secrets = try RunSecrets.require(of: plan, in: row.folder)
        try awaitSupervisor(of: row, store)
        let seat = try WorkerSeat(in: store, name: "resume@\(Host.name)", serves: false)
        let run = try store.write { transaction in
            try transaction.takeOver(row, by: seat, at: WallClock.now)
            return try transaction.run(row.key) ?? row
        }
        let snapshot = try RunSnapshot(of: run, plan: plan, in: store)
        let dead = Set(snapshot.machine.running.values).sorted()
        var driver = ForegroundRun(store: store, run: run, seat: seat, format: format, signals: signals)
        driver.output = output
        try driver.drive(
            snapshot.machine, position: snapshot.position, concurrency: concurrency ?? plan.defaultConcurrency,
            secrets: secrets, settling: dead, reruns: rerunLost)
    }

    /// Waits, for a while, until the tasks of a driver that is gone have been killed: its seat is taken for so long.
    private func awaitSupervisor(of row: RunRow, _ store: RunStore) throws {
        guard let driver = row.driver, let pid = try store.read({ try $0.process(of: driver) }), kill(pid, 0) != 0
        else { return }
        try BellWait(store).until(WallClock.now + .seconds(10)) { try !store.read { try $0.isAlive(driver) } }
    }
}
