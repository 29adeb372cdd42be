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
    static let none = UInt32.max

    package let spec: SpecIndex
    package let kind: NodeSpec.Kind
    package let role: NodeSpec.Role
    var parentIndex: UInt32
    var firstChildIndex = PlannedNode.none
    var nextSiblingIndex = PlannedNode.none
    /// The place among its siblings, from 0.
    package var position: UInt32 = 0
    package let scope: ScopeIndex

    package var parent: NodeIndex? { parentIndex == Self.none ? nil : NodeIndex(Int(parentIndex)) }
}

/// The position of a scope in a plan; 0 is the file's.
package struct ScopeIndex: Hashable, Sendable {
    package let index: UInt32

    static let file = ScopeIndex(0)

    init(_ index: Int) {
        self.index = UInt32(index)
    }
}

/// What one copy of a node sees: its names, and its own id.
package struct PlanScope: Sendable {
    package let outer: ScopeIndex?
    /// `each[oslo]`; empty for the file's scope.
    package let prefix: String
    package let bindings: [Binding]
    /// The items of one piece of `chunks`.
    package let items: [JSONValue]?

    package struct Binding: Sendable {
        package let name: String
        package let value: JSONValue
    }
}

/// A workflow with its parameters, compiled to a dense DAG.
///
/// The same file, parameters and results give the same plan, ids and order. Nodes are in written order.
package struct Plan: Sendable {
    package let spec: WorkflowSpec
    package let parameters: JSONObject
    package internal(set) var nodes: [PlannedNode] = []
    package internal(set) var scopes: [PlanScope] = []
    /// Needs of steps, by node: `needs[firstNeed[n]..<firstNeed[n + 1]]`.
    var firstNeed: [UInt32] = []
    var needs: [PlannedNeed] = []
    var firstDependent: [UInt32] = []
    var dependents: [NodeIndex] = []
    /// Nodes by written id, where the workflow reads `steps.ID` at all.
    var stepNames: [String: [NodeIndex]] = [:]

    /// A need, resolved.
    package struct PlannedNeed: Sendable {
        package let node: NodeIndex
        package let ends: NeedSpec.Ends
    }

    package var root: NodeIndex { NodeIndex(0) }

    /// The queue of tasks that name none: `task_default_queue`.
    package internal(set) var defaultQueue = "celery"

    package subscript(_ node: NodeIndex) -> PlannedNode { nodes[Int(node.index)] }

    package func spec(of node: NodeIndex) -> NodeSpec { spec[self[node].spec] }

    package func modifiers(of node: NodeIndex) -> NodeModifiers { spec.modifiers(of: spec(of: node)) }

    package func task(of node: NodeIndex) -> TaskSpec? {
        spec(of: node).task.map { spec.tasks[Int($0.index)] }
    }

    /// The task that a node runs; nil for a composite.
    package func isTask(_ node: NodeIndex) -> Bool {
        switch self[node].kind {
        case .task, .map, .starmap: true
        case .chain, .group, .chord, .chunks, .steps, .fanOut: false
        }
    }

    package func firstChild(of node: NodeIndex) -> NodeIndex? {
        let child = self[node].firstChildIndex
        return child == PlannedNode.none ? nil : NodeIndex(Int(child))
    }

    package func nextSibling(of node: NodeIndex) -> NodeIndex? {
        let sibling = self[node].nextSiblingIndex
        return sibling == PlannedNode.none ? nil : NodeIndex(Int(sibling))
    }

    /// The children of a node with a role, in order.
    package func children(of node: NodeIndex, _ role: NodeSpec.Role) -> [NodeIndex] {
        var children: [NodeIndex] = []
        var cursor = firstChild(of: node)
        while let child = cursor {
            if self[child].role == role { children.append(child) }
            cursor = nextSibling(of: child)
        }
        return children
    }

    /// The members of a composite: what is written in it, or its copies.
    package func members(of node: NodeIndex) -> [NodeIndex] {
        children(of: node, self[node].kind == .fanOut || self[node].kind == .chunks ? .copy : .member)
    }

    package func needs(of node: NodeIndex) -> ArraySlice<PlannedNeed> {
        needs[Int(firstNeed[Int(node.index)])..<Int(firstNeed[Int(node.index) + 1])]
    }

    package func dependents(of node: NodeIndex) -> ArraySlice<NodeIndex> {
        dependents[Int(firstDependent[Int(node.index)])..<Int(firstDependent[Int(node.index) + 1])]
    }

    /// The id of a node: `build`, `each[oslo]`, `each[oslo].fetch`.
    package func id(of node: NodeIndex) -> String {
        let planned = self[node]
        let prefix = scopes[Int(planned.scope.index)].prefix
        if planned.role == .copy { return prefix }
        let id = spec[planned.spec].id
        return prefix.isEmpty ? id : "\(prefix).\(id)"
    }

    /// The node with a written id, as seen from a node: in its own copy, or outside all copies.
    package func step(_ id: String, from node: NodeIndex) -> NodeIndex? {
        guard let candidates = stepNames[id] else { return nil }
        var cursor: ScopeIndex? = self[node].scope
        while let scope = cursor {
            if let found = candidates.first(where: { self[$0].scope == scope }) { return found }
            cursor = scopes[Int(scope.index)].outer
        }
        return nil
    }

    /// The value of a name bound by `foreach` or `matrix`.
    package func binding(_ name: String, in scope: ScopeIndex) -> JSONValue? {
        var cursor: ScopeIndex? = scope
        while let index = cursor {
            let scope = scopes[Int(index.index)]
            if let binding = scope.bindings.first(where: { $0.name == name }) { return binding.value }
            cursor = scope.outer
        }
        return nil
    }

    /// The items that a piece of `chunks` goes through.
    package func chunkItems(of node: NodeIndex) -> [JSONValue]? {
        self[node].role == .copy ? scopes[Int(self[node].scope.index)].items : nil
    }

    /// The options that hold for a node: its own, then of what encloses it, then the task's.
    package func options(of node: NodeIndex) -> TaskOptions {
        var options = modifiers(of: node).options
        var cursor = self[node].parent
        while let parent = cursor {
            if self[parent].role != .copy || self[parent].kind != .fanOut {
                options = options.or(inheritable(modifiers(of: parent).options))
            }
            cursor = self[parent].parent
        }
        return options.or(task(of: node)?.options ?? TaskOptions()).or(spec.defaultOptions)
    }

    /// What concerns the whole composite is no default for what is inside.
    private func inheritable(_ options: TaskOptions) -> TaskOptions {
        var options = options
        options.timeLimit = .absent
        options.expires = .absent
        options.countdown = .absent
        options.eta = .absent
        return options
    }
}
