import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

/// Turns a YAML document into a ``WorkflowSpec``, and remembers where everything stands for the rules.
struct WorkflowDecoder {
    var reader: DocumentReader
    let files: FileTable
    var spec = WorkflowSpec()
    /// Where each node of the spec stands, by its index.
    var places: [NodePlaces] = []
    /// Where each task of the spec stands.
    var taskPlaces: [TaskPlaces] = []
    var taskIndices: [String: TaskIndex] = [:]
    /// The header's entries, for the rules.
    var header = Entries()
    /// Where parameters, secrets and settings are declared, by their names.
    var declarations = Declarations()
    var pendingNeeds: [PendingNeeds] = []
    /// What the language has and this version cannot run yet, with its place.
    var unbuilt: [YAMLNodeID] = []
    /// Where other workflows are called.
    var subWorkflows: [SubWorkflowUse] = []
    /// Whether a part of the canvas is lost to a mistake, so that nobody can say what is unused.
    var isIncomplete = false
    /// Whether tasks may be defined in a place that could not be read.
    var missesTasks = false
    /// What called workflows give, by the path as it is written.
    var subWorkflowResults: [String: StaticType] = [:]
    /// Called workflows that have been looked at.
    var called: [FileID: CalledWorkflow] = [:]
    /// Called files that have what this version cannot run yet.
    var unbuiltFiles: Set<FileID> = []
    /// How many more names suggestions may be looked for among: a file full of mistakes must not cost the square.
    var suggestionBudget = 5_000_000
    /// Arrays of entries that are free again: each mapping would allocate one.
    var usedEntries: [[Entry]] = []
    /// The files that have been included, by this file or by one that it includes.
    var includedFiles: Set<FileID> = []
    /// The files that include or call this one.
    var includeStack: [FileID] = []
    var nodeIDs: NodeIDs
    var naming = NodeNaming()

    struct NodePlaces {
        let node: YAMLNodeID
        /// The key that says what the node is; of a bare name the node itself.
        let kind: YAMLNodeID
        /// The name of the task, or the value of the canvas key.
        var callee: YAMLNodeID
        // The document's root stands for none: it is no value of a key.
        private var id = YAMLNodeID(0)
        private var positional = YAMLNodeID(0)
        private var named = YAMLNodeID(0)
        /// Whether something about its arguments was wrong, so that no more can be said about them.
        var isDoubtful = false

        init(node: YAMLNodeID, kind: YAMLNodeID) {
            self.node = node
            self.kind = kind
            callee = kind
        }

        var idNode: YAMLNodeID? {
            get { id.index == 0 ? nil : id }
            set { id = newValue ?? YAMLNodeID(0) }
        }

        var args: YAMLNodeID? {
            get { positional.index == 0 ? nil : positional }
            set { positional = newValue ?? YAMLNodeID(0) }
        }

        var kwargs: YAMLNodeID? {
            get { named.index == 0 ? nil : named }
            set { named = newValue ?? YAMLNodeID(0) }
        }
    }

    struct TaskPlaces {
        var name: SourceSpan
        /// The mapping of the task; nil for one of another file and for built-ins.
        var node: YAMLNodeID?
        var args: SourceSpan?
        /// The types of the arguments, in their order.
        var arguments: [SourceSpan] = []
        var returns: SourceSpan?
        var isUsed = false
        var isIncluded = false
    }

    struct Declarations {
        var parameters: [String: YAMLNodeID] = [:]
        var secrets: [String: YAMLNodeID] = [:]
        var settings: [String: (key: YAMLNodeID, value: YAMLNodeID)] = [:]
    }

    /// A place where another workflow is called.
    struct SubWorkflowUse {
        let path: YAMLNodeID
        let parameters: YAMLNodeID?
        let isAccepted: Bool
    }

    /// `needs`, some of whose names can be resolved only when all steps are known.
    struct PendingNeeds {
        private let stepIndex: UInt32
        private let stepsIndex: UInt32
        let value: YAMLNodeID
        var isResolved = false

        init(step: Int, steps: Int, value: YAMLNodeID) {
            stepIndex = UInt32(step)
            stepsIndex = UInt32(steps)
            self.value = value
        }

        var step: Int { Int(stepIndex) }
        var steps: Int { Int(stepsIndex) }
    }

    var document: YAMLDocument { _read { yield reader.document } }

