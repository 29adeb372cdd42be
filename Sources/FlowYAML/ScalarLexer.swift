/// Lexes the source of one scalar a second time, to learn where each character of its value comes from.
///
/// It knows that the source is well formed and where it ends, so it follows only the rules that make the value: those of
/// folding, escapes and indentation.
///
/// Source: YAML 1.2.2, chapters 7.3 and 8.1, and `yaml_parser_scan_*_scalar` of libyaml 0.2.5.
struct ScalarLexer {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int
    private(set) var value: [UInt8] = []
    private(set) var pieces: [ScalarMap.Piece] = []
    /// Where the value begins: after properties, quote or header.
    private(set) var start: Int

    /// Begins at a scalar with its properties, in the bytes of the whole file.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        end = min(range.upperBound, bytes.count)
        index = Self.afterProperties(bytes, range.lowerBound, end)
        start = index
    }

    /// Lexes the scalar, given what libyaml read.
    ///
    /// That value alone tells how deep a block scalar with an indentation indicator is indented.
    mutating func lex(_ style: YAMLDocument.Style, value: [UInt8]) {
        switch style {
        case .plain: plain()
        case .singleQuoted, .doubleQuoted: quoted(isDouble: style == .doubleQuoted)
        case .literal, .folded: block(isFolded: style == .folded, value)
        case .block, .flow: break
        }
    }

    /// Where a scalar itself begins: after its anchor and tag, and the white space and comments behind these.
    static func afterProperties(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "!") {
            index = bytes[index] == UInt8(ascii: "&") ? afterAnchor(bytes, index, end) : afterTag(bytes, index, end)
            while index < end {
                if bytes[index] == UInt8(ascii: "#") {
                    while index < end, !isBreak(bytes[index]) { index += 1 }
                } else if isWhite(bytes[index]) {
                    index += 1
                } else {
                    break
                }
            }
        }
        return index
    }

    /// The end of an anchor; libyaml ends its name before a ':', which then belongs to the scalar.
    private static func afterAnchor(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        var index = start + 1
        while index < end {
            let byte = bytes[index]
            guard
                (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            else { break }
            index += 1
        }
        return index
    }

    private static func afterTag(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        let isVerbatim = bytes[start...].starts(with: "!<".utf8)
        var index = start
        while index < end, !isWhite(bytes[index]), isVerbatim || bytes[index] != UInt8(ascii: ",") { index += 1 }
        return index
    }

    // MARK: Characters

    private static func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    private static func isWhite(_ byte: UInt8) -> Bool { isBlank(byte) || isBreak(byte) }

    private var isAtBreak: Bool { index < end && Self.isBreak(bytes[index]) }
    private var isAtBlank: Bool { index < end && Self.isBlank(bytes[index]) }

    /// The end of the line break that begins at an offset.
    private func afterBreak(_ offset: Int) -> Int {
        let isPair =
            bytes[offset] == UInt8(ascii: "\r") && offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "\n")
        return offset + (isPair ? 2 : 1)
    }

    private mutating func copy(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if let last = pieces.last, last.isCopy, last.sourceEnd == range.lowerBound {
            pieces[pieces.count - 1].sourceEnd = range.upperBound
        } else {
            pieces.append(
                ScalarMap.Piece(
                    value: value.count, source: range.lowerBound, sourceEnd: range.upperBound, isCopy: true))
        }
        value.append(contentsOf: bytes[range])
    }

    private mutating func emit(_ character: some Sequence<UInt8>, _ range: Range<Int>) {
        pieces.append(
            ScalarMap.Piece(value: value.count, source: range.lowerBound, sourceEnd: range.upperBound, isCopy: false))
        value.append(contentsOf: character)
    }

    /// Reads a line break; the value has LF for each.
    private mutating func takeBreak() -> Range<Int> {
        let range = index..<afterBreak(index)
        index = range.upperBound
        return range
    }

    private mutating func emitBreak(_ range: Range<Int>) {
        emit(CollectionOfOne(UInt8(ascii: "\n")), range)
    }

    // MARK: Flow scalars

    /// What stands between two characters of a scalar of several lines.
    private struct Gap {
        var blanks: Range<Int>
        /// The line breaks; an escaped first one is not among them.
        var breaks: [Range<Int>] = []
        var isFirstEscaped = false
    }

    /// Reads white space up to the next character.
    private mutating func takeGap(afterEscapedBreak: Bool = false) -> Gap {
        let first = index
        while isAtBlank { index += 1 }
        var gap = Gap(blanks: first..<index, isFirstEscaped: afterEscapedBreak)
        while index < end, Self.isWhite(bytes[index]) {
            if isAtBreak { gap.breaks.append(takeBreak()) } else { index += 1 }
        }
        return gap
    }

    /// Folds: one line break is a space, of several the first is dropped.
    private mutating func emit(_ gap: Gap) {
        if gap.isFirstEscaped {
            for range in gap.breaks { emitBreak(range) }
        } else if gap.breaks.isEmpty {
            copy(gap.blanks)
        } else if gap.breaks.count == 1 {
            emit(CollectionOfOne(UInt8(ascii: " ")), gap.breaks[0])
        } else {
            for range in gap.breaks.dropFirst() { emitBreak(range) }
        }
    }

    private mutating func plain() {
        while index < end {
            let first = index
            while index < end, !Self.isWhite(bytes[index]) { index += 1 }
            copy(first..<index)
            let gap = takeGap()
            if index < end { emit(gap) }
        }
    }

    private mutating func quoted(isDouble: Bool) {
        let quote: UInt8 = isDouble ? UInt8(ascii: "\"") : UInt8(ascii: "'")
        guard index < end, bytes[index] == quote else { return }
        index += 1
        start = index
        while index < end {
            var first = index
            var isBreakEscaped = false
            while index < end, !Self.isWhite(bytes[index]), !isBreakEscaped {
                if bytes[index] == quote {
                    copy(first..<index)
                    guard !isDouble, index + 1 < end, bytes[index + 1] == quote else { return }
                    emit(CollectionOfOne(quote), index..<index + 2)
                    index += 2
                    first = index
                } else if isDouble, bytes[index] == UInt8(ascii: "\\") {
                    copy(first..<index)
                    guard index + 1 < end else { return }
                    if Self.isBreak(bytes[index + 1]) {
                        index = afterBreak(index + 1)
                        isBreakEscaped = true
                    } else {
                        guard takeEscape() else { return }
                    }
                    first = index
                } else {
                    index += 1
                }
            }
            copy(first..<index)
            let gap = takeGap(afterEscapedBreak: isBreakEscaped)
            emit(gap)
        }
    }

    private mutating func takeEscape() -> Bool {
        let first = index
        let letter = bytes[index + 1]
        index += 2
        let digits: Int
        switch letter {
        case UInt8(ascii: "x"): digits = 2
        case UInt8(ascii: "u"): digits = 4
        case UInt8(ascii: "U"): digits = 8
        default:
            guard let scalar = Self.escaped(letter) else { return false }
            emit(String(scalar).utf8, first..<index)
            return true
        }
        guard index + digits <= end,
            let code = UInt32(String(decoding: bytes[index..<index + digits], as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(code)
        else { return false }
        index += digits
        emit(String(scalar).utf8, first..<index)
        return true
    }

    private static func escaped(_ letter: UInt8) -> Unicode.Scalar? {
        switch letter {
        case UInt8(ascii: "0"): "\0"
        case UInt8(ascii: "a"): "\u{7}"
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "t"), UInt8(ascii: "\t"): "\t"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "v"): "\u{B}"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "e"): "\u{1B}"
        case UInt8(ascii: " "): " "
        case UInt8(ascii: "\""): "\""
        case UInt8(ascii: "/"): "/"
        case UInt8(ascii: "\\"): "\\"
        case UInt8(ascii: "N"): "\u{85}"
        case UInt8(ascii: "_"): "\u{A0}"
        case UInt8(ascii: "L"): "\u{2028}"
        case UInt8(ascii: "P"): "\u{2029}"
        default: nil
        }
    }

    // MARK: Block scalars

    private mutating func block(isFolded: Bool, _ expected: [UInt8]) {
        var keepsBreaks = false
        var stripsBreaks = false
        var isIndicated = false
        index += 1
        while index < end, !Self.isWhite(bytes[index]) {
            switch bytes[index] {
            case UInt8(ascii: "+"): keepsBreaks = true
            case UInt8(ascii: "-"): stripsBreaks = true
            default: isIndicated = true
            }
            index += 1
        }
        while index < end, !isAtBreak { index += 1 }
        guard index < end else { return }
        index = afterBreak(index)
        start = index
        let indent = isIndicated ? indentation(of: expected) : detectedIndentation()
        lines(indent, isFolded: isFolded, keepsBreaks: keepsBreaks, stripsBreaks: stripsBreaks)
    }

    /// The indentation of a block scalar without indicator: that of its first line that is not blank, or of a longer
    /// blank line before.
    private func detectedIndentation() -> Int {
        var widest = 1
        var cursor = index
        while cursor < end {
            let line = cursor
            while cursor < end, bytes[cursor] == UInt8(ascii: " ") { cursor += 1 }
            widest = max(widest, cursor - line)
            guard cursor < end, Self.isBreak(bytes[cursor]) else { break }
            cursor = afterBreak(cursor)
        }
        return widest
    }

    /// The indentation of a block scalar with indicator, which counts from what is around it: what the first line has
    /// more than its value, and where all lines are blank what the widest has more.
    private func indentation(of expected: [UInt8]) -> Int {
        let space = UInt8(ascii: " ")
        guard let first = expected.firstIndex(where: { $0 != space && $0 != UInt8(ascii: "\n") }) else {
            let widest = expected.split(separator: UInt8(ascii: "\n")).map(\.count).max() ?? 0
            return max(1, detectedIndentation() - widest)
        }
        let kept = expected[..<first].reversed().prefix { $0 == space }.count
        var cursor = index
        while cursor < end {
            let line = cursor
            while cursor < end, bytes[cursor] == space { cursor += 1 }
            guard cursor < end, Self.isBreak(bytes[cursor]) else { return max(1, cursor - line - kept) }
            cursor = afterBreak(cursor)
        }
        return 1
    }

    private mutating func lines(_ indent: Int, isFolded: Bool, keepsBreaks: Bool, stripsBreaks: Bool) {
        var breakBefore: Range<Int>?
        var wasBlank = false
        var emptyLines = takeEmptyLines(indent)
        while isIndented(indent) {
            let isBlank = isAtBlank
            if let range = breakBefore {
                if isFolded, !wasBlank, !isBlank {
                    if emptyLines.isEmpty { emit(CollectionOfOne(UInt8(ascii: " ")), range) }
                } else {
                    emitBreak(range)
                }
            }
            for range in emptyLines { emitBreak(range) }
            wasBlank = isBlank
            let first = index
            while index < end, !isAtBreak { index += 1 }
            copy(first..<index)
            breakBefore = index < end ? takeBreak() : nil
            emptyLines = takeEmptyLines(indent)
        }
        if !stripsBreaks, let range = breakBefore { emitBreak(range) }
        if keepsBreaks { for range in emptyLines { emitBreak(range) } }
    }

    /// Reads the breaks of lines without content, and the indentation of the line behind them.
    private mutating func takeEmptyLines(_ indent: Int) -> [Range<Int>] {
        var breaks: [Range<Int>] = []
        while index < end {
            let line = index
            while index < end, index - line < indent, bytes[index] == UInt8(ascii: " ") { index += 1 }
            guard isAtBreak else { break }
            breaks.append(takeBreak())
        }
        return breaks
    }

    /// Whether the line that is being read has its indentation behind it and content before it.
    private func isIndented(_ indent: Int) -> Bool {
        guard index < end, index >= indent else { return false }
        return bytes[index - indent..<index].allSatisfy { $0 == UInt8(ascii: " ") }
    }
}
