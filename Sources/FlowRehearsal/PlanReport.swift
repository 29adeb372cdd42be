package import FlowEngine
import FlowModel
package import FlowPlan
package import FlowValue

/// What would run, in what order and for how long: the engine on a virtual clock, once with as many tasks at once as are
/// wanted and once with no limit, for waves and the critical path.
package struct PlanReport {
    /// What is assumed of tasks, by their ids, or by the written ids of copies.
    package struct Assumptions {
        package var durations: [String: Duration] = [:]
        /// How long tasks took in earlier runs.
        package var pastDurations: [String: Duration] = [:]
        package var results: [String: JSONValue] = [:]
        package var failing: Set<String> = []
        /// What a built-in does; nil for all else.
        package var builtin: (RunMachine, NodeIndex) -> VirtualRun.Assumption? = { _, _ in nil }

        package init() {}
    }

    /// How long a task takes that nobody knows anything of.
    package static let defaultDuration = Duration.seconds(1)

    package let run: VirtualRun
    package let concurrency: Int
    /// The wave of each task that runs, from 1: tasks of one wave could all start at once.
    package let waves: [NodeIndex: Int]
    package let waveCount: Int
    /// The tasks that the length hangs on, first to last.
    package let criticalPath: [NodeIndex]
    /// The length with no limit on tasks at once.
    package let shortestLength: Duration
    /// The attempts of each task, in order.
    package let attempts: [NodeIndex: [VirtualRun.Entry]]
    private let assumptions: Assumptions
    private let plan: Plan
    private let directives: RunDirectives

    package init(
        plan: Plan, directives: RunDirectives, concurrency: Int, begin: Timestamp, assumptions: Assumptions
    ) {
        self.plan = plan
        self.directives = directives
        self.concurrency = concurrency
        self.assumptions = assumptions
        run = Self.rehearse(plan, directives, concurrency, begin, assumptions)
        let free = Self.rehearse(plan, directives, .max, begin, assumptions)
        let starts = Set(free.timeline.map(\.start)).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0 + 1) })
        waves = Dictionary(
            free.timeline.map { ($0.node, numbers[$0.start] ?? 1) }, uniquingKeysWith: { first, _ in first })
        waveCount = starts.count
        criticalPath = Self.criticalPath(free)
        shortestLength = free.length
        attempts = Dictionary(grouping: run.timeline, by: \.node)
    }

    package var machine: RunMachine { run.machine }

    private static func rehearse(
        _ plan: Plan, _ directives: RunDirectives, _ concurrency: Int, _ begin: Timestamp, _ assumptions: Assumptions
    ) -> VirtualRun {
        VirtualRun(plan: plan, directives: directives, concurrency: concurrency, begin: begin) { machine, node, _ in
            let ids = [machine.plan.id(of: node), machine.plan.spec(of: node).id]
            func given<Value>(_ values: [String: Value]) -> Value? { ids.lazy.compactMap { values[$0] }.first }
            let builtin = assumptions.builtin(machine, node)
            let duration =
                given(assumptions.durations) ?? builtin?.duration ?? given(assumptions.pastDurations)
                ?? defaultDuration
            if ids.contains(where: assumptions.failing.contains) {
                let failure = TaskFailure(type: "TaskError", message: "assumed to fail")
                return VirtualRun.Assumption(duration: duration, outcome: .failure(failure))
            }
            if let value = given(assumptions.results) {
                return VirtualRun.Assumption(duration: duration, outcome: .success(value))
            }
            if let builtin {
                return VirtualRun.Assumption(
                    duration: duration, outcome: builtin.outcome, isUnknown: builtin.isUnknown)
            }
            return VirtualRun.Assumption(duration: duration, outcome: .success(.null), isUnknown: true)
        }
    }

    /// From the task that ends last back through those that ended when the next one started.
    private static func criticalPath(_ run: VirtualRun) -> [NodeIndex] {
        guard var entry = run.timeline.max(by: { $0.end < $1.end }) else { return [] }
        let byEnd = Dictionary(grouping: run.timeline, by: \.end)
        // How many of those that end at a time are on the path, or were looked at for it: any number may end at once.
        var looked: [Duration: Int] = [:]
        var path = [entry.node]
        var seen: Set<NodeIndex> = [entry.node]
        while entry.start > .zero || entry.attempt > 1 {
            let ended = byEnd[entry.start] ?? []
            var next = looked[entry.start] ?? 0
            while next < ended.count, seen.contains(ended[next].node) { next += 1 }
            looked[entry.start] = next
            guard next < ended.count else { break }
            let previous = ended[next]
            path.append(previous.node)
            seen.insert(previous.node)
            entry = previous
        }
        return path.reversed()
    }

    // MARK: What a failure would skip

    /// The most tasks for which each failure is tried.
    private static let mostTrials = 200

    /// The tasks that the failure of each task would skip, of those that skip any; nil where there are too many to try.
    ///
    /// - Complexity: O(tasks × nodes), for 200 tasks at most.
    package func consequences() -> [(task: NodeIndex, skipped: [NodeIndex])]? {
        let tasks = machine.plan.nodes.indices.map { NodeIndex($0) }.filter { attempts[$0] != nil }
        guard tasks.count <= Self.mostTrials else { return nil }
        let skippedAnyway = skippedTasks(machine)
        var found: [(task: NodeIndex, skipped: [NodeIndex])] = []
        machine.plan.forEachNode { task in
            guard attempts[task] != nil, machine.status(of: task).state == .success else { return }
            var trial = assumptions
            trial.failing.insert(machine.plan.id(of: task))
            let failed = Self.rehearse(plan, directives, .max, machine.identity.startedAt, trial).machine
            // What is skipped may not even have been made.
            let known = failed.plan.nodes.indices
            let skipped = skippedTasks(failed).subtracting(skippedAnyway).filter { known.contains(Int($0.index)) }
            if !skipped.isEmpty { found.append((task, skipped.sorted())) }
        }
        return found
    }

    private func skippedTasks(_ machine: RunMachine) -> Set<NodeIndex> {
        Set(
            machine.plan.nodes.indices.map { NodeIndex($0) }.filter {
                let status = machine.status(of: $0)
                return status.state == .skipped && !status.isIdle && machine.plan.isTask($0)
            })
    }

    // MARK: Reasons

    /// Why a node comes when it comes, or does not run; nil for what starts at once.
    package func reason(of node: NodeIndex) -> String? {
        let status = machine.status(of: node)
        if let cause = status.cause {
            let id = machine.plan.id(of: cause.node)
            return cause.node == node ? cause.reason.phrase : "because of \(id): \(cause.reason.phrase)"
        }
        var reasons: [String] = []
        let before = machine.plan.nodesBefore(node).map { machine.plan.id(of: $0) }
        if !before.isEmpty {
            let more = before.count > 3 ? " and \(before.count - 3) more" : ""
            reasons.append("after \(before.prefix(3).joined(separator: ", "))\(more)")
        }
        if machine.rehearsal?.assumedConditions.contains(node) == true { reasons.append("if its 'when' holds") }
        if machine.rehearsal?.guessedCopies.contains(node) == true {
            reasons.append("×? copies, known when it is reached")
        }
        if let entries = attempts[node], entries.count > 1 {
            let waits = zip(entries, entries.dropFirst()).map { DurationText.short($1.start - $0.end) }
            reasons.append("retried after \(waits.joined(separator: ", "))")
        }
        if let failure = status.failure { reasons.append("\(failure.type): \(failure.message)") }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }
}

extension SkipCause.Reason {
    /// As the end of a sentence.
    package var phrase: String {
        switch self {
        case .upstream: "what comes before it has failed"
        case .when: "its 'when' does not hold"
        case .needs: "its 'needs' are not met"
        case .expired: "it expired"
        case .revoked: "it was revoked"
        case .ignored: "what comes before it was ignored"
        case .until: "--until does not need it"
        case .timeLimit: "the time limit of what it stands in was exceeded"
        case .failFast: "the first failure starts nothing more"
        }
    }
}
