import ArgumentParser
import FlowRuntime
import FlowStore
import FlowValue

/// Says why a step did not run, or waits.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Say why a step did not run, waits, or ended as it did.",
        discussion: "Example: flowrun why latest report")

    @OptionGroup var runOptions: RunOptions

    @Argument(help: "A step's id.")
    var step: String

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        let snapshot = try runOptions.snapshot()
        let node = try snapshot.requireNode(step)
        let explanation = Explanation(of: node, in: snapshot, at: WallClock.now)
        switch format {
        case .text: Terminal.print(explanation.lines.joined(separator: "\n"))
        case .json: Terminal.print(JSONWriter.text(explanation.json))
        }
    }
}
