extension PlanDrawing {
    /// More nodes than this make no picture that a person reads.
    package static let readableLimit = 400

    /// The drawing with the members of its big boxes folded into one "… and N more" each.
    ///
    /// A drawing within the limit stays as it is. Else every box, and the page, shows at most as many members as fit,
    /// the same number for all. Where members wait for one another, those in the middle are folded; where they do not,
    /// the failed and the critical stay, then the first. Arrows to what is folded go to what stands for it.
    ///
    /// - Parameter limit: The most nodes to draw. It holds unless boxes are nested deeper than half of it.
    /// - Returns: A drawing of its own; indices are new where anything is folded.
    /// - Complexity: O(*n* log *n* + *e* · depth).
    package func folded(limit: Int = readableLimit) -> PlanDrawing {
        guard nodes.count > limit else { return self }
        let order = FoldingOrder(self)
        // The size grows with the room, so the most room that fits is found by halving.
        // One member and one that stands for the others are the least that tells anything.
        var (fits, tooMuch) = (2, nodes.count + 1)
        while tooMuch - fits > 1 {
            let middle = fits + (tooMuch - fits) / 2
            if order.size(room: middle) <= limit { fits = middle } else { tooMuch = middle }
        }
        return order.fold(self, room: fits)
    }
}

/// In which order the members of each box are given up.
private struct FoldingOrder {
    let tree: MemberTree
    /// By node: the place among its siblings; the last ones are folded first.
    private var ranks: [Int]

    init(_ drawing: PlanDrawing) {
        tree = MemberTree(drawing.nodes)
        ranks = [Int](repeating: 0, count: drawing.nodes.count)
        var siblings = [[LayeredLayout.Arc]](repeating: [], count: drawing.nodes.count + 1)
        for edge in drawing.edges {
            guard let meeting = tree.meeting(edge.from, edge.to) else { continue }
            siblings[meeting.box + 1].append(LayeredLayout.Arc(from: meeting.from, to: meeting.to))
        }
        for box in MemberTree.page..<drawing.nodes.count {
            let members = Array(tree.members(of: box))
            guard members.count > 1 else { continue }
            rank(members, siblings[box + 1], drawing)
        }
    }

    private mutating func rank(_ members: [Int], _ arcs: [LayeredLayout.Arc], _ drawing: PlanDrawing) {
        var sorted: [Int]
        if arcs.isEmpty {
            sorted = members.sorted { (worth($0, drawing), $0) < (worth($1, drawing), $1) }
        } else {
            // What is folded must lie together in an order that respects the arrows, or folding would make a circle
            // of them: so the rank grows from both ends to the middle.
            var places: [Int: Int] = [:]
            for (place, member) in members.enumerated() { places[member] = place }
            let layers = LayeredLayout.layers(
                count: members.count,
                arcs: arcs.map { LayeredLayout.Arc(from: places[$0.from] ?? 0, to: places[$0.to] ?? 0) }
            ).layers
            let byLayer = members.indices.sorted { (layers[$0], $0) < (layers[$1], $1) }.map { members[$0] }
            sorted = []
            var (low, high) = (0, byLayer.count - 1)
            while low <= high {
                sorted.append(byLayer[low])
                low += 1
                if low <= high {
                    sorted.append(byLayer[high])
                    high -= 1
                }
            }
        }
        for (rank, member) in sorted.enumerated() { ranks[member] = rank }
    }

    private func worth(_ node: Int, _ drawing: PlanDrawing) -> Int {
        if drawing.nodes[node].look == .failed { return 0 }
        return drawing.nodes[node].isCritical ? 1 : 2
    }

    /// Whether a node is folded into its neighbours, where at most `room` members of a box are shown.
    private func isFolded(_ node: Int, _ room: Int) -> Bool {
        tree.members(of: tree.parents[node]).count > room && ranks[node] >= room - 1
    }

    /// How many nodes are left.
    ///
    /// - Complexity: O(*n*).
    func size(room: Int) -> Int {
        var isGone = [Bool](repeating: false, count: tree.parents.count)
        var size = 0
        for (node, parent) in tree.parents.enumerated() {
            isGone[node] = (parent != MemberTree.page && isGone[parent]) || isFolded(node, room)
            if !isGone[node] { size += 1 }
        }
        for box in MemberTree.page..<tree.parents.count
        where (box == MemberTree.page || !isGone[box]) && tree.members(of: box).count > room { size += 1 }
        return size
    }

