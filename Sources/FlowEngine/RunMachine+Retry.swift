import FlowModel
import FlowPlan
import FlowValue

/// How an attempt ends, and when another one follows, after which delay (SPEC 6, CELERY B.2).
extension RunMachine {
    mutating func end(_ node: NodeIndex, _ outcome: AttemptOutcome) {
        switch outcome {
        case .success(let value):
            results[Int(node.index)] = value
            finish(node, .success)
        case .ignored:
            finish(node, .ignored)
        case .failure(let failure):
            guard !isCancelled(node) else { return finish(node, .failure, failure: failure) }
            if retries(node, failure) { scheduleRetry(node, failure) } else { finish(node, .failure, failure: failure) }
        case .retry(let failure):
            if isCancelled(node) {
                revoke(node, message: "revoked")
            } else if hasRetriesLeft(node) {
                scheduleRetry(node, failure)
            } else {
                let message = "can't retry \(plan.id(of: node)) any more: \(failure.message)"
                finish(
                    node, .failure,
                    failure: TaskFailure(
                        type: "MaxRetriesExceededError", message: message, traceback: failure.traceback))
            }
        }
    }

    private mutating func scheduleRetry(_ node: NodeIndex, _ failure: TaskFailure) {
        let due = now + retryDelay(node)
        failures[node] = failure
        self[node].retries += 1
        self[node].losses = 0
        setState(node, .retry)
        delay(node, until: due)
    }

    mutating func lose(_ node: NodeIndex, again: Bool) {
        self[node].losses += 1
        let isPure = plan.takesNoTime(node)
        let isRedelivered = plan.options(of: node).acksLate.value == true && self[node].losses < 3
        guard isPure || again || isRedelivered else {
            return end(node, .failure(TaskFailure(type: "WorkerLostError", message: lossMessage(node))))
        }
        guard !isCancelled(node) else { return revoke(node, message: "revoked") }
        setState(node, .pending)
        makeReady(node)
    }

    private func lossMessage(_ node: NodeIndex) -> String {
        self[node].losses < 2
            ? "the worker died while the task ran"
            : "the worker died while the task ran, \(self[node].losses) times in a row"
    }

    private func hasRetriesLeft(_ node: NodeIndex) -> Bool {
        switch plan.options(of: node).maxRetries {
        case .absent: self[node].retries < 3
        case .cleared: true
        case .value(let count): self[node].retries < count
        }
    }

    /// Whether `autoretry_for` covers a failure and retries are left.
    private func retries(_ node: NodeIndex, _ failure: TaskFailure) -> Bool {
        let options = plan.options(of: node)
        guard let classes = options.autoretryFor.value, covers(classes, failure),
            !covers(options.dontAutoretryFor.value ?? [], failure)
        else { return false }
        return hasRetriesLeft(node)
    }

    private func covers(_ classes: [String], _ failure: TaskFailure) -> Bool {
        if classes.contains(failure.type) { return true }
        if let code = failure.exitCode, classes.contains("exit:\(code)") { return true }
        let mustBeNamed = ["TimeLimitExceeded", "WorkerLostError", "ArgumentError", "ResultError", "ExpressionError"]
        return classes.contains("Exception") && !mustBeNamed.contains(failure.type)
    }

    /// The delay before the next attempt.
    ///
    /// Jitter is drawn from the run, the task and the retry, so that a replay draws the same.
    private func retryDelay(_ node: NodeIndex) -> Duration {
        let options = plan.options(of: node)
        let longest = options.retryBackoffMax.value ?? .seconds(600)
        switch options.retryBackoff {
        case .value(.doubling(let base)):
            return jittered(node, backoff(node, base, longest), options.retryJitter.value ?? true)
        case .value(.off):
            return options.defaultRetryDelay.value ?? .seconds(180)
        case .absent, .cleared:
            if let delay = options.defaultRetryDelay.value { return delay }
            return jittered(node, backoff(node, .seconds(1), longest), options.retryJitter.value ?? true)
        }
    }

    private func backoff(_ node: NodeIndex, _ base: Duration, _ longest: Duration) -> Duration {
        let doublings = min(Int(self[node].retries), 40)
        let (delay, overflows) = base.inMicroseconds.multipliedReportingOverflow(by: 1 << doublings)
        return overflows ? longest : min(longest, .microseconds(delay))
    }

    private func jittered(_ node: NodeIndex, _ delay: Duration, _ isJittered: Bool) -> Duration {
        guard isJittered else { return delay }
        guard !identity.takesLongestJitter else { return delay }
        var hash = identity.seed ^ (UInt64(node.index) << 16) ^ UInt64(self[node].retries)
        // SplitMix64, by Sebastiano Vigna.
        hash = hash &+ 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 31
        let fraction = Double(hash >> 11) / Double(1 << 53)
        return .microseconds(Int64(Double(delay.inMicroseconds) * fraction))
    }
}
