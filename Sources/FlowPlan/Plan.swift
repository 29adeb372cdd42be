package import FlowExpression
package import FlowModel
package import FlowValue

/// A workflow with its parameters, compiled to a dense DAG.
///
/// The same file, parameters and results give the same plan, ids and order. What is known before the run is in it from
/// the start; the copies of a fan-out over results are appended when these are known, so that an index stays what it is.
package struct Plan: Sendable {
    /// The workflow, and those that it calls, each once.
    package let units: [WorkflowSpec]
    package internal(set) var nodes: [PlannedNode] = []
    package internal(set) var scopes: [PlanScope] = []
    /// What times without an offset are in: the setting `timezone`.
    package var timeZone = TimeZoneRules.utc
    /// The node that runs when all else has ended.
    package internal(set) var onExit: NodeIndex?
    /// Needs of steps, by node: `needs[firstNeed[n]..<firstNeed[n + 1]]`.
    var firstNeed: [UInt32] = [0]
    var needs: [PlannedNeed] = []
    var firstDependent: [UInt32] = [0]
    var dependents: [NodeIndex] = []
    /// The ends that meet the need of each dependent.
    var dependentEnds: [NeedSpec.Ends] = []
    /// Nodes whose written ids are read by expressions.
    var stepNames: [StepName: NodeIndex] = [:]
    /// The ids that the expressions of each unit read.
    let readSteps: [Set<String>]
    /// The position in ``units`` of a called file, by its number.
    let unitOfFile: [UInt32: UInt16]
    /// The queue of tasks that name none, by unit: `task_default_queue`.
    private let defaultQueues: [String]
    /// Which modifiers, and which tasks, of each unit have no options at all.
    private let plainModifiers: [[Bool]]
    let plainTasks: [[Bool]]
    /// Of which tasks of each unit nothing at all is said, not by settings either.
    private let optionlessTasks: [[Bool]]
    /// Whether any composite is `fail_fast`.
    package let hasFailFast: Bool

    /// A need, resolved.
    package struct PlannedNeed: Sendable {
        package let node: NodeIndex
        package let ends: NeedSpec.Ends
    }

    struct StepName: Hashable {
        let id: String
        let scope: ScopeIndex
    }

    init(_ spec: WorkflowSpec) {
        var units = [spec]
        var unitOfFile: [UInt32: UInt16] = [:]
        for (file, called) in spec.called.sorted(by: { $0.key < $1.key }) {
            unitOfFile[file] = UInt16(units.count)
            units.append(called)
        }
        self.units = units
        self.unitOfFile = unitOfFile
        let none = TaskOptions()
        plainModifiers = units.map { $0.modifiers.map { $0.options == none } }
        plainTasks = units.map { $0.tasks.map { $0.options == none } }
        optionlessTasks = units.map { unit in
            let saysNothing =
                unit.annotations.isEmpty && unit.routes.isEmpty && unit.defaultOptions == none
                && spec.defaultOptions == none
            return unit.tasks.map { saysNothing && $0.options == none }
        }
        readSteps = units.map(\.readSteps)
        hasFailFast = units.contains { $0.modifiers.contains(where: \.failFast) }
        func queue(_ unit: WorkflowSpec) -> String? {
            guard case .string(let queue)? = unit.setting("task_default_queue") else { return nil }
            return queue
        }
        defaultQueues = units.map { queue($0) ?? queue(spec) ?? "celery" }
    }

    /// The number of the file that a written node calls; nil for most.
    func calledFile(of index: SpecIndex, _ unit: UInt16) -> UInt32? {
        guard hasCalls, let task = units[Int(unit)].nodes[Int(index.index)].task,
            units[Int(unit)].nodes[Int(index.index)].kind == .task,
            case .workflow(let call) = units[Int(unit)].tasks[Int(task.index)].kind
        else { return nil }
        return call.file
    }

    /// Whether any file is called.
    private var hasCalls: Bool { units.count > 1 }

    package var root: NodeIndex { NodeIndex(0) }

    /// The queue of a task that names none.
    package func defaultQueue(of node: NodeIndex) -> String { defaultQueues[Int(self[node].unit)] }

    /// The workflow that is run.
    package var spec: WorkflowSpec { units[0] }

    /// The values of the workflow's parameters.
    package var parameters: JSONObject { scopes[0].parameters ?? JSONObject() }

    // A copy of 32 bytes: what is lent to another module costs an allocation.
    package subscript(_ node: NodeIndex) -> PlannedNode { nodes[Int(node.index)] }

    package subscript(_ scope: ScopeIndex) -> PlanScope { _read { yield scopes[Int(scope.index)] } }

    /// The file that a node stands in.
    package func unit(of node: NodeIndex) -> WorkflowSpec { units[Int(self[node].unit)] }

    package func spec(of node: NodeIndex) -> NodeSpec {
        let planned = self[node]
        return units[Int(planned.unit)].nodes[Int(planned.spec.index)]
    }

    /// Whether a node takes nothing from its parent: `si`.
    package func isImmutable(_ node: NodeIndex) -> Bool {
        let planned = self[node]
        return units[Int(planned.unit)].nodes[Int(planned.spec.index)].isImmutable
    }

    package func modifiers(of node: NodeIndex) -> NodeModifiers {
        let planned = self[node]
        let index = units[Int(planned.unit)].nodes[Int(planned.spec.index)].modifiers
        return units[Int(planned.unit)].modifiers[Int(index)]
    }

    /// What a node's file has for all its tasks: variables, files of variables, and its folder.
    package func surroundings(
        of node: NodeIndex
    ) -> (env: [EnvironmentEntry], envFiles: [ProjectPath], folder: String) {
        let unit = Int(self[node].unit)
        return (units[unit].env, units[unit].envFiles, units[unit].folder)
    }

    /// What a node itself says of how its task is started; nil where it says nothing, as most.
    package func execution(of node: NodeIndex) -> (env: [EnvironmentEntry], cwd: Template?, stdin: Template?)? {
        let (unit, index) = modifiersIndex(node)
        guard index != 0 else { return nil }
        return (units[unit].modifiers[index].env, units[unit].modifiers[index].cwd, units[unit].modifiers[index].stdin)
    }

    /// Where a node's rarer keys are: 0 for none.
    ///
    /// What is asked of every node is read from there by itself: to copy all the keys is dear.
    private func modifiersIndex(_ node: NodeIndex) -> (unit: Int, index: Int) {
        let planned = self[node]
        // A piece of `chunks` stands for a part of what was written: the keys are the whole's.
        if planned.kind == .starmap, planned.role == .copy, let parent = planned.parent, self[parent].kind == .chunks {
            return (Int(planned.unit), 0)
        }
        return (Int(planned.unit), Int(units[Int(planned.unit)].nodes[Int(planned.spec.index)].modifiers))
    }

    /// A node's `when`.
    package func condition(of node: NodeIndex) -> Expression? {
        let (unit, index) = modifiersIndex(node)
        return index == 0 ? nil : units[unit].modifiers[index].when
    }

    package func allowsFailure(_ node: NodeIndex) -> Bool {
        let (unit, index) = modifiersIndex(node)
        return index != 0 && units[unit].modifiers[index].allowFailure
    }

    package func failsFast(_ node: NodeIndex) -> Bool {
        let (unit, index) = modifiersIndex(node)
        return index != 0 && units[unit].modifiers[index].failFast
    }

    /// Whether a node has options of its own.
    func hasOptions(_ node: NodeIndex) -> Bool {
        let (unit, index) = modifiersIndex(node)
        return index != 0 && !plainModifiers[unit][index]
    }

    /// Whether no option of a task node is given at any level, as is so for most.
    package func isOptionless(_ node: NodeIndex) -> Bool {
        guard !hasOptions(node), let (unit, task) = taskIndex(of: node), optionlessTasks[unit][task]
        else { return false }
        var inner = node
        while let outer = self[inner].parent {
            if hasOptions(outer) || self[outer].kind == .workflow { return false }
            inner = outer
        }
        return true
    }

    /// Arguments as they are written; what holds no expression is not put into a template, which costs an allocation.
    package enum WrittenArguments: Sendable {
        case none
        case literal(JSONValue)
        case template(Template)
    }

    /// What is written as the arguments of a node.
    package func writtenArguments(of node: NodeIndex) -> (args: WrittenArguments, kwargs: WrittenArguments) {
        let planned = self[node]
        let unit = Int(planned.unit)
        let spec = Int(planned.spec.index)
        return (
            written(units[unit].nodes[spec].packedArgs.list, unit),
            written(units[unit].nodes[spec].packedKwargs.list, unit)
        )
    }

    /// The same as the unit's own, which would be copied to be asked.
    private func written(_ list: ArgumentList, _ unit: Int) -> WrittenArguments {
        switch list {
        case .none: .none
        case .dynamic(let index): .template(units[unit].templates[Int(index)])
        case .written(let offset, let length): .literal(ArgumentList.literal(units[unit].source, offset, length))
        case .literal(let offset, let length): .literal(ArgumentList.literal(units[unit].literals, offset, length))
        }
    }

    /// The task that a node calls; nil for a composite of canvas.
    package func task(of node: NodeIndex) -> TaskSpec? {
        taskIndex(of: node).map { units[$0.unit].tasks[$0.task] }
    }

    /// Where the task is that a node calls.
    private func taskIndex(of node: NodeIndex) -> (unit: Int, task: Int)? {
        let planned = self[node]
        let task = units[Int(planned.unit)].nodes[Int(planned.spec.index)].taskIndex
        return task == .max ? nil : (Int(planned.unit), Int(task))
    }

    /// The built-in that a node calls; nil where it calls something else.
    package func builtin(of node: NodeIndex) -> BuiltinTask? {
        guard let (unit, task) = taskIndex(of: node), case .builtin(let builtin) = units[unit].tasks[task].kind
        else { return nil }
        return builtin
    }

    /// Whether a node calls a built-in that needs no process and no waiting.
    package func takesNoTime(_ node: NodeIndex) -> Bool { builtin(of: node)?.isPure ?? false }

    /// How many attempts of a node's task run at once.
    package func maxConcurrency(of node: NodeIndex) -> Int? {
        taskIndex(of: node).flatMap { units[$0.unit].tasks[$0.task].maxConcurrency }
    }

    /// Whether a node is run by a worker.
    package func isTask(_ node: NodeIndex) -> Bool { self[node].kind.isTask }

    // MARK: The tree

    package func firstChild(of node: NodeIndex) -> NodeIndex? {
        let child = self[node].firstChildIndex
        return child == PlannedNode.none ? nil : NodeIndex(Int(child))
    }

    package func nextSibling(of node: NodeIndex) -> NodeIndex? {
        let sibling = self[node].nextSiblingIndex
        return sibling == PlannedNode.none ? nil : NodeIndex(Int(sibling))
    }

    package func previousSibling(of node: NodeIndex) -> NodeIndex? {
        let sibling = self[node].previousSiblingIndex
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

    /// The members of a composite: what is written in it, its copies, or the canvas of a called workflow.
    package func members(of node: NodeIndex) -> [NodeIndex] {
        children(of: node, self[node].kind.memberRole)
    }

    /// Whether a node is part of what its parent does, and not a callback beside it.
    package func isPart(_ node: NodeIndex) -> Bool {
        switch self[node].role {
        case .member, .body, .copy, .root: self[node].parent != nil
        case .link, .linkError, .onExit: false
        }
    }

    /// Visits a node and all below it in written order, copies in theirs; a loop, however deep they stand.
    package func forEachNode(from first: NodeIndex, _ body: (NodeIndex) -> Void) {
        var cursor: NodeIndex? = first
        while let node = cursor {
            body(node)
            cursor = following(node, within: first)
        }
    }

    private func following(_ node: NodeIndex, within first: NodeIndex) -> NodeIndex? {
        if let child = firstChild(of: node) { return child }
        var node = node
        while node != first {
            if let sibling = nextSibling(of: node) { return sibling }
            guard let parent = self[node].parent else { return nil }
            node = parent
        }
        return nil
    }

    /// A node and all below it, in written order.
    package func subtree(of node: NodeIndex) -> [NodeIndex] {
        var nodes: [NodeIndex] = []
        forEachNode(from: node) { nodes.append($0) }
        return nodes
    }

    /// Visits all nodes in written order.
    package func forEachNode(_ body: (NodeIndex) -> Void) {
        forEachNode(from: root, body)
        if let onExit { forEachNode(from: onExit, body) }
    }

    /// Whether a node is another one, or stands below it.
    package func stands(_ node: NodeIndex, in outer: NodeIndex) -> Bool {
        var cursor: NodeIndex? = node
        while let index = cursor {
            if index == outer { return true }
            cursor = self[index].parent
        }
        return false
    }

    /// The nearest group around a node, and the member of it that the node is or stands in.
    package func enclosingGroup(of node: NodeIndex) -> (group: NodeIndex, index: Int)? {
        var cursor = node
        while let parent = self[cursor].parent, isPart(cursor) {
            switch self[parent].kind {
            case .group, .fanOut, .chunks: return (parent, Int(self[cursor].position))
            case .chord where self[cursor].role == .member: return (parent, Int(self[cursor].position))
            case .chord, .chain, .steps, .workflow, .task, .map, .starmap: cursor = parent
            }
        }
        return nil
    }

    // MARK: Edges

    package func needs(of node: NodeIndex) -> ArraySlice<PlannedNeed> {
        needs[Int(firstNeed[Int(node.index)])..<Int(firstNeed[Int(node.index) + 1])]
    }

    package func dependents(of node: NodeIndex) -> ArraySlice<NodeIndex> {
        dependents[Int(firstDependent[Int(node.index)])..<Int(firstDependent[Int(node.index) + 1])]
    }

    /// The nodes that need a node, with the ends of it that they need.
    package func forEachDependent(of node: NodeIndex, _ body: (NodeIndex, NeedSpec.Ends) -> Void) {
        for index in Int(firstDependent[Int(node.index)])..<Int(firstDependent[Int(node.index) + 1]) {
            body(dependents[index], dependentEnds[index])
        }
    }

    // MARK: Names

    /// The id of a node: `build`, `each[oslo]`, `each[oslo].fetch`.
    package func id(of node: NodeIndex) -> String {
        let planned = self[node]
        let prefix = self[planned.scope].prefix
        if planned.role == .copy { return prefix }
        let id = units[Int(planned.unit)].nodes[Int(planned.spec.index)].id
        return prefix.isEmpty ? id : "\(prefix).\(id)"
    }

    /// The node with a written id, as seen from a node: in its own copy, or outside all copies of its file.
    ///
    /// - Complexity: O(depth of copies).
    package func step(_ id: String, from node: NodeIndex) -> NodeIndex? {
        var cursor: ScopeIndex? = self[node].scope
        while let scope = cursor {
            if let found = stepNames[StepName(id: id, scope: scope)] { return found }
            cursor = self[scope].isUnit ? nil : self[scope].outer
        }
        return nil
    }

    /// The value of a name bound by `foreach` or `matrix`.
    package func binding(_ name: String, in scope: ScopeIndex) -> JSONValue? {
        var cursor: ScopeIndex? = scope
        while let index = cursor {
            let scope = self[index]
            if let binding = scope.bindings.first(where: { $0.name == name }) { return binding.value }
            cursor = scope.isUnit ? nil : scope.outer
        }
        return nil
    }

    /// The scope of the file that a scope lies in: the workflow's, or that of one call of another.
    package func unitScope(of scope: ScopeIndex) -> ScopeIndex {
        var cursor = scope
        while !self[cursor].isUnit, let outer = self[cursor].outer { cursor = outer }
        return cursor
    }

    /// The parameters that expressions in a scope see; nil while those of a called workflow are not known.
    package func parameters(in scope: ScopeIndex) -> JSONObject? { self[unitScope(of: scope)].parameters }

    /// The items that a piece of `chunks` goes through.
    package func chunkItems(of node: NodeIndex) -> [JSONValue]? {
        self[node].role == .copy ? self[self[node].scope].items : nil
    }
}