    func fold(_ drawing: PlanDrawing, room: Int) -> PlanDrawing {
        var nodes: [PlanDrawing.Node] = []
        // By old node: the new one that shows it; nil where that is what stands for it.
        var shown = [Int?](repeating: nil, count: drawing.nodes.count)
        // By old node: the box in which it, or what is around it, is folded.
        var foldedIn = [Int?](repeating: nil, count: drawing.nodes.count)
        // By box, the page first: its folded members still to come, and the new node that stands for all.
        var left = [Int](repeating: 0, count: drawing.nodes.count + 1)
        var stands = left
        for (index, parent) in tree.parents.enumerated() where isFolded(index, room) { left[parent + 1] += 1 }

        for (index, node) in drawing.nodes.enumerated() {
            let parent = tree.parents[index]
            if parent != MemberTree.page, let box = foldedIn[parent] {
                foldedIn[index] = box
                continue
            }
            let newParent = node.parent.flatMap { shown[$0] }
            guard isFolded(index, room) else {
                shown[index] = nodes.count
                nodes.append(node.inside(newParent))
                continue
            }
            foldedIn[index] = parent
            left[parent + 1] -= 1
            // It takes the place of the last.
            guard left[parent + 1] == 0 else { continue }
            stands[parent + 1] = nodes.count
            let folded = tree.members(of: parent).filter { isFolded($0, room) }.map { drawing.nodes[$0] }
            let box = parent == MemberTree.page ? nil : drawing.nodes[parent]
            nodes.append(more(folded, of: box).inside(newParent))
        }
        func end(_ node: Int) -> Int { shown[node] ?? stands[(foldedIn[node] ?? MemberTree.page) + 1] }
        return PlanDrawing(
            title: drawing.title, nodes: nodes,
            edges: PlanDrawing.merged(drawing.edges.map { (end($0.from), end($0.to), $0.kind, $0.isCritical) }),
            lengthInSeconds: drawing.lengthInSeconds)
    }

    private func more(_ folded: [PlanDrawing.Node], of box: PlanDrawing.Node?) -> PlanDrawing.Node {
        let failed = folded.count { $0.look == .failed }
        let skipped = folded.count { $0.look == .skipped }
        var notes: [String] = []
        if failed > 0 { notes.append("\(failed) failed") }
        if skipped > 0, skipped < folded.count { notes.append("\(skipped) skipped") }
        return PlanDrawing.Node(
            id: (box.map { "\($0.id): " } ?? "") + "… and \(folded.count) more", label: "… and \(folded.count) more",
            kind: .more,
            isCritical: folded.contains { $0.isCritical }, startsAt: folded.compactMap(\.startsAt).min(),
            endsAt: folded.compactMap(\.endsAt).max(),
            state: failed > 0 ? "FAILURE" : skipped == folded.count ? "SKIPPED" : "SUCCESS",
            note: notes.isEmpty ? nil : notes.joined(separator: ", "))
    }
}

extension PlanDrawing {
    /// Edges, each pair and kind once, in the order of their first; critical where any of them is.
    static func merged(_ edges: [(from: Int, to: Int, kind: Edge.Kind, isCritical: Bool)]) -> [Edge] {
        struct Key: Hashable {
            let from: Int
            let to: Int
            let kind: Edge.Kind
        }
        var places: [Key: Int] = [:]
        var merged: [Edge] = []
        for edge in edges {
            let key = Key(from: edge.from, to: edge.to, kind: edge.kind)
            if let place = places[key] {
                guard edge.isCritical, !merged[place].isCritical else { continue }
                merged[place] = Edge(from: edge.from, to: edge.to, kind: edge.kind, isCritical: true)
            } else {
                places[key] = merged.count
                merged.append(
                    Edge(from: edge.from, to: edge.to, kind: edge.kind, isCritical: edge.isCritical))
            }
        }
        return merged
    }
}
