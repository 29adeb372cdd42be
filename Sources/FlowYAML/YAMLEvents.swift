internal import CYAML
internal import Glibc

/// One of libyaml's events, in 28 bytes.
struct YAMLEvent: Sendable {
    enum Kind: UInt8, Sendable { case documentStart, scalar, alias, sequence, mapping, end, other }

    let kind: Kind
    var style = YAMLDocument.Style.plain
    /// Whether the scalar's value stands in the file as it is.
    var isInSource = false
    /// Offsets of bytes in the file.
    let start: UInt32
    let end: UInt32
    /// Of a scalar that does not stand in the file where its bytes begin in ``YAMLEventBatch/bytes``.
    var place: UInt32 = 0
    /// Of a scalar, in bytes.
    var length: UInt32 = 0
    /// Numbers in ``YAMLEventBatch/names``, from 1; 0 for none.
    var anchor: UInt16 = 0
    var tag: UInt16 = 0
}

/// Some events, in order.
package struct YAMLEventBatch: Sendable {
    var events: [YAMLEvent] = []
    var bytes: [UInt8] = []
    /// Anchors and tags; of an alias the anchor.
    var names: [String] = []
    /// What comes after the events; nil where it is another batch.
    var end: End?

    enum End: Sendable {
        case stream
        case failure(Failure)
    }

    /// Why libyaml cannot go on.
    struct Failure: Sendable {
        /// Something is longer than the composer takes.
        var isOverLimit = false
        /// There is no memory.
        var isOutOfMemory = false
        var problem = "not YAML"
        var context = ""
        /// The token that it could not read, and the beginning of what it was reading: offsets of bytes.
        var offset = 0
        var opening = 0
        var isInFlow = false
    }

    package init() {}

    /// Whether no batch comes after it.
    package var isLast: Bool { end != nil }

    /// As many as make the hand-over cheap, and few enough to be still near the processor when they are read.
    fileprivate static let most = 2048

    fileprivate var isFull: Bool { events.count >= Self.most || bytes.count >= 1 << 18 || names.count >= 1 << 14 }
}

/// How the events of a text come to who composes a document of them: in place, or from a thread that reads ahead.
///
/// It is given the events and gives what puts the next batch in the place of one that was used, until the last.
package typealias YAMLSupply = @Sendable (YAMLEvents) -> (inout YAMLEventBatch) -> Void

