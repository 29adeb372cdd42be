import ArgumentParser
import FlowEngine
import FlowRuntime
import FlowStore
import FlowValue

/// Prints the result of a run or a step.
struct ResultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "Print the result of a run or a step.",
        discussion: "Example: flowrun result latest build --raw")

    @OptionGroup var runOptions: RunOptions

    @Argument(help: "A step's id.")
    var step: String?

    @Flag(help: "Print text as it is, without quotes.")
    var raw = false

    func run() throws {
        let snapshot = try runOptions.snapshot()
        let value: JSONValue
        if let step {
            let node = try snapshot.requireNode(step)
            guard snapshot.machine.status(of: node).state.isFinal else {
                throw CommandFailure(.unfinished, "\(step) has not ended")
            }
            let state = snapshot.machine.status(of: node).state
            guard state == .success else { throw CommandFailure(.failed, "\(step) gave nothing: it is \(state.name)") }
            value = snapshot.machine.readableResult(of: node) ?? .null
        } else {
            guard snapshot.machine.isFinished else {
                throw CommandFailure(.unfinished, "\(snapshot.row.id) has not ended")
            }
            let state = snapshot.machine.state
            guard state == .success else {
                throw CommandFailure(.failed, "\(snapshot.row.id) gave nothing: it is \(state.name)")
            }
            value = snapshot.machine.runResult ?? .null
        }
        if raw, case .string(let text) = value { Terminal.print(text) } else { Terminal.print(JSONWriter.text(value)) }
    }
}
