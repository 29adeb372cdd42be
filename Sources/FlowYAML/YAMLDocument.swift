package import FlowDiagnostics

/// The place of a node in its document.
package struct YAMLNodeID: Hashable, Sendable {
    package let index: UInt32

    package init(_ index: Int) {
        self.index = UInt32(index)
    }
}

/// A YAML document as flat records in the order of the text.
///
/// A collection's record is followed by its children, each with all that is below it, so that a tree of a million nodes
/// is one allocation. An alias is a record that names its anchor's record. Scalars point into the file's own bytes
/// wherever these are the value already.
package struct YAMLDocument: Sendable {
    package enum Kind: UInt8, Sendable { case scalar, sequence, mapping, alias }

    package enum Style: UInt8, Sendable { case plain, singleQuoted, doubleQuoted, literal, folded, block, flow }

    struct Record: Sendable {
        var start: UInt32
        var end: UInt32
        /// Of a collection the record after its last descendant, of an alias the record it stands for; of a scalar whose
        /// value is no slice of the file the place in the arena of its length, which its bytes follow.
        var payload: UInt32
        var kind: Kind
        var style: Style
        var flags: Flags
    }

    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        /// The scalar's value is a slice of the file.
        static let isInSource = Flags(rawValue: 1)
        /// The mapping has a `<<` key.
        static let hasMerge = Flags(rawValue: 2)
        /// The scalar carries `!!str`.
        static let isString = Flags(rawValue: 4)
        /// A problem of the node has been reported: what it says is not what was meant.
        static let isBroken = Flags(rawValue: 8)
        /// The key stands in its mapping already.
        static let isSkipped = Flags(rawValue: 16)
        /// The mapping has a key that is skipped.
        static let hasSkipped = Flags(rawValue: 32)
    }

    /// The payload of a collection that is still being read: behind all records.
    static let isOpen = UInt32.max

    package let file: FileID
    package let source: [UInt8]
    var records: [Record] = []
    var arena: [UInt8] = []
    /// Whether there is any plain scalar that a reader of YAML 1.1 takes for something else.
    package internal(set) var mayReadOtherwise = false
    /// Anchors that no alias uses, for a warning.
    package internal(set) var unusedAnchors: [SourceSpan] = []
    /// What is wrong with the file though it can be read, in source order; nothing of it ends the reading.
    package internal(set) var diagnostics: [Diagnostic] = []

    /// A document without records.
    package init(file: FileID, source: [UInt8]) {
        self.file = file
        self.source = source
    }

    /// How many records there are, or will be if a file that is still being read goes on as it began.
    package var expectedCount: Int {
        guard let last = records.last, isBeingRead(root) else { return count }
        let expected = Int(Double(count) * Double(source.count) / Double(max(last.end, 1)))
        // What comes may be one long comment.
        return max(count, min(expected, source.count / 6))
    }

    package var root: YAMLNodeID { YAMLNodeID(0) }
    package var isEmpty: Bool { records.isEmpty }
    package var count: Int { records.count }

    /// The node itself, or what its alias stands for.
    package func resolved(_ node: YAMLNodeID) -> YAMLNodeID {
        let record = records[Int(node.index)]
        return record.kind == .alias ? YAMLNodeID(Int(record.payload)) : node
    }

    package func kind(_ node: YAMLNodeID) -> Kind {
        records[Int(resolved(node).index)].kind
    }

    package func style(_ node: YAMLNodeID) -> Style {
        records[Int(resolved(node).index)].style
    }

    /// Where the node stands; of an alias the alias.
    package func span(_ node: YAMLNodeID) -> SourceSpan {
        let record = records[Int(node.index)]
        return SourceSpan(file: file, start: Int(record.start), end: Int(record.end))
    }

    /// Whether a problem of the node was reported already, so that what it says must not be checked: an unknown alias,
    /// which counts as null, a scalar with a tag that has no meaning, a key that is no string.
    package func isBroken(_ node: YAMLNodeID) -> Bool {
        records[Int(node.index)].flags.contains(.isBroken)
            || records[Int(resolved(node).index)].flags.contains(.isBroken)
    }

    /// The number of items of a sequence, or of written keys of a mapping.
    ///
    /// - Complexity: O(items).
    package func childCount(_ node: YAMLNodeID) -> Int {
        let record = records[Int(resolved(node).index)]
        switch record.kind {
        case .sequence: return count(below: Int(resolved(node).index))
        case .mapping: return count(below: Int(resolved(node).index)) / 2
        case .scalar, .alias: return 0
        }
    }

    private func count(below record: Int) -> Int {
        var cursor = record + 1
        var count = 0
        while cursor < Int(records[record].payload) {
            cursor = after(cursor)
            count += 1
        }
        return count
    }

    /// The items of a sequence in order; empty for any other node.
    package func items(_ node: YAMLNodeID) -> [YAMLNodeID] {
        let node = resolved(node)
        guard records[Int(node.index)].kind == .sequence else { return [] }
        var items: [YAMLNodeID] = []
        var cursor = Int(node.index) + 1
        let end = Int(records[Int(node.index)].payload)
        while cursor < end {
            items.append(YAMLNodeID(cursor))
            cursor = after(cursor)
        }
        return items
    }

    /// Calls `body` with each item of a sequence in order, until it says false.
    package func forEachItem(_ node: YAMLNodeID, _ body: (YAMLNodeID) -> Bool) {
        let node = resolved(node)
        guard records[Int(node.index)].kind == .sequence else { return }
        var cursor = Int(node.index) + 1
        let end = Int(records[Int(node.index)].payload)
        while cursor < end {
            guard body(YAMLNodeID(cursor)) else { return }
            cursor = after(cursor)
        }
    }

    /// Calls `body` with each key and value of a mapping.
    ///
    /// Its own come in written order, then those that `<<` brings in and that it does not have itself. Of a key that
    /// stands twice the first one counts.
    ///
    /// - Complexity: Linear in the mapping and, each once, those that it merges.
    package func forEachEntry(_ node: YAMLNodeID, _ body: (_ key: YAMLNodeID, _ value: YAMLNodeID) -> Void) {
        let node = resolved(node)
        let record = records[Int(node.index)]
        guard record.kind == .mapping else { return }
        guard record.flags.isDisjoint(with: [.hasMerge, .hasSkipped]) else {
            forEachMergedEntry(node, body)
            return
        }
        let end = Int(record.payload)
        var cursor = Int(node.index) + 1
        while cursor < end {
            let value = after(cursor)
            body(YAMLNodeID(cursor), YAMLNodeID(value))
            cursor = after(value)
        }
    }

    /// A place between the entries of a mapping, or the items of a sequence.
    package struct Cursor {
        var index: Int
        var end: Int
    }

    /// The place before the first item of a sequence; before nothing for any other node.
    ///
    /// For who changes what holds the document meanwhile: a closure would need a copy of it.
    package func beforeItems(of node: YAMLNodeID) -> Cursor {
        let node = resolved(node)
        let record = records[Int(node.index)]
        guard record.kind == .sequence else { return Cursor(index: 0, end: 0) }
        return Cursor(index: Int(node.index) + 1, end: Int(record.payload))
    }

    /// The place before the first entry of a mapping; nil where ``forEachEntry(_:_:)`` has more to say than is written.
    package func beforeEntries(of node: YAMLNodeID) -> Cursor? {
        let node = resolved(node)
        let record = records[Int(node.index)]
        guard record.kind == .mapping else { return Cursor(index: 0, end: 0) }
        guard record.flags.isDisjoint(with: [.hasMerge, .hasSkipped]) else { return nil }
        return Cursor(index: Int(node.index) + 1, end: Int(record.payload))
    }

    /// The item after a place, which moves behind it; nil after the last.
    package func nextItem(_ cursor: inout Cursor) -> YAMLNodeID? {
        guard cursor.index < cursor.end else { return nil }
        defer { cursor.index = after(cursor.index) }
        return YAMLNodeID(cursor.index)
    }

    /// The entry after a place, which moves behind it; nil after the last.
    package func nextEntry(_ cursor: inout Cursor) -> (key: YAMLNodeID, value: YAMLNodeID)? {
        guard cursor.index < cursor.end else { return nil }
        let key = cursor.index
        let value = after(key)
        cursor.index = after(value)
        return (YAMLNodeID(key), YAMLNodeID(value))
    }

    private func forEachMergedEntry(_ mapping: YAMLNodeID, _ body: (_ key: YAMLNodeID, _ value: YAMLNodeID) -> Void) {
        var seen: Set<String> = []
        // Merging a mapping again adds nothing, and would make a chain of merges exponential.
        var visited: Set<YAMLNodeID> = []
        var pending = [mapping]
        while let mapping = pending.popLast() {
            guard kind(mapping) == .mapping, visited.insert(mapping).inserted else { continue }
            let end = Int(records[Int(mapping.index)].payload)
            var merged: [YAMLNodeID] = []
            var cursor = Int(mapping.index) + 1
            while cursor < end {
                let value = after(cursor)
                if records[cursor].flags.contains(.isSkipped) {
                    // The first one counts.
                } else if isMergeKey(cursor) {
                    let source = YAMLNodeID(value)
                    merged += (kind(source) == .sequence ? items(source) : [source]).map(resolved)
                } else if seen.insert(text(YAMLNodeID(cursor))).inserted {
                    body(YAMLNodeID(cursor), YAMLNodeID(value))
                }
                cursor = after(value)
            }
            pending += merged.reversed()
        }
    }

    /// The bytes of a scalar, without a copy.
    package func withBytes<Result>(_ node: YAMLNodeID, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let record = records[Int(resolved(node).index)]
        let range = text(of: record)
        if record.flags.contains(.isInSource) {
            return unsafe source.withUnsafeBufferPointer { unsafe body(UnsafeBufferPointer(rebasing: $0[range])) }
        }
        return unsafe arena.withUnsafeBufferPointer { unsafe body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Where the value of a scalar lies: in the file, or in the arena.
    func text(of record: Record) -> Range<Int> {
        if record.flags.contains(.isInSource) {
            let quote = record.style == .singleQuoted || record.style == .doubleQuoted ? 1 : 0
            return Int(record.start) + quote..<Int(record.end) - quote
        }
        let first = Int(record.payload)
        let length = (0..<4).reduce(0) { $0 | Int(arena[first + $1]) << ($1 * 8) }
        return first + 4..<first + 4 + length
    }

    /// Appends the value of a scalar that is no slice of the file, and gives its place.
    mutating func keep(_ value: some Collection<UInt8>) -> UInt32 {
        let place = arena.count
        for index in 0..<4 { arena.append(UInt8(truncatingIfNeeded: value.count >> (index * 8))) }
        arena.append(contentsOf: value)
        return UInt32(place)
    }

    /// The value of a scalar as text; empty for a collection.
    package func text(_ node: YAMLNodeID) -> String {
        guard kind(node) == .scalar else { return "" }
        return unsafe withBytes(node) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    func after(_ index: Int) -> Int {
        let record = records[index]
        switch record.kind {
        case .scalar, .alias: return index + 1
        case .sequence, .mapping: return Int(record.payload)
        }
    }

    func isMergeKey(_ index: Int) -> Bool {
        let record = records[index]
        guard record.kind == .scalar, record.style == .plain, text(of: record).count == 2 else { return false }
        return unsafe withBytes(YAMLNodeID(index)) { unsafe $0[0] == UInt8(ascii: "<") && $0[1] == UInt8(ascii: "<") }
    }
}
