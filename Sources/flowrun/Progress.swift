import FlowDiagnostics
import FlowEngine
import FlowModel
import FlowPlan
import FlowProgress
import FlowRuntime
import FlowValue

/// What a run shows while it goes on, on standard error.
///
/// Elsewhere than on a terminal it is one line for each task that ends or is tried again; on a terminal a block below
/// these is painted again and again.
final class Progress {
    enum Style { case quiet, lines, live }

    private let style: Style
    private let hasColor: Bool
    private let begin = WallClock.now
    /// How long tasks took in earlier runs, and how long the whole may take.
    private let expected: (durations: [String: Duration], whole: Duration?)
    private var running: [NodeIndex: (start: Timestamp, attempt: Int)] = [:]
    private var retrying: Set<NodeIndex> = []
    private var groups: [NodeIndex: (done: Int, failed: Int)] = [:]
    private var failing: [ProgressView.Failure] = []
    private var painter = LivePainter()
    private var id = ""
    /// When the block was painted last.
    private var painted = Timestamp(microseconds: 0)

    init(style: Style, hasColor: Bool, expected: (durations: [String: Duration], whole: Duration?)) {
        self.hasColor = hasColor
        self.style = style
        self.expected = expected
    }

    func begin(_ id: String) {
        self.id = id
        if style != .quiet { Terminal.error("run \(id)") }
    }

    /// Shows a node whose state has changed.
    func show(_ machine: RunMachine, _ node: NodeIndex) {
        guard style != .quiet else { return }
        let status = machine.status(of: node)
        if style == .live { note(machine, node, status) }
        guard machine.plan.isTask(node), status.state.isFinal || status.state == .retry, !status.isIdle else { return }
        let line = StepLine.text(machine, node, status)
        guard style == .live else { return Terminal.error(line) }
        // What succeeds is seen in the bars; what does not stays on the screen.
        guard status.state != .success else { return }
        Terminal.errorPart(painter.print([TerminalText.visible(line)], width: Terminal.width))
    }

    /// Paints the block again, a few times a second at most.
    func tick(_ machine: RunMachine) {
        let now = WallClock.now
        guard style == .live, now - painted >= .milliseconds(100) else { return }
        painted = now
        let lines = view(machine, now).lines(
            width: Terminal.width, height: max(3, min(Terminal.height - 1, 24)), color: hasColor,
            unicode: Terminal.hasUnicode)
        Terminal.errorPart(painter.paint(lines, width: Terminal.width))
    }

    /// Takes the block away.
    func end() {
        if style == .live { Terminal.errorPart(painter.erase(width: Terminal.width)) }
    }

    // MARK: The block

    private func note(_ machine: RunMachine, _ node: NodeIndex, _ status: RunMachine.Status) {
        guard machine.plan.isTask(node) || status.state.isFinal else { return }
        running[node] = nil
        retrying.remove(node)
        switch status.state {
        case .started where machine.plan.isTask(node): running[node] = (WallClock.now, status.attempts)
        case .retry: retrying.insert(node)
        case .failure where machine.plan.isTask(node):
            let tail = (status.failure?.traceback ?? "").split(separator: "\n").suffix(5).map(String.init)
            failing.append(
                ProgressView.Failure(
                    id: machine.plan.id(of: node), message: status.failure?.message ?? "", logTail: tail))
            if failing.count > 3 { failing.removeFirst() }
        case .pending, .started, .success, .failure, .revoked, .skipped, .ignored: break
        }
        guard status.state.isFinal, !status.isIdle, machine.plan.isPart(node), let parent = machine.plan[node].parent
        else { return }
        switch machine.plan[parent].kind {
        case .group, .fanOut, .chunks, .chord:
            let failed = status.state == .failure || status.state == .revoked
            groups[parent, default: (0, 0)].done += failed ? 0 : 1
            groups[parent, default: (0, 0)].failed += failed ? 1 : 0
        case .chain, .steps, .workflow, .task, .map, .starmap: break
        }
    }

    private func view(_ machine: RunMachine, _ now: Timestamp) -> ProgressView {
        func count(_ states: TaskState...) -> Int { states.reduce(0) { $0 + machine.counts[Int($1.rawValue)] } }
        var view = ProgressView(
            title: id, elapsed: now - begin, expected: expected.whole, done: count(.success, .ignored),
            failed: count(.failure, .revoked), skipped: count(.skipped), total: machine.counts.reduce(0, +),
            running: [], groups: [], failing: failing, waiting: [])
        view.running = running.map { node, entry in
            let id = machine.plan.id(of: node)
            return ProgressView.Running(
                id: id, elapsed: now - entry.start,
                expected: expected.durations[id] ?? expected.durations[machine.plan.spec(of: node).id],
                attempt: entry.attempt)
        }
        for (node, entry) in groups where !machine.status(of: node).state.isFinal {
            let total = machine.plan.members(of: node).count
            guard total > 2 else { continue }
            view.groups.append(
                ProgressView.Group(
                    id: machine.plan.id(of: node), done: entry.done, failed: entry.failed, total: total))
        }
        view.waiting = retrying.compactMap { node in
            machine.status(of: node).nextAttemptAt.map {
                "retry of \(machine.plan.id(of: node)) in \(DurationText.short(max(.zero, $0 - now)))"
            }
        }.sorted()
        return view
    }
}
