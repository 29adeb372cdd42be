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
        // Thousands of steps may have the same few scripts.
        var places: [Job: Int] = [:]
        var jobs: [Job] = []
        let job = scripts.map { _, script in
            let job = Job(text: script.text, dialect: script.dialect, endsOnFailure: script.endsOnFailure)
            if let place = places[job] { return place }
            jobs.append(job)
            places[job] = jobs.count - 1
            return jobs.count - 1
        }
        let outputs = Parallel.map(jobs, threads: Parallel.processorCount) { job in
            Tool.output(
                of: program,
                [
                    "--format=json", "--shell=\(job.dialect)", "--norc",
                    "--exclude=\(job.endsOnFailure ? excluded + ",SC2164,SC2103" : excluded)", "-",
                ],
                input: Array(job.text.utf8)) ?? []
        }
        return zip(scripts, job).map { script, job in
            (script.0, findings(outputs[job], script.1, isStrict: isStrict))
        }
    }

    /// What one run of shellcheck is about.
    private struct Job: Hashable, Sendable {
        let text: String
        let dialect: String
        let endsOnFailure: Bool
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
