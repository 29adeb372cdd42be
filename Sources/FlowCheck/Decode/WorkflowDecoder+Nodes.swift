import FlowDiagnostics
import FlowExpression
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
        switch document.kind(node) {
        case .mapping:
            decodeNode(entries(node, legal: WorkflowKey.node, in: "a node"), at: node, context: context)
        case .scalar where document.scalar(node) == .string:
            let index = append(NodeSpec(kind: .task, role: context.role, id: "", parent: parent(context)), node, node)
            spec.nodes[index].task = taskIndex(document.text(node), node)
            spec.nodes[index].end = UInt32(spec.nodes.count)
        default:
            reader.wrongType(node, "a node", "the name of a task or a mapping")
        }
    }

    private func parent(_ context: NodeContext) -> SpecIndex? {
        context.parent.map { SpecIndex($0) }
    }

    private mutating func append(_ node: NodeSpec, _ yaml: YAMLNodeID, _ callee: YAMLNodeID) -> Int {
        spec.nodes.append(node)
        places.append(NodePlaces(node: yaml, callee: callee))
        return spec.nodes.count - 1
    }

    /// Decodes the keys of a node.
    mutating func decodeNode(_ entries: [Entry], at node: YAMLNodeID, context: NodeContext) {
        let kinds = entries.filter { WorkflowKey.canvas.contains($0.key) }
        guard
            let kind = oneKind(
                kinds, in: node, wanted: "a node has one of 's', 'si', 'chain', 'group', 'chord', 'run' …")
        else { return }
        let isFanOut = entries.contains { $0.key == .foreach || $0.key == .matrix }
        var context = context
        var outer: Int?
        if isFanOut {
            let index = append(
                NodeSpec(kind: .fanOut, role: context.role, id: "", parent: parent(context)), node, kind.keyNode)
            outer = index
            decodeFanOut(entries, index)
            context.role = .copy
            context.parent = index
            context.parentKind = .fanOut
        }
        let index = append(
            NodeSpec(kind: nodeKind(kind.key), role: context.role, id: "", parent: parent(context)), node, kind.keyNode)
        let owner = outer ?? index
        if let id = entries.first(where: { $0.key == .id }) { decodeID(id.value, owner) }
        if let needs = entries.first(where: { $0.key == .needs }) { decodeNeeds(needs, owner, context, isFanOut) }
        decodeCallee(kind, entries, index, context)
        decodeArguments(entries, index)
        decodeModifiers(entries, index)
        decodeChildren(kind, entries, index)
        spec.nodes[index].end = UInt32(spec.nodes.count)
        if let outer { spec.nodes[outer].end = UInt32(spec.nodes.count) }
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
        guard let id = reader.string(node, "id") else { return }
        let bytes = Array(id.utf8)
        let isLegal =
            !bytes.isEmpty
            && bytes.enumerated().allSatisfy { offset, byte in
                (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
                    || (offset > 0 && (byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")))
            }
        guard isLegal else {
            reader.report(
                Diagnostic(
                    .wrongValue, "an id has letters, digits, '_' and '-', and begins with a letter or '_'",
                    at: document.span(node)))
            return
        }
        spec.nodes[index].id = id
        places[index].idNode = node
    }

    private mutating func decodeNeeds(_ entry: Entry, _ index: Int, _ context: NodeContext, _ isFanOut: Bool) {
        let holder = isFanOut ? spec.nodes[index].parent.map { spec[$0].kind } : context.parentKind
        guard holder == .steps, let steps = spec.nodes[index].parent, spec.nodes[index].role == .member else {
            reader.report(
                Diagnostic(
                    .misplacedKey, "'needs' has a meaning only in the nodes of 'steps'",
                    at: document.span(entry.keyNode)))
            return
        }
        pendingNeeds.append(PendingNeeds(step: index, steps: Int(steps.index), value: entry.value))
    }

    // MARK: The task of a node

    private mutating func decodeCallee(_ kind: Entry, _ entries: [Entry], _ index: Int, _ context: NodeContext) {
        places[index].callee = kind.value
        switch kind.key {
        case .s, .si, .map, .starmap, .chunks:
            spec.nodes[index].isImmutable = kind.key != .s
            guard let name = reader.string(kind.value, kind.key.rawValue) else { return }
            spec.nodes[index].task = taskIndex(name, kind.value)
        case _ where WorkflowKey.taskKinds.contains(kind.key):
            var task = TaskSpec(name: kind.key.rawValue, kind: taskKind(kind))
            if case .builtin(let builtin) = task.kind {
                task.name = "std.\(builtin.rawValue)"
                task.signature = builtin.signature
            }
            task.isInline = true
            for entry in entries { decodeExecution(entry, into: &task) }
            spec.nodes[index].task = addTask(task, TaskPlaces(name: kind.keyNode, isUsed: true))
            spec.nodes[index].isImmutable = context.inlineIsImmutable
        default: break
        }
        if let immutable = entries.first(where: { $0.key == .immutable }),
            let value = reader.bool(immutable.value, "immutable")
        {
            spec.nodes[index].isImmutable = spec.nodes[index].isImmutable || value
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
            return addTask(task, TaskPlaces(name: node, isUsed: true))
        }
        reportUnknownTask(name, node)
        return nil
    }

    mutating func reportUnknownTask(_ name: String, _ node: YAMLNodeID) {
        let known = spec.tasks.filter { !$0.isInline }.map(\.name) + BuiltinTask.allCases.map { "std.\($0.rawValue)" }
        let nearest = Suggestion.nearest(to: name, among: known)
        let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
        let span = document.span(node)
        let fixIt = nearest.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) }
        reader.report(Diagnostic(.unknownTask, "there is no task '\(name)'\(hint)", at: span, fixIt: fixIt))
        if let nearest, let index = taskIndices[nearest] { taskPlaces[Int(index.index)].isUsed = true }
    }

    // MARK: Arguments and modifiers

    private mutating func decodeArguments(_ entries: [Entry], _ index: Int) {
        for entry in entries {
            switch entry.key {
            case .args:
                guard document.kind(entry.value) == .sequence else {
                    reader.wrongType(entry.value, "args", "a list of values")
                    continue
                }
                places[index].args = entry.value
                spec.nodes[index].args = argumentList(entry.value)
            case .kwargs:
                guard document.kind(entry.value) == .mapping else {
                    reader.wrongType(entry.value, "kwargs", "a mapping of names to values")
                    continue
                }
                places[index].kwargs = entry.value
                spec.nodes[index].kwargs = argumentList(entry.value)
            default: break
            }
        }
    }

    private mutating func argumentList(_ node: YAMLNodeID) -> ArgumentList {
        let start = spec.literals.count
        if LiteralWriter(document: document).append(node, to: &spec.literals) {
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
        .linkError,
        .description,
    ]

    private mutating func decodeModifiers(_ entries: [Entry], _ index: Int) {
        guard entries.contains(where: { !Self.plainKeys.contains($0.key) }) else { return }
        var modifiers = NodeModifiers()
        let kind = spec.nodes[index].kind
        let isComposite = kind == .chain || kind == .group || kind == .chord || kind == .steps
        for entry in entries {
            switch entry.key {
            case .when: modifiers.when = reader.expression(entry.value, "when")
            case .items: modifiers.items = reader.template(entry.value)
            case .size: modifiers.chunkSize = reader.int(entry.value, "size", 1...Int.max) ?? 1
            case .allowFailure: modifiers.allowFailure = reader.bool(entry.value, "allow_failure") ?? false
            case .failFast: modifiers.failFast = reader.bool(entry.value, "fail_fast") ?? false
            case .result: modifiers.result = reader.template(entry.value)
            case .env: modifiers.env = environment(entry.value)
            case .cwd: modifiers.cwd = reader.template(entry.value)
            case .stdin: modifiers.stdin = reader.template(entry.value)
            default: break
            }
            if isComposite, [.retry, .maxRetries, .autoretryFor, .retryBackoff].contains(entry.key) {
                reader.report(
                    Diagnostic(
                        .misplacedKey,
                        "'\(entry.key.rawValue)' cannot stand on a composite; put it on the tasks inside",
                        at: document.span(entry.keyNode)))
            } else if isComposite, [.timeLimit, .expires, .countdown, .eta].contains(entry.key) {
                notBuilt(entry.keyNode)
            }
            decodeOption(entry, into: &modifiers.options)
        }
        checkLimits(entries, modifiers.options)
        if [.map, .starmap, .chunks].contains(kind), modifiers.items == nil {
            reader.report(
                Diagnostic(.missingKey, "'\(kind)' needs 'items'", at: document.span(places[index].callee)))
        }
        spec.nodes[index].modifiers = UInt32(spec.modifiers.count)
        spec.modifiers.append(modifiers)
    }

    private mutating func decodeFanOut(_ entries: [Entry], _ index: Int) {
        var modifiers = NodeModifiers()
        func value(_ key: WorkflowKey) -> YAMLNodeID? { entries.first { $0.key == key }?.value }
        let max = value(.max).flatMap { reader.int($0, "max", 1...Int.max) }
        if let foreach = value(.foreach) {
            let items = reader.template(foreach)
            let name = value(.as).flatMap { reader.string($0, "as") } ?? "item"
            let key = value(.key).flatMap { reader.expression($0, "key") }
            modifiers.fanOut = .foreach(items: items, name: name, key: key, max: max)
        } else if let matrix = value(.matrix) {
            var axes: [FanOut.Axis] = []
            var parts: [(YAMLNodeID, YAMLNodeID)] = []
            document.forEachEntry(matrix) { parts.append(($0, $1)) }
            for (name, values) in parts {
                guard document.kind(values) == .sequence, case .array(let items) = reader.value(values) else {
                    reader.wrongType(values, document.text(name), "a list of values")
                    continue
                }
                axes.append(FanOut.Axis(name: document.text(name), values: items))
            }
            modifiers.fanOut = .matrix(axes, max: max)
        }
        modifiers.failFast = value(.failFast).flatMap { reader.bool($0, "fail_fast") } ?? false
        spec.nodes[index].modifiers = UInt32(spec.modifiers.count)
        spec.modifiers.append(modifiers)
    }

    // MARK: What stands inside

    private mutating func decodeChildren(_ kind: Entry, _ entries: [Entry], _ index: Int) {
        let nodeKind = spec.nodes[index].kind
        var context = NodeContext(role: .member, parent: index, parentKind: nodeKind)
        context.inlineIsImmutable = nodeKind == .steps
        if WorkflowKey.composites.contains(kind.key) {
            if document.kind(kind.value) == .sequence {
                for item in document.items(kind.value) { decodeNode(at: item, context: context) }
            } else {
                reader.wrongType(kind.value, kind.key.rawValue, "a list of nodes")
            }
        }
        context.inlineIsImmutable = false
        let body = entries.first { $0.key == .body }
        if let body, nodeKind != .chord {
            reader.report(
                Diagnostic(.misplacedKey, "'body' has a meaning only beside 'chord'", at: document.span(body.keyNode)))
        } else if let body {
            context.role = .body
            decodeNode(at: body.value, context: context)
        } else if nodeKind == .chord {
            reader.report(
                Diagnostic(
                    .missingKey, "a chord needs a 'body', which receives the list", at: document.span(kind.keyNode)))
        }
        context.inlineIsImmutable = true
        for (key, role) in [(WorkflowKey.link, NodeSpec.Role.link), (.linkError, .linkError)] {
            guard let entry = entries.first(where: { $0.key == key }) else { continue }
            context.role = role
            let list = document.kind(entry.value) == .sequence ? document.items(entry.value) : [entry.value]
            for item in list { decodeNode(at: item, context: context) }
        }
    }
}
