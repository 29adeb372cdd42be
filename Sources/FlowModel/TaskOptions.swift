package import FlowExpression

/// An option as one level gives it.
package enum Given<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The level says nothing; a farther one decides.
    case absent
    /// `null`: what a farther level sets does not hold.
    case cleared
    case value(Value)

    /// What a reader sees: nil if nobody gave it or somebody cleared it.
    package var value: Value? {
        if case .value(let value) = self { return value }
        return nil
    }

    /// This level, or a farther one where it says nothing.
    package func or(_ farther: Given) -> Given {
        if case .absent = self { return farther }
        return self
    }
}

/// The options of a call, a task or all tasks (SPEC 6).
package struct TaskOptions: Sendable, Hashable {
    package var countdown: Given<Template> = .absent
    package var eta: Given<Template> = .absent
    package var expires: Given<Template> = .absent
    package var priority: Given<Template> = .absent
    package var queue: Given<Template> = .absent
    package var shadow: Given<Template> = .absent
    package var maxRetries: Given<Int> = .absent
    package var defaultRetryDelay: Given<Duration> = .absent
    package var autoretryFor: Given<[String]> = .absent
    package var dontAutoretryFor: Given<[String]> = .absent
    package var retryBackoff: Given<RetryBackoff> = .absent
    package var retryBackoffMax: Given<Duration> = .absent
    package var retryJitter: Given<Bool> = .absent
    package var softTimeLimit: Given<Duration> = .absent
    package var timeLimit: Given<Duration> = .absent
    package var softSignal: Given<String> = .absent
    package var ignoreResult: Given<Bool> = .absent
    package var storeErrorsEvenIfIgnored: Given<Bool> = .absent
    package var acksLate: Given<Bool> = .absent
    package var acksOnFailureOrTimeout: Given<Bool> = .absent
    package var rejectOnWorkerLost: Given<Bool> = .absent
    package var trackStarted: Given<Bool> = .absent
    package var rateLimit: Given<String> = .absent

    package init() {}

    /// These options, filled up from a farther level.
    package func or(_ farther: TaskOptions) -> TaskOptions {
        var options = self
        // Of countdown and eta the nearest level that gives either decides.
        if case .absent = countdown, case .absent = eta {
            options.countdown = farther.countdown
            options.eta = farther.eta
        }
        options.expires = expires.or(farther.expires)
        options.priority = priority.or(farther.priority)
        options.queue = queue.or(farther.queue)
        options.shadow = shadow.or(farther.shadow)
        options.maxRetries = maxRetries.or(farther.maxRetries)
        options.defaultRetryDelay = defaultRetryDelay.or(farther.defaultRetryDelay)
        options.autoretryFor = autoretryFor.or(farther.autoretryFor)
        options.dontAutoretryFor = dontAutoretryFor.or(farther.dontAutoretryFor)
        options.retryBackoff = retryBackoff.or(farther.retryBackoff)
        options.retryBackoffMax = retryBackoffMax.or(farther.retryBackoffMax)
        options.retryJitter = retryJitter.or(farther.retryJitter)
        options.softTimeLimit = softTimeLimit.or(farther.softTimeLimit)
        options.timeLimit = timeLimit.or(farther.timeLimit)
        options.softSignal = softSignal.or(farther.softSignal)
        options.ignoreResult = ignoreResult.or(farther.ignoreResult)
        options.storeErrorsEvenIfIgnored = storeErrorsEvenIfIgnored.or(farther.storeErrorsEvenIfIgnored)
        options.acksLate = acksLate.or(farther.acksLate)
        options.acksOnFailureOrTimeout = acksOnFailureOrTimeout.or(farther.acksOnFailureOrTimeout)
        options.rejectOnWorkerLost = rejectOnWorkerLost.or(farther.rejectOnWorkerLost)
        options.trackStarted = trackStarted.or(farther.trackStarted)
        options.rateLimit = rateLimit.or(farther.rateLimit)
        return options
    }
}

/// What `retry_backoff` says: whether delays double, and from which base.
package enum RetryBackoff: Sendable, Hashable {
    case off
    /// The delay before the first retry; it doubles with each one.
    case doubling(base: Duration)
}
