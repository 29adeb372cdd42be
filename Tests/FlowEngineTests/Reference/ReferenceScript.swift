/// What an attempt of a task comes to, as a script tells.
enum ReferenceOutcome: Hashable, Sendable {
    case success(ReferenceJSON)
    /// An ordinary failure, of type `ReferenceScript.failureType`.
    case failure
    case ignored
    /// The task asks for a retry and gives no error (`retry_exit_codes`).
    case asksRetry
}

/// The outcome of every attempt of every task of a canvas, worked out from a seed when it is asked for.
///
/// Nothing is stored, because the copies of a run-time fan-out are not known before the run.
struct ReferenceScript: Sendable {
    /// What a failure of a script is; the runner of the test reports it as this.
    static let failureType = "TaskError"
    /// From here on every attempt succeeds, or `max_retries: null` would never end.
    static let lastUnsureAttempt = 6

    /// What a task gives when it succeeds.
    enum Shape: Hashable, Sendable {
        /// `{"of": id, "n": attempt}`
        case object
        /// Items for a fan-out or a `map`.
        case list
        /// Argument lists, for a `starmap` or `chunks`.
        case pairs
    }

    var seed: UInt64
    var failurePercent: Int
    var ignoredPercent: Int
    var retryPercent: Int
    /// By the id as written; a node that is not here gives an object.
    var shapes: [String: Shape]

    /// What an attempt comes to.
    ///
    /// - Parameters:
    ///   - id: The full id of the node: `n4[a].n5`; of a piece of `chunks` what the test calls it.
    ///   - attempt: From 1.
    /// - Returns: The same for the same id, attempt and seed, always.
    func outcome(id: String, attempt: Int) -> ReferenceOutcome {
        var random = SplitMix64(seed: ReferenceScript.hash(id) ^ seed &* 31 &+ UInt64(attempt) &* 0x1_0000_0001)
        let draw = random.below(100)
        guard attempt < ReferenceScript.lastUnsureAttempt, draw < failurePercent + ignoredPercent + retryPercent else {
            return .success(value(id: id, attempt: attempt, random: &random))
        }
        if draw < failurePercent { return .failure }
        return draw < failurePercent + ignoredPercent ? .ignored : .asksRetry
    }

    private func value(id: String, attempt: Int, random: inout SplitMix64) -> ReferenceJSON {
        switch shapes[ReferenceScript.writtenID(of: id)] ?? .object {
        case .object: return .object(of: ["of": .string(id), "n": .int(attempt)])
        case .list: return .array((0..<random.below(4)).map { _ in ReferenceScript.item(&random) })
        case .pairs:
            return .array((0..<random.below(6)).map { .array([.int($0), .int(random.below(9))]) })
        }
    }

    /// Scalars that make keys, keys that repeat or have other characters than a key may, and items that make none.
    private static func item(_ random: inout SplitMix64) -> ReferenceJSON {
        random.pick([
            .string("a"), .string("b"), .string("c.d"), .string("e_f-1"), .int(1), .int(2), .int(30), .string("2"),
            .int(-7), .string("g h"), .object(of: ["k": .int(1)]), .array([.int(1), .string("x")]),
        ])
    }

    /// The id that the file has for a node: `n5` of `n4[a.b].n5[c]`.
    static func writtenID(of id: String) -> String {
        // A key may hold dots, so only a dot behind a bracket separates.
        var rest = Substring(id)
        while let bracket = rest.firstIndex(of: "]"), rest[bracket...].dropFirst().first == "." {
            rest = rest[bracket...].dropFirst(2)
        }
        return String(rest.prefix { $0 != "[" })
    }

    /// FNV-1a: the standard library's hashes differ from process to process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

// MARK: - Retries

extension ReferenceScript {
    /// How a task ends, with its retries worked out by SPEC 6.
    func end(id: String, options: ReferenceOptions) -> ReferenceLeafEnd {
        var attempt = 1
        while true {
            let mayRetry = options.allowsRetry(after: attempt)
            switch outcome(id: id, attempt: attempt) {
            case .success(let value): return ReferenceLeafEnd(way: .success(value), attempts: attempt)
            case .ignored: return ReferenceLeafEnd(way: .ignored, attempts: attempt)
            case .failure:
                guard mayRetry, options.retriesFailures else {
                    return ReferenceLeafEnd(way: .failure(type: ReferenceScript.failureType), attempts: attempt)
                }
            case .asksRetry:
                guard mayRetry else {
                    return ReferenceLeafEnd(way: .failure(type: "MaxRetriesExceededError"), attempts: attempt)
                }
            }
            attempt += 1
        }
    }
}

extension ReferenceOptions {
    /// Celery's default where nothing is written.
    private static let defaultMaxRetries = 3

    fileprivate func allowsRetry(after attempt: Int) -> Bool {
        if let retry { return attempt <= retry }
        guard let written = maxRetries else { return attempt <= ReferenceOptions.defaultMaxRetries }
        guard let bound = written else { return true }
        return attempt <= bound
    }

    fileprivate var retriesFailures: Bool {
        retry != nil || autoretryFor.contains(ReferenceScript.failureType) || autoretryFor.contains("Exception")
    }
}
