import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

/// What a node is to the one that holds it.
struct NodeContext {
    var role: NodeSpec.Role
    var parent: Int?
    var parentKind: NodeSpec.Kind?
    /// Whether an inline task there takes nothing from its parent.
    var inlineIsImmutable = false
}

extension WorkflowDecoder {
    /// Decodes a node that stands as a mapping or as a bare name.
    mutating func decodeNode(at node: YAMLNodeID, context: NodeContext) {
        if reader.document.isBroken(node) { return }
        switch reader.document.kind(node) {
        case .mapping:
            var entries = entries(node, of: Language.shape(.node))
            decodeNode(entries, at: node, context: context)
            entries.list.removeAll(keepingCapacity: true)
            usedEntries.append(entries.list)
        case .scalar where reader.document.isString(node):
            if reader.holdsExpression(node) {
                reader.report(
                    Diagnostic(
                        .misplacedExpression, "the name of a task cannot be an expression",
                        at: reader.document.span(node)))
                return
            }
            let index = append(NodeSpec(kind: .task, role: context.role, id: "", parent: parent(context)), node, node)
            spec.nodes[index].task = taskIndex(reader.document.text(node), node)
            spec.nodes[index].end = UInt32(spec.nodes.count)
        default:
            reader.wrongType(node, "a node", "the name of a task or a mapping")
            isIncomplete = true
        }
    }

    private func parent(_ context: NodeContext) -> SpecIndex? {
        context.parent.map { SpecIndex($0) }
    }

    private mutating func append(_ node: NodeSpec, _ yaml: YAMLNodeID, _ kind: YAMLNodeID) -> Int {
        spec.nodes.append(node)
        places.append(NodePlaces(node: yaml, kind: kind))
        return spec.nodes.count - 1
    }

    /// Decodes the keys of a node.
    mutating func decodeNode(_ entries: Entries, at node: YAMLNodeID, context: NodeContext) {
        let wanted = "a node has one of 's', 'si', 'chain', 'group', 'chord', 'run' …"
        guard let kind = oneKind(entries, in: node, wanted: wanted) else {
            decodeNodeWithoutKind(entries, at: node, context)
            return
        }
        var context = context
        var outer: Int?
        if entries.present.intersects([.foreach, .matrix]) {
            let index = append(
                NodeSpec(kind: .fanOut, role: context.role, id: "", parent: parent(context)), node, kind.keyNode)
            outer = index
            decodeFanOut(entries, index)
            decodeNeeds(entries, index, context)
            context.role = .copy
            context.parent = index
            context.parentKind = .fanOut
        }
        let index = append(
            NodeSpec(kind: nodeKind(kind.key), role: context.role, id: "", parent: parent(context)), node, kind.keyNode)
        if let id = entries.value(.id) { decodeID(id, outer ?? index) }
        if outer == nil { decodeNeeds(entries, index, context) }
        decodeCallee(kind, entries, index, context)
        decodeArguments(entries, index)
        decodeModifiers(entries, index)
        if let outer { askOnce(of: index, for: outer) }
        decodeChildren(kind, entries, index)
        spec.nodes[index].end = UInt32(spec.nodes.count)
        if let outer { spec.nodes[outer].end = UInt32(spec.nodes.count) }
    }

    /// A node whose kind is missing still has its name, so that nobody misses it.
    private mutating func decodeNodeWithoutKind(_ entries: Entries, at node: YAMLNodeID, _ context: NodeContext) {
        let index = append(NodeSpec(kind: .task, role: context.role, id: "", parent: parent(context)), node, node)
        places[index].isDoubtful = true
        isIncomplete = true
        if let id = entries.value(.id) { decodeID(id, index) }
        decodeNeeds(entries, index, context)
        spec.nodes[index].end = UInt32(spec.nodes.count)
    }

