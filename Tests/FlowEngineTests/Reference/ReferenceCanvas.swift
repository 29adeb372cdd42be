/// A node of a canvas, as SPEC 5 draws it; `workflow:` nodes are left out.
///
/// ```yaml
/// {id: n4, foreach: ["a", "b"], as: v4, chain: [{id: n5, s: t5}, {id: n6, si: t6}], link: {id: n7, s: t7}}
/// ```
struct ReferenceNode: Sendable {
    /// The id as written, unique in the file; inside a copy the node's full id is `n4[a].n5`.
    var id: String
    var kind: ReferenceKind
    var when: ReferenceCondition?
    var fanOut: ReferenceFanOut?
    /// Only on a member of `steps`.
    var needs: ReferenceNeeds?
    var allowsFailure = false
    var failsFast = false
    var links: [ReferenceNode] = []
    var linkErrors: [ReferenceNode] = []
    var options = ReferenceOptions()

    init(id: String, kind: ReferenceKind) {
        self.id = id
        self.kind = kind
    }

    /// Whether it may end what is inside it before its time.
    var isLimiter: Bool { failsFast || (isComposite && (options.expires != nil || options.timeLimit != nil)) }

    /// Whether SPEC calls it a group: written as one, or made by a fan-out or by `chunks`.
    var isGroup: Bool {
        if fanOut != nil { return true }
        switch kind {
        case .group, .chunks: return true
        case .task, .map, .chain, .chord, .steps: return false
        }
    }

    var isComposite: Bool {
        switch kind {
        case .task, .map: false
        case .chunks, .chain, .group, .chord, .steps: true
        }
    }

    var isChunks: Bool {
        if case .chunks = kind { return true }
        return false
    }

    /// The nodes directly inside it, callbacks left out.
    var members: [ReferenceNode] {
        switch kind {
        case .task, .map, .chunks: []
        case .chain(let members), .group(let members), .steps(let members): members
        case .chord(let header, let body): header + [body]
        }
    }
}

/// What a node does.
indirect enum ReferenceKind: Sendable {
    case task(ReferenceCall)
    /// One task that goes through the items in order; `isStar` spells `starmap`.
    case map(task: String, items: ReferenceItems, isStar: Bool)
    /// A group of starmaps over slices of the items.
    case chunks(task: String, items: ReferenceItems, size: Int)
    case chain([ReferenceNode])
    case group([ReferenceNode])
    case chord(header: [ReferenceNode], body: ReferenceNode)
    case steps([ReferenceNode])
}

/// A call of a task: `s` or `si`.
struct ReferenceCall: Sendable {
    var task: String
    var isImmutable = false
    /// Whether an immutable call is spelled `s` with `immutable: true`, which means the same.
    var spellsImmutableOut = false
    var args: [ReferenceValue] = []
    var kwargs: [ReferenceKwarg] = []
}

/// One entry of `kwargs`.
struct ReferenceKwarg: Sendable {
    var key: String
    var value: ReferenceValue
}

/// A value in `args` or `kwargs`: a literal or an expression.
enum ReferenceValue: Sendable {
    case literal(ReferenceJSON)
    case parent
    /// A name that an enclosing fan-out binds.
    case name(String)
    /// A string that ends with the value of a name.
    case text(before: String, name: String)
    case stepResult(String)
    case stepState(String)
}

/// What `map`, `starmap` and `chunks` go through.
enum ReferenceItems: Sendable {
    case list([ReferenceJSON])
    case parent
}

/// A `when`.
enum ReferenceCondition: Sendable {
    case constant(Bool)
    case nameIsNot(String, ReferenceJSON)
    case stepStateIs(String, ReferenceState)

    /// Whether it reads one of the names, and so is asked for each copy.
    func reads(oneOf names: [String]) -> Bool {
        guard case .nameIsNot(let name, _) = self else { return false }
        return names.contains(name)
    }
}

/// `foreach` or `matrix`.
enum ReferenceFanOut: Sendable {
    /// `keyPrefix` stands for `key: "${{ name }}"`: what is written before the expression is always empty.
    case list([ReferenceJSON], name: String, keyPrefix: String?)
    /// `foreach: ${{ parent }}`, known at run time.
    case parent(name: String)
    case matrix([Axis])

    /// One name of a matrix with its values.
    struct Axis: Sendable {
        var name: String
        var values: [ReferenceJSON]
    }

    var names: [String] {
        switch self {
        case .list(_, let name, _), .parent(let name): [name]
        case .matrix(let axes): axes.map(\.name)
        }
    }
}

/// `needs` of a step.
enum ReferenceNeeds: Sendable {
    case one(String)
    case list([String])
    case ends([Need])

    /// One step with the ends that are waited for.
    struct Need: Sendable {
        var step: String
        var ends: [End]
    }

    /// An end that a mapping names.
    enum End: String, CaseIterable, Sendable {
        case success, failure, skipped, done
    }

    /// The steps that are named, in written order.
    var steps: [String] {
        switch self {
        case .one(let step): [step]
        case .list(let steps): steps
        case .ends(let needs): needs.map(\.step)
        }
    }
}

/// The options of SPEC 6 that the reference knows; nil where the file says nothing.
struct ReferenceOptions: Sendable {
    /// `max_retries`: nil where it is not written, `.some(nil)` for null.
    var maxRetries: Int??
    var autoretryFor: [String] = []
    /// `retry: N`.
    var retry: Int?
    /// Whether the retries stand on the task under `tasks:`, as defaults, and not on the node.
    var declaresRetriesOnTask = false
    var expires: Int?
    var countdown: Int?
    var timeLimit: Int?
    var priority: Int?
    var ignoresResult: Bool?
    /// `max` beside a `foreach`: how many copies at once.
    var maxAtOnce: Int?
}
