import FlowDiagnostics

/// A ``ProgressView`` on a terminal of some width and look: writes its lines.
struct ProgressPage {
    let view: ProgressView
    let look: TerminalLook
    let width: Int
    /// Those under way, biggest first.
    let groups: [ProgressView.Group]
    /// Longest first: who runs on keeps its place.
    let running: [ProgressView.Running]

    init(view: ProgressView, look: TerminalLook, width: Int) {
        self.view = view
        self.look = look
        self.width = width
        groups = view.groups.filter { (1..<max(1, $0.total)).contains($0.done + $0.failed) }
            .sorted { ($1.total, $0.id) < ($0.total, $1.id) }
        running = view.running.sorted { ($1.elapsed, $0.id) < ($0.elapsed, $1.id) }
    }

    private func line() -> TerminalLine { TerminalLine(look, width: width) }

    /// A line of the body: a mark, then what it is about.
    private func line(
        _ mark: String, _ style: TerminalLine.Style = .plain, _ text: String = "",
        _ textStyle: TerminalLine.Style = .plain
    ) -> TerminalLine {
        var line = line()
        line.pad(to: 2)
        line.add(mark, style)
        line.pad(to: Self.indent)
        line.add(text, textStyle)
        return line
    }

    private static let indent = 4
    private var runningMark: String { look.hasUnicode ? "▸" : ">" }
    private var waitingMark: String { look.hasUnicode ? "·" : "-" }
    private var failedMark: String { look.hasUnicode ? "✗" : "x" }

    // MARK: The whole run

    /// The title, a bar, and numbers, of which those that matter least give way to the bar.
    func header() -> TerminalLine {
        let title = look.safe(view.title)
        var facts = facts
        var titleColumns = TerminalText.columns(of: title)
        // The bar keeps its width while times grow, so that it does not jump.
        func barColumns() -> Int {
            let numbers = facts.reduce(0) { $0 + 2 + max($1.text.utf8.count, $1.least) }
            return width - numbers - (titleColumns > 0 ? titleColumns + 2 : 0)
        }
        for importance in [4, 3] where barColumns() < Self.leastBar {
            facts.removeAll { $0.importance == importance }
            if importance == 4 { titleColumns = shortened(titleColumns, by: Self.leastBar - barColumns()) }
        }
        var line = line()
        if titleColumns > 0 {
            line.add(look.fitName(view.title, titleColumns), .bold)
            line.pad(to: line.columns + 2)
        }
        let columns = min(barColumns(), Self.mostBar)
        if columns >= Self.leastBar { addBar(columns, to: &line) }
        for fact in facts {
            if line.columns == 0 { line.add(fact.text, fact.style) } else { line.addFact(fact.text, fact.style) }
        }
        return line
    }

    private static let leastBar = 8
    private static let mostBar = 40
    private static let mostGroupBar = 30

    /// What is left of a title that has to give some columns: enough to know it by, or nothing.
    private func shortened(_ columns: Int, by excess: Int) -> Int {
        guard excess > 0 else { return columns }
        return columns - excess >= 12 ? columns - excess : 0
    }

    private func addBar(_ columns: Int, to line: inout TerminalLine) {
        if let total = view.total {
            line.addBar(columns, done: view.done, failed: view.failed, skipped: view.skipped, total: total)
        } else {
            line.addBar(columns, elapsed: view.elapsed)
        }
    }

    private struct Fact {
        let text: String
        var style = TerminalLine.Style.plain
        /// How many columns it will take in a while.
        var least = 0
        /// From 1, which is most important.
        let importance: Int
    }

    private var facts: [Fact] {
        let finished = view.done + view.failed + view.skipped
        let total = view.total.map { String(max($0, finished)) } ?? "?"
        let blanks = String(repeating: " ", count: max(0, total.utf8.count - String(finished).utf8.count))
        var facts = [Fact(text: "\(blanks)\(finished)/\(total)", importance: 1)]
        if view.failed > 0 { facts.append(Fact(text: "\(view.failed) failed", style: .boldRed, importance: 1)) }
        if view.skipped > 0 { facts.append(Fact(text: "\(view.skipped) skipped", style: .yellow, importance: 4)) }
        facts.append(Fact(text: ShownTime.whole(view.elapsed), least: 6, importance: 2))
        if let rest = rest(finished) { facts.append(Fact(text: rest, style: .dim, least: 12, importance: 3)) }
        return facts
    }

    /// How long it will still take, or took before, if that is over.
    private func rest(_ finished: Int) -> String? {
        if let total = view.total, finished >= total { return nil }
        if let expected = view.expected {
            guard expected > view.elapsed else { return "of ~\(ShownTime.whole(expected))" }
            return "~\(ShownTime.whole(expected - view.elapsed)) left"
        }
        // Of fewer tasks and less time nothing can be told.
        guard let total = view.total, finished >= 10, view.elapsed >= .seconds(5) else { return nil }
        return "~\(ShownTime.whole(view.elapsed * (Double(total - finished) / Double(finished)))) left"
    }

    // MARK: Its parts

