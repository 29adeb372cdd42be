import FlowDiagnostics
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

/// FR501 to FR503, FR506, FR601, FR603: options that contradict each other or do nothing, at the nearest level that says so.
struct Hazards {
    private var decoder: WorkflowDecoder
    private let now: Timestamp?

    /// The options of a place, with where they stand.
    private struct Level {
        let options: TaskOptions
        let entries: [(key: YAMLNodeID, value: YAMLNodeID)]

        func entry(_ key: WorkflowKey, _ document: YAMLDocument) -> (key: YAMLNodeID, value: YAMLNodeID)? {
            entries.first { document.text($0.key) == key.rawValue }
        }
    }

    static func check(_ decoder: inout WorkflowDecoder, now: Timestamp?) {
        var hazards = Hazards(decoder: decoder, now: now)
        hazards.checkTasks()
        hazards.checkNodes()
        decoder = hazards.decoder
    }

    private init(decoder: WorkflowDecoder, now: Timestamp?) {
        self.decoder = decoder
        self.now = now
    }

    private var document: YAMLDocument { _read { yield decoder.document } }

    private mutating func checkTasks() {
        for (task, places) in zip(decoder.spec.tasks, decoder.taskPlaces) {
            guard let node = places.node, !task.isInline, document.kind(node) == .mapping else { continue }
            let level = Level(options: task.options, entries: document.entries(node))
            check([level], task)
        }
    }

    private mutating func checkNodes() {
        for index in decoder.spec.nodes.indices {
            let kind = decoder.spec.nodes[index].kind
            if kind == .group { checkLink(index, document.entries(decoder.places[index].node)) }
            guard decoder.spec.nodes[index].modifiers > 0, kind != .fanOut else { continue }
            let node = decoder.spec.nodes[index]
            let entries = document.entries(decoder.places[index].node)
            let isRoot = decoder.places[index].node == document.root
            let own = isRoot ? entries.filter { !isHeader($0.key) } : entries
            let level = Level(options: decoder.spec.modifiers(of: node).options, entries: own)
            let task = node.task.map { decoder.spec.tasks[Int($0.index)] }
            var levels = [level]
            if let task, !task.isInline, let place = node.task.flatMap({ decoder.taskPlaces[Int($0.index)].node }) {
                levels.append(Level(options: task.options, entries: document.entries(place)))
            }
            check(levels, task)
        }
    }

    private func isHeader(_ key: YAMLNodeID) -> Bool {
        WorkflowKey(document.text(key)).map { Language.headerKeys.contains($0) } ?? false
    }

    /// Checks the options of levels, the nearest first; what a farther one says alone is its own matter.
    private mutating func check(_ levels: [Level], _ task: TaskSpec?) {
        let options = levels.dropFirst().reduce(levels[0].options) { $0.or($1.options) }
        // The limit of a composite is that of the whole; a soft one is for what is inside.
        if task != nil { checkLimits(levels, options.or(decoder.spec.defaultOptions)) }
        checkExpiry(levels, options)
        checkRetries(levels, options, task)
        checkPast(levels[0])
    }

    private func entry(_ key: WorkflowKey, _ levels: [Level]) -> (key: YAMLNodeID, value: YAMLNodeID)? {
        levels.lazy.compactMap { $0.entry(key, document) }.first
    }

    // MARK: Limits

    private mutating func checkLimits(_ levels: [Level], _ options: TaskOptions) {
        guard let soft = options.softTimeLimit.value, let hard = options.timeLimit.value, soft >= hard else { return }
        let own = [WorkflowKey.softTimeLimit, .timeLimit].compactMap { levels[0].entry($0, document) }
        guard let blamed = own.max(by: { $0.key.index < $1.key.index }) else { return }
        let others = [WorkflowKey.softTimeLimit, .timeLimit].compactMap { entry($0, levels) }
        decoder.reader.report(
            Diagnostic(
                .softLimit, "'soft_time_limit' is not below 'time_limit': the task would be killed before it is warned",
                at: document.span(blamed.value),
                notes: others.filter { $0.key != blamed.key }.map {
                    .init("'\(document.text($0.key))' stands here", at: document.span($0.value))
                }))
    }

    // MARK: Expiry

    private func literal(_ node: YAMLNodeID?) -> Literal? {
        guard let node, document.kind(node) == .scalar else { return nil }
        if let duration = decoder.reader.duration(node) { return .duration(duration) }
        guard document.scalar(node) == .string else { return nil }
        return Timestamp(iso8601: document.text(node)).map { .time($0) }
    }

    private enum Literal {
        case duration(Duration)
        case time(Timestamp)
    }

