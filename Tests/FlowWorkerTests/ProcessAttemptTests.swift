import FlowValue
import Glibc
import Testing

@testable import FlowWorker

@Suite struct `an attempt` {
    /// The clock stands still: no limit is in the order.
    private let now = Timestamp(microseconds: 0)

    /// Reads until it has ended.
    private func end(of attempt: ProcessAttempt) -> ProcessReport {
        while true {
            if let report = attempt.handle(now: now, isReady: (true, true)) { return report }
        }
    }

    @Test func `its first process has said who it is when it runs, so that a guard need not be told`() throws {
        let guardian = try Guard(slots: 2)
        defer { withExtendedLifetime(guardian) {} }
        let place = AttemptPlace(slot: 1, of: guardian.supervisor, watch: DescriptorWatch())
        place.take(mark: "FLOWRUN_ATTEMPT_ID=test")
        #expect(place.leader.pointee == 0)
        let attempt = try ProcessAttempt.start(AttemptOrder.test(["/bin/sh", "-c", "echo $$"]), in: place).get()
        attempt.begin(at: now)
        let report = end(of: attempt)
        #expect(place.leader.pointee == attempt.pid)
        #expect(String(decoding: report.standardOutput, as: UTF8.self) == "\(attempt.pid)\n")
        place.clear()
        #expect(place.leader.pointee == 0)
    }

    @Test func `its variables stand once each: flowrun's over the task's, and those over what is inherited`() throws {
        let guardian = try Guard(slots: 2)
        defer { withExtendedLifetime(guardian) {} }
        let place = AttemptPlace(slot: 0, of: guardian.supervisor, watch: DescriptorWatch())
        let environment = [
            ("GREETING", "first"), ("PATH", "/task"), ("FLOWRUN_RUN_ID", "task"), ("FLOWRUN_REQUEST", "task"),
            ("FLOWRUN_RESULT", "task"), ("FLOWRUN_ATTEMPT_ID", "task"), ("GREETING", "last"),
        ]
        let attempt = try ProcessAttempt.start(
            AttemptOrder.test(
                ["/usr/bin/env"], environment: environment, own: [("FLOWRUN_RUN_ID", "run")], mark: "test"),
            in: place
        ).get()
        attempt.begin(at: now)
        let output = String(decoding: end(of: attempt).standardOutput, as: UTF8.self)
        let lines = output.split(separator: "\n").map(String.init)
        let names = lines.compactMap { $0.split(separator: "=").first.map(String.init) }
        #expect(Set(names).count == names.count)
        for line in [
            "GREETING=last", "PATH=/task", "FLOWRUN_RUN_ID=run", "FLOWRUN_RESULT=/nonexistent/result",
            "FLOWRUN_ATTEMPT_ID=test",
        ] {
            #expect(lines.contains(line), "\(line) is not in \(lines)")
        }
        #expect(lines.contains { $0.hasPrefix("FLOWRUN_REQUEST=/proc/") })
    }
}
