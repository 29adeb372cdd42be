/// A plan as it is drawn: its nodes, what they hand on, and when each runs on the virtual clock.
///
/// A plain value: `dot()`, `mermaid()` and `svg()` give the same bytes for equal drawings.
package struct PlanDrawing: Hashable, Sendable {
    package let title: String
    /// Boxes and tasks in written order; what encloses a node stands before it.
    package let nodes: [Node]
    package let edges: [Edge]
    /// The end of the rehearsed run, in seconds on the virtual clock.
    package let lengthInSeconds: Double

    /// A task, or a composite that is drawn as a box around its members.
    package struct Node: Hashable, Sendable {
        /// The id as written; any text.
        package let id: String
        /// What the drawing shows; any text, shortened where it is long.
        package let label: String
        package let kind: Kind
        /// The index of the composite around the node.
        package let parent: Int?
        package let isCritical: Bool
        /// Seconds on the virtual clock; nil where the node does not run.
        package let startsAt: Double?
        /// Seconds on the virtual clock; nil where the node does not run, or does not end.
        package let endsAt: Double?
        /// `SUCCESS`, `SKIPPED`, `FAILURE`, …: how the node ends in the rehearsal.
        package let state: String
        /// One more thing to know: `×?`, `retry +2s`, `when …`.
        package let note: String?

        package init(
            id: String, label: String, kind: Kind, parent: Int? = nil, isCritical: Bool = false,
            startsAt: Double? = nil, endsAt: Double? = nil, state: String = "SUCCESS", note: String? = nil
        ) {
            self.id = id
            self.label = label
            self.kind = kind
            self.parent = parent
            self.isCritical = isCritical
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.state = state
            self.note = note
        }

        func inside(_ parent: Int?) -> Node {
            Node(
                id: id, label: label, kind: kind, parent: parent, isCritical: isCritical, startsAt: startsAt,
                endsAt: endsAt, state: state, note: note)
        }
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case task, callback, chain, group, chord, chunks, steps
        case fanOut = "foreach"
        case workflow
        /// Stands for members that are left out; made by `folded(limit:)`.
        case more

        /// Whether members may stand inside.
        package var isComposite: Bool {
            switch self {
            case .task, .callback, .more: false
            case .chain, .group, .chord, .chunks, .steps, .fanOut, .workflow: true
            }
        }
    }

    package struct Edge: Hashable, Sendable {
        /// The index of the node that the arrow leaves.
        package let from: Int
        /// The index of the node that the arrow reaches.
        package let to: Int
        package let kind: Kind
        package let isCritical: Bool

        package enum Kind: String, Hashable, Sendable, CaseIterable {
            /// Hands a result on.
            case data
            /// Only says what comes first.
            case order
            case link
            case linkError = "link_error"

            var isCallback: Bool {
                switch self {
                case .data, .order: false
                case .link, .linkError: true
                }
            }
        }

        package init(from: Int, to: Int, kind: Kind, isCritical: Bool = false) {
            self.from = from
            self.to = to
            self.kind = kind
            self.isCritical = isCritical
        }
    }

    /// Makes a drawing, and moves callbacks beside what they belong to.
    ///
    /// A plan holds callbacks as children of their node. In a drawing they stand beside it: a node whose parent is a
    /// task, or calls it back, gets the box around that parent. An arrow from a node to itself, or between a box and
    /// what is inside it, says nothing and is left out.
    ///
    /// - Precondition: Edges and parents name nodes, and a parent stands before its members.
    /// - Complexity: O(*n* + *e* · depth).
    package init(title: String, nodes: [Node], edges: [Edge], lengthInSeconds: Double) {
        var callers = [Int?](repeating: nil, count: nodes.count)
        for edge in edges {
            precondition(
                nodes.indices.contains(edge.from) && nodes.indices.contains(edge.to), "an edge names no node")
            if edge.kind.isCallback, nodes[edge.to].parent == edge.from { callers[edge.to] = edge.from }
        }
        var placed: [Node] = []
        placed.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            guard let parent = node.parent else {
                placed.append(node)
                continue
            }
            precondition(parent >= 0 && parent < index, "a parent stands before its members")
            let isBeside = callers[index] == parent || !nodes[parent].kind.isComposite
            // What is before has moved already, so a callback of a callback goes as far out.
            placed.append(isBeside ? node.inside(placed[parent].parent) : node)
        }
        let tree = MemberTree(placed)
        self.title = title
        self.nodes = placed
        self.edges = edges.filter { tree.meeting($0.from, $0.to) != nil }
        self.lengthInSeconds = lengthInSeconds
    }
}
