import FlowStore

/// The exit codes that scripts rely on (SPEC 9).
enum ExitStatus: Int32 {
    case success = 0
    /// Done, and bad: the run failed, `check` found errors.
    case failed = 1
    /// Bad usage, or a file that was not accepted: nothing ran.
    case usage = 2
    /// flowrun itself failed.
    case internalError = 3
    /// What was named does not exist.
    case notFound = 4
    case revoked = 5
    /// Still going.
    case unfinished = 6
    case unavailable = 69
    case busy = 75
    /// `--timeout`.
    case timedOut = 124
}

/// Ends a command with a status and a message on standard error.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String = "") {
        self.status = status
        self.message = message
    }

    init(_ error: StoreError) {
        switch error.code {
        case .unavailable, .newerSchema: status = .unavailable
        case .unknownRun, .ambiguousRun: status = .notFound
        case .busy: status = .busy
        case .fenced: status = .internalError
        }
        message = error.message
    }
}
