import Foundation
import Testing

/// The judge on outcomes that are made up: what is right passes, and each kind of fault is found.
struct JudgeTests {
    private static let status = #"""
        {"schema": "flowrun.status/1", "run": {"state": "FAILURE", "result": null, "error": {"step": "a"}}, "steps": [
          {"id": "a", "state": "FAILURE", "attempts": 2, "retries": 1, "args": [1], "error": {"type": "T", "message": "m"}},
          {"id": "b", "state": "SKIPPED", "attempts": 0, "skipped_because": {"step": "a", "why": "upstream"}}]}
        """#

    /// Judges a made-up outcome of `apply`, and then the files in a folder.
    ///
    /// - Returns: The difference; nil where the outcome is as expected.
    private func difference(
        _ fields: String, exit: Int = 1, output: String = status, errors: String = "", seconds: Double = 1,
        calls: [String] = [], in folder: URL? = nil
    ) throws -> String? {
        let expectation = try Self.expectation(fields, exit: 1)
        let outcome = Outcome(exit: exit, output: Data(output.utf8), errors: Data(errors.utf8), seconds: seconds)
        let calls = try calls.map { try HelperCall(TestJSON(reading: $0)) }
        let judge = Judge(expectation: expectation, outcome: outcome, calls: calls)
        do {
            try judge.judgeApply()
            if let folder { try judge.judgeFiles(in: folder) }
            return nil
        } catch let difference as Difference {
            return difference.description
        }
    }

    private static func expectation(_ fields: String, exit: Int) throws -> Expectation {
        let head = #""title": "t", "source": "s", "exit": \#(exit), "max_seconds": 5, "differs_from_celery": false"#
        return try Expectation(TestJSON(reading: "{\(head), \(fields)}"))
    }

    // MARK: - Status

    @Test(arguments: [
        (#""run": {"state": "FAILURE"}"#, nil),
        (#""run": {"state": "SUCCESS"}"#, #"run.state: wanted "SUCCESS", got "FAILURE""#),
        (#""run": {"state": "FAILURE", "result": 1}"#, "run.result: wanted 1, got null"),
        (#""run": {"state": "FAILURE", "result": null, "error": {"step": "a"}}"#, nil),
        (#""run": {"state": "FAILURE", "error": {"step": "b"}}"#, #"run.error.step: wanted "b", got "a""#),
        (#""run": {"state": "FAILURE"}, "steps": {"c": {"state": "SUCCESS"}}"#, "steps: no c (there are a, b)"),
        (#""run": {"state": "FAILURE"}, "steps": {"a": {"state": ["REVOKED", "FAILURE"], "attempts": 2}}"#, nil),
        (
            #""run": {"state": "FAILURE"}, "steps": {"a": {"state": ["REVOKED"]}}"#,
            #"steps.a.state: wanted {"$one_of": ["REVOKED"]}, got "FAILURE""#
        ),
        (#""run": {"state": "FAILURE"}, "steps": {"a": {"error": {"type": "T"}}}"#, nil),
        (
            #""run": {"state": "FAILURE"}, "steps": {"a": {"error": {"type": "U"}}}"#,
            #"steps.a.error.type: wanted "U", got "T""#
        ),
        (#""run": {"state": "FAILURE"}, "steps": {"a": {"result": null}}"#, nil),
        (#""run": {"state": "FAILURE"}, "steps": {"b": {"skipped_because": "a"}}"#, nil),
        (
            #""run": {"state": "FAILURE"}, "steps": {"b": {"skipped_because": "c"}}"#,
            #"steps.b.skipped_because.step: wanted "c", got "a""#
        ),
        (
            #""run": {"state": "FAILURE"}, "steps": {"b": {"skipped_because": null}}"#,
            #"steps.b.skipped_because: wanted null, got {"step": "a", "why": "upstream"}"#
        ),
        (#""run": {"state": "FAILURE"}, "not_run": ["b"]"#, nil),
        (
            #""run": {"state": "FAILURE"}, "not_run": ["a"]"#,
            #"steps.a: wanted it not to have run, got state "FAILURE", attempts 2"#
        ),
    ])
    func `the status is compared with run, steps and not_run`(_ fields: String, _ sentence: String?) throws {
        #expect(try difference(fields) == sentence)
    }

    @Test(arguments: [
        ("", "stdout is empty, wanted JSON"),
        ("{} {}", #"stdout is not JSON (text after the value at byte 3): "{} {}""#),
        (#"{"run": {}}"#, #"stdout is not a status with run and steps: {"run": {}}"#),
        (#"{"run": {}, "steps": []}"#, #"schema: wanted "flowrun.status/1", got null"#),
        (#"{"run": {}, "steps": [{"id": "a"}, {"id": "a"}]}"#, "two steps have the id a"),
        (#"{"run": {}, "steps": [{"id": 1}]}"#, #"a step without id: {"id": 1}"#),
        (
            #"{"schema": "flowrun.status/1", "run": {"state": "FAILURE"}, "steps": [{"id": "a", "state": "RETRY"}]}"#,
            #"steps.a.state: "RETRY" is not final, but the run has ended"#
        ),
    ])
    func `a document that is no final status is a difference`(_ output: String, _ sentence: String) throws {
        #expect(try difference(#""run": {"state": "FAILURE"}"#, output: output) == sentence)
    }

    @Test func `the exit code is compared first`() throws {
        #expect(try difference(#""run": {"state": "SUCCESS"}"#, exit: 3) == "exit code: wanted 1, got 3")
    }

    @Test func `a run that is too quick is a difference`() throws {
        let fields = #""run": {"state": "FAILURE"}, "min_seconds": 1.5"#
        #expect(try difference(fields, seconds: 1.49) == nil)
        #expect(try difference(fields, seconds: 1.4) == "took 1.40 s, wanted at least 1.5")
    }

    @Test func `each pattern must match stdout or stderr`() throws {
        let fields = #""run": {"state": "FAILURE"}, "output_matches": ["FAIL.RE", "le\\w+"]"#
        #expect(try difference(fields, errors: "level") == nil)
        let sentence = try #require(try difference(fields, errors: "lazy"))
        #expect(sentence.hasPrefix(#"nothing in the output matches /le\w+/; it ends: "#))
    }

    // MARK: - Diagnostics

    @Test(arguments: [
        (#"[{"code": "FR1\\d\\d"}]"#, nil), (#"[{"line": 4, "severity": "error"}, {"code": "2"}]"#, nil),
        (
            #"[{"code": "FR3\\d\\d"}]"#,
            #"no diagnostic like {"code": "FR3\\d\\d"}; there are [["FR101", 4], ["FR205", 9]]"#
        ),
        (#"[{"line": 9}]"#, #"no diagnostic like {"line": 9}; there are [["FR101", 4], ["FR205", 9]]"#),
    ])
    func `a refusal has an error like each one wanted`(_ wanted: String, _ sentence: String?) throws {
        let output = #"""
            {"schema": "flowrun.check/1", "diagnostics": [{"code": "FR101", "severity": "error", "line": 4},
             {"code": "FR205", "severity": "warning", "line": 9}]}
            """#
        let wanted = wanted.replacing(#"{"code": "2"}"#, with: #"{"code": "2", "severity": "warning"}"#)
        let fields = #""calls": {"order": "any", "list": []}, "diagnostics": \#(wanted)"#
        #expect(try difference(fields, output: output) == sentence)
    }

    // MARK: - Calls

    /// a runs from 1 to 3, b from 2 to 4, a again from 5 to 6.
    private static let calls = [
        #"{"ev": "start", "step": "a", "args": [1], "kwargs": {}, "retries": 0, "t": 1.0}"#,
        #"{"ev": "start", "step": "b", "args": [2], "kwargs": {}, "retries": 0, "t": 2.0}"#,
        #"{"ev": "end", "step": "a", "t": 3.0}"#, #"{"ev": "end", "step": "b", "t": 4.0}"#,
        #"{"ev": "start", "step": "a", "args": [1], "kwargs": {}, "retries": 1, "t": 5.0}"#,
        #"{"ev": "end", "step": "a", "t": 6.0}"#,
    ]

    @Test(arguments: [
        (#"{"order": "exact", "list": [{"step": "a"}, {"step": "b", "args": [2]}, {"retries": 1}]}"#, nil),
        (#"{"order": "exact", "list": [{"step": "b"}, {}, {}]}"#, #"calls[0].step: wanted "b", got "a""#),
        (#"{"order": "any", "list": [{}, {"step": "a"}, {"retries": 0, "step": "a"}]}"#, nil),
        (
            #"{"order": "any", "list": [{"step": "b"}, {"step": "a"}, {"step": "b"}]}"#,
            #"calls: no call like {"step": "b"}; there were [{"step": "a", "args": [1]}, {"step": "b", "args": [2]}, "#
                + #"{"step": "a", "args": [1]}]"#
        ),
        (
            #"{"order": "any", "list": []}"#,
            #"calls: wanted 0, there were 3: [{"step": "a", "args": [1]}, {"step": "b", "args": [2]}, "#
                + #"{"step": "a", "args": [1]}]"#
        ),
    ])
    func `the calls are those of the list, in its order or in any`(_ wanted: String, _ sentence: String?) throws {
        #expect(try difference(#""calls": \#(wanted)"#, calls: Self.calls) == sentence)
    }

    @Test(arguments: [
        (#""before": [["b", "a"]]"#, "a started before b had ended"),
        (#""before": [["c", "a"]]"#, "c has no end in the calls"),
        (#""starts_before_end": [["a", "b"], ["b", "a"]]"#, nil),
        (#""parallel": {"min": 2, "max": 2}"#, nil), (#""parallel": {"max": 1}"#, "2 ran at once, wanted 0 to 1"),
        (#""parallel": {"min": 3}"#, "2 ran at once, wanted 3 or more"),
        (#""gaps": {"a": [[3.5, 4]]}"#, nil), (#""gaps": {"a": [[4.1, 5]]}"#, nil),
        (#""gaps": {"a": [[1, 3]]}"#, "a: 4.00 s between two attempts, wanted 1.0 to 3.0"),
        (#""gaps": {"b": [[1, 3]]}"#, "b: wanted 2 attempts, there were 1"),
        (#""starts_apart": 1"#, nil), (#""starts_apart": 1.5"#, "two starts are 1.00 s apart, wanted 1.5 or more"),
        (#""not_run": ["b"]"#, "b ran"),
    ])
    func `the times of the calls are compared`(_ fields: String, _ sentence: String?) throws {
        #expect(try difference(#""run": {"state": "FAILURE"}, \#(fields)"#, calls: Self.calls) == sentence)
    }

    @Test func `what starts only after another has ended does not start before its end`() throws {
        let calls = [#"{"ev": "end", "step": "a", "t": 1}"#, #"{"ev": "start", "step": "b", "t": 2}"#]
        let sentence = try difference(
            #""run": {"state": "FAILURE"}, "starts_before_end": [["b", "a"]]"#, calls: calls)
        #expect(sentence == "b started only after a had ended")
    }

    // MARK: - Files

    @Test(arguments: [
        (#""files": {"f.txt": "same\nsame\n"}"#, nil),
        (#""files": {"f.txt": "same\n"}"#, #"f.txt: wanted "same\n", got "same\nsame\n""#),
        (#""files": {"f.txt": {"$lines_equal": 2}}"#, nil),
        (#""files": {"f.txt": {"$lines_equal": 3}}"#, #"f.txt: wanted 3 equal lines, got ["same", "same"]"#),
        (#""files": {"f.txt": {"$contains": "me"}}"#, nil), (#""files": {"no.txt": ""}"#, "no file no.txt"),
        (#""absent": ["no.txt"]"#, nil), (#""absent": ["f.txt"]"#, "f.txt exists"),
        (#""absent": ["broken-link"]"#, "broken-link exists"),
        (#""nowhere": ["same"]"#, nil),
        (#""nowhere": ["hidden"]"#, ".flowrun/runs/1.log contains a text that must appear nowhere"),
        (#""nowhere": ["no error"]"#, "stderr contains a text that must appear nowhere"),
        (#""nowhere": ["upstream"]"#, "stdout contains a text that must appear nowhere"),
    ])
    func `the files of the working folder are compared`(_ fields: String, _ sentence: String?) throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "judge-\(UUID().uuidString)")
        let runs = folder.appending(path: ".flowrun/runs")
        try files.createDirectory(at: runs, withIntermediateDirectories: true)
        defer {
            // It lies in a temporary folder, and does not matter to the test.
            try? files.removeItem(at: folder)
        }
        try Data("same\nsame\n".utf8).write(to: folder.appending(path: "f.txt"))
        try (Data([0xFF, 0x00]) + Data("hidden".utf8)).write(to: runs.appending(path: "1.log"))
        try files.createSymbolicLink(
            atPath: folder.appending(path: "broken-link").path, withDestinationPath: "nowhere-at-all")
        let got = try difference(#""run": {"state": "FAILURE"}, \#(fields)"#, errors: "no error", in: folder)
        #expect(got == sentence)
    }

    // MARK: - What follows

    @Test(arguments: [
        (#"{"args": ["status"], "exit": 0, "same_steps": true}"#, status, nil),
        (
            #"{"args": ["status"], "exit": 0, "same_steps": true}"#,
            status.replacing("\"retries\": 1", with: "\"retries\": 1.0"),
            "status: not the steps that apply printed"
        ),
        (#"{"args": ["logs", "a"], "exit": 0, "stdout_has": ["oo"], "stdout_lacks": ["x"]}"#, "boom", nil),
        (#"{"args": ["logs", "a"], "exit": 4}"#, "", "logs a: exit code 0, wanted 4"),
        (#"{"args": ["logs", "a"], "exit": 0, "stdout_has": ["x"]}"#, "boom", #"logs a: stdout lacks "x""#),
        (#"{"args": ["logs", "a"], "exit": 0, "stdout_lacks": ["oo"]}"#, "boom", #"logs a: stdout has "oo""#),
    ])
    func `a command that follows is compared`(_ wanted: String, _ output: String, _ sentence: String?) throws {
        let expectation = try Self.expectation(#""run": {"state": "FAILURE"}, "then": [\#(wanted)]"#, exit: 1)
        let applied = Outcome(exit: 1, output: Data(Self.status.utf8), errors: Data(), seconds: 1)
        let judge = Judge(expectation: expectation, outcome: applied, calls: [])
        let followed = Outcome(exit: 0, output: Data(output.utf8), errors: Data(), seconds: 1)
        let status = try judge.judgeApply()
        var got: String?
        do {
            try judge.judge(try #require(expectation.then.first), followed, after: status)
        } catch let difference as Difference {
            got = difference.description
        }
        #expect(got == sentence)
    }

    // MARK: - Unusable cases

    @Test(arguments: [
        (#""run": {"state": "FAILURE"}, "stepps": {}"#, "expect.json.stepps is unknown"),
        (#""run": {"state": "FAILURE"}, "steps": {"a": {"stat": "SUCCESS"}}"#, "steps.a.stat is unknown"),
        (#""run": {"state": "FAILURE"}, "steps": {"a": {}}"#, "steps.a asserts nothing"),
        (#""absent": []"#, "expect.json asserts nothing but an exit code"),
        (#""calls": {"order": "any", "list": []}, "not_run": ["a"]"#, "expect.json has steps without run"),
        (#""calls": {"order": "some", "list": []}"#, "calls.order: there is no order some"),
        (#""run": {"state": "FAILURE"}, "apply": {"arg": []}"#, "expect.json.apply.arg is unknown"),
        (#""run": {"state": "FAILURE"}, "no_leftovers": 1"#, "expect.json.no_leftovers is not true or false"),
    ])
    func `an expect.json that makes no sense is unusable`(_ fields: String, _ sentence: String) throws {
        let error = #expect(throws: UnusableCase.self) { try Self.expectation(fields, exit: 1) }
        #expect(error?.description == sentence)
    }
}
