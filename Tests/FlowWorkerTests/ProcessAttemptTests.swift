import FlowValue
import Foundation
import Testing

@testable import FlowWorker

@Suite struct `an attempt` {
    private func order(_ argv: [String]) -> AttemptOrder {
        AttemptOrder(
            argv: argv, environment: [], workingDirectory: "/", standardInput: nil, softTimeLimit: nil, timeLimit: nil,
            softSignal: SIGTERM, request: [], resultPath: "/nonexistent/result", mark: "FLOWRUN_ATTEMPT_ID=test")
    }

    /// The clock stands still: no limit is in the order.
    private let now = Timestamp(microseconds: 0)

    @Test func `its first process has said who it is when it runs, so that a guard need not be told`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "flowrun-attempt-\(UUID().uuidString)")
        #expect(FileManager.default.createFile(atPath: folder.path, contents: nil))
        defer { try? FileManager.default.removeItem(at: folder) }
        let lock = open(folder.path, O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        let supervisor = Supervisor(slots: 2, lock: lock, bell: folder.path)
        let place = AttemptPlace(slot: 1, of: supervisor)
        place.watch(mark: "FLOWRUN_ATTEMPT_ID=test")
        #expect(place.leader.pointee == 0)
        let attempt = try ProcessAttempt.start(
            order(["/bin/true"]), in: place, now: now, signalsAreBlocked: false
        ).get()
        #expect(place.leader.pointee == attempt.pid)
        while attempt.handle(now: now, isReady: (true, true)) == nil {}
        place.clear()
        #expect(place.leader.pointee == 0)
        supervisor.dismiss()
    }
}
