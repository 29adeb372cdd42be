import ArgumentParser
import FlowCheck
import FlowDiagnostics
import FlowRuntime
import FlowThreads

/// Reports what is wrong with workflow files.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report what is wrong with workflow files.",
        discussion: """
            Without a path: pipeline.yaml, all under workflows/, and every YAML file with a 'flowrun:' at the top.
            Example: flowrun check pipeline.yaml --format github
            """)

    @Argument(help: "Workflow files or folders, or - for standard input.")
    var paths: [String] = []

    @Option(help: "text, json, sarif, github, gitlab or junit.")
    var format: CheckReport.Format = .text

    @Flag(help: "Treat warnings as errors, and look at matters of hygiene too.")
    var strict = false

    @Flag(help: "Apply the fixes that are safe.")
    var fix = false

    @Flag(help: "With --fix: print what would change, and change nothing.")
    var diff = false

    @Option(help: ArgumentHelp("Explain a code, with a wrong and a right example.", valueName: "code"))
    var explain: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if diff, !fix { throw ValidationError("--diff goes with --fix") }
        if fix, !diff, paths.contains("-") { throw ValidationError("standard input cannot be fixed; add --diff") }
    }

    func run() throws {
        if let explain { return try explainCode(explain) }
        let files = try filesToCheck()
        let options = CheckOptions.lint(isStrict: strict)
        let isFixing = fix
        let threads = Parallel.processorCount
        let results = Parallel.map(files, threads: threads) { path in
            Result { try Self.check(path, options, isFixing: isFixing) }
        }
        var report = CheckReport()
        for (path, result) in zip(files, results) {
            let outcome = try result.get()
            if fix { try finish(path, outcome) }
            report.add(outcome.workflow.checked.files, outcome.workflow.checked.diagnostics)
        }
        let shell = ShellCheck.findings(in: results.compactMap { try? $0.get().workflow }, isStrict: strict)
        for (files, findings) in shell { report.add(files, findings) }
        if !(fix && diff) {
            Terminal.write(Array(report.rendered(format, colors: output.colorsOutput).utf8))
        }
        if format == .text, !output.quiet, Terminal.isInteractive { Terminal.error(report.summary) }
        if report.diagnostics.hasErrors { throw CommandFailure(.failed) }
    }

    /// A file as it was and as it is after the fixes.
    private struct Outcome: Sendable {
        let before: [UInt8]
        let after: [UInt8]
        let workflow: WorkflowFile
    }

    private static func check(_ path: String, _ options: CheckOptions, isFixing: Bool) throws -> Outcome {
        var options = options
        options.settings = Project(of: WorkflowFile.folder(of: path)).outerSettings
        let workflow = try WorkflowFile.load(path, options: options)
        guard isFixing else { return Outcome(before: [], after: [], workflow: workflow) }
        let settled = options
        let fixed = FixRun(workflow) { WorkflowFile.check($0, path, options: settled) }
        return Outcome(before: workflow.source.bytes, after: fixed.bytes, workflow: fixed.workflow)
    }

    /// Writes a file that was fixed, or shows what would be written.
    private func finish(_ path: String, _ outcome: Outcome) throws {
        guard outcome.before != outcome.after else { return }
        guard !diff else {
            let name = path == "-" ? "stdin" : path
            return Terminal.write(UnifiedDiff.bytes(from: outcome.before, to: outcome.after, name: name))
        }
        try FixRun.write(outcome.after, to: path)
        if !output.quiet { Terminal.error("fixed \(path)") }
    }

    private func filesToCheck() throws -> [String] {
        guard !paths.isEmpty else {
            let root = WorkflowFile.projectRoot(from: FileReader.currentFolder)
            let files = WorkflowFinder.files(ofProject: root)
            guard !files.isEmpty else { throw CommandFailure(.notFound, "there is no workflow in \(root)") }
            return files
        }
        var files: [String] = []
        for path in paths {
            guard path != "-", WorkflowFinder.isFolder(path) else {
                files.append(path)
                continue
            }
            let inside = WorkflowFinder.files(below: path)
            guard !inside.isEmpty else { throw CommandFailure(.notFound, "there is no YAML file in \(path)") }
            files += inside
        }
        return files
    }

    private func explainCode(_ text: String) throws {
        let codes = DiagnosticCode.allCases
        guard let code = DiagnosticCode(text: text.uppercased()) ?? codes.first(where: { $0.name == text }) else {
            let nearest = Suggestion.nearest(to: text, among: codes.map(\.text) + codes.map(\.name))
            throw CommandFailure(
                .notFound, "there is no code '\(text)'\(nearest.map { "; did you mean \($0)?" } ?? "")")
        }
        Terminal.write(Array(DiagnosticPage.page(for: code).text.utf8))
    }
}

extension CheckOptions {
    /// For people and CI: all of the language, dates as of now.
    static func lint(isStrict: Bool = false) -> CheckOptions {
        var options = CheckOptions()
        options.isStrict = isStrict
        options.wantsScripts = ShellCheck.program != nil
        options.now = WallClock.now
        return options
    }
}
