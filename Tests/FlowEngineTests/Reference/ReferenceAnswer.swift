/// A final state of SPEC 7, and `idle` for a callback whose occasion did not come (SKIPPED, because of nothing).
enum ReferenceState: String, CaseIterable, Hashable, Sendable {
    case success = "SUCCESS"
    case failure = "FAILURE"
    case revoked = "REVOKED"
    case skipped = "SKIPPED"
    case ignored = "IGNORED"
    case idle = "IDLE"
}

/// What SPEC says about one node of a run.
struct ReferenceNodeAnswer: Hashable, Sendable {
    /// The states that are allowed, mostly one.
    var states: Set<ReferenceState>
    /// Nil where it is not to be checked; a value only for SUCCESS.
    var result: ReferencePattern?
    /// What the task was handed, the parent's result first; nil for what is no task and for what did not run.
    var args: [ReferencePattern]?
    var kwargs: [ReferencePattern.Field]?
    /// What `map`, `starmap` or `chunks` went through.
    var items: ReferencePattern?
    /// Nil where it is not known.
    var attempts: Int?
    /// The nodes that may be named as the root cause, where it is SKIPPED.
    ///
    /// Nil where that is open.
    var causes: Set<String>?
    /// Whether a product need not list it at all: the copies of a fan-out that was never expanded.
    var mayBeAbsent = false
}

/// What SPEC says about a run.
struct ReferenceAnswer: Sendable {
    /// By full id.
    var nodes: [String: ReferenceNodeAnswer] = [:]
    var runState = ReferenceState.success
    /// Nil where it is not to be checked.
    var runResult: ReferencePattern?
    /// Pieces of `chunks`, whose ids SPEC leaves open, by what the test calls them.
    var pieces: [String: ReferenceNodeAnswer] = [:]
    /// Ids with one of these beginnings may be listed without being in `nodes`: pieces, unexpanded copies.
    var openPrefixes: Set<String> = []
    /// Written ids inside fan-outs that were never expanded; a product may list them as SKIPPED.
    var templates: Set<String> = []
    /// The readings this answer had to choose between, with the way it took.
    var readings: [ReferenceReading: Bool] = [:]
    /// What a record says that SPEC forbids; always empty with a script.
    var violations: [String] = []
}
