import FlowDiagnostics
import FlowLanguage
import FlowYAML

/// A key that is known, with its value.
struct Entry {
    let key: WorkflowKey
    let keyNode: YAMLNodeID
    let value: YAMLNodeID
    /// Whether the value has the key's form; if not, that has been said and the value is of no use.
    let isAccepted: Bool
}

/// The known keys of a mapping.
struct Entries {
    var list: [Entry] = []
    var present: WorkflowKeySet = []
    /// Whether a key stood there that nobody knows: what seems to be missing may be that.
    var hasUnknown = false

    subscript(key: WorkflowKey) -> Entry? {
        guard present.contains(key) else { return nil }
        return list.first { $0.key == key }
    }

    /// The entry that says what a node is, where exactly one does.
    var onlyKind: Entry? {
        var kind: Entry?
        for entry in list where Language.canvas.contains(entry.key) {
            guard kind == nil else { return nil }
            kind = entry
        }
        return kind
    }

    /// The value of a key where it has its form.
    func value(_ key: WorkflowKey) -> YAMLNodeID? {
        self[key].flatMap { $0.isAccepted ? $0.value : nil }
    }

    mutating func append(_ entry: Entry) {
        list.append(entry)
        present.insert(entry.key)
    }
}

extension WorkflowDecoder {
    /// The known keys of a mapping; unknown ones are reported, and a misspelt key counts as the key it resembles.
    mutating func entries(_ node: YAMLNodeID, of shape: Shape) -> Entries {
        var entries = Entries()
        var unknown: [(YAMLNodeID, YAMLNodeID)] = []
        if let used = usedEntries.popLast() { entries.list = used }
        if var cursor = reader.document.beforeEntries(of: node) {
            while let (key, value) = reader.document.nextEntry(&cursor) {
                take(key, value, of: shape, &entries, &unknown)
            }
        } else {
            for (key, value) in reader.document.entries(node) { take(key, value, of: shape, &entries, &unknown) }
        }
        if !unknown.isEmpty { adopt(unknown, of: shape, into: &entries) }
        if !entries.present.isSubset(of: Self.unconditionalKeys) { checkCompany(&entries, of: shape) }
        return entries
    }

    private mutating func take(
        _ keyNode: YAMLNodeID, _ value: YAMLNodeID, of shape: Shape, _ entries: inout Entries,
        _ unknown: inout [(YAMLNodeID, YAMLNodeID)]
    ) {
        if let key = unsafe reader.document.withBytes(keyNode, { unsafe WorkflowKey(bytes: $0) }), let spec = shape[key]
        {
            entries.append(Entry(key: key, keyNode: keyNode, value: value, isAccepted: reader.accepts(value, spec)))
        } else if !reader.document.text(keyNode).hasPrefix("x-"), !reader.document.isBroken(keyNode) {
            unknown.append((keyNode, value))
        }
    }

    /// Keys that nearly every node has, and that need no look at what stands beside them.
    private static let unconditionalKeys: WorkflowKeySet = [.id, .needs, .s, .si, .args, .kwargs, .run]

    private mutating func adopt(
        _ unknown: [(YAMLNodeID, YAMLNodeID)], of shape: Shape, into entries: inout Entries
    ) {
        // Looking for what was meant costs time; of a mapping that is no workflow at all the first hundred keys say it.
        for (number, (keyNode, value)) in unknown.enumerated() {
            let meant = reportUnknown(keyNode, value, of: shape, beside: entries, mayGuess: number < 100)
            guard let spec = meant, !entries.present.contains(spec.key) else {
                entries.hasUnknown = true
                adoptName(keyNode, value, of: shape, into: &entries)
                continue
            }
            // What another tool's word takes is another matter than what ours does.
            let isForeign = Language.foreign[reader.document.text(keyNode)] != nil
            var isAccepted = isForeign ? fits(value, spec) : reader.accepts(value, spec)
            if isForeign, spec.key == .workflow {
                let path = reader.document.text(value)
                isAccepted = isAccepted && (path.hasSuffix(".yaml") || path.hasSuffix(".yml"))
            }
            entries.append(Entry(key: spec.key, keyNode: keyNode, value: value, isAccepted: isAccepted))
        }
    }

