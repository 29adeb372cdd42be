import Foundation
import Testing

/// A large file is read, and its store opened, before it is known what for.
struct LargeFileTests {
    /// A group of so many tasks, 36 bytes each, and what comes after it.
    private func project(_ count: Int = 6000, end: String = "") throws -> ScratchProject {
        let members = (0..<count).map { "  - {s: std.identity, args: [\($0)]}\n" }
        return try ScratchProject(workflow: "group:\n\(members.joined())\(end)")
    }

    private func storeFolder(of project: ScratchProject) -> URL { project.folder.appending(path: ".flowrun") }

    @Test func `is run as any other, once and again`() async throws {
        let project = try project()
        defer { project.remove() }
        for _ in 0..<2 {
            let applied = try await project.flowrun("apply", "-q", "w.yaml")
            #expect(applied.code == 0, "\(applied.standardError)")
            let result = try await project.flowrun("result", "latest")
            #expect(result.standardOutput.hasPrefix("[0,1,2,"))
            #expect(result.standardOutput.hasSuffix(",5999]\n"))
        }
    }

    @Test(arguments: ["  - {s: std.identity, args: [}\n", "  - {s: std.nothing}\n", "  - \u{1}\n"])
    func `is refused as it would be anywhere on the command line, and leaves no folder behind`(
        _ end: String
    ) async throws {
        let project = try project(end: end)
        defer { project.remove() }
        try FileManager.default.removeItem(at: storeFolder(of: project))
        let first = try await project.flowrun("check", "w.yaml")
        #expect(first.code == 1)
        #expect(first.standardOutput.contains("w.yaml:6002:") || first.standardError.contains("w.yaml:6002:"))
        try "run: 'true'\n".write(to: project.folder.appending(path: "small.yaml"), atomically: true, encoding: .utf8)
        let second = try await project.flowrun("check", "small.yaml", "w.yaml")
        #expect(second.code == 1)
        #expect((second.standardOutput + second.standardError).contains("w.yaml:6002:"))
        let applied = try await project.flowrun("apply", "w.yaml")
        #expect(applied.code == 2)
        #expect(!FileManager.default.fileExists(atPath: storeFolder(of: project).path))
    }

    @Test func `that is refused leaves the runs of its project alone`() async throws {
        let project = try project()
        defer { project.remove() }
        #expect(try await project.flowrun("apply", "-q", "w.yaml").code == 0)
        let runs = try await project.flowrun("status").standardOutput
        let text = try String(contentsOf: project.folder.appending(path: "w.yaml"), encoding: .utf8)
        try (text + "  - {s: std.nothing}\n").write(
            to: project.folder.appending(path: "w.yaml"), atomically: true, encoding: .utf8)
        #expect(try await project.flowrun("apply", "-q", "w.yaml").code == 2)
        #expect(try await project.flowrun("status").standardOutput == runs)
    }

    @Test func `that a command only names stands in nobody's way`() async throws {
        let project = try project()
        defer { project.remove() }
        try FileManager.default.moveItem(
            at: project.folder.appending(path: "w.yaml"), to: project.folder.appending(path: "large.yaml"))
        try "run: 'true'\n".write(to: project.folder.appending(path: "w.yaml"), atomically: true, encoding: .utf8)
        let applied = try await project.flowrun("apply", "-q", "w.yaml", "--params-file", "large.yaml")
        #expect(applied.code == 2, "\(applied.standardError)")
        #expect(try await project.flowrun("result", "large.yaml").code != 0)
    }
}
