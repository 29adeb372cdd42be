/// What the end of a node means to those that wait for it.
struct ReferenceEnd {
    enum Way {
        /// Hands on a value: SUCCESS, or a failure that was allowed, which hands on null.
        case handed(ReferencePattern)
        /// Skipped by its own `when`: transparent in a chain, null in a list.
        case passedOver
        /// An IGNORED ended its line.
        case ended
        /// FAILURE or REVOKED, and nobody allowed it.
        case failed
        /// A step whose `needs` were not met.
        case blocked(byIgnored: Bool)
        /// Kept from running by fail_fast or a limit.
        case cut
    }

    var way: Way
    var states: Set<ReferenceState>
    /// Whom to blame for what is SKIPPED for its sake; nil where that is open.
    var causes: Set<String>? = []
    /// The arguments that a `link_error` may be handed: one for each task that may have failed first.
    var failures: [ReferencePattern] = []
    /// Whether any task inside it ran.
    var hasRun = false
    /// Whether a status may have dropped the value, for `ignore_result`.
    var mayDropResult = false
    /// Whether it is SUCCESS though an IGNORED in it ends the line behind it.
    var hidesIgnored = false
    /// Whether what failed was a group at its very end, written in a chain.
    var failedInLastGroup = false

    var value: ReferencePattern? {
        guard case .handed(let value) = way else { return nil }
        return value
    }

    /// Its value in a list or an object of results.
    var valueInList: ReferencePattern { value ?? .null }

    var isFailed: Bool {
        if case .failed = way { true } else { false }
    }

    var isEnded: Bool {
        if case .ended = way { true } else { false }
    }

    var isCut: Bool {
        if case .cut = way { true } else { false }
    }

    var isPassedOver: Bool {
        if case .passedOver = way { true } else { false }
    }

    var isSuccess: Bool { value != nil && states == [.success] }

    /// What every end of a composite takes over from those inside it.
    static func joining(_ ends: [ReferenceEnd], way: Way, states: Set<ReferenceState>) -> ReferenceEnd {
        var joined = ReferenceEnd(way: way, states: states)
        for end in ends {
            joined.failures += end.failures
            joined.hasRun = joined.hasRun || end.hasRun
            joined.mayDropResult = joined.mayDropResult || end.mayDropResult
        }
        return joined
    }

    /// Whom to blame for several ends together.
    static func causes(of ends: [ReferenceEnd]) -> Set<String>? {
        var causes: Set<String> = []
        for end in ends {
            guard let more = end.causes else { return nil }
            causes.formUnion(more)
        }
        return causes
    }

    /// The states of a composite that failed through these: SPEC has no word on one that a revoked member ends.
    static func statesOfFailed(_ ends: [ReferenceEnd]) -> Set<ReferenceState> {
        let states = ends.reduce(into: Set<ReferenceState>()) { $0.formUnion($1.states) }
        return states.contains(.revoked) || ends.contains(where: \.isCut) ? [.failure, .revoked] : [.failure]
    }

    /// The states of a composite whose line an IGNORED ended: SPEC has no word on it either.
    static let statesOfEnded: Set<ReferenceState> = [.skipped, .ignored]
    static let statesOfCut: Set<ReferenceState> = [.skipped, .failure, .revoked, .ignored]
}

/// Where a node stands: what it is handed, and what holds round it.
struct ReferencePlace {
    /// `n4[a].` inside a copy.
    var prefix = ""
    /// What an `s` gets prepended; nil for nothing.
    var handed: ReferencePattern?
    /// What `${{ parent }}` reads; a copy can read what it is not handed.
    var parent: ReferencePattern?
    var names: [String: ReferencePattern] = [:]
    /// The ends of steps that are sure to have ended, by written id.
    var steps: [String: ReferenceEnd] = [:]
    /// `ignore_result` as it is inherited.
    var dropsResult = false
    /// Whether what is handed in may have been dropped from a status.
    var handedMayBeDropped = false
    var allowance = Allowance.none
    /// Whether something round it has fail_fast or a limit.
    var isLimited = false
    /// Whether it is open if the occasion of this callback came.
    var isUncertain = false
    /// Whether it is inside a fan-out that was never expanded.
    var mayBeAbsent = false

    /// Who allows a failure here.
    enum Allowance {
        case none
        case byComposite
        /// A composite's `allow_failure` reaches into the callbacks of its members, or does not.
        case byCompositeOfOwner
    }

    func handing(_ value: ReferencePattern?) -> ReferencePlace {
        var place = self
        place.handed = value
        place.parent = value
        return place
    }
}
