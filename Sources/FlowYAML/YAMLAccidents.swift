internal import FlowDiagnostics

/// Rewords libyaml's errors: what people get wrong, at the token that is to blame, with what to do.
struct YAMLAccidents {
    /// Where libyaml gave up.
    struct Place {
        var problem: String
        var context: String
        /// The token that it could not read.
        var offset: Int
        /// The beginning of what it was reading.
        var opening: Int
        /// The innermost `[` or `{` that is open, and how many are.
        var bracket: Int?
        var bracketCount: Int
        /// Whether the scanner, which is ahead of the records, stands inside brackets.
        var isInFlow: Bool
        /// The scalar or alias before the token.
        var last: YAMLDocument.Record?
    }

    let lines: SourceLines
    let place: Place
    let file: FileID

    private var bytes: [UInt8] { lines.bytes }
    private var offset: Int { place.offset }

    init(_ source: [UInt8], file: FileID, place: Place) {
        lines = SourceLines(source)
        self.file = file
        self.place = place
    }

    /// The one diagnostic of the file.
    func diagnostic() -> Diagnostic {
        let problem = place.problem
        if let found = tab() ?? quote() ?? wideSpace() ?? foreign() { return found }
        if problem.contains("incompatible") { return fault("only YAML 1.1 and 1.2 are read", offset) }
        if place.context.contains("directive") { return directive() }
        if problem.contains("unexpected ':'") { return unspacedColon() }
        if problem.contains("tag") || place.context.contains("tag") { return tag(place.opening) }
        if place.context.contains("anchor") || place.context.contains("alias") { return sigil() }
        if place.context.contains("block scalar") { return blockHeader() }
        if problem.contains("cannot start any token") { return reserved() }
        if problem.contains("mapping values are not allowed") { return secondColon() }
        if problem.contains("could not find expected ':'") { return word(place.opening) }
        if problem.contains("block sequence entries") {
            return fault(
                "a list item cannot begin on the line of its key; put it on a line of its own or write '[…]'", offset)
        }
        if problem.contains("mapping keys are not allowed") {
            return fault("'? ' begins a key; put the value in quotes", offset, fixIt: quoting(from: offset))
        }
        if place.context.contains("flow") { return flow() }
        return block()
    }

    private func fault(
        _ message: String, _ start: Int, length: Int = 1, code: DiagnosticCode = .yamlSyntax,
        fixIt: Diagnostic.FixIt? = nil, notes: [Diagnostic.Note] = []
    ) -> Diagnostic {
        Diagnostic(code, message, at: span(start, start + length), notes: notes, fixIt: fixIt)
    }

    private func span(_ start: Int, _ end: Int) -> SourceSpan {
        let start = min(start, bytes.count)
        var end = min(end, bytes.count)
        while end < bytes.count, end > start, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return SourceSpan(file: file, start: start, end: end)
    }

    private func has(_ character: Unicode.Scalar, _ offset: Int) -> Bool {
        lines.has(character, offset)
    }

    private func isBlank(_ offset: Int) -> Bool {
        offset >= bytes.count || bytes[offset] <= 0x20
    }

    // MARK: Tabs

    /// A tab in the white space before the blamed token or on the line before.
    private func tab() -> Diagnostic? {
        let line = lines.start(of: offset)
        let before = lines.lineBefore(line)
        let starts = [line, before].compactMap(\.self)
        var tab = starts.lazy.compactMap { lines.indentingTab(of: $0) }.first
        if tab == nil, has("\t", offset) || place.problem.contains("tab character") {
            tab = bytes[line...].prefix { $0 != 0x0A }.firstIndex(of: 0x09)
        }
        guard let tab else { return nil }
        if let last = place.last, last.style != .plain, (Int(last.start)..<Int(last.end)).contains(tab) { return nil }
        if place.context.contains("quoted scalar") { return nil }
        return fault("a tab cannot indent YAML; use spaces", tab)
    }

    /// A no-break space before the blamed token, as it comes from web pages.
    private func wideSpace() -> Diagnostic? {
        let line = lines.start(of: offset)
        let blanks = bytes[line...].prefix { $0 == 0x20 || $0 == 0xC2 || $0 == 0xA0 }
        guard let space = blanks.firstIndex(of: 0xC2) else { return nil }
        return fault("a no-break space (U+00A0) cannot indent YAML; use spaces", space)
    }

