/// Boxes within boxes, each a layered graph of its members, and the way of every arrow through them.
///
/// An arrow between boxes is cut at their edges: lanes lead out of the boxes around its start, an arc joins two members
/// of the box around both ends, and lanes lead in to its end. So every box is laid out for itself, the inner ones first,
/// and no arrow runs through what it does not concern.
struct NestedLayout {
    let tree: MemberTree
    /// By node; nil for a box.
    let cards: [DrawingCard?]
    /// By node, on the page.
    private(set) var frames: [Frame]
    /// By edge, from border to border.
    private(set) var routes: [DrawingRoute] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    private var ways: DrawingWays
    /// By node, below its top: where its own arrows arrive and leave.
    private var inPorts: [Double]
    private var outPorts: [Double]
    /// By way, within its box.
    private var laneRoutes: [DrawingRoute?]
    private var arcRoutes: [DrawingRoute?]

    struct Frame {
        var origin: DrawingPoint
        var width: Double
        var height: Double

        var right: Double { origin.x + width }
        var bottom: Double { origin.y + height }
    }

    static let padding = 16.0
    static let heading = 30.0

    /// - Complexity: O((*n* + *e* · depth) log *n*).
    init(_ drawing: PlanDrawing) {
        tree = MemberTree(drawing.nodes)
        ways = DrawingWays(drawing, tree)
        var cards: [DrawingCard?] = []
        for (index, node) in drawing.nodes.enumerated() { cards.append(tree.isBox(index) ? nil : DrawingCard(node)) }
        self.cards = cards
        frames = cards.map {
            Frame(origin: DrawingPoint(x: 0, y: 0), width: $0?.width ?? 0, height: $0?.height ?? 0)
        }
        inPorts = cards.map { $0?.middle ?? 0 }
        outPorts = inPorts
        laneRoutes = [DrawingRoute?](repeating: nil, count: ways.lanes.count)
        arcRoutes = [DrawingRoute?](repeating: nil, count: ways.arcs.count)

        // Members stand after their box, so backwards is from the inside out.
        for box in drawing.nodes.indices.reversed() where tree.isBox(box) {
            let content = arrange(box)
            let text = TextWidth.of(drawing.nodes[box].heading, size: DrawingCard.detailSize, isBold: true)
            let detail = TextWidth.of("  " + drawing.nodes[box].detail, size: DrawingCard.detailSize)
            let room = max(content.width, min(text + detail, 260).rounded(.up))
            frames[box].width = room + 2 * Self.padding
            frames[box].height = Self.heading + content.height + Self.padding
        }
        let content = arrange(MemberTree.page)
        width = content.width
        height = content.height
        for (node, parent) in tree.parents.enumerated() where parent != MemberTree.page {
            frames[node].origin.x += frames[parent].origin.x
            frames[node].origin.y += frames[parent].origin.y
        }
        routes = drawing.edges.indices.map { route($0) }
    }

