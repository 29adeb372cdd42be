import FlowModel
package import FlowPlan
package import FlowValue

/// A run on a virtual clock: the same machine, with assumed durations and results.
package struct VirtualRun {
    /// When a task would start and end, counted from the run's start.
    package struct Entry: Sendable {
        package let node: NodeIndex
        package let start: Duration
        package let end: Duration
    }

    package private(set) var machine: RunMachine
    /// Attempts in the order of their starts.
    package private(set) var timeline: [Entry] = []

    /// Runs a plan to its end.
    ///
    /// - Parameters:
    ///   - plan: What is run.
    ///   - concurrency: How many tasks run at once.
    ///   - duration: How long a task is assumed to take.
    ///   - result: What a task is assumed to give.
    package init(
        plan: Plan, concurrency: Int, duration: (NodeIndex) -> Duration, result: (RunMachine, NodeIndex) -> JSONValue
    ) {
        let begin = Timestamp(microseconds: 0)
        machine = RunMachine(
            plan: plan,
            identity: RunIdentity(id: "plan", name: plan.spec.name, startedAt: begin, takesLongestJitter: true))
        let worker = WorkerKey(0)
        var now = begin
        var running: [(node: NodeIndex, end: Timestamp)] = []
        _ = machine.handle(.begun, at: now)
        while !machine.isFinished {
            while running.count < concurrency, let node = machine.head()?.node {
                if machine.isExpired(node, at: now) {
                    _ = machine.handle(.expired(node), at: now)
                    continue
                }
                _ = machine.handle(.started(node, by: worker), at: now)
                let end = now + duration(node)
                running.append((node, end))
                timeline.append(Entry(node: node, start: now - begin, end: end - begin))
            }
            let ends = running.map(\.end).min()
            guard let next = [ends, machine.nextDue()].compactMap({ $0 }).min() else { break }
            now = max(now, next)
            while let node = machine.nextDueNode(at: now) { _ = machine.handle(.due(node), at: now) }
            let ended = running.filter { $0.end <= now }.sorted { ($0.end, $0.node) < ($1.end, $1.node) }
            running.removeAll { $0.end <= now }
            for (node, _) in ended {
                let attempt = machine.status(of: node).attempts
                _ = machine.handle(.ended(node, attempt: attempt, .success(result(machine, node))), at: now)
            }
        }
    }

    /// How long the whole takes.
    package var length: Duration { timeline.map(\.end).max() ?? .zero }
}
