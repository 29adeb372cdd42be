/// What the lines of a file look like, when libyaml could not read them: a rough reading for messages.
struct SourceLines {
    let bytes: [UInt8]

    /// The parts of one line: `  - key: value # comment`.
    struct Line {
        var start: Int
        /// Before the comment, white space and line break at the end.
        var end: Int
        /// Behind the indentation.
        var indented: Int
        /// Behind the indentation and the dashes.
        var content: Int
        /// The first `:` that is followed by white space.
        var colon: Int?
        /// Behind the `:` or the dashes; nil if nothing follows.
        var value: Int?
        var isItem: Bool
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func has(_ character: Unicode.Scalar, _ offset: Int) -> Bool {
        offset >= 0 && offset < bytes.count && UInt32(bytes[offset]) == character.value
    }

    /// The offset at which the line of an offset begins.
    func start(of offset: Int) -> Int {
        var start = min(max(offset, 0), bytes.count)
        while start > 0, !isBreak(start - 1) { start -= 1 }
        return start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start
    }

    func line(_ start: Int) -> Line {
        let end = textEnd(from: start)
        var content = start
        while content < end, bytes[content] == 0x20 || bytes[content] == 0x09 { content += 1 }
        let indented = content
        while has("-", content), content + 1 < end, has(" ", content + 1) {
            content += 1
            while content < end, bytes[content] == 0x20 { content += 1 }
        }
        let colon = colon(from: content, end)
        var value = colon.map { $0 + 1 } ?? content
        while value < end, bytes[value] == 0x20 { value += 1 }
        let isItem = has("-", indented) && (indented + 1 >= end || has(" ", indented + 1))
        return Line(
            start: start, end: end, indented: indented, content: content, colon: colon,
            value: value < end ? value : nil, isItem: isItem)
    }

    /// The line before; nil for the first one.
    func lineBefore(_ start: Int) -> Int? {
        guard start > self.start(of: 0) else { return nil }
        return self.start(of: start - (has("\n", start - 1) && has("\r", start - 2) ? 2 : 1))
    }

    /// The next line that is neither blank nor a comment.
    func lineBelow(_ start: Int) -> Line? {
        var cursor = start
        while cursor < bytes.count {
            if isBreak(cursor) {
                let line = line(cursor + 1)
                if line.indented < line.end { return line }
            }
            cursor += 1
        }
        return nil
    }

    /// The nearest line above that is neither blank nor a comment.
    func lineAbove(_ start: Int) -> Int? {
        var cursor = start
        while let above = lineBefore(cursor) {
            let line = line(above)
            if line.indented < line.end { return above }
            cursor = above
        }
        return nil
    }

    /// A tab in the white space at the beginning of a line.
    func indentingTab(of start: Int) -> Int? {
        let blanks = bytes[start...].prefix { $0 == 0x20 || $0 == 0x09 }
        guard blanks.endIndex < bytes.count, !isBreak(blanks.endIndex) else { return nil }
        return blanks.firstIndex(of: 0x09)
    }

    /// Whether a line has the form of a key or an item.
    func isEntry(_ start: Int) -> Bool {
        let line = line(start)
        return line.colon != nil || line.isItem
    }

    /// Whether a text inside brackets holds `, key: `.
    func holdsEntry(_ range: Range<Int>) -> Bool {
        guard let comma = bytes[range].firstIndex(of: UInt8(ascii: ",")) else { return false }
        return colon(from: comma, range.upperBound) != nil
    }

    /// The word and `:` of a key that lacks its space, as in `run:make`.
    func unspacedKey(_ start: Int, _ end: Int) -> Range<Int>? {
        var cursor = start
        while cursor < end, isWordByte(bytes[cursor]) { cursor += 1 }
        guard cursor > start, cursor + 1 < end, has(":", cursor), bytes[cursor + 1] > 0x20, !has("/", cursor + 1),
            colon(from: cursor, end) == nil
        else { return nil }
        return start..<cursor + 1
    }

