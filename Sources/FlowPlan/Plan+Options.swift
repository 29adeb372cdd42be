package import FlowModel

extension Plan {
    /// The options that hold for a node: its own, then of what encloses it, then the task's, then of the settings.
    package func options(of node: NodeIndex) -> TaskOptions {
        if isOptionless(node) { return TaskOptions() }
        var options = hasOptions(node) ? modifiers(of: node).options : TaskOptions()
        var inner = node
        while let outer = self[inner].parent {
            // A callback stands in what encloses the node that it follows, and not in that node.
            if isPart(inner), self[outer].kind != .fanOut, hasOptions(outer) {
                options = options.or(inheritable(modifiers(of: outer).options))
            }
            if isPart(inner), self[outer].kind == .workflow, let task = task(of: outer) {
                options = options.or(inheritable(task.options))
            }
            inner = outer
        }
        let unit = Int(self[node].unit)
        if let index = units[unit].nodes[Int(self[node].spec.index)].task.map({ Int($0.index) }) {
            if !plainTasks[unit][index] { options = options.or(units[unit].tasks[index].options) }
            if !units[unit].annotations.isEmpty || !units[unit].routes.isEmpty {
                options = options.or(settings(for: units[unit].tasks[index].name, in: units[unit]))
            }
        }
        options = options.or(units[unit].defaultOptions)
        return unit == 0 ? options : options.or(units[0].defaultOptions)
    }

    /// What `task_annotations` and `task_routes` say of a task.
    private func settings(for task: String, in unit: WorkflowSpec) -> TaskOptions {
        var options = TaskOptions()
        if let annotation = unit.annotations[task] { options = annotation }
        if let annotation = unit.annotations["*"] { options = options.or(annotation) }
        if let route = unit.routes.first(where: { $0.fits(task) }) { options = options.or(route.options) }
        return options
    }

    /// Whether any task is told, at any level, to ignore its result.
    package var ignoresResults: Bool {
        func ignores(_ options: TaskOptions) -> Bool { options.ignoreResult.value == true }
        return units.contains { unit in
            ignores(unit.defaultOptions) || unit.annotations.values.contains(where: ignores)
                || unit.tasks.contains { ignores($0.options) } || unit.modifiers.contains { ignores($0.options) }
        }
    }

    /// What a composite itself is given: limits of the whole.
    package func ownOptions(of composite: NodeIndex) -> TaskOptions {
        var options = hasOptions(composite) ? modifiers(of: composite).options : TaskOptions()
        // A call of a workflow may have them on its task, too.
        if self[composite].kind == .workflow, let task = task(of: composite) { options = options.or(task.options) }
        return options
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