    init(_ document: YAMLDocument, files: FileTable) {
        reader = DocumentReader(document)
        reader.diagnostics = document.diagnostics
        self.files = files
        isIncomplete = document.diagnostics.contains { $0.severity == .error }
        // A node has about so many records.
        let expected = document.expectedCount / 12
        nodeIDs = NodeIDs(minimumCapacity: expected)
        spec.nodes.reserveCapacity(expected)
        places.reserveCapacity(expected)
        pendingNeeds.reserveCapacity(expected)
        spec.needs.reserveCapacity(expected)
        spec.source = document.source
    }

    /// Decodes the whole file, with the settings that it has from outside.
    mutating func decode(_ settings: OuterSettings) {
        for setting in settings.below { adopt(setting) }
        guard !reader.document.isEmpty, reader.document.kind(reader.document.root) == .mapping else {
            let span = SourceSpan(file: reader.document.file, start: 0, end: 0)
            reader.report(
                Diagnostic(.missingKey, "a workflow is a mapping with a canvas such as 'steps' or 'chain'", at: span))
            return
        }
        let all = entries(reader.document.root, of: Language.shape(.workflow))
        var root = Entries()
        root.hasUnknown = all.hasUnknown
        for entry in all.list {
            if Language.headerKeys.contains(entry.key) { header.append(entry) } else { root.append(entry) }
        }
        decodeHeader()
        for setting in settings.above { adopt(setting) }
        decodeTasks()
        if root.list.isEmpty {
            let isLibrary = !header.present.isEmpty && header.present.isSubset(of: Language.library)
            if !isLibrary, !all.hasUnknown {
                reader.report(
                    Diagnostic(
                        .canvasKeys, "no canvas: a workflow has one of 'steps', 'chain', 'group', 'chord' …",
                        at: firstKey(of: reader.document.root)))
            }
        } else {
            decodeNode(root, at: reader.document.root, context: NodeContext(role: .root))
        }
        if let onExit = header.value(.onExit) {
            spec.onExit = SpecIndex(spec.nodes.count)
            decodeNode(at: onExit, context: NodeContext(role: .onExit, inlineIsImmutable: true))
            if spec.onExit?.index == UInt32(spec.nodes.count) { spec.onExit = nil }
        }
        nameNodes()
        resolveNeeds()
    }

    /// Where a finding about a whole mapping stands: at its first key.
    func firstKey(of node: YAMLNodeID) -> SourceSpan {
        guard let first = reader.document.entries(node).first else { return reader.document.span(node) }
        return reader.document.span(first.key)
    }

    /// The mappings of nodes that have more than a call: modifiers, options, names, a kind of their own.
    var elaborateNodes: [YAMLNodeID] {
        var nodes: [YAMLNodeID] = []
        for index in spec.nodes.indices {
            let task = spec.nodes[index].taskIndex
            let isInline = task != .max && spec.tasks[Int(task)].isInline
            if spec.nodes[index].modifiers > 0 || isInline || places[index].kwargs != nil {
                nodes.append(places[index].node)
            }
        }
        return nodes
    }

    mutating func notBuilt(_ key: YAMLNodeID) {
        unbuilt.append(key)
    }

    // MARK: Needs

    private mutating func resolveNeeds() {
        for pending in pendingNeeds where !pending.isResolved { resolve(pending) }
    }

    /// Resolves the `needs` of a step whose names all stand before it, as most do, while they are near.
    mutating func resolveAhead(_ needs: PendingNeeds) -> Bool {
        let known = spec.needs.count
        let isList = reader.document.kind(needs.value) == .sequence
        guard isList || reader.document.kind(needs.value) == .scalar else { return false }
        if isList {
            var cursor = reader.document.beforeItems(of: needs.value)
            while let item = reader.document.nextItem(&cursor) {
                guard addKnownNeed(needs, item) else {
                    spec.needs.removeSubrange(known...)
                    return false
                }
            }
        } else {
            guard addKnownNeed(needs, needs.value) else { return false }
        }
        spec.nodes[needs.step].firstNeed = UInt32(known)
        spec.nodes[needs.step].needsForm = isList ? .list : .one
        spec.nodes[needs.step].needCount = UInt32(spec.needs.count - known)
        return true
    }

    private mutating func addKnownNeed(_ needs: PendingNeeds, _ node: YAMLNodeID) -> Bool {
        guard reader.document.kind(node) == .scalar, !reader.document.isNull(node),
            let step = step(needs, reader.document.text(node))
        else { return false }
        spec.needs.append(NeedSpec(step: SpecIndex(step), ends: .success))
        return true
    }

