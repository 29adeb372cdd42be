import FlowDiagnostics
import FlowEngine
import FlowPlan
import FlowStore
import FlowValue

/// A run for people: what failed and why first, what was skipped because of it, then the result.
package struct Summary {
    private let snapshot: RunSnapshot
    private var machine: RunMachine { snapshot.machine }

    /// How many failures, and lines of what each wrote, are shown.
    private static let (mostFailures, mostLines) = (10, 12)

    package init(_ snapshot: RunSnapshot) {
        self.snapshot = snapshot
    }

    /// The lines.
    ///
    /// - Parameters:
    ///   - isQuiet: Whether there is to be the result alone.
    ///   - mostResult: How many bytes of the result are shown; nil for all.
    /// - Returns: What is printed.
    package func lines(isQuiet: Bool = false, mostResult: Int? = nil) -> [String] {
        guard !isQuiet || machine.state != .success else { return result(mostResult) }
        let run = snapshot.row
        let end = run.finishedAt ?? machine.finishedAt
        let length = end.map { " in \(DurationText.short($0 - run.createdAt))" } ?? ""
        var lines = failures() + skips()
        lines.append("\(run.id): \(snapshot.state)\(length) (\(machine.shownCounts))")
        if let retried = run.directives.retryOf { lines.append("retry of \(retried)") }
        return lines + result(mostResult)
    }

    private func result(_ most: Int?) -> [String] {
        let tooLong = "the result is too long to be shown here; for all of it: flowrun result \(snapshot.row.id)"
        // The values of a million members are not put together only to be counted.
        if let most, machine.state == .success, machine.hasManyResults(for: most) { return [tooLong] }
        guard let result = machine.runResult, result != .null else { return [] }
        if let most, result.isLongerAsJSON(than: most) { return [tooLong] }
        if case .string(let text) = result { return [text] }
        return [JSONWriter.text(result)]
    }

    private func failures() -> [String] {
        var lines: [String] = []
        let failed = failedNodes
        for node in failed.prefix(Self.mostFailures) {
            guard let failure = machine.status(of: node).failure else { continue }
            lines.append("\(machine.plan.id(of: node)): \(failure.type): \(TerminalText.visible(failure.message))")
            let trace = (failure.traceback ?? "").split(separator: "\n")
            if trace.count > Self.mostLines { lines.append("  | … \(trace.count - Self.mostLines) lines before") }
            for line in trace.suffix(Self.mostLines) { lines.append("  | \(TerminalText.visible(line))") }
        }
        if failed.count > Self.mostFailures {
            lines.append("… and \(failed.count - Self.mostFailures) more that did not succeed")
        }
        if let failure = machine.resultFailure { lines.append("\(failure.type): \(failure.message)") }
        return lines
    }

    private var failedNodes: [NodeIndex] {
        let machine = machine
        // Of a million nodes that all went well none is looked at.
        guard machine.hasFailures else { return [] }
        var failed: [NodeIndex] = []
        machine.plan.forEachNode { node in
            let state = machine.state(of: node)
            guard state == .failure || state == .revoked, machine.status(of: node).failure != nil else { return }
            // A composite that was ended with what is in it says no more than that does.
            if machine.plan.isTask(node) || machine.blamed(for: node) == node { failed.append(node) }
        }
        return failed
    }

    private func skips() -> [String] {
        guard machine.hasCauses else { return [] }
        var counts: [SkipCause: Int] = [:]
        var order: [SkipCause] = []
        let machine = machine
        machine.plan.forEachNode { node in
            guard machine.state(of: node) == .skipped, machine.plan.isTask(node),
                let cause = machine.status(of: node).cause, cause.node != node
            else { return }
            if counts.updateValue((counts[cause] ?? 0) + 1, forKey: cause) == nil { order.append(cause) }
        }
        return order.prefix(Self.mostFailures).map { cause in
            "\(counts[cause] ?? 0) skipped because of \(machine.plan.id(of: cause.node)) (\(cause.reason.rawValue))"
        }
    }
}
