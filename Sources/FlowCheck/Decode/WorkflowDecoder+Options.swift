import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    /// Decodes one of the options of SPEC 6; any other key is left alone.
    mutating func decodeOption(_ entry: Entry, into options: inout TaskOptions) {
        let (node, key) = (entry.value, entry.key.rawValue)
        let isNull = reader.isNull(node)
        switch entry.key {
        case .countdown: options.countdown = isNull ? .cleared : timed(node, key)
        case .eta: options.eta = isNull ? .cleared : timed(node, key)
        case .expires: options.expires = isNull ? .cleared : timed(node, key)
        case .priority: options.priority = isNull ? .cleared : .value(reader.template(node))
        case .queue: options.queue = isNull ? .cleared : .value(reader.template(node))
        case .shadow: options.shadow = isNull ? .cleared : .value(reader.template(node))
        case .maxRetries: options.maxRetries = isNull ? .cleared : given(reader.int(node, key))
        case .retry: decodeRetry(node, into: &options)
        case .defaultRetryDelay: options.defaultRetryDelay = isNull ? .cleared : given(reader.duration(node, key))
        case .autoretryFor: options.autoretryFor = isNull ? .cleared : given(errorClasses(node, key))
        case .dontAutoretryFor: options.dontAutoretryFor = isNull ? .cleared : given(errorClasses(node, key))
        case .retryBackoff: options.retryBackoff = isNull ? .cleared : given(backoff(node))
        case .retryBackoffMax: options.retryBackoffMax = isNull ? .cleared : given(reader.duration(node, key))
        case .retryJitter: options.retryJitter = isNull ? .cleared : given(reader.bool(node, key))
        case .softTimeLimit: options.softTimeLimit = isNull ? .cleared : given(reader.duration(node, key))
        case .timeLimit: options.timeLimit = isNull ? .cleared : given(reader.duration(node, key))
        case .softSignal: options.softSignal = isNull ? .cleared : given(reader.string(node, key))
        case .ignoreResult: options.ignoreResult = isNull ? .cleared : given(reader.bool(node, key))
        case .storeErrorsEvenIfIgnored:
            options.storeErrorsEvenIfIgnored = isNull ? .cleared : given(reader.bool(node, key))
        case .acksLate: options.acksLate = isNull ? .cleared : given(reader.bool(node, key))
        case .acksOnFailureOrTimeout:
            options.acksOnFailureOrTimeout = isNull ? .cleared : given(reader.bool(node, key))
        case .rejectOnWorkerLost: options.rejectOnWorkerLost = isNull ? .cleared : given(reader.bool(node, key))
        case .trackStarted: options.trackStarted = isNull ? .cleared : given(reader.bool(node, key))
        case .rateLimit: options.rateLimit = isNull ? .cleared : given(reader.string(node, key))
        case .cache: notBuilt(entry.keyNode)
        default: break
        }
    }

    private func given<Value>(_ value: Value?) -> Given<Value> {
        value.map { .value($0) } ?? .absent
    }

    /// A time, a duration or an expression that gives one.
    private mutating func timed(_ node: YAMLNodeID, _ key: String) -> Given<Template> {
        let template = reader.template(node)
        guard case .literal(let value) = template else { return .value(template) }
        if case .string(let text) = value, !isInUTC,
            Timestamp(iso8601: text) != Timestamp(iso8601: text, defaultOffset: 60)
        {
            reader.report(
                Diagnostic(
                    .notBuiltYet, "a time without an offset is read in 'timezone', which this version cannot do yet",
                    at: document.span(node)))
            return .absent
        }
        switch (key, value) {
        case ("eta", .string(let text)) where Timestamp(iso8601: text) != nil,
            ("expires", .string(let text)) where Timestamp(iso8601: text) != nil:
            return .value(template)
        case ("eta", _):
            reader.wrongType(node, key, "a time such as 2026-11-24T08:00:00Z")
            return .absent
        default:
            return reader.duration(node, key).map { .value(.literal(.float($0.inSeconds))) } ?? .absent
        }
    }

    /// Whether times without an offset are in UTC.
    private var isInUTC: Bool {
        guard let zone = spec.settings.last(where: { $0.name == "timezone" })?.value else { return true }
        return zone == .null || zone == .string("UTC")
    }

    private mutating func decodeRetry(_ node: YAMLNodeID, into options: inout TaskOptions) {
        guard !reader.isNull(node) else {
            options.maxRetries = .cleared
            return
        }
        guard let count = reader.int(node, "retry") else { return }
        options.maxRetries = .value(count)
        options.autoretryFor = .value(["Exception", "TimeLimitExceeded", "WorkerLostError"])
        if case .absent = options.retryBackoff { options.retryBackoff = .value(.doubling(base: .seconds(1))) }
    }

    private mutating func errorClasses(_ node: YAMLNodeID, _ key: String) -> [String]? {
        reader.strings(node, key)
    }

    private mutating func backoff(_ node: YAMLNodeID) -> RetryBackoff? {
        if case .bool(let isOn) = document.scalar(node), document.kind(node) == .scalar {
            return isOn ? .doubling(base: .seconds(1)) : .off
        }
        return reader.duration(node, "retry_backoff").map { .doubling(base: max($0, .seconds(1))) }
    }

    /// A soft limit must come before the hard one.
    mutating func checkLimits(_ entries: [Entry], _ options: TaskOptions) {
        guard let soft = options.softTimeLimit.value, let hard = options.timeLimit.value, soft >= hard,
            let softEntry = entries.first(where: { $0.key == .softTimeLimit }),
            let hardEntry = entries.first(where: { $0.key == .timeLimit })
        else { return }
        reader.report(
            Diagnostic(
                .softLimit, "'soft_time_limit' is not below 'time_limit': the task would be killed before it is warned",
                at: document.span(hardEntry.value),
                notes: [.init("the soft limit", at: document.span(softEntry.value))]))
    }
}
