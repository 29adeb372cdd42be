/// Every key that the language defines, wherever it stands.
///
/// What a key means at a place, and which value it takes there, is in ``Language``.
package enum WorkflowKey: String, CaseIterable, Sendable {
    // Header.
    case flowrun, name, description, labels, params, env, envFile = "env_file", secrets, settings, include, tasks
    case schedule, concurrency, result, onExit = "on_exit"
    // Canvas.
    case s, si, chain, group, chord, body, map, starmap, chunks, steps
    // Kinds of tasks.
    case run, exec, python, http, workflow, celery, use
    // Calls and modifiers.
    case id, args, kwargs, items, size, needs, when, foreach, `as`, key, max, matrix, link
    case linkError = "link_error", allowFailure = "allow_failure", failFast = "fail_fast", immutable
    // Tasks.
    case returns, cwd, stdin, shell, successExitCodes = "success_exit_codes", retryExitCodes = "retry_exit_codes"
    case ignoreExitCodes = "ignore_exit_codes", maxConcurrency = "max_concurrency"
    // Options.
    case countdown, eta, expires, maxRetries = "max_retries", defaultRetryDelay = "default_retry_delay"
    case autoretryFor = "autoretry_for", dontAutoretryFor = "dont_autoretry_for", retryBackoff = "retry_backoff"
    case retryBackoffMax = "retry_backoff_max", retryJitter = "retry_jitter", retry
    case softTimeLimit = "soft_time_limit", timeLimit = "time_limit", softSignal = "soft_signal", queue, priority
    case rateLimit = "rate_limit", ignoreResult = "ignore_result"
    case storeErrorsEvenIfIgnored = "store_errors_even_if_ignored", acksLate = "acks_late"
    case acksOnFailureOrTimeout = "acks_on_failure_or_timeout", rejectOnWorkerLost = "reject_on_worker_lost"
    case trackStarted = "track_started", shadow, cache
    // What stands inside `params`, `secrets`, `http`, `schedule`, `concurrency` and `cache`.
    case type, `default`, required, `enum`, pattern, min, file
    case method, url, headers, query, json, expect
    case crontab, every, timezone, overlap, catchup, limit, onConflict = "on_conflict", inputs, outputs

    private static let table = WorkflowKeyTable()

    package init?(_ name: String) {
        guard let key = Self.table.key(Array(name.utf8)) else { return nil }
        self = key
    }

    /// The key with a name, without making a string of it.
    package init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard let key = unsafe Self.table.key(bytes) else { return nil }
        self = key
    }

    /// The place of the key in ``allCases``: the tag of an enum without payloads.
    package var number: Int { Int(unsafe unsafeBitCast(self, to: UInt8.self)) }
}

/// A set of keys as bits: most mappings of a large file ask it several times.
package struct WorkflowKeySet: Sendable, Hashable, ExpressibleByArrayLiteral {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    package init() {}

    package init(arrayLiteral keys: WorkflowKey...) {
        for key in keys { insert(key) }
    }

    package init(_ keys: some Sequence<WorkflowKey>) {
        for key in keys { insert(key) }
    }

    package func contains(_ key: WorkflowKey) -> Bool {
        let number = key.number
        return number < 64 ? low >> UInt64(number) & 1 == 1 : high >> UInt64(number - 64) & 1 == 1
    }

    package mutating func insert(_ key: WorkflowKey) {
        let number = key.number
        if number < 64 { low |= 1 << UInt64(number) } else { high |= 1 << UInt64(number - 64) }
    }

    package func union(_ other: WorkflowKeySet) -> WorkflowKeySet {
        var union = self
        union.low |= other.low
        union.high |= other.high
        return union
    }

    package func intersects(_ other: WorkflowKeySet) -> Bool { low & other.low != 0 || high & other.high != 0 }

    package func isSubset(of other: WorkflowKeySet) -> Bool { low & ~other.low == 0 && high & ~other.high == 0 }

    package var isEmpty: Bool { low == 0 && high == 0 }

    /// The keys of the set in the order of ``WorkflowKey/allCases``.
    package var keys: [WorkflowKey] { WorkflowKey.allCases.filter { contains($0) } }
}

/// Finds keys by the bytes of their names: an open hash table that is made once.
private struct WorkflowKeyTable {
    private static let size = 1024
    private var slots = [UInt8](repeating: 0, count: size)
    private var names: [[UInt8]] = []
    private let keys = WorkflowKey.allCases

    init() {
        precondition(keys.count < 128, "a set of keys has 128 bits")
        for (number, key) in keys.enumerated() {
            let name = Array(key.rawValue.utf8)
            names.append(name)
            var slot = Self.hash(name)
            while slots[slot] != 0 { slot = (slot + 1) % Self.size }
            slots[slot] = UInt8(number + 1)
        }
    }

    /// FNV-1a.
    private static func hash(_ name: some Sequence<UInt8>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for byte in name { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return Int(hash >> 8) % size
    }

    func key(_ name: [UInt8]) -> WorkflowKey? {
        unsafe name.withUnsafeBufferPointer { unsafe key($0) }
    }

    func key(_ name: UnsafeBufferPointer<UInt8>) -> WorkflowKey? {
        var hash: UInt32 = 0x811C_9DC5
        for index in name.indices { hash = unsafe (hash ^ UInt32(name[index])) &* 0x0100_0193 }
        var slot = Int(hash >> 8) % Self.size
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if unsafe names[number].count == name.count && isEqual(names[number], name) { return keys[number] }
            slot = (slot + 1) % Self.size
        }
        return nil
    }

    private func isEqual(_ known: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in known.indices where unsafe known[index] != name[index] { return false }
        return true
    }
}