    /// Lays out the members of a box, and notes where its arrows come in and go out.
    private mutating func arrange(_ box: Int) -> (width: Double, height: Double) {
        let parts = ways.parts(of: box, tree)
        var layouts: [LayeredLayout] = []
        for part in parts {
            let places = Dictionary(uniqueKeysWithValues: part.members.enumerated().map { ($1, $0) })
            layouts.append(
                LayeredLayout(
                    items: part.members.map {
                        LayeredLayout.Item(
                            width: frames[$0].width, height: frames[$0].height, isAside: ways.isCallback[$0])
                    },
                    arcs: part.arcs.map { arc($0, places) },
                    lanes: part.lanes.map {
                        let lane = ways.lanes[$0]
                        return LayeredLayout.Lane(
                            item: places[lane.node] ?? 0, port: height(of: lane.port, at: lane.node, lane.isExit),
                            isExit: lane.isExit)
                    }))
        }
        // Arrows reach each part from the side, so parts with arrows stand below one another.
        let isReached = parts.contains { !$0.lanes.isEmpty }
        let grid = DrawingGrid(layouts.map { ($0.width, $0.height) }, mostColumns: isReached ? 1 : 16)
        let isPage = box == MemberTree.page
        var (into, out) = (0.0, 0.0)
        for (part, (layout, place)) in zip(parts, zip(layouts, grid.places)) {
            let offset = DrawingPoint(
                x: place.x + (isPage ? 0 : Self.padding), y: place.y + (isPage ? 0 : Self.heading))
            for (member, position) in zip(part.members, layout.positions) {
                frames[member].origin = DrawingPoint(x: position.x + offset.x, y: position.y + offset.y)
            }
            for (arc, route) in zip(part.arcs, layout.arcRoutes()) { arcRoutes[arc] = route.moved(by: offset) }
            for (lane, route) in zip(part.lanes, layout.laneRoutes()) { laneRoutes[lane] = route.moved(by: offset) }
            into = ends(part, \.to).map { frames[$0].origin.y + inPorts[$0] }.mean
            out = ends(part, \.from).map { frames[$0].origin.y + outPorts[$0] }.mean
        }
        if !isPage {
            let middle = Self.heading + grid.height / 2
            inPorts[box] = (parts.count == 1 ? into : middle).rounded()
            outPorts[box] = (parts.count == 1 ? out : middle).rounded()
        }
        return (grid.width, grid.height)
    }

    private func arc(_ index: Int, _ places: [Int: Int]) -> LayeredLayout.Arc {
        let arc = ways.arcs[index]
        return LayeredLayout.Arc(
            from: places[arc.from] ?? 0, to: places[arc.to] ?? 0,
            fromPort: height(of: arc.fromPort, at: arc.from, true), toPort: height(of: arc.toPort, at: arc.to, false),
            // The critical path is as straight as it can be; callbacks hang where there is room.
            pull: arc.isCallback ? 0.001 : arc.isCritical ? 4 : 1)
    }

    /// How far below the top of a node an arrow meets its border.
    private func height(of port: DrawingWays.Port, at node: Int, _ isExit: Bool) -> Double {
        switch port {
        case .own(let isCallback):
            if !isExit { return inPorts[node] }
            return outPorts[node] + (isCallback ? min(10, (frames[node].height / 4).rounded()) : 0)
        case .lane(let lane):
            let route = laneRoutes[lane]
            return (isExit ? route?.end.y : route?.start.y) ?? outPorts[node]
        }
    }

    /// The first or last members of a part, without callbacks: those that no arc reaches, or leaves.
    private func ends(_ part: DrawingWays.Part, _ end: KeyPath<DrawingWays.Arc, Int>) -> [Int] {
        let inner = Set(part.arcs.lazy.filter { !ways.arcs[$0].isCallback }.map { ways.arcs[$0][keyPath: end] })
        let ends = part.members.filter { !inner.contains($0) && !ways.isCallback[$0] }
        return ends.isEmpty ? part.members : ends
    }

    private func route(_ edge: Int) -> DrawingRoute {
        let way = ways.edges[edge]
        var pieces: [DrawingRoute] = []
        for lane in way.exits {
            let box = tree.parents[ways.lanes[lane].node]
            guard var piece = laneRoutes[lane]?.moved(by: frames[box].origin) else { continue }
            piece.line(to: DrawingPoint(x: frames[box].right, y: piece.end.y))
            pieces.append(piece)
        }
        let origin = way.box == MemberTree.page ? DrawingPoint(x: 0, y: 0) : frames[way.box].origin
        if let arc = arcRoutes[way.arc] { pieces.append(arc.moved(by: origin)) }
        for lane in way.entries.reversed() {
            let box = tree.parents[ways.lanes[lane].node]
            if let piece = laneRoutes[lane] { pieces.append(piece.moved(by: frames[box].origin)) }
        }
        var route = pieces[0]
        for piece in pieces.dropFirst() { route.append(piece) }
        return route
    }
}

extension [Double] {
    fileprivate var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
