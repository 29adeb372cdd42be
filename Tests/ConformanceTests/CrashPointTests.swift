import Foundation
import Synchronization
import Testing

/// `apply` is killed before each of its writes to the store, and `resume` carries the run on to the same end.
///
/// A part of the writes is taken; `CRASH_POINTS=all` takes every one, `CRASH_POINTS=17,18` these.
struct CrashPointTests {
    /// A workflow of `Fixtures/crash-points`, and how many of its tasks run at once.
    struct Subject: Sendable, CustomTestStringConvertible {
        let workflow: String
        let concurrency: String
        /// The place in the list of subjects.
        let index: Int

        var testDescription: String { "\(workflow) -c \(concurrency)" }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/crash-points")

    static let subjects: [Subject] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let pairs = files.filter { $0.hasSuffix(".yaml") }.sorted().flatMap { file in ["1", "3"].map { (file, $0) } }
        return pairs.enumerated().map { Subject(workflow: $1.0, concurrency: $1.1, index: $0) }
    }()

    private static let slots = CaseSlots(2)
    // No multiple of what a commit takes, or the same write of each would be met.
    private static let stride = 17
    private static let tally = Mutex((tried: 0, all: 0))

    @Test func `there are workflows to kill`() {
        #expect(Self.subjects.count >= 20)
    }

    @Test(arguments: subjects)
    func `a run killed before any of its writes is carried on to the same end`(_ subject: Subject) async throws {
        let text = try String(contentsOf: Self.folder.appending(path: subject.workflow), encoding: .utf8)
        let whole = try await Self.slots.withSlot { try await Self.wholeRun(text, subject) }
        let points = Self.points(upTo: whole.writes, subject)
        for point in points {
            try await Self.slots.withSlot { try await Self.kill(text, subject, at: point, whole) }
        }
        let (tried, all) = Self.tally.withLock { tally in
            tally.tried += points.count
            tally.all += whole.writes
            return tally
        }
        let counts = "\(points.count) of \(whole.writes) writes; \(tried) of \(all) so far"
        print("crash points: \(subject.testDescription): \(counts)")
    }

    private static func points(upTo last: Int, _ subject: Subject) -> [Int] {
        guard let wanted = ProcessInfo.processInfo.environment["CRASH_POINTS"] else {
            return Array(Swift.stride(from: 1 + subject.index % stride, through: last, by: stride))
        }
        return wanted == "all" ? Array(1...last) : wanted.split(separator: ",").compactMap { Int($0) }
    }

    private struct WholeRun {
        let writes: Int
        let code: Int
        let outcome: RunOutcome
    }

    private static func wholeRun(_ text: String, _ subject: Subject) async throws -> WholeRun {
        let project = try ScratchProject(workflow: text)
        defer { project.remove() }
        let apply = try await project.flowrun("apply", "w.yaml", "-c", subject.concurrency, under: StoreFaults())
        try #require([0, 1].contains(apply.code), "\(apply.standardError)")
        let outcome = try #require(try await project.outcome())
        try #require(outcome.isFinal)
        let writes = try #require(try project.writes())
        try #require(writes > 10, "the writes to the store are seen")
        return WholeRun(writes: writes, code: apply.code, outcome: outcome)
    }

    private static func kill(_ text: String, _ subject: Subject, at point: Int, _ whole: WholeRun) async throws {
        let place = "\(subject.testDescription), killed before write \(point)"
        let project = try ScratchProject(workflow: text)
        defer { project.remove() }
        let faults = StoreFaults(killAt: point)
        let killed = try await project.flowrun("apply", "w.yaml", "-c", subject.concurrency, under: faults)
        // Ends that fall together share a commit: another time the same run may need fewer writes.
        #expect(killed.code == -SIGKILL || killed.code == whole.code, "\(place): \(killed.standardError)")

        var end = try await project.resume(concurrency: subject.concurrency)
        if end.code == 4 {
            #expect(try await project.outcome() == nil, "\(place): \(end.standardError)")
            #expect(killed.shown.isEmpty, "\(place): what was shown is recorded")
            end = try await project.flowrun("apply", "w.yaml", "-c", subject.concurrency)
        }
        let outcome = try #require(try await project.outcome(), "\(place): \(end.standardError)")
        let differences = outcome.differences(from: whole.outcome)
        #expect(differences.isEmpty, "\(place):\n\(differences)\n\(end.standardError)")
        #expect(end.code == whole.code, "\(place): \(end.standardError)")
    }
}
