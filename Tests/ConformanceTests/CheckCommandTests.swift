import Foundation
import FoundationXML
import Testing

/// `flowrun check` as people and CI start it.
struct CheckCommandTests {
    /// Two findings with safe fixes, odd layout, and comments.
    private static let fixable = """
        # nightly
        steps:
          - {id: build,   run: make}   # builds
          - {id: test, neds: build, run: "make test"}

          # says so
          - {id: say, si: std.log, args: [no]}

        """
    private static let fixed = fixable.replacing("neds", with: "needs").replacing("[no]", with: #"["no"]"#)
    private static let good = "flowrun: 1\nsteps:\n  - {id: build, run: make, time_limit: 5m}\n"
    private static let warned = "flowrun: 1\ntasks:\n  spare: {run: make}\nsteps:\n  - {id: build, run: make}\n"

    /// A finding whose message holds a word of its own.
    private static func bad(_ word: String) -> String { "flowrun: 1\nsteps:\n  - {si: std.log, \(word): 1}\n" }

    // MARK: Large files

    @Test(arguments: [
        ("  - {id: last, needs: step-0x, run: make}\n", "FR202", 30_002),
        ("  - {id: last, run: [make\n", "FR001", 30_002), ("  - {id: step-7, run: make}\n", "FR203", 30_002),
    ])
    func `what is wrong at the end of a large file is found at its place`(
        _ last: String, _ code: String, _ line: Int
    ) async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let steps = (0..<30_000).map { "  - {id: step-\($0), run: make}\n" }.joined()
        try project.write("steps:\n\(steps)\(last)", to: "large.yaml")
        let output = try await project.flowrun("check", "large.yaml", "--format", "json")
        #expect(output.code == 1)
        let findings = try Finding.all(in: output)
        #expect(findings.map(\.code) == [code])
        #expect(findings.map(\.line) == [line])
    }

