import FlowEngine
import FlowModel
import FlowPlan
import FlowValue

extension PlanReport {
    /// The report for people: attempts in the order of their starts, what does not run, the critical path, and what each
    /// failure would skip.
    package var lines: [String] {
        var lines = [headline, ""]
        lines += table
        let skipped = skippedLines
        if !skipped.isEmpty { lines += [""] + skipped }
        lines.append("")
        if !criticalPath.isEmpty {
            let ids = criticalPath.map { machine.plan.id(of: $0) }
            let shown = ids.count > 20 ? ids.prefix(10) + ["…"] + ids.suffix(9) : ids[...]
            lines.append("critical path (\(DurationText.short(shortestLength))): \(shown.joined(separator: " → "))")
        }
        lines += consequenceLines
        return lines
    }

    private var headline: String {
        let tasks = attempts.count == 1 ? "1 task" : "\(attempts.count) tasks"
        let waves = waveCount == 1 ? "1 wave" : "\(waveCount) waves"
        let unknown = machine.rehearsal?.guessedCopies.isEmpty == false ? " and ×? copies" : ""
        let end = run.isStuck ? "would wait for ever" : "would end in \(machine.state.name)"
        return "\(machine.plan.spec.name): \(tasks)\(unknown) in \(waves), \(DurationText.short(run.length)) with "
            + "-c \(concurrency); \(end)"
    }

    private var table: [String] {
        var rows = [["start", "takes", "wave", "step", "why then"]]
        for entry in run.timeline {
            let id = machine.plan.id(of: entry.node)
            let isLast = entry.attempt == attempts[entry.node]?.last?.attempt
            var reason = isLast ? reason(of: entry.node) ?? "" : "fails"
            if let fanOut = guessedFanOut(around: entry.node) { reason += reason.isEmpty ? fanOut : "; \(fanOut)" }
            rows.append([
                DurationText.short(entry.start), DurationText.short(entry.end - entry.start),
                waves[entry.node].map(String.init) ?? "", entry.attempt > 1 ? "\(id) #\(entry.attempt)" : id, reason,
            ])
        }
        let widths = (0..<4).map { column in rows.map { $0[column].unicodeScalars.count }.max() ?? 0 }
        return rows.map { row in
            var line = "  "
            for column in 0..<4 {
                let gap = widths[column] - row[column].unicodeScalars.count + 2
                line += row[column] + String(repeating: " ", count: gap)
            }
            return String((line + row[4]).trimmedEnd)
        }
    }

    private func guessedFanOut(around node: NodeIndex) -> String? {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if machine.rehearsal?.guessedCopies.contains(index) == true { return "one of ×? copies" }
            cursor = machine.plan[index].parent
        }
        return nil
    }

    private var skippedLines: [String] {
        var lines: [String] = []
        machine.plan.forEachNode { node in
            let status = machine.status(of: node)
            guard status.state == .skipped || status.state == .revoked, !status.isIdle, machine.plan.isTask(node),
                attempts[node] == nil
            else { return }
            lines.append("  \(status.state.name)  \(machine.plan.id(of: node))  \(reason(of: node) ?? "")".trimmedEnd)
        }
        return lines.count > 50 ? lines.prefix(50) + ["  … and \(lines.count - 50) more"] : lines
    }

    private var consequenceLines: [String] {
        guard let consequences = consequences(), !consequences.isEmpty else { return [] }
        var lines = ["if it fails:"]
        for (task, skipped) in consequences {
            let ids = skipped.map { machine.plan.id(of: $0) }
            let more = ids.count > 5 ? " and \(ids.count - 5) more" : ""
            lines.append("  \(machine.plan.id(of: task)) skips \(ids.prefix(5).joined(separator: ", "))\(more)")
        }
        return lines
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
