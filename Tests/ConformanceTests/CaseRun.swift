import Foundation

/// One case on its way: a copy of its files in a folder of its own, where the program runs.
struct CaseRun: Sendable {
    /// What a developer may ask of a run of the cases, by the environment.
    struct Options: Sendable {
        /// Multiplies the limits.
        var slow = 1.0
        /// Where to leave the working folders; nil: they are removed.
        var keep: URL?

        /// The options that `CONFORMANCE_SLOW` and `CONFORMANCE_KEEP` give.
        init(environment: [String: String] = ProcessInfo.processInfo.environment) {
            slow = environment["CONFORMANCE_SLOW"].flatMap(Double.init) ?? slow
            keep = environment["CONFORMANCE_KEEP"].map { URL(filePath: $0) }
        }
    }

    /// A case that did not pass, and the last lines of what the program wrote to standard error.
    struct Failure: Error {
        let sentence: String
        let errorLines: String
    }

    private let program: String
    private let options: Options
    private let processes: MarkedProcesses
    private let expectation: Expectation
    /// Holds the working folder and the output of the programs.
    private let place: URL
    private let work: URL

    private init(_ conformanceCase: ConformanceCase, program: String, options: Options) throws {
        self.program = program
        self.options = options
        expectation = try conformanceCase.expectation()
        processes = MarkedProcesses(token: UUID().uuidString)
        let unique = FileManager.default.temporaryDirectory.appending(path: "flowrun-case-\(processes.token)")
        place = options.keep?.appending(path: conformanceCase.name) ?? unique
        work = place.appending(path: conformanceCase.name)
        try layOut(conformanceCase)
    }

    /// Runs a case from its beginning to its end; nothing of it is left, neither processes nor files.
    ///
    /// - Throws: `Failure` where the outcome is not what its expect.json says, or where that cannot be told.
    static func run(_ conformanceCase: ConformanceCase, program: String, options: Options) async throws {
        let run: CaseRun
        do {
            run = try CaseRun(conformanceCase, program: program, options: options)
        } catch {
            throw Failure(sentence: "bad case: \(error)", errorLines: "")
        }
        var failure: Failure?
        do {
            try await run.play()
        } catch {
            let sentence = error is Difference ? "\(error)" : "bad case or judge: \(error)"
            failure = Failure(sentence: sentence, errorLines: run.lastErrorLines())
        }
        await run.processes.kill()
        // What cannot be removed lies in a temporary folder, and does not make the case fail.
        if options.keep == nil { try? FileManager.default.removeItem(at: run.place) }
        if let failure { throw failure }
    }

    // MARK: - Steps of a run

    private func play() async throws {
        let outcome = try await execute(applyArguments, input: input, upTo: expectation.atMost)
        let left = expectation.noLeftovers ? await processes.waitUntilGone(upTo: .seconds(2)) : []
        let judge = Judge(expectation: expectation, outcome: outcome, calls: try HelperCall.all(in: work))
        let status = try judge.judgeApply()
        // The case itself asks for this pause: what must not appear might appear later.
        if let settle = expectation.settle { try await Task.sleep(for: .seconds(settle)) }
        try judge.judgeFiles(in: work)
        if !left.isEmpty { throw Difference("\(left.count) processes of the run are still there") }
        for followUp in expectation.then {
            let outcome = try await execute(followUp.arguments, input: nil, upTo: 20)
            try judge.judge(followUp, outcome, after: status)
        }
    }

    private var applyArguments: [String] {
        let format = expectation.apply.format.map { ["--format", $0] } ?? []
        return ["apply", expectation.apply.file] + format + expectation.apply.arguments
    }

    private var input: URL? {
        expectation.apply.standardInput.map { work.appending(path: $0) }
    }

    private func execute(_ arguments: [String], input: URL?, upTo seconds: Double) async throws -> Outcome {
        let limit = seconds * options.slow
        let child = ChildProcess(
            arguments: [program] + arguments, environment: environment, folder: work.path,
            standardInput: input?.path ?? "/dev/null", standardOutput: output.path, standardError: errors.path)
        guard let end = try await child.run(upTo: .seconds(limit), killing: processes) else {
            throw Difference("\(arguments.joined(separator: " ")): still going after \(String(format: "%g", limit)) s")
        }
        return Outcome(
            exit: end.code, output: try Data(contentsOf: output), errors: try Data(contentsOf: errors),
            seconds: end.seconds)
    }

    private var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("FLOWRUN_") }
        environment[MarkedProcesses.name] = processes.token
        environment["NO_COLOR"] = "1"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["LC_ALL"] = "C.UTF-8"
        for (name, value) in expectation.apply.environment { environment[name] = value }
        return environment
    }

    // MARK: - Files

    private var output: URL { place.appending(path: "stdout") }
    private var errors: URL { place.appending(path: "stderr") }

    /// Copies the case and the helper program; an empty `.flowrun` makes the folder the project root.
    private func layOut(_ conformanceCase: ConformanceCase) throws {
        let files = FileManager.default
        if files.fileExists(atPath: place.path) { try files.removeItem(at: place) }
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        try Self.copy(conformanceCase.folder, to: work, leavingOut: "expect.json")
        try Self.copy(ConformanceCase.library, to: work.appending(path: "lib"), leavingOut: "__pycache__")
        try files.createDirectory(
            at: work.appending(path: ".flowrun"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    private static func copy(_ folder: URL, to place: URL, leavingOut name: String) throws {
        let files = FileManager.default
        try files.createDirectory(at: place, withIntermediateDirectories: false)
        for item in try files.contentsOfDirectory(atPath: folder.path) where item != name {
            try files.copyItem(at: folder.appending(path: item), to: place.appending(path: item))
        }
    }

    private func lastErrorLines() -> String {
        guard let data = FileManager.default.contents(atPath: errors.path) else { return "" }
        let lines = String(decoding: data.suffix(4_096), as: UTF8.self).split(separator: "\n")
        return lines.suffix(10).joined(separator: "\n")
    }
}