    /// Where the word before an offset begins.
    func wordStart(before offset: Int) -> Int {
        var start = min(offset, bytes.count)
        while start > 0, isWordByte(bytes[start - 1]) { start -= 1 }
        return start
    }

    /// Whether a bracket is closed anywhere below; brackets in quotes and comments do not count.
    func isClosed(_ opening: Int) -> Bool {
        var depth = 0
        var quote: UInt8?
        var cursor = opening
        while cursor < bytes.count {
            let byte = bytes[cursor]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if quote == nil { quote = byte } else if quote == byte { quote = nil }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if quote == nil { depth += 1 }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if quote == nil { depth -= 1 }
                if depth == 0 { return true }
            case UInt8(ascii: "#"):
                guard quote == nil, cursor > 0, bytes[cursor - 1] <= 0x20 else { break }
                while cursor < bytes.count, !isBreak(cursor) { cursor += 1 }
            default: break
            }
            cursor += 1
        }
        return false
    }

    /// The `|` or `>` under which a text at a column is not indented.
    func blockHeader(above start: Int, column: Int) -> Int? {
        var narrowest = Int.max
        var cursor = start
        while let above = lineBefore(cursor) {
            cursor = above
            let line = line(above)
            guard line.indented < line.end else { continue }
            let indentation = line.indented - line.start
            if let value = line.value, isHeader(value, line.end), narrowest > indentation,
                line.content - line.start >= column || narrowest > column
            {
                return value
            }
            narrowest = min(narrowest, indentation)
        }
        return nil
    }

    /// The column of the nearest item or key above.
    func siblingColumn(above start: Int, isItem: Bool) -> Int? {
        var cursor = start
        while let above = lineAbove(cursor) {
            let line = line(above)
            if isItem, line.isItem { return line.indented - line.start }
            if !isItem, line.colon != nil { return line.content - line.start }
            cursor = above
        }
        return nil
    }

    /// The end of a value that begins at an offset: in brackets the next `,` or closing one.
    func valueEnd(from start: Int, inFlow: Bool) -> Int {
        var end = textEnd(from: start)
        guard inFlow else { return end }
        let stops: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")]
        end = bytes[start..<end].firstIndex { stops.contains($0) } ?? end
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        return end
    }

    /// The end of a value with expressions inside brackets; nil if one is not closed on its line.
    func expressionEnd(from start: Int) -> Int? {
        let end = textEnd(from: start)
        var cursor = start
        while cursor < end {
            if bytes[cursor...].starts(with: "${{".utf8) {
                while cursor < end, !bytes[cursor...].starts(with: "}}".utf8) { cursor += 1 }
                guard cursor + 2 <= end else { return nil }
                cursor += 2
                while has("}", cursor), has("}", cursor + 1), has("}", cursor + 2) { cursor += 1 }
            } else if has(",", cursor) || has("]", cursor) || has("}", cursor) {
                break
            } else {
                cursor += 1
            }
        }
        while cursor > start, bytes[cursor - 1] == 0x20 { cursor -= 1 }
        return cursor
    }

    // MARK: Parts

    private func isBreak(_ offset: Int) -> Bool {
        bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "\r")
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte &- UInt8(ascii: "0") < 10
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// The end of a line's text: before a comment and the white space around it.
    private func textEnd(from start: Int) -> Int {
        var end = start
        while end < bytes.count, !isBreak(end) {
            if has("#", end), end == start || bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { break }
            end += 1
        }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return end
    }

    private func colon(from start: Int, _ end: Int) -> Int? {
        var cursor = start
        while cursor < end {
            if has(":", cursor), cursor + 1 >= bytes.count || bytes[cursor + 1] <= 0x20 { return cursor }
            cursor += 1
        }
        return nil
    }

    private func isHeader(_ start: Int, _ end: Int) -> Bool {
        guard has("|", start) || has(">", start), end - start <= 3 else { return false }
        return bytes[start + 1..<end].allSatisfy {
            $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10
        }
    }
}
