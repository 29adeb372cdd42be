import FlowExpression
import FlowModel
package import FlowValue

/// Adds written nodes to a plan, with the copies that are known.
struct PlanGrowth {
    /// Whether an expression without a value refuses the workflow; later it fails the node.
    let isBeforeRun: Bool
    private var needs: [(node: Int, need: Plan.PlannedNeed)] = []

    init(isBeforeRun: Bool) {
        self.isBeforeRun = isBeforeRun
    }

    // MARK: Nodes

    func append(
        _ spec: SpecIndex, _ unit: UInt16, _ kind: PlannedNode.Kind, _ role: NodeSpec.Role, _ parent: Int?,
        _ scope: ScopeIndex, to plan: inout Plan
    ) -> Int {
        let index = plan.nodes.count
        plan.nodes.append(
            PlannedNode(
                spec: spec, kind: kind, role: role, unit: unit,
                parentIndex: parent.map { UInt32($0) } ?? PlannedNode.none, scope: scope))
        if !plan.readSteps[Int(unit)].isEmpty, role != .copy {
            let id = plan.units[Int(unit)].nodes[Int(spec.index)].id
            if plan.readSteps[Int(unit)].contains(id) {
                plan.stepNames[Plan.StepName(id: id, scope: scope)] = NodeIndex(index)
            }
        }
        return index
    }

    func link(_ children: [Int], below parent: Int, in plan: inout Plan) {
        guard let first = children.first else { return }
        plan.nodes[parent].firstChildIndex = UInt32(first)
        for (position, child) in children.enumerated() {
            plan.nodes[child].position = UInt32(position)
            guard position > 0 else { continue }
            plan.nodes[children[position - 1]].nextSiblingIndex = UInt32(child)
            plan.nodes[child].previousSiblingIndex = UInt32(children[position - 1])
        }
    }

    /// Adds a node and all that stands in it.
    ///
    /// - Returns: Its position.
    mutating func add(
        _ index: SpecIndex, of unit: UInt16, parent: Int?, scope: ScopeIndex, role: NodeSpec.Role? = nil,
        to plan: inout Plan
    ) throws(PlanError) -> Int {
        let file = plan.calledFile(of: index, unit)
        let kind = file == nil ? PlannedNode.Kind(plan.units[Int(unit)].nodes[Int(index.index)].kind) : .workflow
        let written = role ?? plan.units[Int(unit)].nodes[Int(index.index)].role
        let planned = append(index, unit, kind, written, parent, scope, to: &plan)
        switch kind {
        case .fanOut, .chunks:
            if let copies = try Copies.known(of: NodeIndex(planned), in: plan, isBeforeRun: isBeforeRun) {
                try add(copies, to: planned, of: &plan)
            } else {
                plan.nodes[planned].isUnexpanded = true
                if kind == .chunks {
                    link(try addCallbacks(of: index, unit, planned, scope, &plan), below: planned, in: &plan)
                }
            }
        case .workflow:
            guard let file, let called = plan.unitOfFile[file] else { break }
            try addCall(of: called, planned, index, unit, scope, &plan)
        case .task, .chain, .group, .chord, .map, .starmap, .steps:
            // Most nodes of a large file have nothing in them.
            guard plan.units[Int(unit)].nodes[Int(index.index)].end > index.index + 1 else { break }
            let written = plan.units[Int(unit)].children(of: index)
            var children: [Int] = []
            children.reserveCapacity(written.count)
            for child in written {
                children.append(try add(child, of: unit, parent: planned, scope: scope, to: &plan))
            }
            link(children, below: planned, in: &plan)
            if kind == .steps { resolveNeeds(written, children, unit, plan) }
        }
        return planned
    }

    /// Adds the canvas of a called workflow, its `on_exit`, and the callbacks of the call.
    private mutating func addCall(
        of called: UInt16, _ planned: Int, _ index: SpecIndex, _ unit: UInt16, _ scope: ScopeIndex, _ plan: inout Plan
    ) throws(PlanError) {
        let node = NodeIndex(planned)
        let inner = ScopeIndex(plan.scopes.count)
        var innerScope = PlanScope(outer: scope, prefix: plan.id(of: node))
        innerScope.isUnit = true
        plan.scopes.append(innerScope)
        innerScope.parameters = try CallParameters.known(of: node, in: plan, isBeforeRun: isBeforeRun)
        plan.scopes[Int(inner.index)].parameters = innerScope.parameters
        var children = [
            try add(SpecIndex(0), of: called, parent: planned, scope: inner, to: &plan)
        ]
        if let onExit = plan.units[Int(called)].onExit {
            children.append(try add(onExit, of: called, parent: planned, scope: inner, to: &plan))
        }
        children += try addCallbacks(of: index, unit, planned, scope, &plan)
        link(children, below: planned, in: &plan)
    }

    private mutating func addCallbacks(
        of index: SpecIndex, _ unit: UInt16, _ planned: Int, _ scope: ScopeIndex, _ plan: inout Plan
    ) throws(PlanError) -> [Int] {
        var children: [Int] = []
        for child in plan.units[Int(unit)].children(of: index) {
            children.append(try add(child, of: unit, parent: planned, scope: scope, to: &plan))
        }
        return children
    }