    /// A line that is no YAML at all: a comment of another language, or what git leaves of a conflict.
    private func foreign() -> Diagnostic? {
        let here = lines.start(of: offset)
        for line in [lines.lineAbove(here), here, lines.start(of: place.opening)].compactMap(\.self) {
            let content = lines.line(line).indented
            for (start, message) in [
                ("//", "a comment begins with '#' in YAML"), ("/*", "a comment begins with '#' in YAML"),
                ("<<<<<<< ", "a conflict that git left here is not resolved"),
                ("=======", "a conflict that git left here is not resolved"),
                (">>>>>>> ", "a conflict that git left here is not resolved"),
            ] where bytes[content...].starts(with: start.utf8) {
                return fault(message, content, length: start.utf8.count)
            }
        }
        return nil
    }

    // MARK: Quotes

    private func quote() -> Diagnostic? {
        if place.context.contains("quoted scalar") { return unfinishedQuote() }
        guard let last = place.last, last.style == .doubleQuoted || last.style == .singleQuoted else { return nil }
        let mark: Unicode.Scalar = last.style == .doubleQuoted ? "\"" : "'"
        let opening = ScalarLexer.afterProperties(bytes, Int(last.start), Int(last.end))
        let closing = Int(last.end) - 1
        guard closing > opening, lines.start(of: closing) == lines.start(of: offset), !has("#", offset),
            !isBlank(offset), bytes[closing + 1..<max(closing + 1, offset)].allSatisfy({ $0 == 0x20 })
        else { return nil }
        let isOdd = lines.start(of: opening) < lines.start(of: closing)
        // `{a: "b, c: "d"}`: what the quotes hold says that the first was not closed.
        let holdsKey = place.bracket != nil && lines.holdsEntry(opening + 1..<closing)
        if isOdd || holdsKey {
            let note = Diagnostic.Note("it reaches to this quote", at: span(closing, closing + 1))
            return fault("this quote is not closed on its line", opening, notes: [note])
        }
        guard !has(",", offset), !has("]", offset), !has("}", offset), !has(":", offset) else { return nil }
        guard offset == closing + 1 else {
            guard place.bracket == nil else { return nil }
            return fault("text after the closing quote; put the whole value in quotes", offset)
        }
        let advice = mark == "'" ? "inside single quotes it is written ''" : "inside double quotes it is written \\\""
        return fault("this quote ends the text, and more follows; \(advice)", closing)
    }

    private func unfinishedQuote() -> Diagnostic {
        let isEscape = !place.problem.contains("end of stream") && !place.problem.contains("document")
        let isSameLine = lines.start(of: offset) == lines.start(of: place.opening)
        guard isEscape, isSameLine || !lines.isEntry(lines.start(of: offset)) else {
            return fault("this quote is never closed", place.opening)
        }
        var slash = min(offset, bytes.count - 1)
        while slash > place.opening, !has("\\", slash) { slash -= 1 }
        var length = min(2, bytes.count - slash)
        while slash + length < bytes.count, bytes[slash + length] & 0xC0 == 0x80 { length += 1 }
        let shown = String(decoding: bytes[slash..<slash + length], as: UTF8.self)
        if shown == "\\'" {
            return fault("inside double quotes ' is written without a backslash", slash, length: length)
        }
        guard ["\\x", "\\u", "\\U"].contains(shown) else {
            let message = "'\(shown)' is no escape of YAML; write '\\\\', or use single quotes, which take it as it is"
            return fault(message, slash, length: length)
        }
        let digits = shown == "\\x" ? 2 : shown == "\\u" ? 4 : 8
        let message = "'\(shown)' takes \(digits) hexadecimal digits of a character; single quotes take it as it is"
        return fault(message, slash, length: length)
    }

    // MARK: Characters with a meaning

