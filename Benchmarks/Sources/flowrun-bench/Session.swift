import Foundation

/// What the benchmarks of one run share: the options, the scratch folder and where the programs are.
struct Session {
    let options: BenchOptions
    let scratch: Scratch
    /// The folder of the limits, which SwiftPM builds beside the harness.
    let limits: String
    /// The figures of peers that are measured but once.
    let onceMeasured = OnceMeasured()

    /// flowrun with the arguments, in the project folder.
    func flowrun(_ arguments: [String], in project: String) -> ChildProcess {
        ChildProcess(
            program: options.flowrun, arguments: arguments, folder: project, output: .init(in: scratch.path))
    }

    /// One of the limits with the arguments.
    func limit(_ program: String, _ arguments: [String]) -> ChildProcess {
        ChildProcess(
            program: "\(limits)/\(program)", arguments: arguments, folder: scratch.path,
            output: .init(in: scratch.path))
    }

    /// The median of bare FULL commits in seconds, as they are now.
    func commitSeconds() throws -> Double {
        let commits = limit("sqlite-tasks", ["commits", "1000"])
        try commits.run(expecting: 0)
        let text = try commits.printed()
        guard let microseconds = Double(text.prefix { !$0.isWhitespace }) else {
            throw BenchError("sqlite-tasks does not say how long a commit takes: \(text)")
        }
        return microseconds / 1e6
    }

    /// The seconds that SQLite takes for all that flowrun's store in a project holds, written again by a C program.
    func storeSeconds(in project: String, batch: Int) throws -> Double {
        let again = limit("sqlite-tasks", ["again", "\(project)/.flowrun/flowrun.db", "\(batch)"])
        try again.run(expecting: 0)
        let text = try again.printed()
        guard let milliseconds = Double(text.prefix { !$0.isWhitespace }) else {
            throw BenchError("sqlite-tasks does not say how long it took: \(text)")
        }
        return milliseconds / 1e3
    }

    /// Measures once for nothing, to fill the caches, and then as often as asked for.
    func repeatPairs<Sample>(_ measure: () throws -> Sample) rethrows -> [Sample] {
        _ = try measure()
        return try (0..<options.pairs).map { _ in try measure() }
    }

    /// A new project that holds a workflow, and nothing else, under that name.
    func makeProject(_ file: String, _ text: WorkflowText) throws -> String {
        let project = try scratch.makeProject()
        try text.write(to: "\(project)/\(file)")
        return project
    }

    /// What the latest run of the project came to, as another process reads it from the store.
    ///
    /// Without values, neither arguments nor results are read: what is handed on may be long.
    func latestStatus(in project: String, withoutValues: Bool = false) throws -> StatusDocument {
        let arguments = ["status", "latest", "--format", "json"] + (withoutValues ? ["--no-values"] : [])
        let status = flowrun(arguments, in: project)
        try status.run(expecting: 0)
        // A document of 100 000 steps leaves much memory behind, which would count towards flowrun's peak.
        defer { ResidentMemory.giveBack() }
        return try StatusDocument(contentsOf: status.output.standardOutput)
    }

    /// The result of the latest run of the project, as another process prints it.
    func latestResult(in project: String) throws -> String {
        let result = flowrun(["result", "latest"], in: project)
        try result.run(expecting: 0)
        return try result.printed().trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The bytes of the project's store; what is not yet written back counts too.
    func storeBytes(in project: String) throws -> Int {
        try ["flowrun.db", "flowrun.db-wal"].reduce(0) { sum, name in
            let path = "\(project)/.flowrun/\(name)"
            guard FileManager.default.fileExists(atPath: path) else { return sum }
            return try sum + (FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
        }
    }
}
