/// What becomes a group when it runs: `foreach`, `matrix`, `chunks`.
extension ReferenceInterpreter {
    /// One copy of a fan-out: its key and what its names stand for.
    private struct Copy {
        var key: String
        var names: [String: ReferencePattern]
    }

    mutating func evaluateCopies(
        of node: ReferenceNode, over fanOut: ReferenceFanOut, at place: ReferencePlace,
    ) -> ReferenceEnd {
        let id = place.prefix + node.id
        var copy = node
        copy.fanOut = nil
        copy.needs = nil
        copy.failsFast = false
        if let condition = node.when, !condition.reads(oneOf: fanOut.names) {
            // Asked once, so it is the group that is skipped, and there are no copies.
            guard holds(condition, at: place) else { return passOverCopies(of: node, over: fanOut, id: id, at: place) }
            copy.when = nil
        }
        guard let copies = copies(of: fanOut, at: place) else {
            return failExpansion(of: node, over: fanOut, id: id, at: place)
        }
        var inside = place
        // Copies have no parent; `parent` is there by expression.
        inside.handed = nil
        inside.isLimited = place.isLimited || node.failsFast
        var ends: [ReferenceEnd] = []
        for each in copies {
            inside.prefix = "\(id)[\(each.key)]."
            inside.names = place.names.merging(each.names) { $1 }
            ends.append(evaluateSingle(copy, id: "\(id)[\(each.key)]", at: inside))
        }
        var end = gather(ends, at: inside)
        var group = node
        group.options = ReferenceOptions()
        end = settle(end, of: group, id: id, at: inside)
        end.mayDropResult = end.mayDropResult || place.dropsResult || place.handedMayBeDropped
        note(end, of: id, at: place)
        return end
    }

    private mutating func passOverCopies(
        of node: ReferenceNode, over fanOut: ReferenceFanOut, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        _ = skipCopies(of: node, over: fanOut, id: id, because: [id], at: place)
        let mayBeCut = oracle.isRecord && (place.isLimited || place.isUncertain)
        if mayBeCut, oracle.end(id, node)?.way.isCut == true {
            return ReferenceEnd(way: .cut, states: [.skipped], causes: nil)
        }
        return ReferenceEnd(way: .passedOver, states: [.skipped], causes: [id])
    }

    /// A fan-out over what is no list, or a list that is not known: only a limit can bring that about here.
    private mutating func failExpansion(
        of node: ReferenceNode, over fanOut: ReferenceFanOut, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        _ = skipCopies(of: node, over: fanOut, id: id, because: nil, at: place)
        answer.nodes[id]?.states = [.failure]
        noteFailure(of: id, at: place)
        return ReferenceEnd(way: .failed, states: [.failure], causes: [id], failures: [.anything])
    }

    mutating func evaluateChunks(
        over items: ReferenceItems, size: Int, task: String, of node: ReferenceNode, id: String,
        at place: ReferencePlace,
    ) -> ReferenceEnd {
        answer.openPrefixes.insert(id + "[")
        let all = pattern(of: items, at: place)
        guard let list = all.items else {
            noteFailure(of: id, at: place)
            return ReferenceEnd(way: .failed, states: [.failure], causes: [id], failures: [.anything])
        }
        var ends: [ReferenceEnd] = []
        for (index, start) in stride(from: 0, to: list.count, by: size).enumerated() {
            let slice = list[start..<min(start + size, list.count)]
            let handed = ReferenceNodeAnswer(states: [], items: .list(of: Array(slice)))
            let piece = pieceID(id, index)
            var (end, noted) = judge(task, handed: handed, of: node, id: piece, names: [], at: place)
            // A piece has no id that SPEC knows, so the chunks may be named for it.
            if end.causes != nil { end.causes = [piece, id] }
            noted.mayBeAbsent = true
            answer.pieces[piece] = noted
            ends.append(end)
        }
        return gather(ends, at: place)
    }

    // MARK: - Keys

    private mutating func copies(of fanOut: ReferenceFanOut, at place: ReferencePlace) -> [Copy]? {
        switch fanOut {
        case .list(let items, let name, let prefix):
            return keyed(items.map { .exactly($0) }, name: name, keyPrefix: prefix)
        case .parent(let name):
            guard let items = place.parent?.items else { return nil }
            return keyed(items, name: name, keyPrefix: nil)
        case .matrix(let axes): return product(of: axes)
        }
    }

    /// The keys that a product may list without expanding; none for a fan-out that only a run can expand.
    mutating func keysOfUnexpanded(
        _ fanOut: ReferenceFanOut, of node: ReferenceNode, id: String, at place: ReferencePlace,
    ) -> [String] {
        answer.openPrefixes.insert(id + "[")
        noteTemplates(in: node)
        if case .parent = fanOut { return [] }
        return copies(of: fanOut, at: place)?.map(\.key) ?? []
    }

    private mutating func noteTemplates(in node: ReferenceNode) {
        for inner in node.members + node.links + node.linkErrors {
            answer.templates.insert(inner.id)
            noteTemplates(in: inner)
        }
    }

    private mutating func keyed(_ items: [ReferencePattern], name: String, keyPrefix: String?) -> [Copy] {
        var keys: [String] = []
        for (index, item) in items.enumerated() {
            let text = keyText(of: item)
            keys.append(text.map { (keyPrefix ?? "") + $0 } ?? String(index))
        }
        return zip(usable(keys, parts: keys), items).map { Copy(key: $0, names: [name: $1]) }
    }

    /// The item if it is a scalar; nil where the index stands for it.
    private mutating func keyText(of item: ReferencePattern) -> String? {
        guard let known = item.known else { return nil }
        if known == .null, holds(.nullItemHasIndexForKey) { return nil }
        return known.textInString
    }

    /// The product over all axes, the first name slowest.
    private func product(of axes: [ReferenceFanOut.Axis]) -> [Copy] {
        var rows: [[ReferenceJSON]] = [[]]
        for axis in axes {
            rows = rows.flatMap { row in axis.values.map { row + [$0] } }
        }
        let parts = rows.map { row in row.map { $0.textInString ?? "" } }
        let keys = usable(parts.map { $0.joined(separator: ",") }, parts: parts.flatMap(\.self))
        return zip(keys, rows).map { key, row in
            let values = zip(axes, row).map { ($0.name, ReferencePattern.exactly($1)) }
            return Copy(key: key, names: Dictionary(values) { $1 })
        }
    }

    /// The keys, or all indices where one of them repeats, is too long or has other characters than a key may have.
    private func usable(_ keys: [String], parts: [String]) -> [String] {
        let isClean = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 64 && part.unicodeScalars.allSatisfy(isKeyCharacter)
        }
        guard isClean, Set(keys).count == keys.count else { return keys.indices.map(String.init) }
        return keys
    }

    private func isKeyCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "_", ".", "-": true
        default: false
        }
    }
}
