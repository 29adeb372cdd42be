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
        package let startedAt: Timestamp?
        package let finishedAt: Timestamp?
        package let nextAttemptAt: Timestamp?
        /// Who ran the last attempt; nil if there was none.
        package let worker: WorkerKey?
    }

    package func status(of node: NodeIndex) -> Status {
        let status = self[node]
        func time(_ value: Int64) -> Timestamp? { value == .min ? nil : Timestamp(microseconds: value) }
        return Status(
            state: status.state, attempts: Int(status.attempts), retries: Int(status.retries),
            failure: status.state == .success ? nil : failures[node], cause: causes[node], isIdle: status.isIdle,
            startedAt: time(status.startedAt), finishedAt: time(status.finishedAt),
            nextAttemptAt: dueTimes[node],
            worker: status.attempts > 0 ? WorkerKey(Int64(status.worker)) : nil)
    }

    package var hasBegun: Bool {
        self[plan.root].phase != .waiting
    }

    /// What the run gives: the header's `result`, or the canvas's.
    package var runResult: JSONValue? {
        guard isFinished, self[plan.root].state == .success else { return nil }
        if let template = plan.spec.result { return try? template.value(in: scope(of: plan.root)) }
        return result(of: plan.root)
    }

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
