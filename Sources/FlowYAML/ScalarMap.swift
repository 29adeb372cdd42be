package import FlowDiagnostics

/// Where each character of a scalar's value stands in the file.
///
/// libyaml tells only the ends of a scalar, so a map is made by lexing its source again, and only where a place inside a
/// scalar is asked for.
package struct ScalarMap: Sendable {
    /// A run of the value: a copy of as many bytes of the file, or one character that the file spells otherwise.
    struct Piece: Equatable, Sendable {
        var value: Int
        var source: Int
        var sourceEnd: Int
        /// The bytes of the value are those of the file.
        var isCopy: Bool
    }

    let file: FileID
    /// The pieces in order; they cover the whole value.
    let pieces: [Piece]
    /// The length of the value in bytes.
    let count: Int
    /// Where the value would begin, were it not empty.
    let start: Int

    /// The place in the file of a half-open range of offsets of the value.
    ///
    /// It begins at the range's first character and ends just after its last one, before any indentation that follows.
    /// An empty range gives the place before the character at its offset; offsets beyond the value give its end.
    ///
    /// - Complexity: O(log *pieces*).
    package func span(_ start: Int, _ end: Int) -> SourceSpan {
        let start = min(max(start, 0), count)
        let end = min(max(end, start), count)
        guard start < end else {
            let place = start < count ? sourceStart(of: start) : pieces.last?.sourceEnd ?? self.start
            return SourceSpan(file: file, start: place, end: place)
        }
        return SourceSpan(file: file, start: sourceStart(of: start), end: sourceEnd(of: end - 1))
    }

    private func sourceStart(of offset: Int) -> Int {
        let piece = piece(at: offset)
        return piece.isCopy ? piece.source + offset - piece.value : piece.source
    }

    private func sourceEnd(of offset: Int) -> Int {
        let piece = piece(at: offset)
        return piece.isCopy ? piece.source + offset - piece.value + 1 : piece.sourceEnd
    }

    private func piece(at offset: Int) -> Piece {
        var low = 0
        var high = pieces.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if pieces[middle].value <= offset { low = middle } else { high = middle }
        }
        return pieces[low]
    }
}

extension YAMLDocument {
    /// The map from a scalar's value to the file; of an alias that of its anchor's scalar.
    ///
    /// - Returns: Nil for a collection, and where lexing the source again does not give libyaml's value: the caller then
    ///   points at the whole scalar.
    /// - Complexity: Linear in the length of the scalar, constant where its value is a slice of the file.
    package func scalarMap(_ node: YAMLNodeID) -> ScalarMap? {
        let node = resolved(node)
        let record = records[Int(node.index)]
        guard record.kind == .scalar else { return nil }
        let text = text(of: record)
        let count = text.count
        if record.flags.contains(.isInSource) {
            let start = text.lowerBound
            let piece = ScalarMap.Piece(value: 0, source: start, sourceEnd: start + count, isCopy: true)
            return ScalarMap(file: file, pieces: count == 0 ? [] : [piece], count: count, start: start)
        }
        let value = Array(arena[text])
        var lexer = ScalarLexer(source, Int(record.start)..<Int(record.end))
        lexer.lex(record.style, value: value)
        guard lexer.value == value else { return nil }
        return ScalarMap(file: file, pieces: lexer.pieces, count: count, start: lexer.start)
    }
}
