/// Draws canvases: everything in everything, and yet valid by SPEC.
struct CanvasMaker {
    static let deepest = 5

    var random: SplitMix64
    let profile: RandomCanvas.Profile
    /// How many nodes may still be made.
    var left: Int
    /// What tasks give, by written id.
    var shapes: [String: ReferenceScript.Shape] = [:]
    private var made = 0

    init(random: SplitMix64, profile: RandomCanvas.Profile, nodes: Int) {
        self.random = random
        self.profile = profile
        left = nodes
    }

    /// What is sure to be a list of what, where a node stands.
    enum Handed {
        /// A value, which may be anything.
        case value
        case list
        /// A list of argument lists.
        case pairs
    }

    /// A name that a fan-out binds, with its values where they are scalars that a file can compare with.
    struct Name {
        var text: String
        var scalars: [ReferenceJSON]
    }

    /// What holds where a node stands.
    struct Surroundings {
        var depth = 1
        var callbackDepth = 0
        var fanOutDepth = 0
        /// Nil where nothing is handed in, and `parent` cannot be written.
        var handed: Handed?
        var names: [Name] = []
        /// Steps whose `state` and `result` can be read: single tasks that are sure to have ended.
        var readableSteps: [String] = []
        /// What the node's task shall give.
        var wanted: ReferenceScript.Shape?

        /// The same one level down; what was wanted was wanted of the node itself.
        var inside: Surroundings {
            var inside = self
            inside.depth += 1
            inside.wanted = nil
            return inside
        }
    }

    mutating func root() -> ReferenceNode {
        node(in: Surroundings())
    }

    // MARK: - Nodes

    mutating func node(in surroundings: Surroundings) -> ReferenceNode {
        made += 1
        left -= 1
        let number = made
        var here = surroundings
        let fanOut = surroundings.wanted == nil ? fanOut(number: number, in: surroundings) : nil
        if let fanOut {
            here.names += names(of: fanOut)
            here.fanOutDepth += 1
            // A copy has no parent. What it reads of the fan-out's by expression is not taken for a list.
            if here.handed != nil { here.handed = .value }
        }
        var node = ReferenceNode(id: "n\(number)", kind: kind(number: number, in: here))
        node.fanOut = fanOut
        decorate(&node, in: here)
        return node
    }

    private mutating func kind(number: Int, in surroundings: Surroundings) -> ReferenceKind {
        let task = "t\(number)"
        if let shape = surroundings.wanted {
            shapes["n\(number)"] = shape
            return .task(call(task, in: surroundings))
        }
        if let special = consumer(task: task, number: number, in: surroundings) { return special }
        // The root is a composite if there is anything to put in it.
        let mayHold = surroundings.depth < CanvasMaker.deepest && left > 0
        guard mayHold, surroundings.depth == 1 || random.chance(55) else {
            return random.chance(90)
                ? .task(call(task, in: surroundings)) : constantItems(task: task, number: number)
        }
        switch random.below(20) {
        case 0..<7: return .chain(chain(in: surroundings.inside))
        case 7..<12: return .group(members(atMost: 4, in: surroundings.inside))
        case 12..<16: return chord(in: surroundings.inside)
        default: return .steps(steps(in: surroundings.inside))
        }
    }

    private mutating func chain(in surroundings: Surroundings) -> [ReferenceNode] {
        var members: [ReferenceNode] = []
        var here = surroundings
        let count = surroundings.depth == 2 ? 2 + random.below(6) : 1 + random.below(4)
        while members.count < count, left > 0 {
            let hasNext = members.count + 1 < count && left > 1
            here.wanted = hasNext && random.chance(15) ? random.pick([.list, .list, .pairs]) : nil
            let member = node(in: here)
            members.append(member)
            here.handed = output(of: member)
        }
        return members
    }

    mutating func members(atMost most: Int, in surroundings: Surroundings) -> [ReferenceNode] {
        var members: [ReferenceNode] = []
        let count = random.below(most + 1)
        while members.count < count, left > 0 {
            members.append(node(in: surroundings))
        }
        return members
    }

