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
        var now = begin
        var timers: [NodeIndex: Timestamp] = [:]
        var running: [(node: NodeIndex, end: Timestamp)] = []
        func take(_ commands: [RunCommand]) {
            for case .setTimer(let node, let due) in commands { timers[node] = due }
        }
        take(machine.handle(.begun, at: now))
        while !machine.isFinished {
            while running.count < concurrency, let node = machine.next() {
                if machine.isExpired(node, at: now) {
                    take(machine.handle(.expired(node), at: now))
                    continue
                }
                take(machine.handle(.started(node), at: now))
                let end = now + duration(node)
                running.append((node, end))
                timeline.append(Entry(node: node, start: now - begin, end: end - begin))
            }
            guard let next = (running.map(\.end) + timers.values).min() else { break }
            now = max(now, next)
            for (node, due) in timers.sorted(by: { $0.key < $1.key }) where due <= now {
                timers[node] = nil
                take(machine.handle(.due(node), at: now))
            }
            let ended = running.filter { $0.end <= now }.sorted { ($0.end, $0.node) < ($1.end, $1.node) }
            running.removeAll { $0.end <= now }
            for (node, _) in ended {
                let attempt = machine.status(of: node).attempts
                take(machine.handle(.ended(node, attempt: attempt, .success(result(machine, node))), at: now))
            }
        }
    }

    /// How long the whole takes.
    package var length: Duration { timeline.map(\.end).max() ?? .zero }
}
