import Foundation
import Testing

/// `apply` is killed with SIGKILL at a random moment, and `resume` carries the run on.
struct KillTests {
    /// One kill: after how many milliseconds, and whether tasks acknowledge late.
    struct Moment: Sendable, CustomTestStringConvertible {
        let milliseconds: Int
        let acksLate: Bool

        var testDescription: String { "after \(milliseconds) ms\(acksLate ? ", acks_late" : "")" }

        /// Fifty moments from a fixed seed, spread over the whole of a run.
        static let all: [Moment] = {
            var seed: UInt64 = 20_261_124
            return (0..<50).map { index in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Moment(milliseconds: 10 + Int(seed >> 33) % 700, acksLate: index % 2 == 0)
            }
        }()
    }

    private static let slots = CaseSlots(2)

    private static func workflow(acksLate: Bool) -> String {
        """
        settings: {task_acks_late: \(acksLate)}
        tasks:
          work:
            run: |
              echo "begin $FLOWRUN_STEP_ID" >> effects
              sleep 0.03
              echo "end $FLOWRUN_STEP_ID" >> effects
              echo "$FLOWRUN_STEP_ID of $#"
        chain:
          - group: [{id: a0, s: work}, {id: a1, s: work}, {id: a2, s: work}, {id: a3, s: work}]
          - {id: b, s: work}
          - {id: n, s: std.identity}
          - foreach: [x, y, z]
            id: each
            chain: [{id: c, si: work}, {id: d, s: work}]
          - {id: e, s: work, link: {id: l, s: work}}
        """
    }

    @Test(arguments: Moment.all)
    func `a killed apply is carried on and loses nothing`(_ moment: Moment) async throws {
        try await Self.slots.withSlot { try await Self.run(moment) }
    }

    private static func run(_ moment: Moment) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "flowrun-kill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: ".flowrun"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try workflow(acksLate: moment.acksLate)
            .write(to: folder.appending(path: "w.yaml"), atomically: true, encoding: .utf8)
        let program = try ProgramUnderTest.path()
        let seconds = "\(Double(moment.milliseconds) / 1000)"

        // `timeout --foreground` kills flowrun alone and none of its tasks.
        let killed = ["timeout", "--foreground", "-s", "KILL", seconds, program, "apply", "w.yaml", "-c", "2"]
        _ = try await ChildProcess.end(of: ["/usr/bin/env"] + killed, folder, "apply")
        let shown = Set(
            try text("apply.err", folder).split(separator: "\n").filter { $0.hasPrefix("SUCCESS") }
                .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
        guard try await ChildProcess.end(of: [program, "status", "latest"], folder, "before").code == 0 else {
            #expect(shown.isEmpty, "a run that was shown is recorded")
            return
        }
        let code = try await ChildProcess.end(of: [program, "resume", "latest", "-c", "2"], folder, "resume").code
        _ = try await ChildProcess.end(of: [program, "status", "latest", "--format", "json"], folder, "status")
        let status = try TestJSON(reading: try text("status.out", folder))
        let effects = (try? text("effects", folder)) ?? ""

        let states = try #require(steps(status))
        #expect(states.allSatisfy { ["SUCCESS", "FAILURE", "SKIPPED"].contains($0.state) })
        for step in states where shown.contains(step.id) && step.isWork {
            #expect(count("end \(step.id)", effects) == 1, "\(step.id) was shown as SUCCESS and ran again")
        }
        if moment.acksLate {
            #expect(code == 0)
            #expect(states.allSatisfy { $0.state == "SUCCESS" })
            for step in states where step.isWork { #expect(count("end \(step.id)", effects) >= 1) }
        } else {
            #expect(states.count { $0.state == "FAILURE" && $0.error == "WorkerLostError" } <= 2)
            #expect(states.allSatisfy { $0.state != "FAILURE" || $0.error == "WorkerLostError" || $0.error == nil })
            for step in states where step.isWork {
                #expect(count("begin \(step.id)", effects) <= 1, "\(step.id) ran twice")
            }
        }
    }

    private struct Step {
        let id: String
        let state: String
        let isWork: Bool
        let error: String?
    }

    private static func steps(_ status: TestJSON) -> [Step]? {
        guard case .array(let steps)? = status["steps"] else { return nil }
        return steps.compactMap { step in
            guard case .string(let id)? = step["id"], case .string(let state)? = step["state"] else { return nil }
            var error: String?
            if case .string(let type)? = step["error"]?["type"] { error = type }
            var isWork = false
            if case .string("work")? = step["task"] { isWork = true }
            return Step(id: id, state: state, isWork: isWork, error: error)
        }
    }

    private static func count(_ line: String, _ text: String) -> Int {
        text.split(separator: "\n").count { $0 == line }
    }

    private static func text(_ name: String, _ folder: URL) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
}
