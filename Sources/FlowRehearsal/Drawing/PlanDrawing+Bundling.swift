extension PlanDrawing {
    /// The drawing with arrows to or from all members of a box drawn once, at the box.
    ///
    /// Five arrows from a task into a group read well; sixty are a wall. Boxes of fewer members keep theirs.
    ///
    /// - Parameter most: How many arrows of a kind between a node and a box are still drawn one by one.
    /// - Returns: A drawing with the same nodes.
    /// - Complexity: O(*n* + *e* · depth).
    func bundled(most: Int = 6) -> PlanDrawing {
        let tree = MemberTree(nodes)
        var entering: [Bundle: Bundle.Ends] = [:]
        var leaving: [Bundle: Bundle.Ends] = [:]
        for edge in edges {
            guard let meeting = tree.meeting(edge.from, edge.to) else { continue }
            if meeting.to != edge.to {
                entering[Bundle(edge.from, meeting.to, edge.kind), default: .init(edge.to)].add(edge.to, tree)
            }
            if meeting.from != edge.from {
                leaving[Bundle(edge.to, meeting.from, edge.kind), default: .init(edge.from)].add(edge.from, tree)
            }
        }
        let drawn = edges.map { edge in
            var (from, to) = (edge.from, edge.to)
            if let meeting = tree.meeting(from, to) {
                to = entering[Bundle(edge.from, meeting.to, edge.kind)]?.box(most, tree) ?? to
                from = leaving[Bundle(edge.to, meeting.from, edge.kind)]?.box(most, tree) ?? from
            }
            return (from, to, edge.kind, edge.isCritical)
        }
        return PlanDrawing(title: title, nodes: nodes, edges: Self.merged(drawn), lengthInSeconds: lengthInSeconds)
    }
}

/// The arrows of a kind between a node and what is inside a box.
private struct Bundle: Hashable {
    let node: Int
    let box: Int
    let kind: PlanDrawing.Edge.Kind

    init(_ node: Int, _ box: Int, _ kind: PlanDrawing.Edge.Kind) {
        self.node = node
        self.box = box
        self.kind = kind
    }

    /// The ends of the arrows of a bundle that are inside the box.
    struct Ends {
        private var count = 0
        /// The innermost box around all ends.
        private var common: Int

        init(_ first: Int) {
            common = first
        }

        mutating func add(_ end: Int, _ tree: MemberTree) {
            count += 1
            common = tree.common(common, end)
        }

        /// The box that stands for the ends; nil where they are few, or are not all of it.
        func box(_ most: Int, _ tree: MemberTree) -> Int? {
            count > most && count >= tree.members(of: common).count ? common : nil
        }
    }
}
