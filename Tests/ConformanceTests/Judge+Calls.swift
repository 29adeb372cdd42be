/// What the helper tasks were called with, and when.
extension Judge {
    func judgeCalls(_ status: StatusDocument?) throws {
        let starts = calls.filter { $0.event == .start }
        if let expected = expectation.calls { try judge(starts, against: expected) }
        try judgeWhatMustNotRun(starts, status)
        for order in expectation.before
        where try times(of: order.first, .end).max > times(of: order.second, .start).min {
            throw Difference("\(order.second) started before \(order.first) had ended")
        }
        for order in expectation.startsBeforeEnd
        where try times(of: order.first, .start).min > times(of: order.second, .end).max {
            throw Difference("\(order.first) started only after \(order.second) had ended")
        }
        if let expected = expectation.parallel { try judgeParallel(expected) }
        for expected in expectation.gaps { try judgeGaps(expected, starts) }
        if let least = expectation.startsApart {
            for gap in Self.gaps(starts) where gap < least {
                throw Difference("two starts are \(Self.rounded(gap)) s apart, wanted \(least) or more")
            }
        }
    }

    // MARK: - Which calls

    private func judge(_ starts: [HelperCall], against expected: Expectation.ExpectedCalls) throws {
        guard starts.count == expected.list.count else {
            throw Difference("calls: wanted \(expected.list.count), there were \(starts.count): \(Self.brief(starts))")
        }
        switch expected.order {
        case .exact:
            for (index, (matcher, call)) in zip(expected.list, starts).enumerated() {
                try Self.demand(matcher, call.line, at: "calls[\(index)]")
            }
        case .any:
            if let unmet = Self.unmet(expected.list, starts) {
                throw Difference("calls: no call like \(unmet.source.shown); there were \(Self.brief(starts))")
            }
        }
    }

    private func judgeWhatMustNotRun(_ starts: [HelperCall], _ status: StatusDocument?) throws {
        for id in expectation.notRun {
            if starts.contains(where: { $0.step == id }) { throw Difference("\(id) ran") }
            guard let step = status?[id] else { continue }
            let (state, attempts) = (step["state"] ?? .null, step["attempts"] ?? .null)
            let isUntouched = attempts == .integer(0) || attempts == .null
            guard isUntouched, state != .string("SUCCESS"), state != .string("FAILURE") else {
                throw Difference(
                    "steps.\(id): wanted it not to have run, got state \(state.shown), attempts \(attempts.shown)")
            }
        }
    }

    /// The first matcher that no call is left for, where each takes one of its own; nil where all have one.
    ///
    /// A matching in a bipartite graph by augmenting paths (Kuhn's algorithm): calls that fit several matchers move.
    private static func unmet(_ wanted: [Matcher], _ calls: [HelperCall]) -> Matcher? {
        let fits = wanted.map { matcher in calls.indices.filter { matcher.accepts(calls[$0].line) } }
        var owners: [Int: Int] = [:]

        func place(_ index: Int, _ seen: inout Set<Int>) -> Bool {
            for call in fits[index] where seen.insert(call).inserted {
                if let owner = owners[call], !place(owner, &seen) { continue }
                owners[call] = index
                return true
            }
            return false
        }

        return wanted.indices.first { index in
            var seen: Set<Int> = []
            return !place(index, &seen)
        }.map { wanted[$0] }
    }

    private static func brief(_ calls: [HelperCall]) -> String {
        TestJSON.array(calls.map(\.brief)).shown
    }

    // MARK: - When

    /// The first and the last time of an event of a step.
    private func times(of step: String, _ event: HelperCall.Event) throws -> (min: Double, max: Double) {
        let times = calls.filter { $0.step == step && $0.event == event }.map(\.time)
        guard let first = times.min(), let last = times.max() else {
            throw Difference("\(step) has no \(event) in the calls")
        }
        return (first, last)
    }

    private func judgeParallel(_ expected: ClosedRange<Int>) throws {
        // Of an end and a start at one time the end comes first.
        let changes = calls.map { (time: $0.time, change: $0.event == .start ? 1 : -1) }
            .sorted { ($0.time, $0.change) < ($1.time, $1.change) }
        var (now, most) = (0, 0)
        for (_, change) in changes {
            now += change
            most = max(most, now)
        }
        guard expected.contains(most) else {
            let bound = expected.upperBound == .max ? "or more" : "to \(expected.upperBound)"
            throw Difference("\(most) ran at once, wanted \(expected.lowerBound) \(bound)")
        }
    }

    private func judgeGaps(_ expected: Expectation.ExpectedGaps, _ starts: [HelperCall]) throws {
        let attempts = starts.filter { $0.step == expected.step }
        guard attempts.count == expected.gaps.count + 1 else {
            throw Difference(
                "\(expected.step): wanted \(expected.gaps.count + 1) attempts, there were \(attempts.count)")
        }
        for (gap, wanted) in zip(Self.gaps(attempts), expected.gaps) {
            // Starting a program takes a while, of either attempt.
            guard (wanted.lowerBound - 0.1...wanted.upperBound + 0.75).contains(gap) else {
                throw Difference(
                    "\(expected.step): \(Self.rounded(gap)) s between two attempts, "
                        + "wanted \(wanted.lowerBound) to \(wanted.upperBound)")
            }
        }
    }

    /// The seconds between each call and the next.
    private static func gaps(_ calls: [HelperCall]) -> [Double] {
        let times = calls.map(\.time).sorted()
        return zip(times, times.dropFirst()).map { $1 - $0 }
    }
}
