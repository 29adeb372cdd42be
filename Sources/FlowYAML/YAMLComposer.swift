internal import CYAML
package import FlowDiagnostics
internal import Glibc

/// Composes libyaml's events into a document.
///
/// A syntax error, a limit and a bad encoding end it: nothing that follows can be trusted. All other problems are
/// collected in the document.
package struct YAMLComposer {
    private let text: YAMLText
    let source: [UInt8]
    private let file: FileID
    let limits: YAMLLimits
    private var offsets: YAMLOffsets
    var document: YAMLDocument
    private var open: [OpenCollection] = []
    private var keyHashes: [UInt64] = []
    /// The names of the anchors of open collections.
    private var openAnchors: [String] = []
    var anchors: [String: Anchor] = [:]
    private var expandedNodes = 0
    private var flowDepth = 0

    private struct OpenCollection {
        var record: Int
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
    /// - Returns: The document, or the one diagnostic that says why there is none. An empty file gives a document
    ///   without records.
    /// - Complexity: O(size of the file), whatever it holds.
    package static func compose(
        _ source: [UInt8], file: FileID, limits: YAMLLimits = YAMLLimits()
    ) -> Result<YAMLDocument, YAMLError> {
        guard source.count <= limits.fileInBytes else {
            let place = SourceSpan(file: file, start: 0, end: 0)
            return .failure(YAMLError(YAMLMessages.fileLimit(limits.fileInBytes, at: place)))
        }
        var composer = YAMLComposer(source, file: file, limits: limits)
        do throws(YAMLError) {
            try composer.lookAtText()
            try composer.readEvents()
            return .success(composer.document)
        } catch {
            return .failure(error)
        }
    }

    private init(_ source: [UInt8], file: FileID, limits: YAMLLimits) {
        text = YAMLText(source)
        self.source = source
        self.file = file
        self.limits = limits
        offsets = YAMLOffsets(text)
        document = YAMLDocument(file: file, source: source, records: [], arena: [])
        // Untouched capacity costs address space and no memory; growing would copy.
        document.records.reserveCapacity(min(source.count / 6 + 16, Self.firstCapacity))
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

    /// What libyaml's read handler works on; it lives on the stack of `readEvents`.
    @unsafe private struct Feed {
        var next: UnsafePointer<UInt8>
        var remaining: Int
        var fed = 0
        /// Bytes that the last event ended at: how far ahead the scanner is tells how long a scalar is.
        var consumed = 0
        let limit: Int
        var isOverLimit = false
    }

    private mutating func readEvents() throws(YAMLError) {
        let bytes = text.bytes
        let start = text.start
        let outcome: Result<Void, YAMLError> = unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > start else { return .success(()) }
            var feed = unsafe Feed(
                next: base + start, remaining: buffer.count - start, limit: limits.scalarInBytes + (1 << 16))
            var parser = unsafe yaml_parser_t()
            guard unsafe yaml_parser_initialize(&parser) == 1 else {
                return .failure(YAMLError(YAMLMessages.outOfMemory(at: span(0, 0))))
            }
            defer { unsafe yaml_parser_delete(&parser) }
            return unsafe withUnsafeMutablePointer(to: &feed) { feed in
                unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
                unsafe yaml_parser_set_input(
                    &parser,
                    { data, target, size, written in
                        guard let feed = unsafe data?.assumingMemoryBound(to: Feed.self), let target = unsafe target,
                            let written = unsafe written
                        else { return 0 }
                        let count = unsafe min(size, feed.pointee.remaining)
                        if unsafe feed.pointee.fed - feed.pointee.consumed > feed.pointee.limit {
                            unsafe feed.pointee.isOverLimit = true
                            return 0
                        }
                        unsafe target.update(from: feed.pointee.next, count: count)
                        unsafe feed.pointee.next += count
                        unsafe feed.pointee.remaining -= count
                        unsafe feed.pointee.fed += count
                        unsafe written.pointee = count
                        return 1
                    }, feed)
                do throws(YAMLError) {
                    while true {
                        var event = unsafe yaml_event_t()
                        guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
                            throw unsafe failure(parser, isOverLimit: feed.pointee.isOverLimit)
                        }
                        defer { unsafe yaml_event_delete(&event) }
                        if unsafe event.type == YAML_STREAM_END_EVENT { break }
                        let end = try unsafe take(event)
                        unsafe feed.pointee.consumed = end - start
                    }
                    try finish()
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
        }
        try outcome.get()
    }

    /// Takes one event and returns the offset of its end.
    private mutating func take(_ event: yaml_event_t) throws(YAMLError) -> Int {
        let start = unsafe offsets.offset(ofCharacter: Int(event.start_mark.index))
        let end = unsafe offsets.offset(ofCharacter: Int(event.end_mark.index))
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT:
            guard document.records.isEmpty else {
                throw YAMLError(YAMLMessages.secondDocument(at: span(start, end)))
            }
        case YAML_SCALAR_EVENT:
            try unsafe takeScalar(event, start, end)
        case YAML_ALIAS_EVENT:
            let name = unsafe String(cString: event.data.alias.anchor)
            try takeAlias(name, start, end)
        case YAML_SEQUENCE_START_EVENT:
            let data = unsafe event.data.sequence_start
            unsafe checkTag(data.tag, allowed: "tag:yaml.org,2002:seq", start)
            let isFlow = unsafe data.style == YAML_FLOW_SEQUENCE_STYLE
            try begin(.sequence, isFlow: isFlow, anchor: unsafe name(data.anchor), start, end)
        case YAML_MAPPING_START_EVENT:
            let data = unsafe event.data.mapping_start
            unsafe checkTag(data.tag, allowed: "tag:yaml.org,2002:map", start)
            let isFlow = unsafe data.style == YAML_FLOW_MAPPING_STYLE
            try begin(.mapping, isFlow: isFlow, anchor: unsafe name(data.anchor), start, end)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            endCollection(end)
        default:
            break
        }
        return end
    }

    private func name(_ anchor: UnsafeMutablePointer<UInt8>?) -> String? {
        guard let anchor = unsafe anchor else { return nil }
        return unsafe String(cString: anchor)
    }

    /// Reports the tag of a collection unless it says what the collection is.
    private mutating func checkTag(_ tag: UnsafeMutablePointer<UInt8>?, allowed: String, _ start: Int) {
        guard let tag = unsafe tag else { return }
        let text = unsafe String(cString: tag)
        if text != allowed { report(YAMLMessages.tag(text, at: tagSpan(start), fixIt: nil)) }
    }

    // MARK: Nodes

    private mutating func takeScalar(_ event: yaml_event_t, _ start: Int, _ end: Int) throws(YAMLError) {
        let data = unsafe event.data.scalar
        let length = unsafe data.length
        guard length <= limits.scalarInBytes else {
            throw YAMLError(YAMLMessages.scalarLimit(limits.scalarInBytes, at: span(start, min(end, start + 80))))
        }
        var flags: YAMLDocument.Flags = []
        if let tag = unsafe data.tag {
            switch unsafe String(cString: tag) {
            case "tag:yaml.org,2002:str": flags.insert(.isString)
            case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
                break
            case let other:
                flags.formUnion([.isString, .isBroken])
                reportTag(other, of: start, end, isPlain: unsafe data.style == YAML_PLAIN_SCALAR_STYLE)
            }
        }
        let style: YAMLDocument.Style =
            switch unsafe data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        let value = unsafe UnsafeBufferPointer(start: data.value, count: length)
        if style == .plain, unsafe OldReading(ofPlain: value) != nil { document.mayReadOtherwise = true }
        let quote = style == .singleQuoted || style == .doubleQuoted ? 1 : 0
        var payload: UInt32 = 0
        // A plain scalar on one line has nothing that could be folded or escaped.
        let isVerbatim = unsafe style == .plain && event.start_mark.line == event.end_mark.line
        if end - start == length + 2 * quote, unsafe isVerbatim || isSlice(value, at: start + quote) {
            flags.insert(.isInSource)
        } else {
            payload = unsafe document.keep(value)
        }
        let record = document.records.count
        if record == document.records.capacity { try growRecords(at: end) }
        document.records.append(
            YAMLDocument.Record(
                start: UInt32(start), end: UInt32(end), payload: payload, kind: .scalar, style: style, flags: flags))
        if let name = unsafe name(data.anchor) {
            anchors[name] = Anchor(record: record, expandedNodes: 1, span: span(start, end), isOpen: false)
        }
        if isKeyNext {
            guard length <= limits.keyInBytes else {
                throw YAMLError(YAMLMessages.keyLimit(limits.keyInBytes, at: span(start, end)))
            }
            let mayBeNoString = unsafe style == .plain && YAMLScalar.mayBeNoString(value)
            takeKey(unsafe hash(value), record, mayBeNoString: mayBeNoString)
        }
        countNode(1)
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

    private func isSlice(_ value: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
        guard offset >= 0, offset + value.count <= source.count else { return false }
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe value.isEmpty
                || memcmp(
                    source.baseAddress.unsafelyUnwrapped + offset, value.baseAddress.unsafelyUnwrapped, value.count)
                    == 0
        }
    }

    private var isKeyNext: Bool {
        guard let parent = open.last else { return false }
        return document.records[parent.record].kind == .mapping && parent.childCount % 2 == 0
    }

    private func hash(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
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
            takeKey(unsafe document.withBytes(YAMLNodeID(record)) { unsafe hash($0) }, record, mayBeNoString: true)
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
        _ kind: YAMLDocument.Kind, isFlow: Bool, anchor: String?, _ start: Int, _ end: Int
    ) throws(YAMLError) {
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
                start: UInt32(start), end: UInt32(end), payload: 0, kind: kind,
                style: isFlow ? .flow : .block, flags: []))
        if let anchor {
            anchors[anchor] = Anchor(record: record, expandedNodes: 0, span: span(start, end), isOpen: true)
            openAnchors.append(anchor)
        }
        open.append(
            OpenCollection(
                record: record, childCount: 0, firstKey: keyHashes.count, expandedBefore: expandedNodes,
                hasAnchor: anchor != nil))
    }

    private mutating func endCollection(_ end: Int) {
        let collection = open.removeLast()
        let record = collection.record
        if document.records[record].kind == .mapping { checkKeys(collection) }
        if document.records[record].style == .flow { flowDepth -= 1 }
        // A block collection ends where its last child does, and not at the next token.
        let last = document.records.count - 1
        let isFlow = document.records[record].style == .flow
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

    private mutating func failure(_ parser: yaml_parser_t, isOverLimit: Bool) -> YAMLError {
        if isOverLimit {
            // What is so long comes after the last record, and after the indicators that follow it.
            let end = document.records.last.map { Int($0.end) } ?? text.start
            let offset = source[end...].firstIndex { $0 > 0x20 && !":-,?[]{}".utf8.contains($0) } ?? end
            let isComment = offset - end > limits.scalarInBytes || source[offset] == UInt8(ascii: "#")
            let place = character(offset)
            let limit = limits.scalarInBytes
            return YAMLError(
                isComment ? YAMLMessages.commentLimit(limit, at: place) : YAMLMessages.scalarLimit(limit, at: place))
        }
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "not YAML"
        let context = unsafe parser.context.map { unsafe String(cString: $0) } ?? ""
        let opening = unsafe offsets.offset(ofCharacter: Int(parser.context_mark.index))
        let offset = unsafe offsets.offset(ofCharacter: Int(parser.problem_mark.index))
        let brackets = open.filter { document.records[$0.record].style == .flow }
        let place = YAMLAccidents.Place(
            problem: problem, context: context, offset: offset, opening: opening,
            bracket: brackets.last.map { Int(document.records[$0.record].start) }, bracketCount: brackets.count,
            isInFlow: unsafe parser.flow_level > 0 || !brackets.isEmpty,
            last: document.records.last { $0.kind == .scalar || $0.kind == .alias })
        return YAMLError(YAMLAccidents(source, file: file, place: place).diagnostic())
    }
}
