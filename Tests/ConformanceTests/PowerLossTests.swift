import Foundation
import Testing

/// The power fails while `apply` writes: what it has shown is on disk, and `resume` carries the run on.
struct PowerLossTests {
    /// One loss: when, and of what.
    struct Moment: Sendable, CustomTestStringConvertible {
        /// The part of the run's writes that is done, from 0 to 1.
        let part: Double
        let loss: StoreFaults.Loss

        var testDescription: String { "after \(part) of the writes, \(loss)" }

        /// Sixty moments from a fixed seed.
        static let all: [Moment] = {
            var seed: UInt64 = 20_261_125
            func next() -> UInt64 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return seed >> 33
            }
            return (0..<60).map { index in
                let part = Double(next() % 1000) / 1000
                return Moment(part: part, loss: index % 3 == 0 ? .unsynced : .part(seed: next()))
            }
        }()
    }

    /// A run that nothing befell.
    private struct WholeRun {
        let writes: Int
        let outcome: RunOutcome
        let results: [String: String]
    }

    private static let slots = CaseSlots(2)
    /// Made once; all cases await it.
    private static let whole = Task { try await wholeRun() }

    private static let workflow = """
        settings: {task_acks_late: true}
        chain:
          - {id: three, s: std.add, args: [1, 2]}
          - {id: short, exec: [/bin/echo, first]}
          - {id: lines, exec: [/usr/bin/seq, "1", "2000"]}
          - group:
              - {id: errors, run: seq 1 3000 >&2, shell: sh}
              - {id: line, si: std.log, args: [a line]}
          - {id: large, exec: [/usr/bin/seq, "1", "232000"]}
          - {id: size, exec: [/usr/bin/wc, -c], immutable: true, stdin: "${{ parent }}"}
          - {id: length, si: std.identity, args: ["${{ len(steps.large.result) }}"]}
          - {id: last, exec: [/bin/echo, last]}
        """

    /// What the steps write, and so their logs.
    private static let logs: [String: String] = [
        "short": "first\n", "lines": numbers(to: 2000), "errors": numbers(to: 3000), "line": "a line\n",
        "large": numbers(to: 232_000), "size": "1512894\n", "last": "last\n",
    ]

    private static func numbers(to last: Int) -> String {
        (1...last).map { "\($0)\n" }.joined()
    }

    private static func wholeRun() async throws -> WholeRun {
        let project = try ScratchProject(workflow: workflow)
        defer { project.remove() }
        let apply = try await project.flowrun("apply", "w.yaml", "-c", "2", under: StoreFaults())
        try #require(apply.code == 0, "\(apply.standardError)")
        var results: [String: String] = [:]
        for step in ["lines", "large"] {
            results[step] = try await project.flowrun("result", "latest", step, "--raw").standardOutput
            #expect(results[step] == logs[step])
        }
        return WholeRun(
            writes: try #require(try project.writes()), outcome: try #require(try await project.outcome()),
            results: results)
    }

    @Test(arguments: Moment.all)
    func `a loss of power takes nothing that was shown`(_ moment: Moment) async throws {
        let whole = try await Self.whole.value
        try await Self.slots.withSlot { try await Self.lose(moment, whole) }
    }

    private static func lose(_ moment: Moment, _ whole: WholeRun) async throws {
        let project = try ScratchProject(workflow: workflow)
        defer { project.remove() }
        let faults = StoreFaults(killAt: 1 + Int(moment.part * Double(whole.writes)), loss: moment.loss)
        let killed = try await project.flowrun("apply", "w.yaml", "-c", "2", under: faults)
        #expect(killed.code == -SIGKILL || killed.code == 0, "\(killed.standardError)")

        guard let left = try await project.outcome() else {
            #expect(killed.shown.isEmpty, "what was shown is recorded")
            #expect(try await project.flowrun("apply", "w.yaml", "-c", "2").code == 0, "the run can be started again")
            return
        }
        for (state, step) in killed.shown {
            #expect(left[step] == whole.outcome[step], "\(step) was shown as \(state)")
            try await expectWhole(step, project, whole)
        }
        try await expectIntegrity(project)
        let resume = try await project.resume(concurrency: "2")
        #expect(resume.code == 0, "\(resume.standardError)")
        let differences = try await project.outcome()?.differences(from: whole.outcome)
        #expect(differences == "", "\(resume.standardError)")
        // What was lost was run again, and is not behind what was shown before.
        for step in ["lines", "large"] { try await expectWhole(step, project, whole) }
    }

    private static func expectWhole(_ step: String, _ project: ScratchProject, _ whole: WholeRun) async throws {
        if let wanted = whole.results[step] {
            let result = try await project.flowrun("result", "latest", step, "--raw")
            let isWhole = result.standardOutput == wanted
            #expect(isWhole, "the result of \(step): \(result.standardError)")
        }
        if let wanted = logs[step] {
            let log = try await project.flowrun("logs", "latest", step)
            let count = log.standardOutput.utf8.count
            let isWhole = log.standardOutput == wanted
            #expect(isWhole, "the log of \(step): \(count) bytes, not \(wanted.utf8.count); \(log.standardError)")
        }
    }

    /// SQLite finds its file sound; nothing is said where its shell is not installed.
    private static func expectIntegrity(_ project: ScratchProject) async throws {
        let check = try await project.run([
            "/usr/bin/env", "sqlite3", ".flowrun/flowrun.db", "PRAGMA integrity_check",
        ])
        guard check.code != 127 else { return }
        #expect(check.standardOutput == "ok\n", "\(check.standardError)")
    }
}
