import ArgumentParser
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowThreads
import FlowValue
import FlowWorker
import Glibc

/// Carries detached runs on, for as long as it is let.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Carry detached runs on, beside other workers.",
        discussion: """
            SIGTERM and SIGINT: start nothing more, wait for what runs, end. SIGQUIT, or either once more: end at once.
            Example: flowrun worker -c 4 -Q celery,slow
            """)

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once; default: one a processor.")
    var concurrency: Int?

    @Option(name: [.customShort("Q"), .long], help: "Queues to serve, with commas between them; default: all.")
    var queues: String?

    @Option(name: [.customShort("n"), .long], help: "The worker's name; %h stands for the host.")
    var name = "flowrun@%h"

    @OptionGroup var storeOptions: StoreOptions

    /// How long runs are kept after their end.
    private static let retention = Duration.seconds(30 * 86_400)

    func validate() throws {
        if let queues, queues.split(separator: ",").isEmpty { throw ValidationError("'-Q' names no queue") }
        if let concurrency, concurrency < 1 { throw ValidationError("'-c' takes a number of at least 1") }
    }

    func run() throws {
        // Before the store, which starts a thread.
        let signals = SignalWatch([SIGINT, SIGTERM, SIGQUIT])
        let store = try storeOptions.open(mayCreate: true, listens: true)
        let seat = try WorkerSeat(in: store, name: fullName, serves: true)
        try store.write { try $0.enroll(seat, at: WallClock.now) }
        let names = queues.map { Set($0.split(separator: ",").map(String.init)) }
        let duty = WorkerDriver.Duty(
            servesDetached: true, concurrency: concurrency ?? Parallel.processorCount, queues: names,
            retention: Self.retention)
        var observer = WorkerDriver.Observer()
        observer.say = { Terminal.error("flowrun: \($0)") }
        observer.show = { machine, node in Self.log(machine, node, of: seat.key) }
        Terminal.error(
            "worker \(seat.name): \(duty.concurrency) at once, queues \(queues ?? "all"), store \(store.folder)")
        let plans = RecordedPlans()
        let driver = WorkerDriver(
            store: store, seat: seat, duty: duty, signals: signals, observer: observer,
            plan: { try plans.plan(of: $0, $1) })
        defer { storeOptions.report(store) }
        switch try driver.drive() {
        case .finished, .drained:
            try store.write { try $0.end(seat.key, at: WallClock.now) }
            seat.leave()
        case .aborted(let signal): throw ExitCode(128 + signal)
        }
    }

    /// A line for each task that starts or ends here.
    private static func log(_ machine: RunMachine, _ node: NodeIndex, of worker: WorkerKey) {
        guard machine.plan.isTask(node) else { return }
        let status = machine.status(of: node)
        guard status.worker == worker else { return }
        var line = "\(WallClock.now.iso8601) \(machine.identity.id) \(status.state.name) \(machine.plan.id(of: node))"
        if let failure = status.failure { line += ": \(failure.type): \(failure.message)" }
        Terminal.error(line)
    }

    private var fullName: String {
        let name = name.contains("@") ? name : "\(name)@%h"
        return name.split(separator: "%h", omittingEmptySubsequences: false).joined(separator: Host.name)
    }
}
