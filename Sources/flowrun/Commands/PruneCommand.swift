import ArgumentParser
import FlowRuntime
import FlowStore
import FlowValue

/// Removes runs that ended long ago.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove runs that ended long ago, with their logs and results.",
        discussion: "Example: flowrun prune --older-than 7d --dry-run")

    @Option(help: "Remove runs that ended before this long ago.")
    var olderThan = "30d"

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @OptionGroup var storeOptions: StoreOptions

    func run() throws {
        // A bare number would be seconds; who leaves the unit out means days.
        guard let age = DurationText.duration(olderThan) else {
            throw CommandFailure(.usage, "'\(olderThan)' is no duration: write 12h or 30d")
        }
        let retention = Retention(store: try storeOptions.open())
        let time = WallClock.now - age
        if dryRun {
            for run in try retention.expiredRuns(endedBefore: time, limit: .max) { Terminal.print(run.id) }
        } else {
            Terminal.print("removed \(Count.text(try retention.prune(endedBefore: time).count, "run"))")
        }
    }
}
