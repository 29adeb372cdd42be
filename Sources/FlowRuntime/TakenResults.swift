package import FlowEngine
import FlowModel
package import FlowPlan
package import FlowValue

/// What a run takes over from the one that it tries again.
package struct TakenResults {
    /// The results of tasks, by their ids, in written order.
    package private(set) var results: [(id: String, value: JSONValue)] = []

    /// Finds what can be taken over.
    ///
    /// - Parameters:
    ///   - old: The machine of the run that is tried again.
    ///   - plan: The plan of the new run: the recorded definition, or the file as it is now.
    ///   - redone: Ids of steps that are done again, with all that comes after them, though they have succeeded.
    ///   - isEdited: Whether the definition may have changed: then only what is unchanged, and comes after nothing that has
    ///     changed, is taken over.
    /// - Complexity: O(nodes), for an edited one O(nodes × depth).
    package init(of old: RunMachine, for plan: Plan, redone: [String], isEdited: Bool) {
        var again = [Bool](repeating: false, count: old.plan.nodes.count)
        func doAgain(after node: NodeIndex) {
            for (index, isLater) in old.plan.downstream(of: node).enumerated() where isLater { again[index] = true }
        }
        for id in redone {
            if let node = old.plan.node(named: id) { doAgain(after: node) }
        }
        if isEdited {
            let isUnchanged = Self.comparison(old.plan, plan)
            old.plan.forEachNode { node in
                if !again[Int(node.index)], !isUnchanged(node) { doAgain(after: node) }
            }
        }
        old.plan.forEachNode { node in
            guard old.plan.isTask(node), !again[Int(node.index)], old.status(of: node).state == .success,
                !old.plan.followsFailure(node), let value = old.result(of: node)
            else { return }
            results.append((old.plan.id(of: node), value))
        }
    }

    /// Whether what is written of a node is the same in another plan.
    private static func comparison(_ old: Plan, _ new: Plan) -> (NodeIndex) -> Bool {
        // By the ids as they are written: copies made during the run are not in the new plan yet.
        func written(_ plan: Plan) -> [String: (unit: WorkflowSpec, spec: SpecIndex)] {
            var nodes: [String: (unit: WorkflowSpec, spec: SpecIndex)] = [:]
            for unit in plan.units {
                for index in unit.nodes.indices {
                    nodes["\(unit.folder)/\(unit.name)#\(unit.nodes[index].id)#\(unit.nodes[index].role)"] = (
                        unit, SpecIndex(index)
                    )
                }
            }
            return nodes
        }
        let others = written(new)
        let isSameRun = old.parameters == new.parameters
        return { node in
            let unit = old.unit(of: node)
            let spec = old.spec(of: node)
            guard isSameRun, let other = others["\(unit.folder)/\(unit.name)#\(spec.id)#\(spec.role)"]
            else { return false }
            guard WrittenHeader(unit) == WrittenHeader(other.unit) else { return false }
            let position = old[node].spec
            return WrittenNode(position, of: unit) == WrittenNode(other.spec, of: other.unit)
        }
    }
}

/// What a file says that concerns all its tasks.
private struct WrittenHeader: Equatable {
    let env: [EnvironmentEntry]
    let envFiles: [ProjectPath]
    let parameters: [ParameterSpec]
    let settings: [String]

    init(_ unit: WorkflowSpec) {
        env = unit.env
        envFiles = unit.envFiles
        parameters = unit.parameters
        settings = unit.settings.map { "\($0.name)=\(JSONWriter.text($0.value))" }
    }
}

/// What is written of one node, without what stands in it.
private struct WrittenNode: Equatable {
    let kind: NodeSpec.Kind
    let isImmutable: Bool
    let task: TaskSpec?
    let args: String
    let kwargs: String
    let modifiers: String
    let needs: [String]
    /// The ids of what stands in it: who has other members is another composite.
    let members: [String]

    init(_ index: SpecIndex, of unit: WorkflowSpec) {
        let node = unit[index]
        members = unit.children(of: index).filter { unit[$0].role != .link && unit[$0].role != .linkError }.map {
            unit[$0].id
        }
        kind = node.kind
        isImmutable = node.isImmutable
        task = node.task.map { unit.tasks[Int($0.index)] }
        args = "\(String(describing: unit.template(node.args)))"
        kwargs = "\(String(describing: unit.template(node.kwargs)))"
        modifiers = node.modifiers == 0 ? "" : "\(unit.modifiers(of: node))"
        needs = unit.needs(of: node).map { "\(unit[$0.step].id) \($0.ends.rawValue)" }
    }
}

extension Plan {
    /// Whether a node belongs to a callback after a failure, or to `on_exit`: those follow the end of their own run.
    fileprivate func followsFailure(_ node: NodeIndex) -> Bool {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if self[index].role == .linkError || self[index].role == .onExit { return true }
            cursor = self[index].parent
        }
        return false
    }
}