    func groupLines(_ count: Int) -> [TerminalLine] {
        let shown = groups.prefix(count)
        let nameColumns = min(shown.reduce(0) { max($0, nameWidth($1.id)) }, max(8, width / 3))
        let countColumns = shown.reduce(0) { max($0, "\($1.done + $1.failed)/\($1.total)".utf8.count) }
        let failedColumns = shown.reduce(0) { max($0, $1.failed > 0 ? "\($1.failed) failed".utf8.count + 2 : 0) }
        let free = width - Self.indent - nameColumns - countColumns - 4
        // The bar tells of failures too where there is no room for their number.
        let showsFailed = free - failedColumns >= Self.leastBar
        let barColumns = min(showsFailed ? free - failedColumns : free, Self.mostGroupBar)
        return shown.map { group in
            var line = line(look.hasUnicode ? "≡" : "=", .dim)
            line.add(look.fitName(group.id, nameColumns))
            line.pad(to: Self.indent + nameColumns + 2)
            if barColumns >= Self.leastBar {
                line.addBar(barColumns, done: group.done, failed: group.failed, skipped: 0, total: group.total)
                line.pad(to: line.columns + 2)
            }
            line.addRight("\(group.done + group.failed)/\(group.total)", in: countColumns)
            if group.failed > 0, showsFailed { line.addFact("\(group.failed) failed", .red) }
            return line
        }
    }

    func runningLines(_ count: Int) -> [TerminalLine] {
        guard count > 0 else { return [] }
        let shown = running.prefix(running.count > count ? count - 1 : count)
        let timeColumns = shown.reduce(5) { max($0, ShownTime.live($1.elapsed).utf8.count) }
        let expectedColumns = shown.reduce(0) { max($0, ($1.expected.map { expected($0) } ?? "").utf8.count) }
        let free = width - Self.indent - 2 - timeColumns - expectedColumns
        let nameColumns = min(shown.reduce(0) { max($0, nameWidth($1.id)) }, max(8, free))
        var lines = shown.map { step in
            var line = line(runningMark, .green)
            line.add(look.fitName(step.id, nameColumns))
            line.pad(to: Self.indent + nameColumns + 2)
            let isLate = step.expected.map { $0 < step.elapsed } ?? false
            line.addRight(ShownTime.live(step.elapsed), in: timeColumns, isLate ? .yellow : .plain)
            if let expected = step.expected { line.add(self.expected(expected), .dim) }
            if step.attempt > 1 { line.addFact("attempt \(step.attempt)", .yellow) }
            return line
        }
        if shown.isEmpty { lines.append(line(runningMark, .green, "\(running.count) running")) }
        if shown.count < running.count, !shown.isEmpty { lines.append(more("\(running.count - shown.count) more")) }
        return lines
    }

    private func expected(_ duration: Duration) -> String { " of ~\(ShownTime.rough(duration))" }

    func waitingLines(_ count: Int) -> [TerminalLine] {
        guard count > 0 else { return [] }
        let all = view.waiting.count
        let shown = view.waiting.prefix(all > count ? count - 1 : count)
        var lines = shown.map { text in
            line(waitingMark, .yellow, text, .dim)
        }
        if shown.isEmpty { lines.append(line(waitingMark, .yellow, "\(all) waiting", .dim)) }
        if shown.count < all, !shown.isEmpty { lines.append(more("\(all - shown.count) more waiting")) }
        return lines
    }

    /// Failures, each with the end of its log, as far as lines are left for that.
    func failureLines(_ count: Int, logs: Int) -> [TerminalLine] {
        guard count > 0 else { return [] }
        let all = view.failing.count
        let shown = view.failing.prefix(all > count ? count - 1 : count)
        var logs = logs
        var lines: [TerminalLine] = []
        for (index, failure) in shown.enumerated() {
            var line = line(failedMark, .boldRed)
            line.add("\(look.fitName(failure.id, width / 2)): ", .boldRed)
            line.add(String(failure.message.prefix { !$0.isNewline }))
            lines.append(line)
            // What one does not need is left for the next ones.
            let fair = (logs + shown.count - index - 1) / (shown.count - index)
            let own = min(failure.logTail.count, Self.mostLogLines, fair)
            logs -= own
            lines += failure.logTail.suffix(own).map(logLine)
        }
        if shown.isEmpty { lines.append(line(failedMark, .boldRed, "\(all) failed", .boldRed)) }
        if shown.count < all, !shown.isEmpty { lines.append(more("\(all - shown.count) more failed", .red)) }
        return lines
    }

    private func logLine(_ text: String) -> TerminalLine {
        var line = line("")
        line.add(look.hasUnicode ? "│" : "|", .red)
        line.pad(to: Self.indent + 2)
        line.add(TerminalText.logLine(text))
        return line
    }

    private func more(_ text: String, _ style: TerminalLine.Style = .dim) -> TerminalLine {
        var line = line("")
        line.add("\(look.ellipsis) and \(text)", style)
        return line
    }

    private func nameWidth(_ name: String) -> Int { TerminalText.columns(of: look.safe(name)) }
}

/// Durations that change while one looks at them: short, and as exact as one can read.
private enum ShownTime {
    /// `3.2s`, `12s`, `1m05s`, `1h02m`, `2d03h`.
    static func live(_ duration: Duration) -> String {
        let (seconds, attoseconds) = max(.zero, duration).components
        let tenths = seconds * 10 + attoseconds / 100_000_000_000_000_000
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)s" : whole(duration)
    }

    /// The same with whole seconds.
    static func whole(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        func pair(_ first: Int64, _ unit: String, _ second: Int64, _ smaller: String) -> String {
            "\(first)\(unit)\(second < 10 ? "0" : "")\(second)\(smaller)"
        }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return pair(seconds / 60, "m", seconds % 60, "s") }
        if seconds < 86_400 { return pair(seconds / 3600, "h", seconds / 60 % 60, "m") }
        return pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
    }

    /// What was measured before: exact only where whole seconds say nothing.
    static func rough(_ duration: Duration) -> String {
        duration < .seconds(2) ? live(duration) : whole(duration + .milliseconds(500))
    }
}
