import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

/// Turns a YAML document into a ``WorkflowSpec``, and remembers where everything stands for the rules.
struct WorkflowDecoder {
    var reader: DocumentReader
    var spec = WorkflowSpec()
    /// Where each node of the spec stands, by its index.
    var places: [NodePlaces] = []
    /// Where each task of the spec stands.
    var taskPlaces: [TaskPlaces] = []
    var taskIndices: [String: TaskIndex] = [:]
    var pendingNeeds: [PendingNeeds] = []
    /// The nodes by id; of two with one id the first.
    private var nodeByID: [String: Int] = [:]

    struct NodePlaces {
        var node: YAMLNodeID
        /// The name of the task, or the canvas key.
        var callee: YAMLNodeID
        var idNode: YAMLNodeID?
        var args: YAMLNodeID?
        var kwargs: YAMLNodeID?
    }

    struct TaskPlaces {
        var name: YAMLNodeID
        var args: YAMLNodeID?
        var isUsed = false
    }

    /// `needs` whose names can be resolved only when all steps are known.
    struct PendingNeeds {
        let step: Int
        let steps: Int
        let value: YAMLNodeID
    }

    var document: YAMLDocument { reader.document }

    init(_ document: YAMLDocument) {
        reader = DocumentReader(document)
        spec.nodes.reserveCapacity(document.count / 12)
        places.reserveCapacity(document.count / 12)
    }

    /// Decodes the whole file.
    mutating func decode() {
        guard !document.isEmpty, document.kind(document.root) == .mapping else {
            let span =
                document.isEmpty
                ? SourceSpan(file: document.file, start: 0, end: 0) : document.span(document.root)
            reader.report(
                Diagnostic(.missingKey, "a workflow is a mapping with a canvas such as 'steps' or 'chain'", at: span))
            return
        }
        var header: [WorkflowKey: (key: YAMLNodeID, value: YAMLNodeID)] = [:]
        var root: [Entry] = []
        for entry in entries(document.root, legal: WorkflowKey.root, in: "a workflow") {
            if WorkflowKey.header.contains(entry.key) {
                header[entry.key] = (entry.keyNode, entry.value)
            } else {
                root.append(entry)
            }
        }
        decodeHeader(header)
        if let tasks = header[.tasks] { decodeTasks(tasks.value) }
        if root.isEmpty {
            let library: WorkflowKeySet = [.flowrun, .tasks, .env, .settings]
            if !header.keys.allSatisfy({ library.contains($0) }) || header.isEmpty {
                let start = Int(document.span(document.root).start)
                let span = SourceSpan(file: document.file, start: start, end: start + 1)
                reader.report(
                    Diagnostic(
                        .canvasKeys, "no canvas: a workflow has one of 'steps', 'chain', 'group', 'chord' …", at: span)
                )
            }
        } else {
            decodeNode(root, at: document.root, context: NodeContext(role: .root))
        }
        nameNodes()
        resolveNeeds()
    }

    /// A key that is known, with its value.
    struct Entry {
        let key: WorkflowKey
        let keyNode: YAMLNodeID
        let value: YAMLNodeID
    }

    /// The known keys of a mapping; unknown ones are reported, and a misspelt key counts as the key it resembles.
    mutating func entries(_ node: YAMLNodeID, legal: WorkflowKeySet, in place: String) -> [Entry] {
        var entries: [Entry] = []
        var unknown: [(YAMLNodeID, YAMLNodeID)] = []
        entries.reserveCapacity(document.childCount(node))
        document.forEachEntry(node) { keyNode, value in
            if let key = unsafe document.withBytes(keyNode, { unsafe WorkflowKey(bytes: $0) }), legal.contains(key) {
                entries.append(Entry(key: key, keyNode: keyNode, value: value))
            } else if !document.text(keyNode).hasPrefix("x-") {
                unknown.append((keyNode, value))
            }
        }
        guard !unknown.isEmpty else { return entries }
        var present = WorkflowKeySet(entries.map(\.key))
        // Looking for what was meant costs time; of a mapping that is no workflow at all the first hundred keys say it.
        for (number, (keyNode, value)) in unknown.enumerated() {
            let legal = number < 100 ? legal : []
            if let key = reportUnknown(keyNode, value, legal: legal, present: present, in: place) {
                entries.append(Entry(key: key, keyNode: keyNode, value: value))
                present.insert(key)
            }
        }
        return entries
    }

    private mutating func reportUnknown(
        _ keyNode: YAMLNodeID, _ value: YAMLNodeID, legal: WorkflowKeySet, present: WorkflowKeySet, in place: String
    ) -> WorkflowKey? {
        let name = document.text(keyNode)
        let span = document.span(keyNode)
        var meant: WorkflowKey?
        var isSafe = true
        if var foreign = WorkflowKey.foreign[name] {
            if name == "uses", document.text(value).hasPrefix("std.") { foreign.key = .use }
            if name == "command", document.kind(value) == .sequence { foreign.key = .exec }
            if legal.contains(foreign.key) { (meant, isSafe) = foreign }
        }
        if meant == nil, WorkflowKey(name) != nil {
            reader.report(Diagnostic(.misplacedKey, "'\(name)' has no meaning in \(place)", at: span))
            return nil
        }
        if meant == nil {
            let names = WorkflowKey.allCases.filter { legal.contains($0) }.map(\.rawValue)
            meant = Suggestion.nearest(to: name, among: names).flatMap { WorkflowKey($0) }
        }
        let hint = meant.map { "; did you mean '\($0.rawValue)'?" } ?? ""
        let fixIt = meant.map {
            Diagnostic.FixIt(
                "replace with '\($0.rawValue)'", isSafe: isSafe && !present.contains($0),
                edits: [.init(span, $0.rawValue)])
        }
        reader.report(Diagnostic(.unknownKey, "unknown key '\(name)' in \(place)\(hint)", at: span, fixIt: fixIt))
        return meant.flatMap { present.contains($0) ? nil : $0 }
    }