/// libyaml's events of one text: used by one thread at a time.
@safe package final class YAMLEvents: @unchecked Sendable {
    // Whoever has the events is the only one to call for them; nothing is shared with the composer but values.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let feed: UnsafeMutablePointer<Feed>
    private let text: YAMLText
    private let source: [UInt8]
    private var offsets: YAMLOffsets
    private var hasBegun = false

    /// The size of the text in bytes.
    package var size: Int { source.count }

    /// What libyaml's read handler works on.
    @safe private struct Feed {
        /// Lent for the time of one call of ``fill(_:)``.
        var bytes: UnsafePointer<UInt8>?
        var next: Int
        let count: Int
        /// How much may be read ahead of the last event: it tells how long a scalar is.
        let limit: Int
        var consumed: Int
        var isOverLimit = false
    }

    /// The events of a file's bytes, where they are text that may be read.
    ///
    /// - Parameter source: The bytes of the file.
    package convenience init?(of source: [UInt8]) {
        let limits = YAMLLimits()
        guard source.count <= limits.fileInBytes else { return nil }
        let text = YAMLText(source)
        guard text.fault == nil else { return nil }
        self.init(text, source, limits)
    }

    /// - Parameters:
    ///   - text: The text, without fault.
    ///   - source: The bytes of the file.
    ///   - limits: The bounds.
    init(_ text: YAMLText, _ source: [UInt8], _ limits: YAMLLimits) {
        self.text = text
        self.source = source
        offsets = YAMLOffsets(text)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe feed = .allocate(capacity: 1)
        unsafe feed.initialize(
            to: Feed(
                bytes: nil, next: text.start, count: text.bytes.count, limit: limits.scalarInBytes + (1 << 16),
                consumed: text.start))
    }

    deinit {
        if hasBegun { unsafe yaml_parser_delete(parser) }
        unsafe parser.deallocate()
        unsafe feed.deallocate()
    }

    private func begin() -> Bool {
        guard unsafe yaml_parser_initialize(parser) == 1 else { return false }
        hasBegun = true
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input(
            parser,
            { data, target, size, written in
                guard let feed = unsafe data?.assumingMemoryBound(to: Feed.self), let target = unsafe target,
                    let written = unsafe written, let bytes = unsafe feed.pointee.bytes
                else { return 0 }
                let next = unsafe feed.pointee.next
                let count = unsafe min(size, feed.pointee.count - next)
                if unsafe next - feed.pointee.consumed > feed.pointee.limit {
                    unsafe feed.pointee.isOverLimit = true
                    return 0
                }
                unsafe target.update(from: bytes + next, count: count)
                unsafe feed.pointee.next = next + count
                unsafe written.pointee = count
                return 1
            }, feed)
        return true
    }

    /// Fills a batch with the next events.
    ///
    /// - Parameter batch: What it holds is replaced.
    package func fill(_ batch: inout YAMLEventBatch) {
        batch.events.removeAll(keepingCapacity: true)
        batch.bytes.removeAll(keepingCapacity: true)
        batch.names.removeAll(keepingCapacity: true)
        batch.end = nil
        guard text.bytes.count > text.start else { return batch.end = .stream }
        guard hasBegun || begin() else {
            return batch.end = .failure(YAMLEventBatch.Failure(isOutOfMemory: true))
        }
        batch.events.reserveCapacity(YAMLEventBatch.most)
        // What is changed in an object is looked after at each change.
        var offsets = offsets
        defer { self.offsets = offsets }
        unsafe text.bytes.withUnsafeBufferPointer { bytes in
            unsafe feed.pointee.bytes = bytes.baseAddress
            var event = unsafe yaml_event_t()
            repeat {
                guard unsafe yaml_parser_parse(parser, &event) == 1 else {
                    return batch.end = .failure(failure(&offsets))
                }
                if unsafe event.type == YAML_STREAM_END_EVENT { return batch.end = .stream }
                let start = unsafe UInt32(offsets.offset(ofCharacter: Int(event.start_mark.index)))
                let end = unsafe UInt32(offsets.offset(ofCharacter: Int(event.end_mark.index)))
                let taken = unsafe take(&event, start, end, &batch)
                batch.events.append(taken)
                // The others have nothing that must be given back.
                if taken.kind == .scalar || taken.kind == .documentStart || taken.anchor != 0 || taken.tag != 0 {
                    unsafe yaml_event_delete(&event)
                }
                unsafe feed.pointee.consumed = Int(end)
            } while !batch.isFull
        }
    }

    private func take(
        _ event: inout yaml_event_t, _ start: UInt32, _ end: UInt32, _ batch: inout YAMLEventBatch
    ) -> YAMLEvent {
        func bare(_ kind: YAMLEvent.Kind) -> YAMLEvent { YAMLEvent(kind: kind, start: start, end: end) }
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return bare(.documentStart)
        case YAML_SCALAR_EVENT: return unsafe takeScalar(&event, start, end, &batch)
        case YAML_ALIAS_EVENT:
            var alias = bare(.alias)
            alias.anchor = unsafe keep(event.data.alias.anchor, &batch)
            return alias
        case YAML_SEQUENCE_START_EVENT:
            let data = unsafe event.data.sequence_start
            var sequence = bare(.sequence)
            sequence.style = unsafe data.style == YAML_FLOW_SEQUENCE_STYLE ? .flow : .block
            (sequence.anchor, sequence.tag) = unsafe (keep(data.anchor, &batch), keep(data.tag, &batch))
            return sequence
        case YAML_MAPPING_START_EVENT:
            let data = unsafe event.data.mapping_start
            var mapping = bare(.mapping)
            mapping.style = unsafe data.style == YAML_FLOW_MAPPING_STYLE ? .flow : .block
            (mapping.anchor, mapping.tag) = unsafe (keep(data.anchor, &batch), keep(data.tag, &batch))
            return mapping
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return bare(.end)
        default: return bare(.other)
        }
    }

    private func takeScalar(
        _ event: inout yaml_event_t, _ start: UInt32, _ end: UInt32, _ batch: inout YAMLEventBatch
    ) -> YAMLEvent {
        let data = unsafe event.data.scalar
        let length = unsafe data.length
        var scalar = YAMLEvent(kind: .scalar, start: start, end: end)
        scalar.style =
            switch unsafe data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        scalar.length = UInt32(clamping: length)
        if unsafe data.anchor != nil || data.tag != nil {
            (scalar.anchor, scalar.tag) = unsafe (keep(data.anchor, &batch), keep(data.tag, &batch))
        }
        let quote = scalar.style == .singleQuoted || scalar.style == .doubleQuoted ? 1 : 0
        let value = unsafe UnsafeBufferPointer(start: data.value, count: length)
        // A plain scalar on one line has nothing that could be folded or escaped.
        let isVerbatim = unsafe scalar.style == .plain && event.start_mark.line == event.end_mark.line
        if Int(end) - Int(start) == length + 2 * quote, unsafe isVerbatim || isSlice(value, at: Int(start) + quote) {
            scalar.isInSource = true
        } else {
            scalar.place = UInt32(batch.bytes.count)
            unsafe batch.bytes.append(contentsOf: value)
        }
        return scalar
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

    private func keep(_ name: UnsafeMutablePointer<UInt8>?, _ batch: inout YAMLEventBatch) -> UInt16 {
        guard let name = unsafe name else { return 0 }
        batch.names.append(unsafe String(cString: name))
        return UInt16(batch.names.count)
    }

    private func failure(_ offsets: inout YAMLOffsets) -> YAMLEventBatch.Failure {
        let parser = unsafe parser.pointee
        var failure = YAMLEventBatch.Failure()
        failure.isOverLimit = unsafe feed.pointee.isOverLimit
        if let problem = unsafe parser.problem { failure.problem = unsafe String(cString: problem) }
        if let context = unsafe parser.context { failure.context = unsafe String(cString: context) }
        failure.opening = unsafe offsets.offset(ofCharacter: Int(parser.context_mark.index))
        failure.offset = unsafe offsets.offset(ofCharacter: Int(parser.problem_mark.index))
        failure.isInFlow = unsafe parser.flow_level > 0
        return failure
    }
}