    /// The step beside another that has a name.
    private func step(_ needs: PendingNeeds, _ name: String) -> Int? {
        guard let step = stepBefore(needs, name) ?? nodeIDs.node(name, among: spec.nodes),
            isStep(step, of: needs.steps)
        else { return nil }
        return step
    }

    private mutating func resolve(_ pending: PendingNeeds) {
        spec.nodes[pending.step].firstNeed = UInt32(spec.needs.count)
        switch reader.document.kind(pending.value) {
        case .scalar, .alias:
            spec.nodes[pending.step].needsForm = .one
            addNeed(pending, pending.value, .success)
        case .sequence:
            spec.nodes[pending.step].needsForm = .list
            var cursor = reader.document.beforeItems(of: pending.value)
            while let item = reader.document.nextItem(&cursor) { addNeed(pending, item, .success) }
        case .mapping:
            spec.nodes[pending.step].needsForm = .ends
            var entries: [(YAMLNodeID, YAMLNodeID)] = []
            reader.document.forEachEntry(pending.value) { entries.append(($0, $1)) }
            for (key, value) in entries { addNeed(pending, key, ends(value)) }
        }
    }

    private mutating func ends(_ node: YAMLNodeID) -> NeedSpec.Ends {
        let form = ValueForm.oneOrList(.choice(["success", "failure", "skipped", "done"]))
        guard reader.accepts(node, form, "needs") else { return .done }
        var ends: NeedSpec.Ends = []
        for name in reader.strings(node) ?? [] {
            switch name {
            case "success": ends.insert(.success)
            case "failure": ends.insert(.failure)
            case "skipped": ends.insert(.skipped)
            default: ends.formUnion(.done)
            }
        }
        return ends
    }

    private mutating func addNeed(
        _ pending: PendingNeeds, _ node: YAMLNodeID, _ ends: NeedSpec.Ends
    ) {
        guard reader.document.kind(node) == .scalar, !reader.document.isNull(node) else {
            if !reader.document.isBroken(node) { reader.wrongType(node, "needs", "the id of a step or a list of ids") }
            return
        }
        let name = reader.document.text(node)
        guard let step = step(pending, name) else {
            let span = reader.document.span(node)
            spec.nodes[pending.step].hasDoubtfulNeeds = true
            if let elsewhere = nodeIDs.node(name, among: spec.nodes) {
                reader.report(
                    Diagnostic(
                        .unknownStep, "'\(name)' is no step beside this one: 'needs' names nodes of the same 'steps'",
                        at: span,
                        notes: [.init("'\(name)' stands here", at: reader.document.span(places[elsewhere].node))]))
                return
            }
            let own = spec.nodes[pending.step].id
            let names = candidates { spec in spec.children(of: SpecIndex(pending.steps)).map { spec[$0].id } }
            reader.report(
                Names.finding(
                    .unknownStep, "no step '\(name)' stands beside this one", name,
                    among: names.filter { $0 != own }, at: span))
            return
        }
        spec.needs.append(NeedSpec(step: SpecIndex(step), ends: ends))
        spec.nodes[pending.step].needCount += 1
    }

    /// The node right before a step where that is the step of that name, as it mostly is: the table of a million ids is far
    /// from the processor.
    private func stepBefore(_ pending: PendingNeeds, _ name: String) -> Int? {
        let node = pending.step - 1
        return node >= 0 && naming.duplicates.isEmpty && isStep(node, of: pending.steps) && spec.nodes[node].id == name
            ? node : nil
    }

    /// The `needs` of a step; they stand in the order of the steps.
    func pendingNeeds(of step: Int) -> PendingNeeds? {
        var range = pendingNeeds.indices
        while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
            if pendingNeeds[middle].step == step { return pendingNeeds[middle] }
            range = pendingNeeds[middle].step < step ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// Names to look for suggestions among, while the budget lasts.
    mutating func candidates(_ names: (WorkflowSpec) -> [String]) -> [String] {
        guard suggestionBudget > 0 else { return [] }
        let names = names(spec)
        suggestionBudget -= names.count
        return names
    }

    private func isStep(_ node: Int, of steps: Int) -> Bool {
        spec.nodes[node].role == .member && spec.nodes[node].parent == SpecIndex(steps)
    }
}