    @Test func `what ends the reading of a large file early does not wait for the rest`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let steps = (0..<30_000).map { "  - {id: step-\($0), run: make}\n" }.joined()
        try project.write("name: one\n---\nsteps:\n\(steps)", to: "large.yaml")
        let output = try await project.flowrun("check", "large.yaml", "--format", "json")
        #expect(output.code == 1)
        #expect(try Finding.all(in: output).count == 1)
    }

    // MARK: Which files

    @Test func `without a path the workflows of the project are checked`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let checked = ["a/marked.yaml", "pipeline.yaml", "workflows/deep/b.yml", "workflows/plain.yaml"]
        for file in checked { try project.write(Self.bad("wrong"), to: file) }
        try project.write("steps: [{runn: make}]\n", to: "notes.yaml")
        try project.write("steps: [{runn: make}]\n", to: "workflows/.hidden.yaml")
        for folder in ["node_modules", ".github", "vendor"] {
            try project.write(Self.bad("wrong"), to: "\(folder)/c.yaml")
        }
        let output = try await project.flowrun("check", "--format", "json")
        #expect(output.code == 1)
        #expect(try Finding.all(in: output).map(\.file) == checked)
    }

    @Test func `from a folder inside the project all of it is checked`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write(Self.bad("wrong"), to: "pipeline.yaml")
        try project.write("", to: "src/empty")
        let output = try await project.run([
            "/bin/sh", "-c", #"cd src && exec "$1" check --format json"#, "sh", try ProgramUnderTest.path(),
        ])
        #expect(output.code == 1)
        #expect(try Finding.all(in: output).map { $0.file.hasSuffix("/pipeline.yaml") } == [true])
    }

    @Test func `a folder stands for the YAML files below it`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        for file in ["ci/one.yaml", "ci/deep/two.yml", "other/three.yaml"] {
            try project.write(Self.bad("wrong"), to: file)
        }
        try project.write("no: workflow", to: "ci/readme.md")
        let output = try await project.flowrun("check", "ci", "--format", "json")
        #expect(output.code == 1)
        #expect(try Finding.all(in: output).map(\.file) == ["ci/deep/two.yml", "ci/one.yaml"])
    }

    @Test func `a dash is standard input`() async throws {
        let project = try ScratchProject(workflow: Self.bad("wrong"))
        defer { project.remove() }
        let output = try await project.run([
            "/bin/sh", "-c", #"exec "$1" check - --format json < w.yaml"#, "sh", try ProgramUnderTest.path(),
        ])
        #expect(output.code == 1)
        let findings = try Finding.all(in: output)
        #expect(findings.map(\.file) == ["-"])
        #expect(findings.map(\.line) == [3])
    }

    // MARK: How it ends

    @Test(arguments: [
        (["good.yaml"], 0), (["bad.yaml"], 1), (["warned.yaml"], 0), (["warned.yaml", "--strict"], 1),
        (["good.yaml", "--strict"], 0), (["good.yaml", "bad.yaml"], 1), (["missing.yaml"], 4), (["empty"], 4), ([], 4),
        (["good.yaml", "--format", "nonsense"], 2), (["good.yaml", "--nonsense"], 2), (["good.yaml", "--diff"], 2),
        (["-", "--fix"], 2), (["--explain", "FR301"], 0), (["--explain", "fr301"], 0),
        (["--explain", "wrong-arity"], 0), (["--explain", "FR999"], 4), (["--explain", "wrong-arty"], 4),
    ])
    func `the exit code says how it went`(_ arguments: [String], _ code: Int) async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write("", to: "empty/notes.txt")
        if !arguments.isEmpty {
            try project.write(Self.good, to: "good.yaml")
            try project.write(Self.bad("wrong"), to: "bad.yaml")
            try project.write(Self.warned, to: "warned.yaml")
        }
        let output = try await project.run([try ProgramUnderTest.path(), "check"] + arguments)
        #expect(output.code == code, "\(output.standardError)")
        #expect((code <= 1) == output.standardError.isEmpty, "\(output.standardError)")
    }

    @Test func `strict makes warnings errors and looks at hygiene`() async throws {
        let project = try ScratchProject(workflow: "tasks:\n  spare: {run: make}\nsteps:\n  - {id: a, run: make}\n")
        defer { project.remove() }
        let lenient = try Finding.all(in: try await project.flowrun("check", "w.yaml", "--format", "json"))
        #expect(lenient.map(\.code) == ["FR205"])
        #expect(lenient.map(\.severity) == ["warning"])
        let strict = try Finding.all(in: try await project.flowrun("check", "w.yaml", "--strict", "--format", "json"))
        #expect(Set(strict.map(\.severity)) == ["error"])
        #expect(Set(strict.map(\.code)) == ["FR205", "FR903", "FR904"])
    }

    // MARK: Formats

    @Test func `JSON has the fields that scripts rely on`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        let output = try await project.flowrun("check", "w.yaml", "--format", "json")
        let findings = try #require(try json(output) as? [[String: Any]])
        #expect(findings.count == 2)
        for finding in findings {
            let fields: Set = [
                "code", "name", "severity", "message", "file", "line", "column", "end_line", "end_column", "notes",
                "fix",
            ]
            #expect(Set(finding.keys) == fields)
            let fix = try #require(finding["fix"] as? [String: Any])
            #expect(Set(fix.keys) == ["title", "safe", "edits"])
            let edit = try #require((fix["edits"] as? [[String: Any]])?.first)
            #expect(Set(edit.keys) == ["file", "line", "column", "end_line", "end_column", "text"])
        }
        let first = try #require(try Finding.all(in: output).first)
        #expect(first == Finding(code: "FR101", severity: "error", file: "w.yaml", line: 4, column: 16))
        let none = try await project.flowrun("check", "--explain", "FR101", "--format", "json")
        #expect(none.code == 0)
    }

    @Test func `SARIF names its rules and its places`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        let log = try #require(
            try json(try await project.flowrun("check", "w.yaml", "--format", "sarif")) as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]]).map { $0["id"] as? String }
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == 2)
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index] == result["ruleId"] as? String)
            let place = try #require((result["locations"] as? [[String: Any]])?.first?["physicalLocation"])
            let artifact = (place as? [String: Any])?["artifactLocation"] as? [String: Any]
            #expect(artifact?["uri"] as? String == "w.yaml")
            #expect(result["partialFingerprints"] is [String: String])
        }
    }

    @Test func `GitHub gets a command for each finding`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        let output = try await project.flowrun("check", "w.yaml", "--format", "github")
        let lines = output.standardOutput.split(separator: "\n")
        #expect(lines.map { String($0.prefix { $0 != "," }) } == ["::error file=w.yaml", "::warning file=w.yaml"])
        #expect(lines.first?.contains("line=4,col=16,") ?? false)
    }

    @Test func `GitLab gets fingerprints that differ and stay the same`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        func fingerprints() async throws -> [String] {
            let output = try await project.flowrun("check", "w.yaml", "--format", "gitlab")
            let issues = try #require(try json(output) as? [[String: Any]])
            for issue in issues {
                #expect((issue["location"] as? [String: Any])?["path"] as? String == "w.yaml")
                #expect(["info", "minor", "major", "critical", "blocker"].contains(issue["severity"] as? String))
                #expect(issue["description"] is String && issue["check_name"] is String)
            }
            return try issues.map { try #require($0["fingerprint"] as? String) }
        }
        let first = try await fingerprints()
        #expect(Set(first).count == 2)
        try project.write("# a line more\n" + Self.fixable, to: "w.yaml")
        #expect(try await fingerprints() == first)
    }

    @Test func `JUnit has a test case for each file`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        try project.write(Self.good, to: "good.yaml")
        try project.write("steps: [{si: std.log, args: [\"a<b&\u{7}\"], wrong: 1}]\n", to: "odd.yaml")
        let output = try await project.flowrun("check", "good.yaml", "odd.yaml", "w.yaml", "--format", "junit")
        let root = try #require(try XMLDocument(xmlString: output.standardOutput).rootElement())
        let cases = try root.nodes(forXPath: "//testcase").compactMap { $0 as? XMLElement }
        #expect(cases.map { $0.attribute(forName: "name")?.stringValue } == ["good.yaml", "odd.yaml", "w.yaml"])
        #expect(cases.map { !$0.elements(forName: "failure").isEmpty } == [false, true, true])
        #expect(root.attribute(forName: "tests")?.stringValue == "3")
        #expect(root.attribute(forName: "failures")?.stringValue == "2")
    }

    // MARK: Colours

    @Test func `colours come where they are asked for and change no text`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        let plain = try await project.flowrun("check", "w.yaml").standardOutput
        #expect(plain.contains("FR101") && !plain.contains("\u{1B}"))
        #expect(try await project.flowrun("check", "w.yaml", "--color", "never").standardOutput == plain)
        let program = try ProgramUnderTest.path()
        let silenced = try await project.run(["/usr/bin/env", "NO_COLOR=1", program, "check", "w.yaml"])
        #expect(silenced.standardOutput == plain)
        let always = ["/usr/bin/env", "NO_COLOR=1", program, "check", "w.yaml", "--color", "always"]
        let colored = try await project.run(always).standardOutput
        #expect(colored.contains("\u{1B}["))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    // MARK: Fixes

    @Test func `a fix keeps comments, layout and mode, and a second one changes nothing`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        let path = project.folder.appending(path: "w.yaml").path
        try FileManager.default.setAttributes([.posixPermissions: 0o751], ofItemAtPath: path)
        let output = try await project.flowrun("check", "w.yaml", "--fix")
        #expect(output.code == 0)
        #expect(output.standardOutput == "")
        #expect(try project.text("w.yaml") == Self.fixed)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o751)

        let again = try await project.flowrun("check", "w.yaml", "--fix")
        #expect(again.code == 0)
        #expect(again.standardError == "")
        #expect(
            try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
                == attributes[.systemFileNumber] as? Int, "the file was written again")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: project.folder.path).sorted() == [
                ".flowrun", "command.err", "command.out", "w.yaml",
            ])
    }

    @Test func `a fix keeps line ends and the byte-order mark`() async throws {
        let project = try ScratchProject(workflow: "\u{FEFF}" + Self.fixable.replacing("\n", with: "\r\n"))
        defer { project.remove() }
        #expect(try await project.flowrun("check", "w.yaml", "--fix").code == 0)
        let bytes = try Data(contentsOf: project.folder.appending(path: "w.yaml"))
        #expect(bytes == Data(("\u{FEFF}" + Self.fixed.replacing("\n", with: "\r\n")).utf8))
    }

    @Test func `what has no safe fix stays, and is said`() async throws {
        let project = try ScratchProject(workflow: Self.fixable + "  - {id: odd, si: std.log, nonsense: 1}\n")
        defer { project.remove() }
        let output = try await project.flowrun("check", "w.yaml", "--fix", "--format", "json")
        #expect(output.code == 1)
        #expect(try Finding.all(in: output).map(\.code) == ["FR101"])
        #expect(try project.text("w.yaml") == Self.fixed + "  - {id: odd, si: std.log, nonsense: 1}\n")
    }

    @Test func `a diff changes nothing, and patch takes it`() async throws {
        let project = try ScratchProject(workflow: Self.fixable)
        defer { project.remove() }
        try project.write(Self.fixable.replacing("nightly", with: "weekly"), to: "sub/x.yaml")
        let output = try await project.flowrun("check", "w.yaml", "sub", "--fix", "--diff")
        #expect(output.code == 0)
        #expect(try project.text("w.yaml") == Self.fixable)
        try project.write(output.standardOutput, to: "fixes.patch")
        let patch = try await project.run(["/usr/bin/env", "patch", "-p1", "-i", "fixes.patch"])
        #expect(patch.code == 0, "\(patch.standardOutput)\(patch.standardError)")
        #expect(try project.text("w.yaml") == Self.fixed)
        #expect(try project.text("sub/x.yaml") == Self.fixed.replacing("nightly", with: "weekly"))
    }

    // MARK: Explanations

    @Test(arguments: ["FR301", "wrong-arity"])
    func `a code is explained by number and by name`(_ code: String) async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let output = try await project.flowrun("check", "--explain", code)
        #expect(output.standardOutput.hasPrefix("FR301 wrong-arity (error)\n"))
        #expect(output.standardOutput.contains("\nWrong:\n") && output.standardOutput.contains("\nRight:\n"))
    }

    @Test func `an unknown code offers the nearest`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let output = try await project.flowrun("check", "--explain", "wrong-arty")
        #expect(output.standardOutput == "")
        #expect(output.standardError.contains("wrong-arity"))
    }

    // MARK: Many files

    @Test func `many files at once give the same output twice, in the order of the files`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let files = (100..<300).map { "workflows/w\($0).yaml" }
        for (number, file) in files.enumerated() {
            // Files of very different sizes end in another order than they begin.
            let steps = (0..<(number % 7 == 0 ? 300 : 2)).map { "  - {id: s\($0), run: make}\n" }.joined()
            try project.write("steps:\n\(steps)  - {si: std.log, wrong\(number): 1}\n", to: file)
        }
        let first = try await project.flowrun("check", "--format", "json")
        #expect(first.code == 1)
        #expect(try Finding.all(in: first).map(\.file) == files)
        let second = try await project.flowrun("check", "--format", "json")
        #expect(first.standardOutput == second.standardOutput)
    }

    @Test func `what is wrong in an included or called file is said once, of that file`() async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        try project.write("tasks:\n  fetch: {run: ./fetch.sh, tiem_limit: 5}\n", to: "lib/tasks.yaml")
        try project.write(
            "params: {month: {type: string}}\nsteps:\n  - {si: std.log, args: [\"${{ params.month }}\"]}\n",
            to: "lib/report.yaml")
        let calling = """
            include: lib/tasks.yaml
            steps:
              - {id: get, si: fetch}
              - {id: report, needs: get, workflow: lib/report.yaml, params: {mnth: "2026-10"}}

            """
        try project.write(calling, to: "one.yaml")
        try project.write(calling, to: "two.yaml")
        let output = try await project.flowrun("check", "one.yaml", "two.yaml", "--format", "json")
        #expect(output.code == 1)
        let findings = try Finding.all(in: output).sorted { ($0.file, $0.line) < ($1.file, $1.line) }
        #expect(findings.map(\.place) == ["lib/tasks.yaml:2:28", "one.yaml:4:66", "two.yaml:4:66"])
        #expect(findings.map(\.code) == ["FR101", "FR215", "FR215"])
    }

    private func json(_ output: ScratchProject.Output) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8))
    }
}

/// A finding of `check --format json`.
private struct Finding: Equatable {
    let code: String
    let severity: String
    let file: String
    let line: Int
    let column: Int

    var place: String { "\(file):\(line):\(column)" }

    static func all(in output: ScratchProject.Output) throws -> [Finding] {
        let json = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8))
        return try #require(json as? [[String: Any]]).map { finding in
            Finding(
                code: try #require(finding["code"] as? String),
                severity: try #require(finding["severity"] as? String),
                file: try #require(finding["file"] as? String), line: try #require(finding["line"] as? Int),
                column: try #require(finding["column"] as? Int))
        }
    }
}

extension ScratchProject {
    /// Writes a file of the project, and the folders that it is in.
    func write(_ text: String, to name: String) throws {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }
}
