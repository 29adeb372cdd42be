import FlowExpression
package import FlowModel
package import FlowValue

/// Why a workflow has no plan: an expression that must be known before the run has no value.
package struct PlanError: Error, Sendable {
    package let step: String
    package let message: String
}

/// Compiles a workflow and its parameters to a plan.
package struct Planner {
    private var plan: Plan
    private var plannedNeeds: [(node: Int, need: Plan.PlannedNeed)] = []

    /// Makes the plan.
    ///
    /// - Parameters:
    ///   - spec: The workflow.
    ///   - parameters: A value for every parameter of the workflow.
    /// - Returns: The plan.
    /// - Throws: ``PlanError``.
    /// - Complexity: O(nodes, copies included).
    package static func plan(_ spec: WorkflowSpec, parameters: JSONObject) throws(PlanError) -> Plan {
        precondition(!spec.isLibrary, "a library has no plan")
        var planner = Planner(spec, parameters)
        _ = try planner.add(SpecIndex(0), parent: nil, scope: .file)
        planner.index()
        if spec.readsSteps {
            for index in planner.plan.nodes.indices {
                let id = spec[planner.plan.nodes[index].spec].id
                planner.plan.stepNames[id, default: []].append(NodeIndex(index))
            }
        }
        return planner.plan
    }

    private init(_ spec: WorkflowSpec, _ parameters: JSONObject) {
        plan = Plan(spec: spec, parameters: parameters)
        if case .string(let queue)? = spec.setting("task_default_queue") { plan.defaultQueue = queue }
        plan.nodes.reserveCapacity(spec.nodes.count)
        plan.scopes.append(PlanScope(outer: nil, prefix: "", bindings: [], items: nil))
    }

    private mutating func append(
        _ spec: SpecIndex, _ kind: NodeSpec.Kind, _ role: NodeSpec.Role, _ parent: Int?, _ scope: ScopeIndex
    ) -> Int {
        let index = plan.nodes.count
        plan.nodes.append(
            PlannedNode(
                spec: spec, kind: kind, role: role, parentIndex: parent.map { UInt32($0) } ?? PlannedNode.none,
                scope: scope))
        return index
    }

    private mutating func link(_ children: [Int], below parent: Int) {
        guard let first = children.first else { return }
        plan.nodes[parent].firstChildIndex = UInt32(first)
        for (position, child) in children.enumerated() {
            plan.nodes[child].position = UInt32(position)
            if position > 0 { plan.nodes[children[position - 1]].nextSiblingIndex = UInt32(child) }
        }
    }

    private mutating func add(
        _ index: SpecIndex, parent: Int?, scope: ScopeIndex, role: NodeSpec.Role? = nil
    ) throws(PlanError) -> Int {
        let node = plan.spec[index]
        let planned = append(index, node.kind, role ?? node.role, parent, scope)
        switch node.kind {
        case .fanOut: try addCopies(of: index, below: planned, scope)
        case .chunks: try addPieces(of: index, below: planned, scope)
        case .task, .chain, .group, .chord, .map, .starmap, .steps:
            let written = plan.spec.children(of: index)
            var children: [Int] = []
            children.reserveCapacity(written.count)
            for child in written { children.append(try add(child, parent: planned, scope: scope)) }
            link(children, below: planned)
            if node.kind == .steps { resolveNeeds(written, children) }
        }
        return planned
    }

    private mutating func resolveNeeds(_ written: [SpecIndex], _ children: [Int]) {
        var planned: [SpecIndex: Int] = [:]
        planned.reserveCapacity(written.count)
        for (spec, child) in zip(written, children) { planned[spec] = child }
        for (spec, child) in zip(written, children) {
            for need in plan.spec.needs(of: plan.spec[spec]) {
                guard let target = planned[need.step] else { continue }
                plannedNeeds.append((child, Plan.PlannedNeed(node: NodeIndex(target), ends: need.ends)))
            }
        }
    }

    // MARK: Copies

    private mutating func addCopies(of index: SpecIndex, below planned: Int, _ scope: ScopeIndex) throws(PlanError) {
        let id = plan.id(of: NodeIndex(planned))
        guard let fanOut = plan.spec.modifiers(of: plan.spec[index]).fanOut,
            let template = plan.spec.children(of: index).first
        else { return }
        let copies: [(bindings: [PlanScope.Binding], key: [JSONValue])]
        switch fanOut {
        case .foreach(let items, let name, let key, _):
            copies = try foreachCopies(items, name, key, id, scope)
        case .matrix(let axes, _):
            let count = axes.reduce(1) { min($0 * max($1.values.count, 1), 2_000_000) }
            guard count <= 1_000_000 else { throw PlanError(step: id, message: "more than 1 000 000 copies") }
            copies = matrixCopies(axes)
        }
        guard copies.count <= 1_000_000 else { throw PlanError(step: id, message: "more than 1 000 000 copies") }
        let keys = CopyKeys.keys(copies.map(\.key))
        var children: [Int] = []
        children.reserveCapacity(copies.count)
        for (copy, key) in zip(copies, keys) {
            let inner = ScopeIndex(plan.scopes.count)
            plan.scopes.append(PlanScope(outer: scope, prefix: "\(id)[\(key)]", bindings: copy.bindings, items: nil))
            children.append(try add(template, parent: planned, scope: inner, role: .copy))
        }
        link(children, below: planned)
    }

    private func foreachCopies(
        _ items: Template, _ name: String, _ key: Expression?, _ id: String, _ scope: ScopeIndex
    ) throws(PlanError) -> [(bindings: [PlanScope.Binding], key: [JSONValue])] {
        guard case .array(let values) = try value(items, id, scope, []) else {
            throw PlanError(step: id, message: "'foreach' takes a list")
        }
        var copies: [(bindings: [PlanScope.Binding], key: [JSONValue])] = []
        copies.reserveCapacity(values.count)
        for value in values {
            let bindings = [PlanScope.Binding(name: name, value: value)]
            let key = try key.map { key throws(PlanError) in try self.value(.expression(key), id, scope, bindings) }
            copies.append((bindings, [key ?? value]))
        }
        return copies
    }

    private func matrixCopies(_ axes: [FanOut.Axis]) -> [(bindings: [PlanScope.Binding], key: [JSONValue])] {
        var copies: [(bindings: [PlanScope.Binding], key: [JSONValue])] = [([], [])]
        for axis in axes {
            copies = copies.flatMap { copy in
                axis.values.map { (copy.bindings + [PlanScope.Binding(name: axis.name, value: $0)], copy.key + [$0]) }
            }
        }
        return copies
    }

    private mutating func addPieces(of index: SpecIndex, below planned: Int, _ scope: ScopeIndex) throws(PlanError) {
        let id = plan.id(of: NodeIndex(planned))
        let modifiers = plan.spec.modifiers(of: plan.spec[index])
        guard
            case .array(let items)? = try modifiers.items.map({ items throws(PlanError) in
                try value(items, id, scope, [])
            })
        else { throw PlanError(step: id, message: "'items' takes a list") }
        var children: [Int] = []
        for (number, start) in stride(from: 0, to: items.count, by: modifiers.chunkSize).enumerated() {
            let inner = ScopeIndex(plan.scopes.count)
            let piece = Array(items[start..<min(items.count, start + modifiers.chunkSize)])
            plan.scopes.append(PlanScope(outer: scope, prefix: "\(id)[\(number)]", bindings: [], items: piece))
            children.append(append(index, .starmap, .copy, planned, inner))
        }
        // Callbacks belong to the whole and follow the pieces.
        for child in plan.spec.children(of: index) {
            children.append(try add(child, parent: planned, scope: scope))
        }
        link(children, below: planned)
    }

    private func value(
        _ template: Template, _ id: String, _ scope: ScopeIndex, _ bindings: [PlanScope.Binding]
    ) throws(PlanError) -> JSONValue {
        do {
            return try template.value(in: StaticScope(plan: plan, scope: scope, bindings: bindings))
        } catch {
            throw PlanError(step: id, message: error.message)
        }
    }

    // MARK: Edges

    private mutating func index() {
        let count = plan.nodes.count
        plan.firstNeed = [UInt32](repeating: 0, count: count + 1)
        plan.firstDependent = [UInt32](repeating: 0, count: count + 1)
        for (node, need) in plannedNeeds {
            plan.firstNeed[node + 1] += 1
            plan.firstDependent[Int(need.node.index) + 1] += 1
        }
        for index in 0..<count {
            plan.firstNeed[index + 1] += plan.firstNeed[index]
            plan.firstDependent[index + 1] += plan.firstDependent[index]
        }
        guard let filler = plannedNeeds.first else { return }
        plan.needs = [Plan.PlannedNeed](repeating: filler.need, count: plannedNeeds.count)
        plan.dependents = [NodeIndex](repeating: plan.root, count: plannedNeeds.count)
        var nextNeed = plan.firstNeed
        var nextDependent = plan.firstDependent
        for (node, need) in plannedNeeds {
            plan.needs[Int(nextNeed[node])] = need
            nextNeed[node] += 1
            plan.dependents[Int(nextDependent[Int(need.node.index)])] = NodeIndex(node)
            nextDependent[Int(need.node.index)] += 1
        }
    }
}

/// What is known before a run: parameters and the names that enclose a node.
private struct StaticScope: ExpressionScope {
    let plan: Plan
    let scope: ScopeIndex
    let bindings: [PlanScope.Binding]

    func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? {
        if let binding = bindings.first(where: { $0.name == name }) { return binding.value }
        if name == "params" { return .object(plan.parameters) }
        if let value = plan.binding(name, in: scope) { return value }
        if ["steps", "parent"].contains(name) {
            throw ExpressionError("'\(name)' is not known before the run, and fan-out at run time is not built yet")
        }
        return nil
    }

    func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? { nil }

    var now: String { "" }
}