    /// A fix that puts the value from an offset to its end in quotes; nil where its end is not sure.
    private func quoting(from start: Int) -> Diagnostic.FixIt? {
        let end = lines.valueEnd(from: start, inFlow: place.isInFlow)
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        guard end > start, !text.contains(": "), !text.hasSuffix(":") else { return nil }
        return Diagnostic.FixIt("put it in quotes", edits: [.init(span(start, end), Self.quoted(text))])
    }

    /// A text in double quotes, or in single ones where it holds what double quotes would read.
    private static func quoted(_ text: String) -> String {
        text.contains("\"") || text.contains("\\") ? YAMLMessages.quoted(text) : "\"\(text)\""
    }

    private func directive() -> Diagnostic {
        let text = "a '%' at the start of a line begins a YAML directive; indent it or put it in quotes"
        return fault(text, place.opening)
    }

    private func tag(_ start: Int) -> Diagnostic {
        let message = "'!' begins a YAML tag; put the value in quotes"
        return fault(message, start, code: .unsupportedYAML, fixIt: quoting(from: start))
    }

    /// An `&` or `*` that is no anchor or alias.
    private func sigil() -> Diagnostic {
        let line = lines.line(lines.start(of: place.opening))
        if !place.isInFlow, let value = line.value, has("!", value), value < place.opening { return tag(value) }
        if let list = textAfterBracket(line) { return list }
        return textAfterQuote(line) ?? sigil(place.opening)
    }

    /// A text such as `"a" && b`, which begins as a quoted one.
    private func textAfterQuote(_ line: SourceLines.Line) -> Diagnostic? {
        guard !place.isInFlow, let value = line.value, value < place.opening, has("\"", value) || has("'", value) else {
            return nil
        }
        return fault("text after the closing quote; put the whole value in quotes", place.opening)
    }

    /// A text such as `[ -f x ] && make`, which begins as a list.
    private func textAfterBracket(_ line: SourceLines.Line) -> Diagnostic? {
        guard !place.isInFlow, let value = line.value, value < place.opening, has("[", value) || has("{", value) else {
            return nil
        }
        let sign = UnicodeScalar(bytes[value])
        let kind = sign == "[" ? "list" : "mapping"
        let message = "a value that begins with '\(sign)' is a \(kind); put the text in quotes"
        return fault(message, value, fixIt: quoting(from: value))
    }

    private func sigil(_ sigil: Int) -> Diagnostic {
        let what = has("*", sigil) ? "an unquoted '*' begins an alias" : "an unquoted '&' begins an anchor"
        return fault("\(what); put the value in quotes", sigil, fixIt: quoting(from: sigil))
    }

    private func blockHeader() -> Diagnostic {
        let line = lines.line(lines.start(of: place.opening))
        if let found = textAfterBracket(line) ?? textAfterQuote(line) { return found }
        let sign = has("|", place.opening) ? "|" : ">"
        if place.problem.contains("equal to 0") {
            return fault("the indentation after '\(sign)' counts from 1", offset)
        }
        guard isBlank(offset - 1) else {
            let message = "'\(sign)' begins a text on the lines below; put a value that begins so in quotes"
            return fault(message, place.opening, fixIt: quoting(from: place.opening))
        }
        return fault("after '\(sign)' the text begins on the next line, indented", offset)
    }

    /// A character that cannot begin a token.
    private func reserved() -> Diagnostic {
        let shown = offset < bytes.count ? String(UnicodeScalar(bytes[offset])) : ""
        return fault("'\(shown)' cannot begin a value; put it in quotes", offset, fixIt: quoting(from: offset))
    }

    // MARK: Colons

    private func secondColon() -> Diagnostic {
        let here = lines.line(lines.start(of: offset))
        // The key of this line is the end of a scalar that began on a line above.
        if here.colon == offset, let above = lines.lineAbove(here.start) {
            let above = lines.line(above)
            if let word = lines.unspacedKey(above.content, above.end) { return missingSpace(word) }
            if above.colon == nil, !above.isItem || !here.isItem && here.content > above.content {
                return fault("a ':' is missing after this word", above.content, length: above.end - above.content)
            }
            return misaligned(here.indented)
        }
        var fixIt: Diagnostic.FixIt?
        if let value = here.value, value < offset, !place.isInFlow, !has("\"", value), !has("'", value) {
            let text = String(decoding: bytes[value..<here.end], as: UTF8.self)
            let edit = Diagnostic.Edit(span(value, here.end), Self.quoted(text))
            fixIt = Diagnostic.FixIt("put the value in quotes", edits: [edit])
        }
        let message = "a second ': ' on one line; put the value in quotes, or the key on a line of its own"
        return fault(message, offset, fixIt: fixIt)
    }

