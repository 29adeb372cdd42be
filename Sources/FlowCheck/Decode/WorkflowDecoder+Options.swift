import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    /// Decodes one of the options of SPEC 6; any other key is left alone.
    mutating func decodeOption(_ entry: Entry, into options: inout TaskOptions) {
        guard entry.isAccepted else { return }
        let node = entry.value
        let isNull = reader.isNull(node)
        func given<Value>(_ value: Value?) -> Given<Value> {
            isNull ? .cleared : value.map { .value($0) } ?? .absent
        }
        switch entry.key {
        case .countdown: options.countdown = isNull ? .cleared : timed(node)
        case .eta: options.eta = isNull ? .cleared : timed(node)
        case .expires: options.expires = isNull ? .cleared : timed(node)
        case .priority: options.priority = isNull ? .cleared : .value(reader.template(node))
        case .queue: options.queue = isNull ? .cleared : .value(reader.template(node))
        case .shadow: options.shadow = isNull ? .cleared : .value(reader.template(node))
        case .maxRetries: options.maxRetries = given(reader.int(node))
        case .retry: decodeRetry(node, into: &options)
        case .defaultRetryDelay: options.defaultRetryDelay = given(reader.duration(node))
        case .autoretryFor: options.autoretryFor = given(reader.strings(node))
        case .dontAutoretryFor: options.dontAutoretryFor = given(reader.strings(node))
        case .retryBackoff: options.retryBackoff = given(backoff(node))
        case .retryBackoffMax: options.retryBackoffMax = given(reader.duration(node))
        case .retryJitter: options.retryJitter = given(reader.bool(node))
        case .softTimeLimit: options.softTimeLimit = given(reader.duration(node))
        case .timeLimit: options.timeLimit = given(reader.duration(node))
        case .softSignal: options.softSignal = given(reader.string(node))
        case .ignoreResult: options.ignoreResult = given(reader.bool(node))
        case .storeErrorsEvenIfIgnored: options.storeErrorsEvenIfIgnored = given(reader.bool(node))
        case .acksLate: options.acksLate = given(reader.bool(node))
        case .acksOnFailureOrTimeout: options.acksOnFailureOrTimeout = given(reader.bool(node))
        case .rejectOnWorkerLost: options.rejectOnWorkerLost = given(reader.bool(node))
        case .trackStarted: options.trackStarted = given(reader.bool(node))
        case .rateLimit:
            options.rateLimit = given(reader.string(node) ?? reader.int(node).map { "\($0)/s" })
        case .cache:
            if !isNull { decodeCache(node) }
            notBuilt(entry.keyNode)
        default: break
        }
    }

    /// A time, a duration or an expression that gives one.
    private mutating func timed(_ node: YAMLNodeID) -> Given<Template> {
        let template = reader.template(node)
        guard case .literal(let value) = template else { return .value(template) }
        if case .string(let text) = value, Timestamp(iso8601: text) != nil { return .value(template) }
        return reader.duration(node).map { .value(.literal(.float($0.inSeconds))) } ?? .absent
    }

    private func decodeRetry(_ node: YAMLNodeID, into options: inout TaskOptions) {
        guard !reader.isNull(node) else {
            options.maxRetries = .cleared
            return
        }
        guard let count = reader.int(node) else { return }
        options.maxRetries = .value(count)
        options.autoretryFor = .value(["Exception", "TimeLimitExceeded", "WorkerLostError"])
        if case .absent = options.retryBackoff { options.retryBackoff = .value(.doubling(base: .seconds(1))) }
    }

    private func backoff(_ node: YAMLNodeID) -> RetryBackoff? {
        if let isOn = reader.bool(node) { return isOn ? .doubling(base: .seconds(1)) : .off }
        return reader.duration(node).map { .doubling(base: max($0, .seconds(1))) }
    }

    private mutating func decodeCache(_ node: YAMLNodeID) {
        let entries = entries(node, of: Language.shape(.cache))
        for entry in entries.list where entry.isAccepted { _ = reader.template(entry.value) }
        if entries.list.isEmpty, !entries.hasUnknown {
            reader.report(
                Diagnostic(.missingKey, "a cache needs 'inputs', 'outputs' or 'key'", at: reader.document.span(node)))
        }
    }
}
