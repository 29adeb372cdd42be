import Foundation
import Testing

/// A large file and a large group use every processor that they may, and give the same on one.
struct ProcessorTests {
    private static let count = 6_000

    private static let workflow =
        "group:\n" + (0..<count).map { "  - {s: std.identity, args: [\($0)]}\n" }.joined()

    @Test(arguments: ["all", "one"])
    func `a large group gives all its results on processors`(_ processors: String) async throws {
        let project = try ScratchProject(workflow: Self.workflow)
        defer { project.remove() }
        let limit = processors == "one" ? ["/usr/bin/env", "taskset", "-c", "0"] : []
        let program = try ProgramUnderTest.path()
        let check = try await project.run(limit + [program, "check", "w.yaml"])
        #expect(check.code == 0, "\(check.standardError)")
        let apply = try await project.run(limit + [program, "apply", "-q", "w.yaml"])
        #expect(apply.code == 0, "\(apply.standardError)")
        let numbers = "[\((0..<Self.count).map(String.init).joined(separator: ","))]\n"
        #expect(apply.standardOutput == numbers)
        #expect(try await project.flowrun("result", "latest").standardOutput == numbers)
    }
}