    /// A key too short for a suggestion that may have been `id` still names its node, so that nobody misses it.
    private func adoptName(
        _ keyNode: YAMLNodeID, _ value: YAMLNodeID, of shape: Shape, into entries: inout Entries
    ) {
        let name = reader.document.text(keyNode)
        guard shape.name == .node, !entries.present.contains(.id), name.utf8.count <= 3,
            name.contains(where: { "id".contains($0) }), reader.document.kind(value) == .scalar,
            reader.document.isBare(value)
        else { return }
        entries.append(Entry(key: .id, keyNode: keyNode, value: value, isAccepted: true))
    }

    private mutating func reportUnknown(
        _ keyNode: YAMLNodeID, _ value: YAMLNodeID, of shape: Shape, beside entries: Entries, mayGuess: Bool
    ) -> KeySpec? {
        let name = reader.document.text(keyNode)
        let span = reader.document.span(keyNode)
        if let word = foreignWord(name, value) {
            let message = "unknown key '\(name)' in \(shape.title)"
            guard let spec = shape[word.key] else {
                let place = Self.home(of: word.key).map { ", which stands in \($0)" } ?? ""
                let hint = "; it is called '\(word.key.rawValue)' here\(place)"
                reader.report(Diagnostic(.unknownKey, message + hint, at: span))
                return nil
            }
            reader.report(rename(message, span, to: spec, value, beside: entries, isSame: word.isSame))
            return spec
        }
        if let key = WorkflowKey(name) {
            let isNodeName = key == .name && (shape.name == .node || shape.name == .workflow)
            let place =
                isNodeName ? "; a node is named by its 'id'" : Self.home(of: key).map { "; it stands in \($0)" } ?? ""
            reader.report(
                Diagnostic(.misplacedKey, "'\(name)' has no meaning in \(shape.title)\(place)", at: span))
            return nil
        }
        if name.contains(":"), reader.document.kind(value) == .scalar, reader.document.text(value).isEmpty {
            reportMissingSpace(name, span, shape)
            return nil
        }
        let message = "unknown key '\(name)' in \(shape.title)"
        let names = mayGuess ? Suggestion.allNearest(to: name, among: shape.keys.map(\.key.rawValue)) : []
        guard let spec = best(names.compactMap { WorkflowKey($0).flatMap { shape[$0] } }, value, beside: entries) else {
            reader.report(Diagnostic(.unknownKey, message, at: span))
            return nil
        }
        reader.report(rename(message, span, to: spec, value, beside: entries, isSame: true))
        return spec
    }