    private func nodeKind(_ key: WorkflowKey) -> NodeSpec.Kind {
        switch key {
        case .chain: .chain
        case .group: .group
        case .chord: .chord
        case .steps: .steps
        case .map: .map
        case .starmap: .starmap
        case .chunks: .chunks
        default: .task
        }
    }

    private mutating func decodeID(_ node: YAMLNodeID, _ index: Int) {
        spec.nodes[index].id = reader.document.text(node)
        places[index].idNode = node
        enterID(of: index)
    }

    private mutating func decodeNeeds(_ entries: Entries, _ index: Int, _ context: NodeContext) {
        guard let entry = entries[.needs] else { return }
        guard context.parentKind == .steps, let steps = context.parent, context.role == .member else {
            reader.report(
                Diagnostic(
                    .misplacedKey, "'needs' has a meaning only in the nodes of 'steps'",
                    at: reader.document.span(entry.keyNode)))
            return
        }
        if entry.isAccepted {
            var needs = PendingNeeds(step: index, steps: steps, value: entry.value)
            needs.isResolved = resolveAhead(needs)
            pendingNeeds.append(needs)
        } else {
            spec.nodes[index].hasDoubtfulNeeds = true
        }
    }

    // MARK: The task of a node

    private mutating func decodeCallee(_ kind: Entry, _ entries: Entries, _ index: Int, _ context: NodeContext) {
        places[index].callee = kind.value
        switch kind.key {
        case .s, .si, .map, .starmap, .chunks:
            spec.nodes[index].isImmutable = kind.key != .s
            if !kind.isAccepted { isIncomplete = true }
            if kind.isAccepted { spec.nodes[index].task = taskIndex(reader.document.text(kind.value), kind.value) }
        case _ where Language.taskKinds.contains(kind.key):
            var task = TaskSpec(name: kind.key.rawValue, kind: taskKind(kind, entries))
            if case .builtin(let builtin) = task.kind {
                task.name = "std.\(builtin.rawValue)"
                task.signature = builtin.signature
            }
            task.isInline = true
            var places = TaskPlaces(name: reader.document.span(kind.keyNode), isUsed: true)
            for entry in entries.list { decodeExecution(entry, into: &task, &places) }
            checkExitCodes(&task, entries)
            spec.nodes[index].task = addTask(task, places)
            spec.nodes[index].isImmutable = context.inlineIsImmutable
        default: break
        }
        if let immutable = entries.value(.immutable) {
            spec.nodes[index].isImmutable = spec.nodes[index].isImmutable || reader.bool(immutable) == true
        }
    }

    mutating func taskIndex(_ name: String, _ node: YAMLNodeID) -> TaskIndex? {
        if let index = taskIndices[name] {
            taskPlaces[Int(index.index)].isUsed = true
            return index
        }
        if name.hasPrefix("std."), let builtin = BuiltinTask(rawValue: String(name.dropFirst(4))) {
            var task = TaskSpec(name: name, kind: .builtin(builtin))
            task.signature = builtin.signature
            return addTask(task, TaskPlaces(name: reader.document.span(node), isUsed: true))
        }
        if !missesTasks { reportUnknownTask(name, node, isBuiltIn: false) }
        return nil
    }

    mutating func reportUnknownTask(_ name: String, _ node: YAMLNodeID, isBuiltIn: Bool) {
        let builtins = BuiltinTask.allCases.map { "std.\($0.rawValue)" }
        let own = isBuiltIn ? [] : candidates { $0.tasks.filter { !$0.isInline }.map(\.name) }
        var finding = Names.finding(
            .unknownTask, "there is no \(isBuiltIn ? "built-in " : "")task '\(name)'", name, among: own + builtins,
            at: reader.document.span(node))
        if finding.fixIt == nil, builtins.contains("std.\(name)") {
            finding.message += "; did you mean 'std.\(name)'?"
            finding.fixIt = .init("replace with 'std.\(name)'", edits: [.init(finding.span, "std.\(name)")])
        }
        reader.report(finding)
        if let meant = finding.fixIt?.edits.first?.text, let index = taskIndices[meant] {
            taskPlaces[Int(index.index)].isUsed = true
        }
    }