    /// A `:` inside brackets that is followed by another character of theirs, as in `{a:[b]}`.
    private func unspacedColon() -> Diagnostic {
        let word = lines.wordStart(before: offset)
        return missingSpace(word..<min(offset + 1, bytes.count))
    }

    /// A `:` or `-` without the space that makes it one.
    private func missingSpace(_ word: Range<Int>) -> Diagnostic {
        let text = String(decoding: bytes[word], as: UTF8.self)
        let fixIt = Diagnostic.FixIt("add a space", edits: [.init(span(word.upperBound, word.upperBound), " ")])
        return fault("a space is missing after '\(text)'", word.lowerBound, length: word.count, fixIt: fixIt)
    }

    /// A word on a line of its own that is no key.
    private func word(_ start: Int) -> Diagnostic {
        let line = lines.line(lines.start(of: start))
        if has("\"", start) || has("'", start) {
            return fault("this quote is not closed on its line, or a ':' is missing after the text", start)
        }
        if let key = lines.unspacedKey(start, line.end) { return missingSpace(key) }
        if has("-", start), !isBlank(start + 1) { return missingSpace(start..<start + 1) }
        if let header = lines.blockHeader(above: line.start, column: start - line.start) {
            return unindented(start, header)
        }
        if let below = lines.lineBelow(line.start), below.indented - below.start > start - line.start {
            return fault("a ':' is missing after this word", start, length: max(1, line.end - start))
        }
        let message = "this is no key, as no ': ' follows, and is not indented to belong to the value above"
        return fault(message, start, length: max(1, line.end - start))
    }

    private func unindented(_ start: Int, _ header: Int) -> Diagnostic {
        let sign = String(UnicodeScalar(bytes[header]))
        let note = Diagnostic.Note("the text begins here", at: span(header, header + 1))
        let key = lines.line(lines.start(of: header))
        let isDeeper = start - lines.start(of: start) > key.content - key.start
        let measure = isDeeper ? "as deep as its first line" : "deeper than its key"
        return fault("text under '\(sign)' must be indented \(measure)", start, notes: [note])
    }

    // MARK: Flow collections

    private func flow() -> Diagnostic {
        if has("{", offset), offset > 0, has("$", offset - 1) { return expression(offset - 1) }
        let opening = place.context.contains("node") ? place.bracket ?? offset : place.opening
        let sign = has("{", opening) ? "{" : "["
        let closing = sign == "{" ? "}" : "]"
        let isBelow = lines.start(of: opening) < lines.start(of: offset)
        if offset >= bytes.count || isBelow && lines.isEntry(lines.start(of: offset)) && !lines.isClosed(opening) {
            let end = span(min(offset, bytes.count), min(offset, bytes.count))
            let note = Diagnostic.Note("noticed here", at: end)
            return fault("this '\(sign)' is never closed", opening, notes: [note])
        }
        if has("]", offset) || has("}", offset) {
            if has(Unicode.Scalar(closing) ?? "]", offset) { return fault("a value is missing here", offset) }
            if place.bracketCount > 1 { return fault("this '\(sign)' is never closed", opening) }
            return fault("'\(closing)' is expected here, to close '\(sign)'", offset)
        }
        if has(":", offset) { return colonInBrackets(sign) }
        if has(",", offset) { return fault("a value is missing before this ','", offset) }
        if has("-", offset), isBlank(offset + 1) {
            return fault("'- ' begins a list item, which cannot stand inside '\(sign)'", offset)
        }
        return fault("',' or '\(closing)' is expected here", offset)
    }

