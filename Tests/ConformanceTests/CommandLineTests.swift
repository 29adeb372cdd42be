import Foundation
import Testing

/// Commands are parsed by themselves, and by the whole tree where something is wrong or help is wanted.
struct CommandLineTests {
    @Test func `what is wrong with a call names the whole command`() async throws {
        let project = try ScratchProject(workflow: "run: 'true'\n")
        defer { project.remove() }
        let unknown = try await project.flowrun("apply", "w.yaml", "--conurrency", "3")
        #expect(unknown.code == 2)
        #expect(unknown.standardError.contains("See 'flowrun apply --help' for more information."))
        let refused = try await project.flowrun("apply", "w.yaml", "-c", "0")
        #expect(refused.code == 2)
        #expect(refused.standardError.contains("'-c' takes a number of at least 1"))
        let help = try await project.flowrun("apply", "--help")
        #expect(help.code == 0)
        #expect(help.standardOutput.contains("USAGE: flowrun apply"))
        #expect(try await project.flowrun("--version").standardOutput == "0.1.0\n")
    }
}
