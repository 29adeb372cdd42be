import ArgumentParser
import FlowLanguage

/// Prints the JSON Schema of the files.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a workflow, for editors.",
        discussion: """
            An editor takes it by a first line: # yaml-language-server: $schema=workflow.schema.json
            Example: flowrun schema > workflow.schema.json
            """)

    @Flag(help: "The schema of a project's flowrun.yaml.")
    var project = false

    func run() {
        Terminal.write(Array((project ? JSONSchema.project : JSONSchema.workflow).utf8))
    }
}
