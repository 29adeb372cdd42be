internal import FlowDiagnostics

/// The problems that do not end the reading.
extension YAMLComposer {
    /// Collects a problem; of too many the last says so.
    mutating func report(_ diagnostic: Diagnostic) {
        switch document.diagnostics.count {
        case ..<limits.problems: document.diagnostics.append(diagnostic)
        case limits.problems:
            document.diagnostics.append(YAMLMessages.problemLimit(limits.problems, at: diagnostic.span))
        default: break
        }
    }

    // MARK: Tags

    /// The place of the tag among the properties that begin at an offset.
    func tagSpan(_ start: Int) -> SourceSpan {
        let tag = source[start...].firstIndex(of: UInt8(ascii: "!")) ?? start
        let end = source[tag...].firstIndex { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: ",") } ?? source.count
        return span(tag, end)
    }

    /// Reports the tag of a scalar; what was meant is mostly text that begins with `!`.
    mutating func reportTag(_ tag: String, of start: Int, _ end: Int, isPlain: Bool) {
        let place = tagSpan(start)
        let written = source[Int(place.start)..<max(Int(place.start), end)]
        var fixIt: Diagnostic.FixIt?
        if isPlain, Int(place.start) == start, !written.contains(where: { $0 < UInt8(ascii: " ") }) {
            let whole = span(start, max(end, Int(place.end)))
            let text = String(decoding: source[start..<Int(whole.end)], as: UTF8.self)
            fixIt = Diagnostic.FixIt("put it in quotes", edits: [.init(whole, YAMLMessages.quoted(text))])
        }
        report(YAMLMessages.tag(tag, at: place, fixIt: fixIt))
    }

    // MARK: Keys

    /// Reports a key that is no string.
    mutating func reportKey(_ record: Int) {
        let node = YAMLNodeID(record)
        document.records[record].flags.insert(.isBroken)
        let text = document.text(node)
        let place = document.span(node)
        let isBare = !text.isEmpty && source[Int(place.start)..<Int(place.end)].elementsEqual(text.utf8)
        let fixIt = Diagnostic.FixIt("put it in quotes", edits: [.init(place, "\"\(text)\"")])
        report(YAMLMessages.keyIsNoString(text, document.scalar(node), at: place, fixIt: isBare ? fixIt : nil))
    }

    /// Reports the keys of a mapping that stand in it already.
    mutating func reportDuplicates(_ mapping: Int) {
        var first: [String: Int] = [:]
        var merges: [Int] = []
        var cursor = mapping + 1
        while cursor < document.records.count {
            let next = document.after(document.after(cursor))
            if document.isMergeKey(cursor) {
                merges.append(cursor)
            } else {
                let key = document.text(YAMLNodeID(cursor))
                if let earlier = first[key] {
                    let places = (document.span(YAMLNodeID(cursor)), document.span(YAMLNodeID(earlier)))
                    report(YAMLMessages.duplicateKey(key, at: places.0, first: places.1))
                    skip(cursor, in: mapping)
                } else {
                    first[key] = cursor
                }
            }
            cursor = next
        }
        for merge in merges.dropFirst() {
            let places = (document.span(YAMLNodeID(merge)), document.span(YAMLNodeID(merges[0])))
            let fixIt = merges.count == 2 ? joinedMerge(merges[0], merge) : nil
            report(YAMLMessages.secondMerge(at: places.0, first: places.1, fixIt: fixIt))
            skip(merge, in: mapping)
        }
    }

    private mutating func skip(_ key: Int, in mapping: Int) {
        document.records[key].flags.insert(.isSkipped)
        document.records[mapping].flags.insert(.hasSkipped)
    }

    // MARK: Aliases and merges

    /// Reports an alias without anchor, or within its own.
    mutating func reportAlias(_ name: String, at place: SourceSpan) {
        guard anchors[name] == nil else {
            anchors[name]?.isUsed = true
            report(YAMLMessages.recursiveAnchor(name, at: place))
            return
        }
        // Looking for what was meant costs time.
        let nearest = anchors.count <= 200 ? Suggestion.nearest(to: name, among: anchors.keys.sorted()) : nil
        if let nearest { anchors[nearest]?.isUsed = true }
        report(YAMLMessages.unknownAnchor(name, nearest: nearest, at: place))
    }

    /// Reports what `<<` cannot bring into a mapping.
    mutating func checkMerge(_ mapping: Int) {
        var cursor = mapping + 1
        while cursor < document.records.count {
            let value = document.after(cursor)
            if document.isMergeKey(cursor) {
                let source = YAMLNodeID(value)
                let sources = document.kind(source) == .sequence ? document.items(source) : [source]
                let isWrong = { (source: YAMLNodeID) in
                    document.kind(source) != .mapping && !document.isBroken(source)
                }
                if let wrong = sources.first(where: isWrong) {
                    report(YAMLMessages.mergeOfNoMapping(at: document.span(wrong)))
                }
            }
            cursor = document.after(value)
        }
    }

    /// One `<<` instead of two whose values are aliases, the second on a line of its own.
    private func joinedMerge(_ first: Int, _ second: Int) -> Diagnostic.FixIt? {
        let values = (document.records[first + 1], document.records[second + 1])
        guard values.0.kind == .alias, values.1.kind == .alias else { return nil }
        let key = Int(document.records[second].start)
        let lineStart = source[..<key].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let valueEnd = Int(values.1.end)
        let lineEnd = source[valueEnd...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? source.count
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") }
        guard source[lineStart..<key].allSatisfy(isBlank),
            source[valueEnd..<lineEnd].allSatisfy({ isBlank($0) || $0 == UInt8(ascii: "\n") }),
            !source[key..<valueEnd].contains(UInt8(ascii: "\n"))
        else { return nil }
        let names = [values.0, values.1].map {
            String(decoding: source[Int($0.start)..<Int($0.end)], as: UTF8.self)
        }
        let edits: [Diagnostic.Edit] = [
            .init(span(Int(values.0.start), Int(values.0.end)), "[\(names[0]), \(names[1])]"),
            .init(span(lineStart, lineEnd), ""),
        ]
        return Diagnostic.FixIt("write one '<<' with a list", edits: edits)
    }
}
