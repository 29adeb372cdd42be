import FlowEngine
import FlowModel
import FlowPlan
import FlowValue

extension PlanReport {
    /// The plan as a picture: nodes in written order, and edges for what is handed on and what only comes before.
    ///
    /// - Complexity: O(nodes and edges).
    package var drawing: PlanDrawing {
        var nodes: [PlanDrawing.Node] = []
        var edges: [PlanDrawing.Edge] = []
        var positions: [NodeIndex: Int] = [:]
        let critical = Set(criticalPath)
        machine.plan.forEachNode { node in
            guard !machine.status(of: node).isIdle || isCallback(node) else { return }
            positions[node] = nodes.count
            nodes.append(self.node(node, positions, critical))
        }
        machine.plan.forEachNode { node in
            guard let to = positions[node] else { return }
            for (from, kind) in self.edges(into: node) {
                guard let from = positions[from] else { continue }
                let isCritical = critical.contains(node) && nodes[from].isCritical
                edges.append(PlanDrawing.Edge(from: from, to: to, kind: kind, isCritical: isCritical))
            }
        }
        return PlanDrawing(
            title: machine.plan.spec.name, nodes: nodes, edges: edges, lengthInSeconds: run.length.inSeconds)
    }

    private func isCallback(_ node: NodeIndex) -> Bool {
        machine.plan[node].role == .link || machine.plan[node].role == .linkError
    }

    private func node(
        _ node: NodeIndex, _ positions: [NodeIndex: Int], _ critical: Set<NodeIndex>
    ) -> PlanDrawing.Node {
        let status = machine.status(of: node)
        func seconds(_ time: Timestamp?) -> Double? {
            status.startedAt == nil ? nil : time.map { ($0 - machine.identity.startedAt).inSeconds }
        }
        let id = machine.plan.id(of: node)
        return PlanDrawing.Node(
            id: id, label: id, kind: kind(of: node), parent: machine.plan[node].parent.flatMap { positions[$0] },
            isCritical: critical.contains(node), startsAt: seconds(status.startedAt),
            endsAt: seconds(status.finishedAt), state: status.isIdle ? "PENDING" : status.state.name,
            note: note(node, status))
    }

    private func kind(of node: NodeIndex) -> PlanDrawing.Kind {
        if isCallback(node), machine.plan.isTask(node) { return .callback }
        return switch machine.plan[node].kind {
        case .task, .map, .starmap: .task
        case .chain: .chain
        case .group: .group
        case .chord: .chord
        case .chunks: .chunks
        case .steps: .steps
        case .fanOut: .fanOut
        case .workflow: .workflow
        }
    }

    private func note(_ node: NodeIndex, _ status: RunMachine.Status) -> String? {
        if machine.rehearsal?.guessedCopies.contains(node) == true { return "×?" }
        if machine.plan[node].isUnexpanded { return "×?" }
        if status.retries > 0, let entries = attempts[node] {
            let waits = zip(entries, entries.dropFirst()).map { "retry +\(DurationText.short($1.start - $0.end))" }
            return waits.first
        }
        if machine.rehearsal?.assumedConditions.contains(node) == true { return "when …" }
        return nil
    }

    private func edges(into node: NodeIndex) -> [(from: NodeIndex, kind: PlanDrawing.Edge.Kind)] {
        let plan = machine.plan
        guard let parent = plan[node].parent else { return node == plan.onExit ? [(plan.root, .order)] : [] }
        switch plan[node].role {
        case .link: return [(parent, .link)]
        case .linkError: return [(parent, .linkError)]
        case .body: return plan.members(of: parent).map { ($0, handsOn(to: node) ? .data : .order) }
        case .onExit: return plan.members(of: parent).map { ($0, .order) }
        case .root, .member, .copy: break
        }
        let needs = plan.needs(of: node)
        if !needs.isEmpty {
            let isHandedOn = plan.spec(of: node).needsForm != .ends && handsOn(to: node)
            return needs.map { ($0.node, isHandedOn ? .data : .order) }
        }
        guard plan[parent].kind == .chain, plan[node].role == .member else { return [] }
        return plan.previousSibling(of: node).map { [($0, handsOn(to: node) ? .data : .order)] } ?? []
    }

    private func handsOn(to node: NodeIndex) -> Bool {
        !(machine.plan[node].kind.isTask && machine.plan.spec(of: node).isImmutable)
    }
}
