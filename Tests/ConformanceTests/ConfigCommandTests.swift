import Foundation
import Testing

/// `config`, `import`, `schema`, and the settings that a project gives to its runs.
struct ConfigCommandTests {
    @Test func `later levels win, and each says where it comes from`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write("timezone: Europe/Oslo\ntask_time_limit: 5m\n", to: "flowrun.yaml")
        let script = #"FLOWRUN_TASK_TIME_LIMIT=10 exec "$1" config --origin task_time_limit"#
        let output = try await project.run(["/bin/sh", "-c", script, "sh", try ProgramUnderTest.path()])
        #expect(output.code == 0)
        let lines = output.standardOutput.split(separator: "\n").dropFirst()
        #expect(
            Array(lines) == [
                "* 10  # environment FLOWRUN_TASK_TIME_LIMIT", "  \"5m\"  # flowrun.yaml:2", "  null  # default",
            ])
    }

    @Test func `passwords are not shown`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write("broker_url: redis://app:hunter22@db.example/0\n", to: "flowrun.yaml")
        let output = try await project.flowrun("config", "--changed")
        #expect(output.standardOutput == "broker_url = \"redis://app:***@db.example/0\"  # flowrun.yaml:1\n")
    }

    @Test func `a run has the settings of its project`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write("task_time_limit: 50ms\n", to: "flowrun.yaml")
        try project.write("steps:\n  - {id: a, exec: [sleep, \"60\"]}\n", to: "pipeline.yaml")
        let output = try await project.flowrun("apply", "pipeline.yaml")
        #expect(output.code == 1)
        #expect(output.standardOutput.contains("a: TimeLimitExceeded"))
    }

    @Test func `wrong settings of the project refuse a run, at their place`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write("timezone: Europe/Oslo\ntask_time_limt: 5m\n", to: "flowrun.yaml")
        try project.write("steps:\n  - {id: a, si: std.identity, args: [1]}\n", to: "pipeline.yaml")
        let output = try await project.flowrun("apply", "pipeline.yaml")
        #expect(output.code == 2)
        #expect(output.standardError.contains("flowrun.yaml:2:1: error: unknown setting 'task_time_limt'"))
    }

    @Test func `a celeryconfig becomes a flowrun.yaml that passes check, and never replaces one`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write(
            "task_time_limit = 60 * 5\nCELERY_TIMEZONE = 'Europe/Oslo'\nx = open('f')\n", to: "celeryconfig.py")
        let first = try await project.flowrun("config", "--from-celeryconfig", "celeryconfig.py")
        #expect(first.code == 0)
        #expect(first.standardError.contains("celeryconfig.py:3: note:"))
        #expect(try await project.flowrun("check", "flowrun.yaml").code == 0)
        #expect(try await project.flowrun("import", "celeryconfig", "celeryconfig.py").code == 2)
    }

    @Test func `Director's workflows become files that pass check`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let director = "shop.NIGHT:\n  tasks:\n    - EXTRACT\n    - LOADS: {type: group, tasks: [A, B]}\n    - REPORT\n"
        try project.write(director, to: "workflows.yml")
        let output = try await project.flowrun("import", "director", "workflows.yml", "-o", "flows")
        #expect(output.code == 0)
        let check = try await project.flowrun("check", "flows")
        #expect(check.code == 0)
        #expect(check.standardOutput.isEmpty)
    }

    @Test func `the schema that is printed is the one of the repository`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try String(contentsOf: root.appending(path: "schemas/workflow.schema.json"), encoding: .utf8)
        #expect(try await project.flowrun("schema").standardOutput == file)
    }
}
