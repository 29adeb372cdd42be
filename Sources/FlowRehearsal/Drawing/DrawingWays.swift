/// The arrows of a drawing, cut at the borders of boxes.
struct DrawingWays {
    /// By edge.
    private(set) var edges: [Way] = []
    private(set) var lanes: [Lane] = []
    private(set) var arcs: [Arc] = []
    /// By node: whether a callback's arrow reaches it from beside.
    private(set) var isCallback: [Bool]
    /// By box, the page first.
    private var arcsByBox: [[Int]]
    private var lanesByBox: [[Int]]

    /// Where an arrow meets the border of a node.
    enum Port: Hashable {
        /// It starts or ends there.
        case own(isCallback: Bool)
        /// It goes on along a lane inside.
        case lane(Int)
    }

    /// The way between a node and the border of the box around it.
    struct Lane: Hashable {
        let node: Int
        let port: Port
        let isExit: Bool
    }

    /// The way between two members of a box.
    struct Arc {
        let from: Int
        let to: Int
        let fromPort: Port
        let toPort: Port
        let isCallback: Bool
        var isCritical: Bool
    }

    /// The way of one edge.
    struct Way {
        /// The box around both ends.
        let box: Int
        /// From the inside out.
        let exits: [Int]
        let arc: Int
        /// From the inside out.
        let entries: [Int]
    }

    /// Members of a box that arcs connect.
    struct Part {
        /// In written order.
        var members: [Int] = []
        var arcs: [Int] = []
        var lanes: [Int] = []
    }

    /// Arrows that share a piece of their way share its arc or lane.
    ///
    /// - Complexity: O(*n* + *e* · depth).
    init(_ drawing: PlanDrawing, _ tree: MemberTree) {
        isCallback = [Bool](repeating: false, count: drawing.nodes.count)
        arcsByBox = [[Int]](repeating: [], count: drawing.nodes.count + 1)
        lanesByBox = arcsByBox
        var laneNumbers: [Lane: Int] = [:]
        var arcNumbers: [[Lane]: Int] = [:]
        for edge in drawing.edges {
            guard let meeting = tree.meeting(edge.from, edge.to) else {
                preconditionFailure("an arrow joins a box with what is inside it")
            }
            if edge.kind.isCallback { isCallback[meeting.to] = true }
            // The ends of the arc are lanes too, of which only the inner border is used.
            let exits = cross(
                Lane(node: edge.from, port: .own(isCallback: edge.kind.isCallback), isExit: true), to: meeting.from,
                tree, &laneNumbers)
            let entries = cross(
                Lane(node: edge.to, port: .own(isCallback: false), isExit: false), to: meeting.to, tree, &laneNumbers)
            let ends = [exits.last, entries.last]
            let arc: Int
            if let number = arcNumbers[ends] {
                arc = number
                if edge.isCritical { arcs[number].isCritical = true }
            } else {
                arc = arcs.count
                arcNumbers[ends] = arc
                arcsByBox[meeting.box + 1].append(arc)
                arcs.append(
                    Arc(
                        from: meeting.from, to: meeting.to, fromPort: exits.last.port, toPort: entries.last.port,
                        isCallback: edge.kind.isCallback, isCritical: edge.isCritical))
            }
            edges.append(Way(box: meeting.box, exits: exits.crossed, arc: arc, entries: entries.crossed))
        }
    }

    /// Leads an arrow's end out to a box around it.
    ///
    /// - Returns: The lanes on the way, from the inside out, and what the next one would be.
    private mutating func cross(
        _ end: Lane, to outer: Int, _ tree: MemberTree, _ numbers: inout [Lane: Int]
    ) -> (crossed: [Int], last: Lane) {
        var crossed: [Int] = []
        var last = end
        while last.node != outer {
            let box = tree.parents[last.node]
            let number = numbers[last] ?? lanes.count
            if number == lanes.count {
                numbers[last] = number
                lanes.append(last)
                lanesByBox[box + 1].append(number)
            }
            crossed.append(number)
            last = Lane(node: box, port: .lane(number), isExit: end.isExit)
        }
        return (crossed, last)
    }

    /// The members of a box in connected parts, each in written order.
    ///
    /// - Complexity: O(*m* log *m*) for the members and arcs of the box.
    func parts(of box: Int, _ tree: MemberTree) -> [Part] {
        let members = Array(tree.members(of: box))
        var places: [Int: Int] = [:]
        for (place, member) in members.enumerated() { places[member] = place }
        var roots = Array(members.indices)
        func root(_ place: Int) -> Int {
            var place = place
            while roots[place] != place {
                roots[place] = roots[roots[place]]
                place = roots[place]
            }
            return place
        }
        for arc in arcsByBox[box + 1] {
            let (one, other) = (root(places[arcs[arc].from] ?? 0), root(places[arcs[arc].to] ?? 0))
            // The first member leads, so parts are in written order.
            roots[max(one, other)] = min(one, other)
        }
        var parts: [Part] = []
        var partOfRoot: [Int: Int] = [:]
        for place in members.indices {
            let leader = root(place)
            if leader == place {
                partOfRoot[place] = parts.count
                parts.append(Part())
            }
            parts[partOfRoot[leader] ?? 0].members.append(members[place])
        }
        func part(of node: Int) -> Int { partOfRoot[root(places[node] ?? 0)] ?? 0 }
        for arc in arcsByBox[box + 1] { parts[part(of: arcs[arc].from)].arcs.append(arc) }
        for lane in lanesByBox[box + 1] { parts[part(of: lanes[lane].node)].lanes.append(lane) }
        return parts
    }
}