    /// Adds the copies of a fan-out, or the pieces of `chunks`.
    mutating func add(_ copies: Copies, to planned: Int, of plan: inout Plan) throws(PlanError) {
        let node = plan.nodes[planned]
        let unit = node.unit
        let id = plan.id(of: NodeIndex(planned))
        let isChunks = node.kind == .chunks
        let written = plan.units[Int(unit)].children(of: node.spec)
        let template = written.first
        var children: [Int] = []
        children.reserveCapacity(copies.list.count)
        for (copy, key) in zip(copies.list, copies.keys) {
            let inner = ScopeIndex(plan.scopes.count)
            var scope = PlanScope(outer: node.scope, prefix: "\(id)[\(key)]")
            scope.bindings = copy.bindings
            scope.items = copy.items
            plan.scopes.append(scope)
            if isChunks {
                children.append(append(node.spec, unit, .starmap, .copy, planned, inner, to: &plan))
            } else if let template {
                children.append(
                    try add(template, of: unit, parent: planned, scope: inner, role: .copy, to: &plan))
            }
        }
        // Callbacks belong to the whole and follow the pieces; those that stand there already are kept.
        if isChunks {
            if plan.nodes[planned].isUnexpanded {
                var cursor = plan.firstChild(of: NodeIndex(planned))
                while let child = cursor {
                    children.append(Int(child.index))
                    cursor = plan.nextSibling(of: child)
                }
            } else {
                children += try addCallbacks(of: node.spec, unit, planned, node.scope, &plan)
            }
        }
        plan.nodes[planned].isUnexpanded = false
        link(children, below: planned, in: &plan)
    }

    // MARK: Edges

    private mutating func resolveNeeds(_ written: [SpecIndex], _ children: [Int], _ unit: UInt16, _ plan: Plan) {
        let spec = plan.units[Int(unit)]
        guard let first = written.first, let last = written.last,
            written.contains(where: { spec.nodes[Int($0.index)].needCount > 0 })
        else { return }
        // Where each written step is in the plan; what stands between them stands inside them.
        var planned = [UInt32](repeating: PlannedNode.none, count: Int(last.index - first.index) + 1)
        for (spec, child) in zip(written, children) { planned[Int(spec.index - first.index)] = UInt32(child) }
        for (index, child) in zip(written, children) {
            for need in spec.needs(of: index) {
                guard need.step.index >= first.index, need.step.index <= last.index else { continue }
                let target = planned[Int(need.step.index - first.index)]
                guard target != PlannedNode.none else { continue }
                needs.append((child, Plan.PlannedNeed(node: NodeIndex(Int(target)), ends: need.ends)))
            }
        }
    }

    /// Enters the edges between the nodes that were added; edges never lead to older ones.
    func finish(_ plan: inout Plan) {
        let first = plan.firstNeed.count - 1
        let added = plan.nodes.count - first
        guard added > 0 else { return }
        var needCounts = [UInt32](repeating: 0, count: added)
        var dependentCounts = needCounts
        for (node, need) in needs {
            needCounts[node - first] += 1
            dependentCounts[Int(need.node.index) - first] += 1
        }
        plan.firstNeed.reserveCapacity(plan.firstNeed.count + added)
        plan.firstDependent.reserveCapacity(plan.firstDependent.count + added)
        var nextNeed = [UInt32](repeating: 0, count: added)
        var nextDependent = nextNeed
        var (needEnd, dependentEnd) = (UInt32(plan.needs.count), UInt32(plan.dependents.count))
        for index in 0..<added {
            nextNeed[index] = needEnd
            nextDependent[index] = dependentEnd
            needEnd += needCounts[index]
            dependentEnd += dependentCounts[index]
            plan.firstNeed.append(needEnd)
            plan.firstDependent.append(dependentEnd)
        }
        guard let filler = needs.first else { return }
        plan.needs += [Plan.PlannedNeed](repeating: filler.need, count: needs.count)
        plan.dependents += [NodeIndex](repeating: plan.root, count: needs.count)
        plan.dependentEnds += [NeedSpec.Ends](repeating: .success, count: needs.count)
        for (node, need) in needs {
            plan.needs[Int(nextNeed[node - first])] = need
            nextNeed[node - first] += 1
            let target = Int(need.node.index) - first
            plan.dependents[Int(nextDependent[target])] = NodeIndex(node)
            plan.dependentEnds[Int(nextDependent[target])] = need.ends
            nextDependent[target] += 1
        }
    }
}

extension Plan {
    /// Appends the copies of a fan-out, or the pieces of `chunks`, now that they are known.
    ///
    /// - Complexity: O(nodes that are added).
    package mutating func expand(_ node: NodeIndex, _ copies: Copies) throws(PlanError) {
        var growth = PlanGrowth(isBeforeRun: false)
        try growth.add(copies, to: Int(node.index), of: &self)
        growth.finish(&self)
    }

    /// Enters the parameters of a called workflow, now that they are known.
    package mutating func setParameters(_ parameters: JSONObject, of call: NodeIndex) {
        guard let canvas = members(of: call).first else { return }
        scopes[Int(self[canvas].scope.index)].parameters = parameters
    }
}
