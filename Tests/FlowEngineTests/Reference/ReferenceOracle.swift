/// How a task ended.
struct ReferenceLeafEnd: Hashable, Sendable {
    enum Way: Hashable, Sendable {
        case success(ReferenceJSON)
        case failure(type: String?)
        case revoked
        case ignored
        /// With `skipped_because.why`.
        case skipped(why: String?)

        /// Whether it is SKIPPED through no fault of what it waited for, nor by its own condition.
        var isCut: Bool {
            guard case .skipped(let why) = self, let why else { return false }
            return ["fail_fast", "time_limit", "expired", "revoked"].contains(why)
        }
    }

    var way: Way
    /// Nil where it is not known.
    var attempts: Int?

    init(way: Way, attempts: Int? = nil) {
        self.way = way
        self.attempts = attempts
    }
}

/// Who tells the interpreter how tasks ended.
struct ReferenceOracle {
    /// Whether the ends are what a product recorded, so that fail_fast, limits and revokes had their say.
    let isRecord: Bool
    /// Tasks that the test itself revoked while they waited, by full id.
    let revokedByHand: Set<String>
    /// The end of a node by its full id, of a composite too where it is a record; nil where there is none.
    let end: (_ id: String, _ node: ReferenceNode) -> ReferenceLeafEnd?

    /// What the script says: for canvases without a feature of time.
    static func script(_ script: ReferenceScript) -> ReferenceOracle {
        ReferenceOracle(isRecord: false, revokedByHand: []) { id, node in script.end(id: id, options: node.options) }
    }

    /// What a product recorded, for composites too.
    static func record(_ ends: [String: ReferenceLeafEnd], revokedByHand: Set<String> = []) -> ReferenceOracle {
        ReferenceOracle(isRecord: true, revokedByHand: revokedByHand) { id, _ in ends[id] }
    }

    init(
        isRecord: Bool,
        revokedByHand: Set<String>,
        end: @escaping (_ id: String, _ node: ReferenceNode) -> ReferenceLeafEnd?,
    ) {
        self.isRecord = isRecord
        self.revokedByHand = revokedByHand
        self.end = end
    }
}
