import Foundation
import Testing

/// What `check` makes of shellcheck's findings.
///
/// The program that stands for it in the path answers in the form of shellcheck 0.9.
struct ShellCheckTests {
    private static let answer = """
        [{"file":"-","line":2,"endLine":2,"column":4,"endColumn":6,"level":"warning","code":2010,"message":"Look here."},
        {"file":"-","line":1,"endLine":1,"column":1,"endColumn":3,"level":"info","code":2086,"message":"Quote this."}]
        """

    private func project(_ workflow: String) throws -> ScratchProject {
        let project = try ScratchProject()
        try project.write(workflow, to: "pipeline.yaml")
        try project.write("#!/bin/sh\ncat > /dev/null\ncat answer.json\n", to: "bin/shellcheck")
        try project.write(Self.answer, to: "answer.json")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: project.folder.appending(path: "bin/shellcheck").path)
        return project
    }

    private func check(_ project: ScratchProject, _ options: String = "") async throws -> ScratchProject.Output {
        let script = #"PATH="$PWD/bin:$PATH" exec "$1" check pipeline.yaml \#(options)"#
        return try await project.run(["/bin/sh", "-c", script, "sh", try ProgramUnderTest.path()])
    }

    @Test func `they stand at their place in the script, whatever the scalar`() async throws {
        let block = try project("steps:\n  - run: |\n      set -x\n      ls foo\n")
        let escaped = try project("steps:\n  - run: \"echo \\\"a\\\"\\nls foo\"\n")
        defer { [block, escaped].forEach { $0.remove() } }
        #expect(
            try await check(block).standardOutput.hasPrefix(
                "pipeline.yaml:4:10: warning: shellcheck SC2010: Look here [FR307"))
        #expect(try await check(escaped).standardOutput.hasPrefix("pipeline.yaml:2:26: warning: shellcheck SC2010"))
    }

    @Test func `matters of style are for strict`() async throws {
        let project = try project("flowrun: 1\nsteps:\n  - run: |\n      echo $1\n      ls foo\n    time_limit: 1m\n")
        defer { project.remove() }
        let (plain, strict) = (try await check(project), try await check(project, "--strict"))
        #expect(!plain.standardOutput.contains("SC2086"))
        #expect(plain.code == 0)
        #expect(strict.standardOutput.contains("SC2086"))
        #expect(strict.code == 1)
    }

    @Test func `a comment silences them, and is not unused where shellcheck is missing`() async throws {
        let project = try project("steps:\n  # flowrun: ignore FR307 we know\n  - run: \"echo a\\nls foo\"\n")
        defer { project.remove() }
        #expect(try await check(project).standardOutput.isEmpty)
        #expect(try await project.flowrun("check", "pipeline.yaml").standardOutput.isEmpty)
    }
}