    private mutating func checkExpiry(_ levels: [Level], _ options: TaskOptions) {
        guard let expires = entry(.expires, levels), let limit = literal(expires.value) else { return }
        for key in [WorkflowKey.countdown, .eta] {
            guard let start = entry(key, levels), let wait = literal(start.value),
                levels[0].entry(key, document) != nil || levels[0].entry(.expires, document) != nil
            else { continue }
            let isLate =
                switch (limit, wait) {
                case (.duration(let limit), .duration(let wait)): limit <= wait
                case (.time(let limit), .time(let wait)): limit <= wait
                case (.duration, .time), (.time, .duration): false
                }
            guard isLate else { continue }
            let blamed = levels[0].entry(.expires, document) ?? start
            decoder.reader.report(
                Diagnostic(
                    .expiryOrder, "'expires' is not after '\(key.rawValue)': the task would expire before it can start",
                    at: document.span(blamed.value),
                    notes: [
                        .init(
                            "'\(document.text((blamed.key == start.key ? expires : start).key))' stands here",
                            at: document.span((blamed.key == start.key ? expires : start).value))
                    ]))
        }
    }

    private mutating func checkPast(_ level: Level) {
        guard let now else { return }
        for key in [WorkflowKey.eta, .expires] {
            guard let entry = level.entry(key, document), case .time(let time)? = literal(entry.value), time < now
            else {
                continue
            }
            let effect = key == .eta ? "the task starts at once" : "the task never starts"
            decoder.reader.report(
                Diagnostic(
                    .timeInPast, "'\(key.rawValue)' lies in the past: \(effect)", at: document.span(entry.value)))
        }
    }

    // MARK: Retries

    private mutating func checkRetries(_ levels: [Level], _ options: TaskOptions, _ task: TaskSpec?) {
        let keys: [WorkflowKey] = [
            .maxRetries, .retryBackoff, .retryBackoffMax, .retryJitter, .defaultRetryDelay, .dontAutoretryFor,
        ]
        guard let task, let given = keys.compactMap({ levels[0].entry($0, document) }).first else {
            checkBackoff(levels, options, task)
            return
        }
        guard options.maxRetries.value != 0, options.autoretryFor.value?.isEmpty ?? true, !asksForRetry(task) else {
            checkBackoff(levels, options, task)
            return
        }
        if decoder.reader.isNull(given.value) || levels[0].entry(.retry, document) != nil { return }
        decoder.reader.report(
            Diagnostic(
                .retryWithoutCause,
                "'\(document.text(given.key))' has no effect: nothing is retried without 'autoretry_for' or 'retry'",
                at: document.span(given.key)))
    }

    /// Whether a task can ask for a retry by itself: by an exit code, or with `self.retry`.
    private func asksForRetry(_ task: TaskSpec) -> Bool {
        switch task.kind {
        case .run, .exec: !task.retryExitCodes.isEmpty
        case .python, .celery, .workflow: true
        case .http, .builtin: false
        }
    }

    /// The waits between attempts, at their most, together outlive `expires`.
    private mutating func checkBackoff(_ levels: [Level], _ options: TaskOptions, _ task: TaskSpec?) {
        guard let expires = entry(.expires, levels), case .duration(let limit)? = literal(expires.value),
            case .doubling(let base)? = options.retryBackoff.value,
            options.autoretryFor.value?.isEmpty == false
                || task.map({ asksForRetry($0) }) ?? false
        else { return }
        let own: [WorkflowKey] = [.expires, .retry, .retryBackoff, .maxRetries]
        guard own.contains(where: { levels[0].entry($0, document) != nil }) else { return }
        let longest = options.retryBackoffMax.value ?? .seconds(600)
        var total = Duration.zero
        var wait = base
        for _ in 0..<min(options.maxRetries.value ?? 3, 64) {
            total += min(wait, longest)
            wait = min(wait + wait, longest)
        }
        guard total > limit else { return }
        decoder.reader.report(
            Diagnostic(
                .backoffOutlivesExpiry,
                "the waits of the retries come to \(DurationText.short(total)), and 'expires' ends them after "
                    + DurationText.short(limit),
                at: document.span((levels[0].entry(.expires, document) ?? expires).value)))
    }

    // MARK: Links

    /// FR506: Celery hangs a group's link on its first member only.
    private mutating func checkLink(_ index: Int, _ entries: [(key: YAMLNodeID, value: YAMLNodeID)]) {
        guard let link = entries.first(where: { document.text($0.key) == "link" }) else { return }
        let members = decoder.spec.children(of: SpecIndex(index)).filter { decoder.spec[$0].role == .member }
        let remote = members.first { member in
            guard let task = decoder.spec[member].task else { return false }
            if case .celery = decoder.spec.tasks[Int(task.index)].kind { return true }
            return false
        }
        guard let remote else { return }
        decoder.reader.report(
            Diagnostic(
                .linkOnRemoteGroup,
                "Celery hangs a group's 'link' on its first member; here it runs once, with the list of all results",
                at: document.span(link.key),
                notes: [
                    .init(
                        "'\(decoder.spec[remote].id)' runs on a Celery worker",
                        at: document.span(decoder.places[Int(remote.index)].node))
                ]))
    }
}
