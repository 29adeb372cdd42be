import ArgumentParser
import FlowCheck
import FlowDiagnostics

/// Reports what is wrong with workflow files.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report what is wrong with workflow files.",
        discussion: "Example: flowrun check pipeline.yaml --format json")

    @Argument(help: "Workflow files, or - for standard input.")
    var files: [String]

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        var hasErrors = false
        var documents: [String] = []
        for path in files {
            let workflow = try WorkflowFile.load(path)
            let diagnostics = workflow.checked.diagnostics
            hasErrors = hasErrors || diagnostics.hasErrors
            switch format {
            case .text:
                var renderer = TextRenderer(files: [workflow.source])
                let text = renderer.render(diagnostics)
                if !text.isEmpty { Terminal.write(Array(text.utf8)) }
            case .json:
                var renderer = JSONRenderer(files: [workflow.source])
                let items = renderer.render(diagnostics).dropFirst().dropLast()
                if !items.isEmpty { documents.append(String(items)) }
            }
        }
        if format == .json { Terminal.print("[\(documents.joined(separator: ","))]") }
        if hasErrors { throw CommandFailure(.failed) }
    }
}