    mutating func notBuilt(_ key: YAMLNodeID) {
        let name = document.text(key)
        reader.report(
            Diagnostic(
                .notBuiltYet, "'\(name)' is part of the language, but this version cannot run it yet",
                at: document.span(key)))
    }

    // MARK: Names

    /// Gives nodes without an `id` their names: the last part of the task's name, or the kind, numbered in file order.
    private mutating func nameNodes() {
        nodeByID.reserveCapacity(spec.nodes.count)
        for index in spec.nodes.indices where !spec.nodes[index].id.isEmpty && spec.nodes[index].role != .copy {
            let id = spec.nodes[index].id
            if let first = nodeByID.updateValue(index, forKey: id) {
                nodeByID[id] = first
                let place = places[index].idNode ?? places[index].node
                let note = places[first].idNode.map { [Diagnostic.Note("first here", at: document.span($0))] } ?? []
                reader.report(
                    Diagnostic(.duplicateID, "the id '\(id)' stands twice", at: document.span(place), notes: note))
            }
        }
        var next: [String: Int] = [:]
        for index in spec.nodes.indices where spec.nodes[index].id.isEmpty {
            if spec.nodes[index].role == .copy, let parent = spec.nodes[index].parent {
                spec.nodes[index].id = spec[parent].id
                continue
            }
            var name = defaultName(index)
            var number = next[name] ?? 1
            let stem = name
            while nodeByID[name] != nil {
                number += 1
                name = "\(stem)-\(number)"
            }
            next[stem] = number
            nodeByID[name] = index
            spec.nodes[index].id = name
        }
    }

    private func isCallback(_ index: Int) -> Bool {
        spec.nodes[index].role == .link || spec.nodes[index].role == .linkError
    }

    private func defaultName(_ index: Int) -> String {
        let node = spec.nodes[index]
        if isCallback(index), let parent = node.parent {
            var number = 0
            for sibling in spec.children(of: parent) where spec[sibling].role == node.role {
                number += 1
                if Int(sibling.index) == index { break }
            }
            return "\(spec[parent].id).\(node.role == .link ? "link" : "link_error")\(number)"
        }
        if let task = node.task {
            let task = spec.tasks[Int(task.index)]
            let last = task.name.split(separator: ".").last.map(String.init) ?? task.name
            let isName = last.utf8.allSatisfy { byte in
                (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
            return isName ? last : "task"
        }
        if node.kind == .fanOut { return index + 1 < spec.nodes.count ? defaultName(index + 1) : "foreach" }
        return "\(node.kind)"
    }

    // MARK: Needs

    private mutating func resolveNeeds() {
        spec.needs.reserveCapacity(pendingNeeds.count)
        for pending in pendingNeeds { resolve(pending) }
    }

    private mutating func resolve(_ pending: PendingNeeds) {
        spec.nodes[pending.step].firstNeed = UInt32(spec.needs.count)
        switch document.kind(pending.value) {
        case .scalar, .alias:
            spec.nodes[pending.step].needsForm = .one
            addNeed(pending, pending.value, .success)
        case .sequence:
            spec.nodes[pending.step].needsForm = .list
            for item in document.items(pending.value) { addNeed(pending, item, .success) }
        case .mapping:
            spec.nodes[pending.step].needsForm = .ends
            var entries: [(YAMLNodeID, YAMLNodeID)] = []
            document.forEachEntry(pending.value) { entries.append(($0, $1)) }
            for (key, value) in entries { addNeed(pending, key, ends(value)) }
        }
    }

    private mutating func ends(_ node: YAMLNodeID) -> NeedSpec.Ends {
        var ends: NeedSpec.Ends = []
        for name in document.kind(node) == .sequence ? document.items(node) : [node] {
            switch document.text(name) {
            case "success": ends.insert(.success)
            case "failure": ends.insert(.failure)
            case "skipped": ends.insert(.skipped)
            case "done": ends.formUnion(.done)
            default: reader.wrongType(name, "needs", "success, failure, skipped or done")
            }
        }
        return ends
    }

    private mutating func addNeed(
        _ pending: PendingNeeds, _ node: YAMLNodeID, _ ends: NeedSpec.Ends
    ) {
        guard document.kind(node) == .scalar, document.scalar(node) == .string else {
            reader.wrongType(node, "needs", "the id of a step or a list of ids")
            return
        }
        let name = document.text(node)
        let span = document.span(node)
        guard let step = nodeByID[name], isStep(step, of: pending.steps) else {
            let names = spec.children(of: SpecIndex(pending.steps)).map { spec[$0].id }
            let nearest = Suggestion.nearest(to: name, among: names.filter { $0 != spec.nodes[pending.step].id })
            let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
            let fixIt = nearest.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) }
            reader.report(
                Diagnostic(.unknownStep, "no step '\(name)' stands beside this one\(hint)", at: span, fixIt: fixIt))
            return
        }
        spec.needs.append(NeedSpec(step: SpecIndex(step), ends: ends))
        spec.nodes[pending.step].needCount += 1
    }

    private func isStep(_ node: Int, of steps: Int) -> Bool {
        spec.nodes[node].role == .member && spec.nodes[node].parent == SpecIndex(steps)
    }
}
