import FlowExpression
package import FlowValue

extension TaskOptions {
    /// What an entry of `task_annotations` or `task_routes` says; names that are no options are left alone.
    package init(annotation: JSONObject) {
        self.init()
        for member in annotation.members { set(member.key, member.value) }
    }

    private mutating func set(_ name: String, _ value: JSONValue) {
        func given<Value>(_ read: (JSONValue) -> Value?) -> Given<Value> {
            if value == .null { return .cleared }
            return read(value).map { .value($0) } ?? .absent
        }
        switch name {
        case "countdown": countdown = given { .literal($0) }
        case "eta": eta = given { .literal($0) }
        case "expires": expires = given { .literal($0) }
        case "priority": priority = given { .literal($0) }
        case "queue": queue = given { .literal($0) }
        case "shadow": shadow = given { .literal($0) }
        case "max_retries": maxRetries = given(\.asInt)
        case "default_retry_delay": defaultRetryDelay = given(Self.duration)
        case "autoretry_for": autoretryFor = given(Self.strings)
        case "dont_autoretry_for": dontAutoretryFor = given(Self.strings)
        case "retry_backoff": retryBackoff = given(Self.backoff)
        case "retry_backoff_max": retryBackoffMax = given(Self.duration)
        case "retry_jitter": retryJitter = given(Self.bool)
        case "soft_time_limit": softTimeLimit = given(Self.duration)
        case "time_limit": timeLimit = given(Self.duration)
        case "ignore_result": ignoreResult = given(Self.bool)
        case "store_errors_even_if_ignored": storeErrorsEvenIfIgnored = given(Self.bool)
        case "acks_late": acksLate = given(Self.bool)
        case "acks_on_failure_or_timeout": acksOnFailureOrTimeout = given(Self.bool)
        case "reject_on_worker_lost": rejectOnWorkerLost = given(Self.bool)
        case "track_started": trackStarted = given(Self.bool)
        case "rate_limit": rateLimit = given(Self.rate)
        default: break
        }
    }

    private static func bool(_ value: JSONValue) -> Bool? {
        if case .bool(let value) = value { return value }
        return nil
    }

    private static func strings(_ value: JSONValue) -> [String]? {
        guard case .array(let items) = value else {
            if case .string(let text) = value { return [text] }
            return nil
        }
        return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    private static func rate(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .int(let count): "\(count)/s"
        case .float(let count): "\(count)/s"
        case .null, .bool, .array, .object: nil
        }
    }

    private static func backoff(_ value: JSONValue) -> RetryBackoff? {
        if case .bool(let isOn) = value { return isOn ? .doubling(base: .seconds(1)) : .off }
        return duration(value).map { .doubling(base: max($0, .seconds(1))) }
    }

    /// Seconds, or a text such as `5m`.
    package static func duration(_ value: JSONValue) -> Duration? {
        switch value {
        case .int(let seconds): DurationText.seconds(Double(seconds))
        case .float(let seconds): DurationText.seconds(seconds)
        case .string(let text): DurationText.duration(text)
        case .null, .bool, .array, .object: nil
        }
    }
}
