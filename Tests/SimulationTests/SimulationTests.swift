import FlowPlan
import Foundation
import Testing

/// Workers, crashes and clocks that are not there, over machines that are.
///
/// `SIMULATIONS=1000000 swift test -c release --filter SimulationTests` runs more of them than the suite does.
@Suite struct `simulated workers on one store` {
    /// Making a plan costs more than running it: all simulations choose from these.
    private static let plans: [Plan] = (0..<300).compactMap { seed in
        do {
            return try RandomWorkflow.plan(seed: UInt64(seed))
        } catch {
            Issue.record("workflow \(seed): \(error)")
            return nil
        }
    }

    private static var count: Int {
        ProcessInfo.processInfo.environment["SIMULATIONS"].flatMap { Int($0) } ?? 10_000
    }

    @Test func `keep every promise, whatever is killed, stopped, late or lost`() async {
        let lanes = 2
        let total = await withTaskGroup(of: Simulation.Statistics.self) { group in
            for lane in 0..<lanes { group.addTask { await Self.simulate(lane, of: lanes) } }
            return await group.reduce(into: Simulation.Statistics()) { $0.add($1) }
        }
        print("\(Self.count) simulations: \(total)")
        #expect(total.crashes > 0 && total.fences > 0 && total.lost > 0 && total.revocations > 0)
    }

    /// Every so many seeds from one on.
    private static func simulate(_ lane: Int, of lanes: Int) async -> Simulation.Statistics {
        var total = Simulation.Statistics()
        var failures = 0
        for seed in stride(from: UInt64(lane), to: UInt64(Self.count), by: lanes) where failures < 5 {
            var simulation = Simulation(seed: seed, plans: plans)
            if let first = simulation.run().first {
                Issue.record("seed \(seed): \(first)")
                failures += 1
            }
            total.add(simulation.statistics)
            // Tests that wait for processes share these threads.
            await Task.yield()
        }
        return total
    }

    @Test func `keep the promises that were once broken`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/seeds.txt")
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            let seed = try #require(line.split(separator: " ").first.flatMap { UInt64($0) })
            var simulation = Simulation(seed: seed, plans: Self.plans)
            #expect(simulation.run() == [], "seed \(seed)")
        }
    }

    @Test func `do the same again for the same seed`() {
        for seed in 0..<UInt64(50) {
            var (first, second) = (
                Simulation(seed: seed, plans: Self.plans), Simulation(seed: seed, plans: Self.plans)
            )
            _ = first.run()
            _ = second.run()
            #expect(first.store.runs.map(\.rows.count) == second.store.runs.map(\.rows.count))
            #expect(first.statistics.commits == second.statistics.commits)
        }
    }
}
