import ArgumentParser
import FlowStore
import Glibc

@main
struct Flowrun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flowrun",
        abstract: "Runs workflows that are written down in YAML.",
        discussion: "Example: flowrun apply pipeline.yaml",
        version: version,
        subcommands: [
            ApplyCommand.self, CheckCommand.self, PlanCommand.self, StatusCommand.self, WhyCommand.self,
            ResultCommand.self, LogsCommand.self, EventsCommand.self, WaitCommand.self, ResumeCommand.self,
            RetryCommand.self, RevokeCommand.self, WorkerCommand.self, PruneCommand.self, ConfigCommand.self,
            ImportCommand.self, SchemaCommand.self, LoadCommand.self, RoundTripCommand.self,
        ])

    static let version = "0.1.0"

    static func main() {
        // A pipe whose reader has gone is an error of one write, and not the end of a run.
        signal(SIGPIPE, SIG_IGN)
        EarlyFile.guess(CommandLine.arguments.dropFirst())
        do {
            var command = try parsed(Array(CommandLine.arguments.dropFirst()))
            try command.run()
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Terminal.error("flowrun: \(failure.message)") }
            exit(withError: ExitCode(failure.status.rawValue))
        } catch let error as StoreError {
            let failure = CommandFailure(error)
            Terminal.error("flowrun: \(failure.message)")
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            let code = exitCode(for: error)
            let isUsage = code == .validationFailure
            let message = fullMessage(for: error)
            if !message.isEmpty {
                if code == .success { Terminal.print(message) } else { Terminal.error(message) }
            }
            exit(withError: isUsage ? ExitCode(ExitStatus.usage.rawValue) : code)
        }
    }

    /// The command that is called, with its values.
    ///
    /// To look at the whole tree takes longer than to parse one command of it, and is done where something is wrong or
    /// help is wanted.
    private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        for command in configuration.subcommands where command.configuration.commandName == arguments.first {
            guard let parsed = try? command.parseAsRoot(Array(arguments.dropFirst())), type(of: parsed) == command
            else { break }
            return parsed
        }
        return try parseAsRoot()
    }
}
