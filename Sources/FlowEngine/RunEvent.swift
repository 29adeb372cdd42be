package import FlowPlan
package import FlowValue

/// What happened to a run.
///
/// A run's history is the list of these, and replaying it gives the same machine.
package enum RunEvent: Sendable {
    case begun
    /// A slot was given to the node's next attempt.
    case started(NodeIndex)
    case ended(NodeIndex, attempt: Int, AttemptOutcome)
    /// The worker of the running attempt died.
    case lost(NodeIndex, attempt: Int)
    /// The time that the node waited for has come.
    case due(NodeIndex)
    /// The task was not taken before it expired.
    case expired(NodeIndex)
    case revoked
}

/// How one attempt ended.
package enum AttemptOutcome: Sendable {
    case success(JSONValue)
    case failure(TaskFailure)
    /// The task itself asked for a retry.
    case retry(TaskFailure)
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
    /// The node's state has changed: record it.
    case record(NodeIndex)
    /// Report ``RunEvent/due(_:)`` for the node at that time.
    case setTimer(NodeIndex, at: Timestamp)
    /// Every node is final.
    case finish
}

/// Why a node was skipped, and the node that is to blame.
package struct SkipCause: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        case upstream, when, needs, expired, revoked, ignored
    }

    package let node: NodeIndex
    package let reason: Reason

    package init(node: NodeIndex, reason: Reason) {
        self.node = node
        self.reason = reason
    }
}
