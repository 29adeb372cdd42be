import FlowExpression
import FlowModel
package import FlowPlan
package import FlowValue

/// What others see of a run.
extension RunMachine {
    /// What is known of a node.
    package struct Status: Sendable {
        package let state: TaskState
        package let attempts: Int
        package let retries: Int
        package let failure: TaskFailure?
        package let cause: SkipCause?
        /// A callback whose occasion did not come.
        package let isIdle: Bool
        /// The result is that of the run that this one tries again.
        package let isTaken: Bool
        package let startedAt: Timestamp?
        package let finishedAt: Timestamp?
        package let nextAttemptAt: Timestamp?
        /// Who ran the last attempt; nil if there was none.
        package let worker: WorkerKey?
    }

    /// The state alone, for who asks all of many nodes.
    package func state(of node: NodeIndex) -> TaskState { self[node].state }

    /// Whether any node has failed.
    package var hasFailures: Bool { !failures.isEmpty }

    /// Whether any node was skipped or ended for a cause.
    package var hasCauses: Bool { !causes.isEmpty }

    package func status(of node: NodeIndex) -> Status {
        let status = self[node]
        func time(_ value: Int64) -> Timestamp? { value == .min ? nil : Timestamp(microseconds: value) }
        return Status(
            state: status.state, attempts: Int(status.attempts), retries: Int(status.retries),
            failure: status.state == .success ? nil : failures[node], cause: causes[node], isIdle: status.isIdle,
            isTaken: status.flags.contains(.isTaken),
            startedAt: time(status.startedAt), finishedAt: time(status.finishedAt),
            nextAttemptAt: dueTimes[node],
            worker: status.attempts > 0 ? WorkerKey(Int64(status.worker)) : nil)
    }

    /// The task that failed first below a node; the node itself where nothing did.
    package func blamed(for node: NodeIndex) -> NodeIndex {
        self[node].blame == .max ? node : NodeIndex(Int(self[node].blame))
    }

    /// The name that a task is shown with besides its id; nil for most.
    package func shadow(of node: NodeIndex) -> String? {
        guard let template = plan.options(of: node).shadow.value, case .string(let text)? = try? value(template, node)
        else { return nil }
        return text
    }

    /// Whether a task could start now, if there were room.
    package func isReady(_ node: NodeIndex) -> Bool { self[node].phase == .ready }

    /// How many tasks could start now.
    package var readyCount: Int { nodes.count { $0.phase == .ready } }

    /// The limit that the starts of a task count for.
    package func gate(of node: NodeIndex) -> TaskGate? { TaskGate.gate(of: node, plan.options(of: node), plan) }

    /// A node's `when` as text, and the values of what it reads.
    package func condition(of node: NodeIndex) -> (text: String, values: [(name: String, value: JSONValue)])? {
        guard let condition = plan.condition(of: node) else { return nil }
        var values: [(name: String, value: JSONValue)] = []
        let evaluator = Evaluator(scope: scope(of: node))
        condition.forEachOperand { operand in
            let name = operand.text
            guard !values.contains(where: { $0.name == name }), let value = try? evaluator.value(operand)
            else { return }
            values.append((name, value))
        }
        return (condition.text, values)
    }

    package var hasBegun: Bool {
        self[plan.root].phase != .waiting
    }

    /// What the run gives: the header's `result`, or the canvas's.
    package var runResult: JSONValue? {
        guard isFinished, self[plan.root].state == .success, !isRevoked else { return nil }
        return plan.spec.result == nil ? readableResult(of: plan.root) : conclusion?.value
    }

    /// Whether the run's result takes more than so many bytes as JSON, as far as the number of its items tells.
    package func hasManyResults(for bytes: Int) -> Bool {
        switch plan[plan.root].kind {
        // A digit and a comma each.
        case .group, .fanOut, .chunks: plan.spec.result == nil && 2 * plan.members(of: plan.root).count > bytes
        case .task, .map, .starmap, .chain, .chord, .steps, .workflow: false
        }
    }

    /// The argument of a `link_error` for the first failure that nobody allowed; nil if there is none.
    package var runError: JSONValue? {
        if let firstFailure { return failurePayload(of: firstFailure) }
        return conclusion?.failure.map { payload(plan.root, state: .failure, $0) }
    }

    /// Why the header's `result` has no value.
    package var resultFailure: TaskFailure? { conclusion?.failure }

    /// When a node expires, or the time of an open composite is over.
    package func expiry(of node: NodeIndex) -> Timestamp? { expiries[node] }

    package func deadline(of node: NodeIndex) -> Timestamp? { deadlines[node] }

    /// When the last node ended.
    package var finishedAt: Timestamp? {
        guard isFinished, let last = nodes.map(\.finishedAt).max(), last != .min else { return nil }
        return Timestamp(microseconds: last)
    }

    /// Counts by state, for a message.
    package var summary: String {
        TaskState.allCases.map { "\($0.name) \(counts[Int($0.rawValue)])" }.joined(separator: ", ")
    }
}
