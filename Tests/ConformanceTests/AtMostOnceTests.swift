import Foundation
import Testing

/// Without `acks_late` no attempt runs twice, and none without a record, wherever its driver is killed.
struct AtMostOnceTests {
    private static let workflow = """
        tasks:
          work: {run: 'echo "$FLOWRUN_STEP_ID $FLOWRUN_ATTEMPT" >> effects', shell: sh}
        chain:
          - {id: first, s: work}
          - group: [{id: left, si: work}, {id: right, si: work}]
          - {id: between, si: std.identity, args: [1]}
          - {id: last, si: work}
        """

    private static let slots = CaseSlots(2)

    @Test func `a killed driver has started nothing that is not recorded`() async throws {
        let whole = try ScratchProject(workflow: Self.workflow)
        defer { whole.remove() }
        let apply = try await whole.flowrun("apply", "w.yaml", "-c", "2", under: StoreFaults())
        try #require(apply.code == 0, "\(apply.standardError)")
        let writes = try #require(try whole.writes())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for point in 1...writes {
                group.addTask { try await Self.slots.withSlot { try await Self.kill(at: point) } }
            }
            try await group.waitForAll()
        }
    }

    private static func kill(at point: Int) async throws {
        let project = try ScratchProject(workflow: workflow)
        defer { project.remove() }
        _ = try await project.flowrun("apply", "w.yaml", "-c", "2", under: StoreFaults(killAt: point))
        let end = try await project.flowrun("resume", "latest", "-c", "2")
        // Killed before the run was recorded: then nothing had been started either.
        let effects = ((try? project.text("effects")) ?? "").split(separator: "\n").map(String.init)
        #expect(Set(effects).count == effects.count, "write \(point): \(effects)")
        #expect(effects.allSatisfy { $0.hasSuffix(" 1") }, "write \(point): \(effects)")
        if end.code == 4 { return #expect(effects.isEmpty, "write \(point): \(effects)") }
        for (state, step) in end.shown where state == "SUCCESS" && step != "between" {
            #expect(effects.contains("\(step) 1"), "write \(point): \(step) succeeded and did nothing")
        }
    }
}
