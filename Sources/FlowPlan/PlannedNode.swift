package import FlowModel
package import FlowValue

/// The position of a node in a plan.
package struct NodeIndex: Hashable, Comparable, Sendable {
    package let index: UInt32

    package init(_ index: Int) {
        self.index = UInt32(index)
    }

    package static func < (left: NodeIndex, right: NodeIndex) -> Bool {
        left.index < right.index
    }
}

/// One node of a plan: a written node, or a copy of one.
package struct PlannedNode: Sendable {
    package enum Kind: UInt8, Sendable {
        case task, map, starmap
        case chain, group, chord, chunks, steps, fanOut
        /// A call of another workflow, whose canvas is its one member.
        case workflow

        init(_ kind: NodeSpec.Kind) {
            self =
                switch kind {
                case .task: .task
                case .map: .map
                case .starmap: .starmap
                case .chain: .chain
                case .group: .group
                case .chord: .chord
                case .chunks: .chunks
                case .steps: .steps
                case .fanOut: .fanOut
                }
        }

        /// Whether a worker runs it.
        package var isTask: Bool { rawValue <= Kind.starmap.rawValue }

        /// The role of its members.
        var memberRole: NodeSpec.Role {
            switch self {
            case .fanOut, .chunks: .copy
            case .workflow: .root
            case .task, .map, .starmap, .chain, .group, .chord, .steps: .member
            }
        }
    }

    static let none = UInt32.max

    // There may be a million of them: 32 bytes each.
    package let spec: SpecIndex
    package let kind: Kind
    package let role: NodeSpec.Role
    /// The position in ``Plan/units`` of the file that it stands in.
    package let unit: UInt16
    package internal(set) var parentIndex: UInt32
    package internal(set) var firstChildIndex = PlannedNode.none
    package internal(set) var nextSiblingIndex = PlannedNode.none
    var previousSiblingIndex = PlannedNode.none
    /// The place among its siblings, from 0.
    package var position: UInt32 = 0
    package let scope: ScopeIndex
    /// A fan-out whose copies are not known yet.
    package internal(set) var isUnexpanded = false

    package var parent: NodeIndex? { parentIndex == Self.none ? nil : NodeIndex(Int(parentIndex)) }
}

/// The position of a scope in a plan; 0 is the workflow's.
package struct ScopeIndex: Hashable, Sendable {
    package let index: UInt32

    package static let workflow = ScopeIndex(0)

    init(_ index: Int) {
        self.index = UInt32(index)
    }
}

/// What one copy of a node, or one call of a workflow, sees: its names, and what its ids begin with.
package struct PlanScope: Sendable {
    package let outer: ScopeIndex?
    /// `each[oslo]`, the id of a call; empty for the workflow itself.
    package let prefix: String
    package var bindings: [Binding] = []
    /// The items of one piece of `chunks`.
    package var items: [JSONValue]?
    /// Whether it is a file's: names from outside end there.
    package var isUnit = false
    /// A file's parameters; nil while those of a called one are not known.
    package var parameters: JSONObject?

    package struct Binding: Sendable {
        package let name: String
        package let value: JSONValue
    }

    init(outer: ScopeIndex?, prefix: String) {
        self.outer = outer
        self.prefix = prefix
    }
}