    /// `run:make` in a flow mapping is one key without a value.
    private mutating func reportMissingSpace(_ name: String, _ span: SourceSpan, _ shape: Shape) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let fixed = "\(parts[0]): \(parts[1])"
        let fixIt = WorkflowKey(String(parts[0])).flatMap { shape[$0] }.map { _ in
            Diagnostic.FixIt("put a space after the colon", isSafe: false, edits: [.init(span, fixed)])
        }
        reader.report(
            Diagnostic(
                .unknownKey, "'\(name)' is one key: a space is missing after the colon, as in '\(fixed)'", at: span,
                fixIt: fixIt))
    }

    /// Of equally near keys the one that is not there yet, that has a meaning beside the others, whose form the value has.
    private func best(_ candidates: [KeySpec], _ value: YAMLNodeID, beside entries: Entries) -> KeySpec? {
        func rank(_ spec: KeySpec) -> Int {
            var rank = 0
            if entries.present.contains(spec.key) { rank += 4 }
            let isSecondKind = Language.canvas.contains(spec.key) && entries.present.intersects(Language.canvas)
            if isSecondKind || !isCompany(spec, entries.present) { rank += 2 }
            if !fits(value, spec) { rank += 1 }
            return rank
        }
        return candidates.enumerated().min { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }?.element
    }

    private func fits(_ value: YAMLNodeID, _ spec: KeySpec) -> Bool {
        var trial = DocumentReader(document)
        return trial.accepts(value, spec)
    }

    private func rename(
        _ message: String, _ span: SourceSpan, to spec: KeySpec, _ value: YAMLNodeID, beside entries: Entries,
        isSame: Bool
    ) -> Diagnostic {
        let name = spec.key.rawValue
        let isSafe =
            isSame && !entries.present.contains(spec.key) && isCompany(spec, entries.present) && fits(value, spec)
        return Diagnostic(
            .unknownKey, "\(message); did you mean '\(name)'?", at: span,
            fixIt: .init("replace with '\(name)'", isSafe: isSafe, edits: [.init(span, name)]))
    }

    private func foreignWord(_ name: String, _ value: YAMLNodeID) -> Language.ForeignWord? {
        guard let word = Language.foreign[name] else { return nil }
        if name == "uses", reader.document.text(value).hasPrefix("std.") { return .init(key: .use, isSame: true) }
        if name == "command", reader.document.kind(value) == .sequence { return .init(key: .exec, isSame: true) }
        return word
    }

    /// Where a key has its place.
    private static func home(of key: WorkflowKey) -> String? {
        let order: [Shape.Name] = [
            .node, .task, .workflow, .http, .schedule, .concurrency, .cache, .parameter, .secret,
        ]
        return order.map { Language.shape($0) }.first { $0[key] != nil }?.title
    }

    // MARK: What stands beside what

    private func isCompany(_ spec: KeySpec, _ present: WorkflowKeySet) -> Bool {
        (spec.beside.isEmpty || present.intersects(spec.beside)) && !present.intersects(spec.notBeside)
    }

    /// Reports keys that have no meaning beside the others, and leaves them out.
    private mutating func checkCompany(_ entries: inout Entries, of shape: Shape) {
        let present = entries.present
        // Where the kind itself is missing or doubtful, that is the mistake.
        let hasKind = shape.name != .node || present.intersects(Language.canvas)
        var misplaced: WorkflowKeySet = []
        for entry in entries.list {
            guard let spec = shape[entry.key], !isCompany(spec, present) else { continue }
            let name = entry.key.rawValue
            if spec.notBeside.intersects(present) {
                // Of two keys that exclude each other the second is to blame.
                let other = entries.list.first { spec.notBeside.contains($0.key) }
                if let other, shape[other.key]?.notBeside.contains(entry.key) == true,
                    other.keyNode.index > entry.keyNode.index
                {
                    continue
                }
                reportExclusion(entry, other, in: shape)
            } else if hasKind, reader.document.text(entry.keyNode) == name {
                let wanted = spec.beside.keys.prefix(4).map { "'\($0.rawValue)'" }.joined(separator: ", ")
                reader.report(
                    Diagnostic(
                        .misplacedKey, "'\(name)' has a meaning only beside \(wanted)",
                        at: reader.document.span(entry.keyNode)))
            }
            misplaced.insert(entry.key)
        }
        guard !misplaced.isEmpty else { return }
        entries.list.removeAll { misplaced.contains($0.key) }
        entries.present = WorkflowKeySet(entries.list.map(\.key))
    }

    private mutating func reportExclusion(_ entry: Entry, _ other: Entry?, in shape: Shape) {
        let name = entry.key.rawValue
        var message = "'\(name)' cannot stand beside '\(other?.key.rawValue ?? "")'"
        if let other, Language.composites.contains(other.key) {
            message =
                Language.retryOptions.contains(entry.key)
                ? "'\(name)' cannot stand on a composite such as '\(other.key.rawValue)'; put it on the tasks inside"
                : "'\(name)' cannot stand on '\(other.key.rawValue)'; put it on the tasks inside"
        }
        reader.report(
            Diagnostic(
                .misplacedKey, message, at: reader.document.span(entry.keyNode),
                notes: other.map { [.init("'\($0.key.rawValue)' stands here", at: reader.document.span($0.keyNode))] }
                    ?? []))
    }
}
