import FlowModel
import FlowPlan
package import FlowValue

/// A limit on the starts of one task, over all runs and workers of a store: `rate_limit`, `max_concurrency`.
package struct TaskGate: Hashable, Sendable {
    /// The task, with its file: the same task of another workflow is another one.
    package let name: String
    /// The least time between two starts.
    package let interval: Duration?
    /// How many run at once.
    package let limit: Int?

    package init(name: String, interval: Duration?, limit: Int?) {
        self.name = name
        self.interval = interval
        self.limit = limit
    }

    /// The limit that a node's starts count for; nil for most.
    ///
    /// Not an initializer, which would take a copy of the plan.
    static func gate(of node: NodeIndex, _ options: TaskOptions, _ plan: Plan) -> TaskGate? {
        // Asked of every task that becomes ready: nothing is copied for one without a limit.
        let limit = plan.maxConcurrency(of: node)
        let interval = options.rateLimit.value.flatMap(RateText.interval)
        guard interval != nil || limit != nil, let task = plan.task(of: node) else { return nil }
        let unit = plan.unit(of: node)
        return TaskGate(
            name: task.isInline ? "\(unit.name)#\(plan.spec(of: node).id)" : "\(unit.name)/\(task.name)",
            interval: interval, limit: limit)
    }
}

/// How far the limited tasks are used up.
package struct TaskGates: Sendable {
    package struct State: Sendable, Hashable {
        /// Before this time nothing more starts.
        package var nextStart: Timestamp?
        package var runningCount: Int

        package init(nextStart: Timestamp? = nil, runningCount: Int = 0) {
            self.nextStart = nextStart
            self.runningCount = runningCount
        }
    }

    private var states: [String: State] = [:]

    package init() {}

    package subscript(_ name: String) -> State {
        get { states[name] ?? State() }
        set { states[name] = newValue }
    }

    package func isOpen(_ gate: TaskGate, at now: Timestamp) -> Bool {
        let state = self[gate.name]
        if let limit = gate.limit, state.runningCount >= limit { return false }
        if gate.interval != nil, let next = state.nextStart, now < next { return false }
        return true
    }

    /// Counts a start; starts of a limited rate are evenly spaced.
    package mutating func start(_ gate: TaskGate, at now: Timestamp) {
        if let interval = gate.interval {
            self[gate.name].nextStart = max(self[gate.name].nextStart ?? now, now) + interval
        }
        if gate.limit != nil { self[gate.name].runningCount += 1 }
    }

    package mutating func end(_ gate: TaskGate) {
        if gate.limit != nil { self[gate.name].runningCount = max(0, self[gate.name].runningCount - 1) }
    }

    /// When time alone opens a gate; nil where it is open, or waits for the end of what runs.
    package func opening(of gate: TaskGate, at now: Timestamp) -> Timestamp? {
        let state = self[gate.name]
        if let limit = gate.limit, state.runningCount >= limit { return nil }
        guard gate.interval != nil, let next = state.nextStart, next > now else { return nil }
        return next
    }
}
