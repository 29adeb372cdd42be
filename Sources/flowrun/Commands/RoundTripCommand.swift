import ArgumentParser
import FlowEngine
import FlowRuntime
import FlowStore
import FlowValue

/// Measures how long a run takes from its submission to its result, with a worker that is there already: what a program
/// waits for that keeps a store open and hands in small runs.
struct RoundTripCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "round-trip", abstract: "Submit a workflow many times and measure how long each run takes.",
        discussion: "Example: flowrun round-trip pipeline.yaml 1000", shouldDisplay: false)

    @Argument(help: ArgumentHelp("The workflow's file.", valueName: "file"))
    var file: String

    @Argument(help: ArgumentHelp("How often.", valueName: "count"))
    var count: Int

    @OptionGroup var parameters: ParameterOptions

    @OptionGroup var storeOptions: StoreOptions

    func run() throws {
        let accepted = try Acceptance(file: file, format: .text, parameters: parameters)
        let directives = RunDirectives()
        let plan = try accepted.plan()
        let store = try storeOptions.open(
            from: accepted.workflow.folder, mayCreate: true, durability: plan.durability, listens: true)
        let wait = BellWait(store)
        var times: [Int64] = []
        for _ in 0..<max(1, count) {
            let new = NewRun(accepted, plan, directives, file: file)
            let start = ContinuousClock.now
            let run = try store.write { try $0.create(new, driver: nil) }
            var ended: RunRow?
            try wait.until {
                ended = try store.read { try $0.run(run.key) }.flatMap { $0.finishedAt == nil ? nil : $0 }
                return ended != nil
            }
            guard let ended, try RunSnapshot(of: ended, plan: plan, in: store).machine.state == .success else {
                throw CommandFailure(.failed, "\(run.id) is no success")
            }
            times.append((ContinuousClock.now - start).inMicroseconds)
        }
        times.sort()
        let (middle, late) = (times[times.count / 2], times[min(times.count - 1, times.count * 99 / 100)])
        Terminal.print(JSONWriter.text(.object(["p50_us": .int(middle), "p99_us": .int(late)])))
    }
}
