import FlowEngine
import FlowPlan
import FlowRuntime
import FlowValue

/// What a run shows while it goes on, on standard error.
///
/// Elsewhere than on a terminal it is one line for each task that ends or is tried again; on a terminal a line below
/// these says what runs, how much is done and for how long.
final class Progress {
    enum Style { case quiet, lines, live }

    private let style: Style
    private let begin = WallClock.now
    private var running: [NodeIndex] = []

    init(style: Style) {
        self.style = style
    }

    func begin(_ id: String) {
        if style != .quiet { Terminal.error("run \(id)") }
    }

    /// Shows a node whose state has changed.
    func show(_ machine: RunMachine, _ node: NodeIndex) {
        guard style != .quiet, machine.plan.isTask(node) else { return }
        let status = machine.status(of: node)
        running.removeAll { $0 == node }
        if status.state == .started { running.append(node) }
        if status.state.isFinal || status.state == .retry, !status.isIdle {
            Terminal.error(clear + line(machine, node, status))
        }
        if style == .live { Terminal.errorPart(clear + bar(machine)) }
    }

    /// Takes the live line away.
    func end() {
        if style == .live { Terminal.errorPart(clear) }
    }

    /// Back to the start of the line, and nothing on it (ECMA-48: EL).
    private var clear: String { style == .live ? "\r\u{1B}[K" : "" }

    private func line(_ machine: RunMachine, _ node: NodeIndex, _ status: RunMachine.Status) -> String {
        var line = "\(status.state.name.padded(to: 8)) \(machine.plan.id(of: node))"
        if let start = status.startedAt, let end = status.finishedAt, status.attempts > 0 {
            line += " (\(DurationText.short(end - start)))"
        }
        if let failure = status.failure { line += ": \(failure.type): \(failure.message)" }
        if let cause = status.cause { line += ": because of \(machine.plan.id(of: cause.node))" }
        return line
    }

    private func bar(_ machine: RunMachine) -> String {
        let all = machine.counts.reduce(0, +)
        let done = TaskState.allCases.filter(\.isFinal).reduce(0) { $0 + machine.counts[Int($1.rawValue)] }
        let failed = machine.counts[Int(TaskState.failure.rawValue)] + machine.counts[Int(TaskState.revoked.rawValue)]
        let names = running.prefix(3).map { machine.plan.id(of: $0) }.joined(separator: ", ")
        let more = running.count > 3 ? " and \(running.count - 3) more" : ""
        var bar = "\(done)/\(all) done"
        if failed > 0 { bar += ", \(failed) failed" }
        if !running.isEmpty { bar += ", running \(names)\(more)" }
        return String("\(bar), \(DurationText.short(WallClock.now - begin))".prefix(Terminal.width - 1))
    }
}
