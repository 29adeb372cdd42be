package import FlowEngine
package import FlowPlan
import FlowValue

/// One line about a step that has ended, or is tried again.
package enum StepLine {
    package static func text(_ machine: RunMachine, _ node: NodeIndex, _ status: RunMachine.Status) -> String {
        var line = "\(status.state.name.padded(to: 8)) \(machine.plan.id(of: node))"
        if let shown = machine.shadow(of: node) { line += " (\(shown))" }
        if let start = status.startedAt, let end = status.finishedAt, status.attempts > 0 {
            line += " (\(DurationText.short(end - start)))"
        }
        if status.isTaken { line += " (taken over)" }
        if let failure = status.failure { line += ": \(failure.type): \(failure.message)" }
        if status.state == .retry, let due = status.nextAttemptAt {
            line += ", again in \(DurationText.short(max(.zero, due - WallClock.now)))"
        }
        if let cause = status.cause { line += ": \(because(cause, node, machine))" }
        return line
    }

    package static func because(_ cause: SkipCause, _ node: NodeIndex, _ machine: RunMachine) -> String {
        if cause.node == node { return cause.reason == .when ? "its 'when' does not hold" : cause.reason.rawValue }
        let id = machine.plan.id(of: cause.node)
        if cause.reason == .until { return "only \(id) was asked for" }
        if cause.reason == .timeLimit, machine.isTimedOut, cause.node == machine.plan.root {
            return "the time of the run was over (--timeout)"
        }
        return "because of \(id) (\(cause.reason.rawValue))"
    }
}

extension String {
    /// The text with spaces after it, up to a width.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}

extension RunMachine {
    /// `3 SUCCESS, 1 FAILURE`.
    package var shownCounts: String {
        TaskState.allCases.compactMap { state in
            let count = counts[Int(state.rawValue)]
            return count > 0 ? "\(count) \(state.name)" : nil
        }.joined(separator: ", ")
    }
}
