import ArgumentParser
import FlowPlan

/// Reads, checks and plans a file as `apply` does before it runs anything, and does no more: what a benchmark measures.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Read, check and plan a file, and do nothing else.",
        discussion: "Example: flowrun load pipeline.yaml", shouldDisplay: false)

    @Argument(help: ArgumentHelp("The workflow's file.", valueName: "file"))
    var file: String

    @OptionGroup var parameters: ParameterOptions

    func run() throws {
        let plan = try Acceptance(file: file, format: .text, parameters: parameters).plan()
        Terminal.print("\(plan.nodes.count) nodes")
    }
}
