/// A run in progress as a block of lines for a terminal.
///
///     station-report-k3x9q2  ━━━━━━━━━━━━━╸──────────────────  415/1000  2 failed  1m12s  ~1m48s left
///       fetch     ━━━━━━━━━━━━━━━━━━━━━━━━━━╸──────  388/500  2 failed
///       ▸ fetch[oslo]      12s of ~15s
///       ▸ fetch[bergen]   3.2s of ~15s  attempt 2
///         … and 12 more
///       · retry of fetch[tromso] in 3s
///       ✗ fetch[narvik]: exit code 22
///         │ curl: (22) The requested URL returned error: 503
///
/// It is a pure function of its values: equal ones give equal lines.
package struct ProgressView: Hashable, Sendable {
    /// A step that runs.
    package struct Running: Hashable, Sendable {
        package var id: String
        package var elapsed: Duration
        /// How long it took before; nil if nobody knows.
        package var expected: Duration?
        /// From 1.
        package var attempt: Int

        package init(id: String, elapsed: Duration, expected: Duration? = nil, attempt: Int = 1) {
            self.id = id
            self.elapsed = elapsed
            self.expected = expected
            self.attempt = attempt
        }
    }

    /// A fan-out; it is shown while some of it is over and some is not.
    package struct Group: Hashable, Sendable {
        package var id: String
        /// How many members ended well, or were skipped.
        package var done: Int
        /// How many members failed, none of them done.
        package var failed: Int
        package var total: Int

        package init(id: String, done: Int, failed: Int = 0, total: Int) {
            self.id = id
            self.done = done
            self.failed = failed
            self.total = total
        }
    }

    /// A step that failed.
    package struct Failure: Hashable, Sendable {
        package var id: String
        /// Of several lines the first is shown.
        package var message: String
        /// The last lines of its log, oldest first; colours and other controls in them do no harm.
        package var logTail: [String]

        package init(id: String, message: String, logTail: [String] = []) {
            self.id = id
            self.message = message
            self.logTail = logTail
        }
    }

    /// The run's id.
    package var title: String
    package var elapsed: Duration
    /// How long the whole run will take; nil if nobody knows: then the counts tell, once there are enough of them.
    package var expected: Duration?
    /// How many tasks ended well; each task counts in one of these three numbers at most.
    package var done: Int
    package var failed: Int
    package var skipped: Int
    /// How many tasks there are; nil while a fan-out is unknown.
    package var total: Int?
    /// In any order; the longest ones are shown.
    package var running: [Running]
    /// In any order; the biggest ones are shown.
    package var groups: [Group]
    /// In the order in which they failed; the first ones are shown.
    package var failing: [Failure]
    /// What else goes on, such as `retry of x in 3s`, most important first.
    package var waiting: [String]

    package init(
        title: String, elapsed: Duration, expected: Duration? = nil, done: Int, failed: Int = 0, skipped: Int = 0,
        total: Int?, running: [Running] = [], groups: [Group] = [], failing: [Failure] = [], waiting: [String] = []
    ) {
        self.title = title
        self.elapsed = elapsed
        self.expected = expected
        self.done = done
        self.failed = failed
        self.skipped = skipped
        self.total = total
        self.running = running
        self.groups = groups
        self.failing = failing
        self.waiting = waiting
    }

    /// The block, top to bottom.
    ///
    /// No control character of a name, a message or a log is in it; blanks at the end of a line neither.
    ///
    /// - Parameters:
    ///   - width: The most columns of a line. Text is measured as most terminals draw it.
    ///   - height: The most lines. What matters least is left out first: logs, then what waits, groups, what runs.
    ///   - color: Whether lines hold SGR sequences (ECMA-48, 8.3.117); without them it is the same text.
    ///   - unicode: Whether there is more than ASCII.
    /// - Returns: At least one line, unless there is no room at all.
    /// - Complexity: O(*n* log *n*) for *n* running steps and groups.
    package func lines(width: Int, height: Int, color: Bool, unicode: Bool) -> [String] {
        guard width > 0, height > 0 else { return [] }
        let page = ProgressPage(view: self, look: TerminalLook(hasColor: color, hasUnicode: unicode), width: width)
        return page.lines(height: height).map(\.text)
    }
}

/// Which lines a block has: shares a height among its parts.
extension ProgressPage {
    func lines(height: Int) -> [TerminalLine] {
        var share = Share(
            groups: min(groups.count, Self.mostGroups), running: Self.lineCount(running.count, Self.mostRunning),
            waiting: Self.lineCount(view.waiting.count, Self.mostWaiting),
            failures: Self.lineCount(view.failing.count, Self.mostFailures),
            logs: view.failing.prefix(Self.mostFailures).reduce(0) { $0 + min($1.logTail.count, Self.mostLogLines) })
        share.shrink(to: height - 1)
        return [header()] + groupLines(share.groups) + runningLines(share.running) + waitingLines(share.waiting)
            + failureLines(share.failures, logs: share.logs)
    }

    /// How many lines show some of a number of things, and the number of the others.
    private static func lineCount(_ count: Int, _ most: Int) -> Int { count <= most + 1 ? count : most + 1 }

    /// How many lines each part has.
    private struct Share {
        var groups: Int
        var running: Int
        var waiting: Int
        var failures: Int
        var logs: Int

        /// Takes lines away until a number is left, first where they are missed least.
        mutating func shrink(to count: Int) {
            let steps: [(part: WritableKeyPath<Share, Int>, least: Int)] = [
                (\.waiting, 1), (\.logs, 3), (\.groups, 2), (\.running, 4), (\.waiting, 0), (\.groups, 0), (\.logs, 1),
                (\.running, 1), (\.logs, 0), (\.failures, 1), (\.running, 0), (\.failures, 0),
            ]
            for (part, least) in steps {
                let excess = groups + running + waiting + failures + logs - count
                guard excess > 0 else { return }
                self[keyPath: part] = max(min(least, self[keyPath: part]), self[keyPath: part] - excess)
            }
        }
    }

    private static let mostGroups = 5
    private static let mostRunning = 8
    private static let mostWaiting = 3
    private static let mostFailures = 3
    static let mostLogLines = 5
}
