import FlowCheck
import FlowDiagnostics
import FlowRuntime
import FlowThreads
import FlowValue
import FlowWorker

/// What shellcheck says of the scripts of workflows, where it is installed.
enum ShellCheck {
    /// What it cannot know.
    ///
    /// Arguments come as variables (SC2154), `args` gives `$1` its value (SC2120), and there is no first line that names
    /// the shell (SC2148). That a `cd` may fail (SC2164) is no matter where the shell ends then.
    private static let excluded = "SC2154,SC2120,SC2148"

    /// Where it is installed; nil if it is not.
    static let program = Tool.path(of: "shellcheck")

    /// The findings of each workflow's scripts, with the files that they are about; empty without shellcheck.
    static func findings(
        in workflows: [WorkflowFile], isStrict: Bool
    ) -> [(files: [SourceFile], findings: [Diagnostic])] {
        guard let program else { return [] }
        let scripts = workflows.flatMap { workflow in workflow.checked.scripts.map { (workflow.checked.files, $0) } }
        let jobs = scripts.map { Job(files: $0.0, script: $0.1) }
        return Parallel.map(jobs, threads: Parallel.processorCount) { job in
            let output = Tool.output(
                of: program,
                [
                    "--format=json", "--shell=\(job.script.dialect)", "--norc",
                    "--exclude=\(job.script.endsOnFailure ? excluded + ",SC2164,SC2103" : excluded)", "-",
                ],
                input: Array(job.script.text.utf8))
            return (job.files, findings(output ?? [], job.script, isStrict: isStrict))
        }
    }

    private struct Job: Sendable {
        let files: [SourceFile]
        let script: CheckedScript
    }

    private static func findings(_ output: [UInt8], _ script: CheckedScript, isStrict: Bool) -> [Diagnostic] {
        guard case .array(let comments)? = try? JSONReader.read(output) else { return [] }
        return comments.compactMap { comment in
            guard case .object(let object) = comment, case .int(let code)? = object["code"],
                case .string(let level)? = object["level"], case .string(let message)? = object["message"]
            else { return nil }
            // Matters of style are hygiene.
            guard level == "error" || level == "warning" || isStrict else { return nil }
            func number(_ key: String) -> Int {
                guard case .int(let number)? = object[key] else { return 1 }
                return Int(clamping: number)
            }
            let span = script.span(
                from: (number("line"), number("column")), to: (number("endLine"), number("endColumn")))
            guard !script.isSilenced(at: span) else { return nil }
            let text = message.hasSuffix(".") ? String(message.dropLast()) : message
            return Diagnostic(
                .shellScript, "shellcheck SC\(code): \(text)", at: span,
                severity: level == "error" || isStrict ? .error : .warning)
        }
    }
}
