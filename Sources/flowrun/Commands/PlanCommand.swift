import ArgumentParser
import FlowEngine
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
import FlowWorker

/// Shows what would run, in what order.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would run, and in what order.",
        discussion: "Example: flowrun plan pipeline.yaml -c 2 --assume build=90s --fail deploy")

    @Argument(help: "The workflow's file, or - for standard input.")
    var file: String

    @OptionGroup var parameters: ParameterOptions

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text, json, dot, mermaid or svg.")
    var format: PlanFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file.")
    var output: String?

    @Option(help: ArgumentHelp("How long a step takes, such as build=5s.", valueName: "id=duration"))
    var assume: [String] = []

    @Option(help: ArgumentHelp("What a step gives, such as list=[1,2].", valueName: "id=json"))
    var result: [String] = []

    @Option(help: ArgumentHelp("A step that fails.", valueName: "id"))
    var fail: [String] = []

    @Option(help: ArgumentHelp("Run this step and what it needs; the rest is skipped.", valueName: "id"))
    var until: String?

    @Flag(help: "Start nothing more after the first failure.")
    var failFast = false

    @OptionGroup var storeOptions: StoreOptions

    func run() throws {
        let accepted = try Acceptance(file: file, format: format == .json ? .json : .text, parameters: parameters)
        let plan = try accepted.plan()
        var directives = RunDirectives()
        directives.until = try until.map { try plan.requireNode($0, of: file) }
        directives.failsFast = failFast
        do throws(RunSecrets.Missing) {
            _ = try RunSecrets(of: plan, in: accepted.workflow.folder, environment: ProcessEnvironment.value)
        } catch {
            Terminal.error("note: apply would refuse this: \(error.message)")
        }
        var output = PlanOutput(
            plan: plan, concurrency: concurrency ?? plan.defaultConcurrency, directives: directives,
            store: storeOptions.reading(from: accepted.workflow.folder))
        for entry in assume {
            let (id, text) = try Self.pair(entry, "--assume")
            output.durations[id] = try ApplyCommand.duration(text)
        }
        for entry in result {
            let (id, text) = try Self.pair(entry, "--result")
            guard let value = try? JSONReader.read(text) else {
                throw CommandFailure(.usage, "'--result \(entry)': what follows = is no JSON")
            }
            output.results[id] = value
        }
        output.failing = Set(fail)
        try output.write(format, to: self.output)
    }

    private static func pair(_ entry: String, _ option: String) throws -> (String, String) {
        guard let first = entry.firstIndex(of: "=") else {
            throw CommandFailure(.usage, "'\(option) \(entry)' is not of the form ID=value")
        }
        return (String(entry[..<first]), String(entry[entry.index(after: first)...]))
    }
}

/// How a plan is printed.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, dot, mermaid, svg
}
