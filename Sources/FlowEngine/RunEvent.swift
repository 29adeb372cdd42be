package import FlowPlan
package import FlowValue

/// What happened to a run.
///
/// A run's history is the list of these, and replaying it gives the same machine.
package enum RunEvent: Sendable {
    /// A task, by its id, has a result from the run that this one tries again; before the run has begun.
    case taken(String, JSONValue)
    case begun
    /// A worker gave a slot to the node's next attempt.
    case started(NodeIndex, by: WorkerKey)
    case ended(NodeIndex, attempt: Int, AttemptOutcome)
    /// A worker ran the next attempt of a task that takes no time: start and end in one.
    case ran(NodeIndex, by: WorkerKey, AttemptOutcome)
    /// The worker of the running attempt died; `again` runs it once more whatever its options say.
    case lost(NodeIndex, attempt: Int, again: Bool)
    /// The time that the node waited for has come.
    case due(NodeIndex)
    /// The task was not taken before it expired; of a composite, what has not started does not start any more.
    case expired(NodeIndex)
    /// The time of a composite is over.
    case timedOut(NodeIndex)
    /// The time that a person gave the whole run is over.
    case runTimedOut
    /// Somebody cancelled the run.
    case revoked(Revocation)
    /// Somebody cancelled a node and all inside it.
    case nodeRevoked(NodeIndex, Revocation)
}

/// What happens to attempts that run when their task is cancelled.
package enum Revocation: Sendable, Hashable {
    /// They run to their end, and their results count.
    case letRun
    /// They are sent a signal, and what is left of them is killed soon after.
    case terminate(signal: Int32)
}

/// The number of a process that carries runs on.
package struct WorkerKey: Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: WorkerKey, right: WorkerKey) -> Bool { left.rawValue < right.rawValue }
}

/// How one attempt ended.
package enum AttemptOutcome: Sendable {
    case success(JSONValue)
    // Apart, because outcomes are handed from place to place and nearly all are successes.
    indirect case failure(TaskFailure)
    /// The task itself asked for a retry.
    indirect case retry(TaskFailure)
    case ignored
}

/// Why a task failed.
package struct TaskFailure: Sendable, Hashable {
    /// The error's class, such as `TaskError` or `TimeLimitExceeded`.
    package var type: String
    package var message: String
    package var traceback: String?
    package var exitCode: Int?

    package init(type: String, message: String, traceback: String? = nil, exitCode: Int? = nil) {
        self.type = type
        self.message = message
        self.traceback = traceback
        self.exitCode = exitCode
    }

    /// `{type, message, traceback}`.
    package var json: JSONValue {
        .object([
            "type": .string(type), "message": .string(message),
            "traceback": traceback.map { .string($0) } ?? .null,
        ])
    }
}

/// What the owner of a machine must do.
package enum RunCommand: Sendable {
    /// The node's state has changed: show it.
    case show(NodeIndex)
    /// End the processes of an attempt whose outcome does not count any more.
    case stop(NodeIndex, attempt: Int, signal: Int32)
}

/// Why a node was skipped, and the node that is to blame.
package struct SkipCause: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        case upstream, when, needs, expired, revoked, ignored, until
        case timeLimit = "time_limit", failFast = "fail_fast"

        /// Whether the node was kept from running by something around it, and not by what it waits for.
        var isCut: Bool {
            switch self {
            case .timeLimit, .failFast, .until: true
            case .upstream, .when, .needs, .expired, .revoked, .ignored: false
            }
        }
    }

    package let node: NodeIndex
    package let reason: Reason

    package init(node: NodeIndex, reason: Reason) {
        self.node = node
        self.reason = reason
    }
}
