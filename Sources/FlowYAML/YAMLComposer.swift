package import FlowDiagnostics

/// Composes libyaml's events into a document.
///
/// A syntax error, a limit and a bad encoding end it: nothing that follows can be trusted. All other problems are
/// collected in the document.
package struct YAMLComposer {
    private let text: YAMLText
    let source: [UInt8]
    private let file: FileID
    let limits: YAMLLimits
    var document: YAMLDocument
    private var open: [OpenCollection] = []
    private var keyHashes: [UInt64] = []
    /// The names of the anchors of open collections.
    private var openAnchors: [String] = []
    var anchors: [String: Anchor] = [:]
    private var expandedNodes = 0
    private var flowDepth = 0
    private let events: YAMLEvents
    private let next: (inout YAMLEventBatch) -> Void
    private var batch = YAMLEventBatch()

    private struct OpenCollection {
        var record: Int
        let isMapping: Bool
        var childCount: Int
        var firstKey: Int
        var expandedBefore: Int
        // The anchor's name stands apart: with a string in it each look at a collection would count references.
        var hasAnchor: Bool
        /// How deep it is below, aliases expanded.
        var height = 1
    }

    struct Anchor {
        var record: Int
        var expandedNodes: Int
        var span: SourceSpan
        var isOpen: Bool
        var isUsed = false
        var height = 0
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - source: The bytes of the file.
    ///   - file: What spans will name.
    ///   - limits: The bounds; the defaults are the language's.
    ///   - supply: How libyaml's events come here; nil for in place.
    /// - Returns: The document, or the one diagnostic that says why there is none. An empty file gives a document
    ///   without records.
    /// - Complexity: O(size of the file), whatever it holds.
    package static func compose(
        _ source: [UInt8], file: FileID, limits: YAMLLimits = YAMLLimits(), supply: YAMLSupply? = nil
    ) -> Result<YAMLDocument, YAMLError> {
        do throws(YAMLError) {
            var composer = try YAMLComposer(source, file: file, limits: limits, supply: supply)
            while try composer.readOn() {}
            return .success(composer.document)
        } catch {
            return .failure(error)
        }
    }

    /// Begins a document, of which nothing has been read.
    init(
        _ source: [UInt8], file: FileID, limits: YAMLLimits = YAMLLimits(), supply: YAMLSupply?
    ) throws(YAMLError) {
        guard source.count <= limits.fileInBytes else {
            let place = SourceSpan(file: file, start: 0, end: 0)
            throw YAMLError(YAMLMessages.fileLimit(limits.fileInBytes, at: place))
        }
        let text = YAMLText(source)
        let events = YAMLEvents(text, source, limits)
        self.text = text
        self.source = source
        self.file = file
        self.limits = limits
        self.events = events
        next = supply?(events) ?? { events.fill(&$0) }
        document = YAMLDocument(file: file, source: source)
        // Untouched capacity costs address space and no memory; growing would copy.
        document.records.reserveCapacity(min(source.count / 6 + 16, Self.firstCapacity))
        try lookAtText()
    }

    func span(_ start: Int, _ end: Int) -> SourceSpan {
        SourceSpan(file: file, start: start, end: end)
    }

    /// The place of one character, of whatever length.
    private func character(_ offset: Int) -> SourceSpan {
        var end = offset + 1
        while end < source.count, source[end] & 0xC0 == 0x80 { end += 1 }
        return span(offset, end)
    }

    private func lookAtText() throws(YAMLError) {
        if let (fault, offset) = text.fault {
            throw YAMLError(YAMLMessages.fault(fault, at: character(offset)))
        }
        let directives = text.directives()
        if directives.count > limits.directives {
            let offset = directives[limits.directives]
            throw YAMLError(YAMLMessages.directiveLimit(limits.directives, at: span(offset, offset + 1)))
        }
    }

    // MARK: Events

    /// Reads the next events, about a thousand of them.
    ///
    /// - Returns: Whether more may come; if not, the document is complete.
    mutating func readOn() throws(YAMLError) -> Bool {
        var batch = YAMLEventBatch()
        swap(&batch, &self.batch)
        defer { swap(&batch, &self.batch) }
        next(&batch)
        for index in batch.events.indices { try take(batch.events[index], batch) }
        switch batch.end {
        case nil: return true
        case .stream:
            try finish()
            return false
        case .failure(let failure): throw error(of: failure)
        }
    }

    /// The value of the last key of the root, where that is a sequence that is still being read.
    var openValue: YAMLNodeID? {
        guard open.count > 1, document.records[open[0].record].kind == .mapping,
            document.records[open[0].record].flags.isEmpty, document.records[open[1].record].kind == .sequence
        else { return nil }
        return YAMLNodeID(open[1].record)
    }

    private mutating func take(_ event: YAMLEvent, _ batch: borrowing YAMLEventBatch) throws(YAMLError) {
        let (start, end) = (Int(event.start), Int(event.end))
        switch event.kind {
        case .documentStart:
            guard document.records.isEmpty else {
                throw YAMLError(YAMLMessages.secondDocument(at: span(start, end)))
            }
        case .scalar: try takeScalar(event, batch)
        case .alias: try takeAlias(batch.names[Int(event.anchor) - 1], start, end)
        case .sequence:
            if event.tag != 0 { checkTag(batch.names[Int(event.tag) - 1], allowed: "tag:yaml.org,2002:seq", start) }
            try begin(.sequence, event, name(event.anchor, batch))
        case .mapping:
            if event.tag != 0 { checkTag(batch.names[Int(event.tag) - 1], allowed: "tag:yaml.org,2002:map", start) }
            try begin(.mapping, event, name(event.anchor, batch))
        case .end: endCollection(end)
        case .other: break
        }
    }

    private func name(_ number: UInt16, _ batch: borrowing YAMLEventBatch) -> String? {
        number == 0 ? nil : batch.names[Int(number) - 1]
    }

    /// Reports the tag of a collection unless it says what the collection is.
    private mutating func checkTag(_ tag: String, allowed: String, _ start: Int) {
        if tag != allowed { report(YAMLMessages.tag(tag, at: tagSpan(start), fixIt: nil)) }
    }

    // MARK: Nodes

    private mutating func takeScalar(
        _ event: YAMLEvent, _ batch: borrowing YAMLEventBatch
    ) throws(YAMLError) {
        let (start, end) = (Int(event.start), Int(event.end))
        let length = Int(event.length)
        guard length <= limits.scalarInBytes else {
            throw YAMLError(YAMLMessages.scalarLimit(limits.scalarInBytes, at: span(start, min(end, start + 80))))
        }
        var flags: YAMLDocument.Flags = []
        if let tag = name(event.tag, batch) {
            switch tag {
            case "tag:yaml.org,2002:str": flags.insert(.isString)
            case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
                break
            default:
                flags.formUnion([.isString, .isBroken])
                reportTag(tag, of: start, end, isPlain: event.style == .plain)
            }
        }
        let isKey = isKeyNext
        guard !isKey || length <= limits.keyInBytes else {
            throw YAMLError(YAMLMessages.keyLimit(limits.keyInBytes, at: span(start, end)))
        }
        let isInSource = event.isInSource
        if isInSource { flags.insert(.isInSource) }
        let isPlain = event.style == .plain
        let quote = event.style == .singleQuoted || event.style == .doubleQuoted ? 1 : 0
        let place = isInSource ? start + quote : Int(event.place)
        var seen = Look()
        if isKey || isPlain {
            let look = { (bytes: UnsafeBufferPointer<UInt8>) in
                unsafe Look(bytes, place, length, isPlain: isPlain, isKey: isKey)
            }
            seen =
                unsafe isInSource
                ? source.withUnsafeBufferPointer(look) : batch.bytes.withUnsafeBufferPointer(look)
        }
        if seen.readsOtherwise { document.mayReadOtherwise = true }
        let payload = isInSource ? 0 : document.keep(batch.bytes[place..<(place + length)])
        let record = document.records.count
        if record == document.records.capacity { try growRecords(at: end) }
        document.records.append(
            YAMLDocument.Record(
                start: event.start, end: event.end, payload: payload, kind: .scalar, style: event.style, flags: flags))
        if let name = name(event.anchor, batch) {
            anchors[name] = Anchor(record: record, expandedNodes: 1, span: span(start, end), isOpen: false)
        }
        if isKey { takeKey(seen.hash, record, mayBeNoString: seen.mayBeNoString) }
        countNode(1)
    }

    /// What the bytes of a scalar tell.
    private struct Look {
        var readsOtherwise = false
        var hash: UInt64 = 0
        var mayBeNoString = false

        init() {}

        init(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ length: Int, isPlain: Bool, isKey: Bool) {
            let value = unsafe UnsafeBufferPointer(rebasing: bytes[place..<(place + length)])
            if isPlain { readsOtherwise = unsafe OldReading(ofPlain: value) != nil }
            guard isKey else { return }
            hash = unsafe YAMLComposer.hash(value)
            mayBeNoString = unsafe isPlain && YAMLScalar.mayBeNoString(value)
        }
    }

    /// So many records are made room for before anything is read.
    private static let firstCapacity = 4 << 20

    /// Makes room for as many records as the rest of the file will have if it goes on as it began; doubling would take
    /// memory out of proportion.
    private mutating func growRecords(at offset: Int) throws(YAMLError) {
        let count = document.records.count
        guard count < limits.nodes else {
            throw YAMLError(YAMLMessages.nodeLimit(limits.nodes, at: span(offset, offset)))
        }
        let share = Double(source.count) / Double(max(offset, 1))
        let expected = Int(Double(count) * share * 1.05)
        document.records.reserveCapacity(min(max(expected, count + count / 4) + 64, limits.nodes))
    }

    // Inlined, as what only reads is handed a copy of the whole composer by who changes it.
    @inline(__always) private var isKeyNext: Bool {
        let last = open.count - 1
        return last >= 0 && open[last].isMapping && open[last].childCount % 2 == 0
    }

    private static func hash(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in value.indices {
            hash = unsafe (hash ^ UInt64(value[index])) &* 0x100_0000_01b3
        }
        return hash
    }

    /// Keeps a key's hash, and reports a key that is no string.
    private mutating func takeKey(_ hash: UInt64, _ record: Int, mayBeNoString: Bool) {
        let parent = open[open.count - 1]
        if document.isMergeKey(record) {
            document.records[parent.record].flags.insert(.hasMerge)
        } else if mayBeNoString, document.scalar(YAMLNodeID(record)) != .string {
            reportKey(record)
        }
        keyHashes.append(hash)
    }

    /// Finds equal keys of a mapping that has just ended.
    private mutating func checkKeys(_ collection: OpenCollection) {
        let hashes = keyHashes[collection.firstKey...]
        var suspects = false
        if hashes.count <= 12 {
            for index in hashes.indices {
                for other in hashes.startIndex..<index where hashes[other] == hashes[index] {
                    suspects = true
                }
            }
        } else {
            suspects = Set(hashes).count != hashes.count
        }
        keyHashes.removeSubrange(collection.firstKey...)
        if suspects { reportDuplicates(collection.record) }
    }

    private mutating func takeAlias(_ name: String, _ start: Int, _ end: Int) throws(YAMLError) {
        let place = span(start, end)
        let isKey = isKeyNext
        let record = document.records.count
        guard let anchor = anchors[name], !anchor.isOpen else {
            // It counts as null: an empty value.
            let payload = document.keep([])
            document.records.append(
                YAMLDocument.Record(
                    start: UInt32(start), end: UInt32(end), payload: payload, kind: .scalar, style: .plain,
                    flags: .isBroken))
            reportAlias(name, at: place)
            if isKey { keyHashes.append(UInt64(record) &* 0x9E37_79B9_7F4A_7C15) }
            countNode(1)
            return
        }
        anchors[name]?.isUsed = true
        document.records.append(
            YAMLDocument.Record(
                start: UInt32(start), end: UInt32(end), payload: UInt32(anchor.record), kind: .alias,
                style: .plain, flags: []))
        if isKey {
            guard document.records[anchor.record].kind == .scalar else {
                throw YAMLError(YAMLMessages.keyIsCollection(isExpression: false, at: place))
            }
            takeKey(unsafe document.withBytes(YAMLNodeID(record)) { unsafe Self.hash($0) }, record, mayBeNoString: true)
        }
        if !open.isEmpty { open[open.count - 1].height = max(open[open.count - 1].height, anchor.height + 1) }
        guard open.count + anchor.height <= limits.depth else {
            throw YAMLError(YAMLMessages.depthLimit(limits.depth, at: place))
        }
        countNode(anchor.expandedNodes)
        if expandedNodes > limits.expandedNodes, expandedNodes > limits.expansion * document.records.count {
            throw YAMLError(YAMLMessages.aliasLimit(at: place))
        }
    }

    private mutating func begin(
        _ kind: YAMLDocument.Kind, _ event: YAMLEvent, _ anchor: String?
    ) throws(YAMLError) {
        let (start, end) = (Int(event.start), Int(event.end))
        let isFlow = event.style == .flow
        guard !isKeyNext else {
            let isExpression = source[..<start].last == UInt8(ascii: "{")
            throw YAMLError(YAMLMessages.keyIsCollection(isExpression: isExpression, at: span(start, end)))
        }
        if isFlow { flowDepth += 1 }
        guard open.count < limits.depth, flowDepth <= limits.flowDepth else {
            let limit = flowDepth > limits.flowDepth ? limits.flowDepth : limits.depth
            throw YAMLError(YAMLMessages.depthLimit(limit, at: character(start)))
        }
        let record = document.records.count
        if record == document.records.capacity { try growRecords(at: end) }
        document.records.append(
            YAMLDocument.Record(
                start: event.start, end: event.end, payload: YAMLDocument.isOpen, kind: kind, style: event.style,
                flags: []))
        if let anchor {
            anchors[anchor] = Anchor(record: record, expandedNodes: 0, span: span(start, end), isOpen: true)
            openAnchors.append(anchor)
        }
        open.append(
            OpenCollection(
                record: record, isMapping: kind == .mapping, childCount: 0, firstKey: keyHashes.count,
                expandedBefore: expandedNodes,
                hasAnchor: anchor != nil))
    }

    private mutating func endCollection(_ end: Int) {
        let collection = open.removeLast()
        let record = collection.record
        if collection.isMapping { checkKeys(collection) }
        // A block collection ends where its last child does, and not at the next token.
        let last = document.records.count - 1
        let isFlow = document.records[record].style == .flow
        if isFlow { flowDepth -= 1 }
        document.records[record].end =
            isFlow ? UInt32(end) : max(document.records[record].start, lastEnd(below: record, last))
        document.records[record].payload = UInt32(last + 1)
        if collection.hasAnchor, let name = openAnchors.popLast() {
            anchors[name]?.isOpen = false
            anchors[name]?.expandedNodes = expandedNodes - collection.expandedBefore + 1
            anchors[name]?.height = collection.height
        }
        if document.records[record].flags.contains(.hasMerge) { checkMerge(record) }
        if !open.isEmpty { open[open.count - 1].height = max(open[open.count - 1].height, collection.height + 1) }
        countNode(1)
    }

    private func lastEnd(below record: Int, _ last: Int) -> UInt32 {
        last > record ? document.records[last].end : document.records[record].end
    }

    private mutating func countNode(_ expanded: Int) {
        expandedNodes += expanded
        if !open.isEmpty { open[open.count - 1].childCount += 1 }
    }

    private mutating func finish() throws(YAMLError) {
        document.unusedAnchors = anchors.values.filter { !$0.isUsed }.map(\.span).sorted { $0.start < $1.start }
        document.diagnostics = document.diagnostics.inSourceOrder()
        // A separator inside a scalar would have folded it; anywhere else it stands in a comment.
        var separators = text.separators[...]
        for record in document.records where record.kind == .scalar {
            guard !separators.isEmpty else { return }
            separators = separators.drop { $0 < Int(record.start) }
            if let offset = separators.first, offset < Int(record.end) {
                throw YAMLError(YAMLMessages.separator(at: character(offset)))
            }
        }
    }

    // MARK: libyaml's own errors

    private mutating func error(of failure: YAMLEventBatch.Failure) -> YAMLError {
        guard !failure.isOutOfMemory else { return YAMLError(YAMLMessages.outOfMemory(at: span(0, 0))) }
        if failure.isOverLimit {
            // What is so long comes after the last record, and after the indicators that follow it.
            let end = document.records.last.map { Int($0.end) } ?? text.start
            let offset = source[end...].firstIndex { $0 > 0x20 && !":-,?[]{}".utf8.contains($0) } ?? end
            let isComment = offset - end > limits.scalarInBytes || source[offset] == UInt8(ascii: "#")
            let place = character(offset)
            let limit = limits.scalarInBytes
            return YAMLError(
                isComment ? YAMLMessages.commentLimit(limit, at: place) : YAMLMessages.scalarLimit(limit, at: place))
        }
        let brackets = open.filter { document.records[$0.record].style == .flow }
        let place = YAMLAccidents.Place(
            problem: failure.problem, context: failure.context, offset: failure.offset, opening: failure.opening,
            bracket: brackets.last.map { Int(document.records[$0.record].start) }, bracketCount: brackets.count,
            isInFlow: failure.isInFlow || !brackets.isEmpty,
            last: document.records.last { $0.kind == .scalar || $0.kind == .alias })
        return YAMLError(YAMLAccidents(source, file: file, place: place).diagnostic())
    }
}