    // MARK: Arguments and modifiers

    private mutating func decodeArguments(_ entries: Entries, _ index: Int) {
        if let entry = entries[.args] {
            if entry.isAccepted {
                places[index].args = entry.value
                spec.nodes[index].args = argumentList(entry.value)
            } else {
                places[index].isDoubtful = true
            }
        }
        if let entry = entries[.kwargs] {
            if entry.isAccepted {
                places[index].kwargs = entry.value
                spec.nodes[index].kwargs = argumentList(entry.value)
            } else {
                places[index].isDoubtful = true
            }
        }
    }

    private mutating func argumentList(_ node: YAMLNodeID) -> ArgumentList {
        if let written = reader.document.json(node) {
            return .written(offset: UInt32(written.lowerBound), length: UInt32(written.count))
        }
        let start = spec.literals.count
        if reader.document.appendLiteral(node, to: &spec.literals) {
            return .literal(offset: UInt32(start), length: UInt32(spec.literals.count - start))
        }
        spec.literals.removeSubrange(start...)
        let template = reader.template(node)
        if case .literal(let value) = template {
            let bytes = JSONWriter.bytes(value)
            let offset = UInt32(spec.literals.count)
            spec.literals += bytes
            return .literal(offset: offset, length: UInt32(bytes.count))
        }
        spec.templates.append(template)
        return .dynamic(UInt32(spec.templates.count - 1))
    }

    private static let plainKeys: WorkflowKeySet = [
        .id, .needs, .args, .kwargs, .s, .si, .chain, .group, .chord, .steps, .run, .exec, .use, .body, .link,
        .linkError, .description,
    ]

    private mutating func decodeModifiers(_ entries: Entries, _ index: Int) {
        guard !entries.present.isSubset(of: Self.plainKeys) else { return }
        var modifiers = NodeModifiers()
        let kind = spec.nodes[index].kind
        for entry in entries.list where entry.isAccepted {
            let value = entry.value
            switch entry.key {
            case .when: modifiers.when = reader.expression(value)
            case .items: modifiers.items = reader.template(value)
            case .size: modifiers.chunkSize = reader.int(value) ?? 1
            case .allowFailure: modifiers.allowFailure = reader.bool(value) ?? false
            case .failFast:
                modifiers.failFast = reader.bool(value) ?? false
            case .result: modifiers.result = reader.template(value)
            case .env: modifiers.env = environment(value)
            case .cwd: modifiers.cwd = reader.template(value)
            case .stdin: modifiers.stdin = reader.template(value)
            default: break
            }
            decodeOption(entry, into: &modifiers.options)
        }
        if [.map, .starmap, .chunks].contains(kind), !entries.present.contains(.items), !entries.hasUnknown {
            reader.report(
                Diagnostic(.missingKey, "'\(kind)' needs 'items'", at: reader.document.span(places[index].kind)))
        }
        if kind == .chunks, !entries.present.contains(.size), !entries.hasUnknown {
            reader.report(
                Diagnostic(.missingKey, "'chunks' needs 'size'", at: reader.document.span(places[index].kind)))
        }
        spec.nodes[index].modifiers = UInt32(spec.modifiers.count)
        spec.modifiers.append(modifiers)
    }

