extension TerminalText {
    /// How many columns a text takes that holds no controls but SGR sequences.
    package static func columns(of text: String) -> Int {
        withoutSequences(text).reduce(0) { $0 + width($1) }
    }

    /// The text without control sequences (ECMA-48, 5.4), such as those for colours; other controls stay.
    ///
    /// A sequence that does not end stays as well, so that nothing is lost which was not one.
    package static func withoutSequences(_ text: String) -> String {
        guard text.utf8.contains(0x1B) else { return text }
        var rest = text.unicodeScalars[...]
        var shown = String.UnicodeScalarView()
        while let scalar = rest.first {
            if scalar == "\u{1B}", let end = sequenceEnd(rest) {
                rest = rest[end...]
            } else {
                shown.append(scalar)
                rest = rest.dropFirst()
            }
        }
        return String(shown)
    }

    /// Where the control sequence ends that a text begins with; nil if it begins with none.
    private static func sequenceEnd(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView.Index? {
        let body = text.dropFirst()
        guard body.first == "[" else { return nil }
        let final = body.dropFirst().drop { (0x30...0x3F).contains($0.value) }.drop { (0x20...0x2F).contains($0.value) }
        guard let last = final.first, (0x40...0x7E).contains(last.value) else { return nil }
        return final.index(after: final.startIndex)
    }

    /// A line of a log as it would look in the end on a terminal of its own: without colours, only what stands behind
    /// its last carriage return, tabs as blanks.
    ///
    /// Other controls stay: see ``visible(_:)``.
    package static func logLine(_ line: String) -> String {
        // The characters of a string keep CR LF together, its scalars do not.
        let parts = withoutSequences(line).unicodeScalars.split { $0 == "\r" || $0 == "\n" }
        var shown = ""
        var columns = 0
        for character in parts.last.map({ String($0) }) ?? "" {
            let picture = character == "\t" ? String(repeating: " ", count: 8 - columns % 8) : String(character)
            shown += picture
            columns += character == "\t" ? picture.utf8.count : width(character)
        }
        return shown
    }

    /// The beginning of a text without controls that takes at most some columns, with a mark at its end if it was cut.
    package static func cut(_ text: String, to limit: Int, mark: String) -> String {
        guard width(of: text) > limit else { return text }
        let markWidth = width(of: mark)
        guard markWidth <= limit else { return "" }
        return prefix(text, limit - markWidth) + mark
    }

    /// The two ends of a text without controls that take at most some columns, with a mark between them if it was cut.
    ///
    /// Names are told apart by their ends: `compress[tromso].upload`.
    package static func cutInside(_ text: String, to limit: Int, mark: String) -> String {
        guard width(of: text) > limit else { return text }
        let kept = limit - width(of: mark)
        guard kept >= 2 else { return cut(text, to: limit, mark: mark) }
        let end = String(prefix(String(text.reversed()), kept / 2).reversed())
        return prefix(text, kept - kept / 2) + mark + end
    }

    private static func width(of text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    private static func prefix(_ text: String, _ limit: Int) -> String {
        var columns = 0
        return String(
            text.prefix {
                columns += width($0)
                return columns <= limit
            })
    }
}
