/// The states of a task, with Celery's names and flowrun's `SKIPPED` and `IGNORED`.
package enum TaskState: UInt8, Sendable, Hashable, CaseIterable {
    case pending, started, retry, success, failure, revoked, skipped, ignored

    package var name: String {
        switch self {
        case .pending: "PENDING"
        case .started: "STARTED"
        case .retry: "RETRY"
        case .success: "SUCCESS"
        case .failure: "FAILURE"
        case .revoked: "REVOKED"
        case .skipped: "SKIPPED"
        case .ignored: "IGNORED"
        }
    }

    package var isFinal: Bool { rawValue >= TaskState.success.rawValue }
}