    private mutating func decodeFanOut(_ entries: Entries, _ index: Int) {
        var modifiers = NodeModifiers()
        let max = entries.value(.max).flatMap { reader.int($0) }
        if let foreach = entries.value(.foreach) {
            let name = entries.value(.as).map { reader.document.text($0) } ?? "item"
            let key = entries.value(.key).flatMap { reader.expression($0) }
            modifiers.fanOut = .foreach(items: reader.template(foreach), name: name, key: key, max: max)
            checkCopies(reader.document.childCount(foreach), foreach)
        } else if let matrix = entries.value(.matrix) {
            let axes = axes(matrix)
            modifiers.fanOut = .matrix(axes, max: max)
            checkCopies(axes.reduce(1) { min($0 * Swift.max($1.values.count, 1), 2_000_000) }, matrix)
        } else {
            modifiers.fanOut = .foreach(items: .literal(.array([])), name: "item", key: nil, max: nil)
        }
        modifiers.failFast = entries.value(.failFast).flatMap { reader.bool($0) } ?? false
        spec.nodes[index].modifiers = UInt32(spec.modifiers.count)
        spec.modifiers.append(modifiers)
    }

    /// A `when` that reads none of the names of a copy is asked once, for all copies.
    private mutating func askOnce(of copy: Int, for fanOut: Int) {
        let modifiers = Int(spec.nodes[copy].modifiers)
        guard modifiers > 0, let condition = spec.modifiers[modifiers].when else { return }
        var bound: Set<String> = []
        switch spec.modifiers[Int(spec.nodes[fanOut].modifiers)].fanOut {
        case .foreach(_, let name, _, _): bound = [name]
        case .matrix(let axes, _): bound = Set(axes.map(\.name))
        case nil: break
        }
        var readsCopy = false
        condition.forEachReference { path in readsCopy = readsCopy || bound.contains(path[0].name) }
        guard !readsCopy else { return }
        spec.modifiers[modifiers].when = nil
        spec.modifiers[Int(spec.nodes[fanOut].modifiers)].when = condition
    }

    private mutating func checkCopies(_ count: Int, _ node: YAMLNodeID) {
        guard count > 1_000_000 else { return }
        reader.report(Diagnostic(.wrongValue, "more than 1 000 000 copies", at: reader.document.span(node)))
    }

    private mutating func axes(_ matrix: YAMLNodeID) -> [FanOut.Axis] {
        var axes: [FanOut.Axis] = []
        for (name, values) in reader.document.entries(matrix) {
            let text = reader.document.text(name)
            if !DocumentReader.isIdentifier(text) {
                reader.report(
                    Diagnostic(
                        .wrongValue, "a name of 'matrix' takes \(ValueForm.identifier.words), not '\(text)'",
                        at: reader.document.span(name)))
            }
            guard reader.accepts(values, .values, text), case .array(let items) = reader.value(values) else { continue }
            axes.append(FanOut.Axis(name: text, values: items))
        }
        return axes
    }

    // MARK: What stands inside

    private mutating func decodeChildren(_ kind: Entry, _ entries: Entries, _ index: Int) {
        let nodeKind = spec.nodes[index].kind
        var context = NodeContext(role: .member, parent: index, parentKind: nodeKind)
        context.inlineIsImmutable = nodeKind == .steps
        if Language.composites.contains(kind.key), !kind.isAccepted { isIncomplete = true }
        if Language.composites.contains(kind.key), kind.isAccepted {
            var cursor = reader.document.beforeItems(of: kind.value)
            while let item = reader.nextItem(&cursor, of: kind.value) {
                decodeNode(at: item, context: context)
                if reader.growth != nil { nameAhead() }
            }
        }
        context.inlineIsImmutable = false
        if let body = entries[.body], nodeKind == .chord {
            context.role = .body
            decodeNode(at: body.value, context: context)
        } else if nodeKind == .chord, !entries.hasUnknown {
            reader.report(
                Diagnostic(
                    .missingKey, "a chord needs a 'body', which receives the list",
                    at: reader.document.span(kind.keyNode)))
        }
        context.inlineIsImmutable = true
        for (key, role) in [(WorkflowKey.link, NodeSpec.Role.link), (.linkError, .linkError)] {
            guard let entry = entries[key] else { continue }
            context.role = role
            let list =
                reader.document.kind(entry.value) == .sequence ? reader.document.items(entry.value) : [entry.value]
            for item in list { decodeNode(at: item, context: context) }
        }
    }
}
