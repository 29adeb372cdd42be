import Foundation

/// A folder with a workflow and the folder of a store, in which the program under test is run.
struct ScratchProject: Sendable {
    let folder: URL

    /// How a command ended, and what it printed.
    struct Output: Sendable {
        let code: Int
        let standardOutput: String
        let standardError: String

        /// The steps that were shown as ended, and their states: `SUCCESS  step (0.01s)`.
        var shown: [(state: String, step: String)] {
            standardError.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ", maxSplits: 2)
                guard words.count > 1, RunOutcome.finalStates.contains(String(words[0])) else { return nil }
                return (String(words[0]), String(words[1].prefix { $0 != ":" }))
            }
        }
    }

    init(workflow: String = "") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "flowrun-scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: ".flowrun"), withIntermediateDirectories: true)
        try workflow.write(to: folder.appending(path: "w.yaml"), atomically: true, encoding: .utf8)
    }

    func remove() {
        // What is left is a folder among temporary files, and no reason to fail.
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs flowrun in the folder.
    func flowrun(_ arguments: String..., under faults: StoreFaults? = nil) async throws -> Output {
        try await run([try ProgramUnderTest.path()] + arguments, under: faults)
    }

    /// Resumes the latest run, whose driver has been killed.
    func resume(concurrency: String) async throws -> Output {
        try await flowrun("resume", "latest", "-c", concurrency)
    }

    /// Runs a command in the folder.
    func run(_ command: [String], under faults: StoreFaults? = nil) async throws -> Output {
        let prefix = try await faults?.prefix(count: countFile) ?? []
        let end = try await ChildProcess.end(of: prefix + command, folder, "command")
        return Output(
            code: end.code, standardOutput: try text("command.out"), standardError: try text("command.err"))
    }

    /// How many writes to the store the last command under faults made.
    func writes() throws -> Int? {
        Int(try String(contentsOf: countFile, encoding: .utf8))
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// The state of the latest run; nil where no run is recorded.
    ///
    /// - Throws: Where `status` ends otherwise.
    func outcome() async throws -> RunOutcome? {
        let status = try await flowrun("status", "latest", "--format", "json")
        switch status.code {
        case 0: return try RunOutcome(TestJSON(reading: status.standardOutput))
        case 4: return nil
        default: throw NoStatus(description: "status ended with \(status.code): \(status.standardError)")
        }
    }

    struct NoStatus: Error, CustomStringConvertible {
        let description: String
    }

    private var countFile: URL { folder.appending(path: "writes") }
}
