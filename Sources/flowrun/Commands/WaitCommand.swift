import ArgumentParser
import FlowEngine
import FlowRuntime
import FlowStore
import FlowValue

/// Waits for the end of a run.
struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait for the end of a run, and end with its state as exit code.",
        discussion: "Example: flowrun wait latest --timeout 10m")

    @OptionGroup var runOptions: RunOptions

    @Option(help: "How long to wait at most; then the exit code is 6.")
    var timeout: String?

    func run() throws {
        let store = try runOptions.storeOptions.open(listens: true)
        let row = try RunFinder(store: store).row(runOptions.name)
        let limit = try timeout.map { text in
            guard let limit = DurationText.duration(text) ?? Double(text).flatMap({ DurationText.seconds($0) }) else {
                throw CommandFailure(.usage, "'\(text)' is no duration: write 90s or 10m")
            }
            return WallClock.now + limit
        }
        var ended: RunRow?
        let isOver = try BellWait(store).until(limit) {
            let (now, isDriven) = try store.read { transaction in
                let now = try transaction.run(row.key) ?? row
                return (now, try transaction.isDriven(now))
            }
            ended = now.finishedAt == nil ? nil : now
            // Nobody will carry it on by himself: to wait would be to hang.
            return ended != nil || (!isDriven && !now.isDetached)
        }
        guard let ended else {
            throw CommandFailure(
                .unfinished,
                isOver ? "interrupted: carry it on with: flowrun resume \(row.id)" : "\(row.id) has not ended")
        }
        switch ended.state {
        case .success: return
        case .revoked: throw CommandFailure(.revoked)
        case .pending, .started, .retry, .failure, .skipped, .ignored: throw CommandFailure(.failed)
        }
    }
}