    private func colonInBrackets(_ sign: String) -> Diagnostic {
        if offset == lines.line(lines.start(of: offset)).indented, !place.context.contains("node") {
            return fault("the ':' of a key must stand on the key's line", offset)
        }
        guard place.context.contains("node") else {
            return fault("a second ': ' in one entry; put the value in quotes or a ',' between", offset)
        }
        guard isBlank(offset + 1) || has(",", offset + 1) || has("]", offset + 1) || has("}", offset + 1) else {
            let message = "a value that begins with ':' needs quotes inside '\(sign)'"
            return fault(message, offset, fixIt: quoting(from: offset))
        }
        return fault("an empty key: a key must be a string", offset, code: .keyIsNoString)
    }

    /// `${{ }}` without quotes inside brackets, where `{` has its own meaning.
    private func expression(_ dollar: Int) -> Diagnostic {
        var start = dollar
        if let last = place.last, Int(last.end) == dollar + 1, last.style == .plain { start = Int(last.start) }
        var fixIt: Diagnostic.FixIt?
        if let end = lines.expressionEnd(from: dollar) {
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            fixIt = Diagnostic.FixIt("put it in quotes", edits: [.init(span(start, end), Self.quoted(text))])
        }
        return fault("an expression inside '[' or '{' needs quotes: \"${{ … }}\"", dollar, length: 3, fixIt: fixIt)
    }

    // MARK: Block collections

    private func block() -> Diagnostic {
        let here = lines.line(lines.start(of: offset))
        if offset >= bytes.count { return fault("the file ends where more is expected", offset) }
        if has("]", offset) || has("}", offset) {
            return fault("this '\(UnicodeScalar(bytes[offset]))' closes nothing", offset)
        }
        if has(":", offset), isBlank(offset + 1) {
            return fault("an empty key: a key must be a string", offset, code: .keyIsNoString)
        }
        if has("*", offset) || has("&", offset) { return sigil(offset) }
        if has(",", offset) { return fault("a ',' cannot stand here; put the value in quotes", offset) }
        guard offset > here.content else { return firstOfLine(here) }
        if let last = place.last, Int(last.end) <= offset, lines.start(of: Int(last.start)) == here.start {
            if has("*", Int(last.start)) {
                let message = "an unquoted '*' begins an alias; put the value in quotes"
                return fault(message, Int(last.start), fixIt: quoting(from: Int(last.start)))
            }
        }
        if let value = here.value, has("[", value) || has("{", value) {
            let sign = UnicodeScalar(bytes[value])
            let kind = sign == "[" ? "list" : "mapping"
            let message = "a value that begins with '\(sign)' is a \(kind), and more follows; put the text in quotes"
            return fault(message, offset, fixIt: quoting(from: value))
        }
        return fault("this cannot stand here (\(place.problem))", offset)
    }

    private func firstOfLine(_ here: SourceLines.Line) -> Diagnostic {
        if has("-", offset), !isBlank(offset + 1), lines.lineAbove(here.start).map({ lines.line($0).isItem }) ?? false {
            return missingSpace(offset..<offset + 1)
        }
        if place.problem.contains("document start"), bytes[..<here.start].contains(UInt8(ascii: "%")) {
            return fault("a '%' line must be followed by '---'", offset)
        }
        if here.colon == nil, !here.isItem,
            let header = lines.blockHeader(above: here.start, column: here.content - here.start)
        {
            return unindented(here.content, header)
        }
        return misaligned(offset)
    }

    /// A line whose indentation fits none above.
    private func misaligned(_ start: Int) -> Diagnostic {
        let isItem = has("-", start) && isBlank(start + 1)
        let column = start - lines.start(of: start)
        let colon = lines.line(lines.start(of: start)).colon
        let what = isItem ? "this item" : colon == nil ? "this" : "this key"
        let length = isItem ? 1 : max(1, (colon ?? start + 1) - start)
        let sibling = lines.siblingColumn(above: lines.start(of: start), isItem: isItem)
        guard let sibling, sibling != column else {
            let message =
                isItem
                ? "a list item cannot stand among keys"
                : place.problem.contains("'-' indicator")
                    ? "this cannot stand among list items" : "this cannot stand here: the value above has ended"
            return fault(message, start, length: length)
        }
        let message =
            "\(what) stands at column \(column + 1) and fits nothing above; the one before stands at column \(sibling + 1)"
        return fault(message, start, length: length)
    }
}