    private mutating func chord(in surroundings: Surroundings) -> ReferenceKind {
        // One node is kept for the body.
        left -= 1
        let header = members(atMost: 3, in: surroundings)
        left += 1
        var bodySurroundings = surroundings
        bodySurroundings.handed = .list
        return .chord(header: header, body: node(in: bodySurroundings))
    }

    // MARK: - Fan-outs and items

    private mutating func fanOut(number: Int, in surroundings: Surroundings) -> ReferenceFanOut? {
        guard surroundings.fanOutDepth < 2 else { return nil }
        // Shadowing is not the question here, so only the outermost may take the default name.
        let name = surroundings.fanOutDepth == 0 && random.chance(30) ? "item" : "v\(number)"
        if case .list = surroundings.handed, random.chance(40) { return .parent(name: name) }
        if case .pairs = surroundings.handed, random.chance(20) { return .parent(name: name) }
        guard random.chance(12) else { return nil }
        guard random.chance(75) else {
            let axes = ["v\(number)x", "v\(number)y"].prefix(1 + random.below(2))
            return .matrix(axes.map { ReferenceFanOut.Axis(name: $0, values: scalars(atMost: 2)) })
        }
        let items = random.chance(85) ? scalars(atMost: 3) : [.object(of: ["k": .int(1)]), .string("a")]
        let takesKey = items.allSatisfy(\.isScalar) && random.chance(10)
        return .list(random.chance(5) ? [] : items, name: name, keyPrefix: takesKey ? "" : nil)
    }

    /// Scalars, some of which repeat or are no keys, so that all copies have indices.
    private mutating func scalars(atMost most: Int) -> [ReferenceJSON] {
        let clean: [ReferenceJSON] = [.string("a"), .string("b"), .string("c.d"), .string("e_f-1"), .int(1), .int(2)]
        let all = clean + [.string("1"), .int(-7), .string("g h")]
        return (0..<(1 + random.below(most))).map { _ in random.pick(random.chance(80) ? clean : all) }
    }

    private func names(of fanOut: ReferenceFanOut) -> [Name] {
        switch fanOut {
        case .list(let items, let name, _):
            [Name(text: name, scalars: items.allSatisfy(\.isScalar) ? items : [])]
        case .parent(let name): [Name(text: name, scalars: [])]
        case .matrix(let axes): axes.map { Name(text: $0.name, scalars: $0.values) }
        }
    }

    /// A node that goes through the list that it is handed.
    private mutating func consumer(task: String, number: Int, in surroundings: Surroundings) -> ReferenceKind? {
        switch surroundings.handed {
        case .list where random.chance(25):
            shapes["n\(number)"] = .list
            return .map(task: task, items: .parent, isStar: false)
        case .pairs where random.chance(60):
            shapes["n\(number)"] = .list
            guard random.chance(50) else { return .map(task: task, items: .parent, isStar: true) }
            return .chunks(task: task, items: .parent, size: 1 + random.below(3))
        case .list, .pairs, .value, nil: return nil
        }
    }

    private mutating func constantItems(task: String, number: Int) -> ReferenceKind {
        shapes["n\(number)"] = .list
        let count = 1 + random.below(4)
        guard random.chance(70) else {
            let items = (0..<count).map { ReferenceJSON.int($0) }
            return .map(task: task, items: .list(items), isStar: false)
        }
        let items = (0..<count).map { ReferenceJSON.array([.int($0), .int(7)]) }
        guard random.chance(70) else { return .map(task: task, items: .list(items), isStar: true) }
        return .chunks(task: task, items: .list(items), size: 1 + random.below(3))
    }

    /// What a node hands to the next in a chain.
    private func output(of node: ReferenceNode) -> Handed {
        // Null where it failed and may, another's result where it was skipped: no list is sure then.
        guard node.when == nil, !node.allowsFailure || node.fanOut != nil else { return .value }
        if node.fanOut != nil { return .list }
        switch node.kind {
        case .task:
            switch shapes[node.id] {
            case .list: return .list
            case .pairs: return .pairs
            case .object, nil: return .value
            }
        case .map, .chunks, .group: return .list
        case .chain(let members): return members.last.map { output(of: $0) } ?? .value
        case .chord(_, let body): return output(of: body)
        case .steps: return .value
        }
    }
}
