import FlowDiagnostics
import FlowEngine
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue

/// A run for people: what failed and why first, what was skipped because of it, then the result.
struct Summary {
    private let snapshot: RunSnapshot
    private var machine: RunMachine { snapshot.machine }

    /// How many failures, and lines of what each wrote, are shown.
    private static let (mostFailures, mostLines) = (10, 12)

    init(_ snapshot: RunSnapshot) {
        self.snapshot = snapshot
    }

    /// - Parameter isQuiet: Whether standard output is to have the result alone.
    func write(isQuiet: Bool = false) {
        guard !isQuiet || machine.state != .success else { return writeResult() }
        writeFailures()
        writeSkips()
        let run = snapshot.row
        let end = run.finishedAt ?? machine.finishedAt
        let length = end.map { " in \(DurationText.short($0 - run.createdAt))" } ?? ""
        Terminal.print("\(run.id): \(snapshot.state)\(length) (\(machine.shownCounts))")
        if let retried = run.directives.retryOf { Terminal.print("retry of \(retried)") }
        writeResult()
    }

    private func writeResult() {
        if let result = machine.runResult, result != .null {
            if case .string(let text) = result { Terminal.print(text) } else { Terminal.print(JSONWriter.text(result)) }
        }
    }

    private func writeFailures() {
        var failed: [NodeIndex] = []
        machine.plan.forEachNode { node in
            let status = machine.status(of: node)
            guard status.state == .failure || status.state == .revoked, status.failure != nil else { return }
            // A composite that was ended with what is in it says no more than that does.
            if machine.plan.isTask(node) || machine.blamed(for: node) == node { failed.append(node) }
        }
        for node in failed.prefix(Self.mostFailures) {
            guard let failure = machine.status(of: node).failure else { continue }
            Terminal.print("\(machine.plan.id(of: node)): \(failure.type): \(TerminalText.visible(failure.message))")
            let lines = (failure.traceback ?? "").split(separator: "\n")
            if lines.count > Self.mostLines { Terminal.print("  | … \(lines.count - Self.mostLines) lines before") }
            for line in lines.suffix(Self.mostLines) { Terminal.print("  | \(TerminalText.visible(line))") }
        }
        if failed.count > Self.mostFailures {
            Terminal.print("… and \(failed.count - Self.mostFailures) more that did not succeed")
        }
        if let failure = machine.resultFailure { Terminal.print("\(failure.type): \(failure.message)") }
    }

    private func writeSkips() {
        var counts: [SkipCause: Int] = [:]
        var order: [SkipCause] = []
        machine.plan.forEachNode { node in
            let status = machine.status(of: node)
            guard machine.plan.isTask(node), status.state == .skipped, let cause = status.cause, cause.node != node
            else { return }
            if counts.updateValue((counts[cause] ?? 0) + 1, forKey: cause) == nil { order.append(cause) }
        }
        for cause in order.prefix(Self.mostFailures) {
            Terminal.print(
                "\(counts[cause] ?? 0) skipped because of \(machine.plan.id(of: cause.node)) (\(cause.reason.rawValue))"
            )
        }
    }
}
