import FlowValue
import Foundation
import Testing

@testable import FlowWorker

@Suite struct `an attempt` {
    private func order(
        _ argv: [String], environment: [(name: String, value: String)] = [], own: [(name: String, value: String)] = []
    ) -> AttemptOrder {
        AttemptOrder(
            argv: argv, environment: environment, own: own, workingDirectory: "/", standardInput: nil,
            softTimeLimit: nil, timeLimit: nil, softSignal: SIGTERM, request: Array("{}".utf8),
            resultPath: "/nonexistent/result", mark: "FLOWRUN_ATTEMPT_ID=test")
    }

    /// A supervisor with the file that it holds and rings, until the test is over.
    private final class Watch {
        private let file: URL
        private let lock: Int32
        let supervisor: Supervisor

        struct NoFile: Error {}

        init() throws {
            file = FileManager.default.temporaryDirectory.appending(path: "flowrun-attempt-\(UUID().uuidString)")
            lock = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard lock >= 0 else { throw NoFile() }
            supervisor = Supervisor(slots: 2, lock: lock, bell: file.path)
        }

        deinit {
            supervisor.dismiss()
            close(lock)
            try? FileManager.default.removeItem(at: file)
        }
    }

    /// The clock stands still: no limit is in the order.
    private let now = Timestamp(microseconds: 0)

    @Test func `its first process has said who it is when it runs, so that a guard need not be told`() throws {
        let watch = try Watch()
        defer { withExtendedLifetime(watch) {} }
        let place = AttemptPlace(slot: 1, of: watch.supervisor)
        place.watch(mark: "FLOWRUN_ATTEMPT_ID=test")
        #expect(place.leader.pointee == 0)
        let attempt = try ProcessAttempt.start(
            order(["/bin/true"]), in: place, now: now, signalsAreBlocked: false
        ).get()
        #expect(place.leader.pointee == attempt.pid)
        while attempt.handle(now: now, isReady: (true, true)) == nil {}
        place.clear()
        #expect(place.leader.pointee == 0)
    }

    @Test func `its variables stand once each: flowrun's over the task's, and those over what is inherited`() throws {
        let watch = try Watch()
        defer { withExtendedLifetime(watch) {} }
        let place = AttemptPlace(slot: 0, of: watch.supervisor)
        let environment = [
            ("GREETING", "first"), ("PATH", "/task"), ("FLOWRUN_RUN_ID", "task"), ("FLOWRUN_REQUEST", "task"),
            ("FLOWRUN_RESULT", "task"), ("FLOWRUN_ATTEMPT_ID", "task"), ("GREETING", "last"),
        ]
        let attempt = try ProcessAttempt.start(
            order(["/usr/bin/env"], environment: environment, own: [("FLOWRUN_RUN_ID", "run")]), in: place, now: now,
            signalsAreBlocked: false
        ).get()
        var report: ProcessReport?
        while report == nil { report = attempt.handle(now: now, isReady: (true, true)) }
        let output = String(decoding: report?.standardOutput ?? [], as: UTF8.self)
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
