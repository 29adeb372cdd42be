import FlowDiagnostics
import Testing

@Suite struct `diagnostics as text` {
    private func rendered(_ file: SourceFile, _ span: SourceSpan, colors: Bool = false) -> String {
        var renderer = TextRenderer(files: [file], colors: colors)
        return renderer.render([Diagnostic(.unknownTask, "m", at: span)])
    }

    /// The source line and the caret line below it.
    private func snippet(_ file: SourceFile, _ span: SourceSpan) -> [Substring] {
        Array(rendered(file, span).split(separator: "\n").dropFirst())
    }

    @Test func `are a head, a snippet, notes and a suggestion`() {
        let file = SourceFile("flows/a.yaml", "version: 1\nstep: []\n")
        var finding = Diagnostic.typo("step", "steps", at: file.span("step"))
        finding.notes = [Diagnostic.Note("the version says so", at: file.span("1"))]
        var renderer = TextRenderer(files: [file])
        #expect(
            renderer.render([finding]) == """
                flows/a.yaml:2:1: error: unknown key 'step' [FR101 unknown-key]
                 2 | step: []
                   | ^^^^
                flows/a.yaml:1:10: note: the version says so
                 1 | version: 1
                   |          ^
                  help: write 'steps'

                """)
    }

    @Test func `are in source order, whatever the order of finding`() {
        let file = SourceFile("a.yaml", "a\nb\n")
        let findings = [
            Diagnostic(.unusedTask, "m", at: file.span("b")), Diagnostic(.unknownTask, "m", at: file.span("a")),
        ]
        var renderer = TextRenderer(files: [file])
        let text = renderer.render(findings)
        #expect(text == renderer.render(findings.reversed()))
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("a") } == [
                "a.yaml:1:1: error: m [FR201 unknown-task]", "a.yaml:2:1: warning: m [FR205 unused-task]",
            ])
    }

    @Test(arguments: [
        ("run: make", "run", " 1 | run: make", "   | ^^^"),
        // Tabs before, inside and behind the span.
        ("\trun: make", "run", " 1 |         run: make", "   |         ^^^"),
        ("ab\trun", "run", " 1 | ab      run", "   |         ^^^"),
        ("a\tb", "a\tb", " 1 | a       b", "   | ^^^^^^^^^"),
        ("run\t# é", "run", " 1 | run     # é", "   | ^^^"),
        ("漢\tx", "x", " 1 | 漢      x", "   |         ^"),
        // East Asian letters, wide and half wide.
        ("漢字: ad", "ad", " 1 | 漢字: ad", "   |       ^^"),
        ("k: 漢字", "漢字", " 1 | k: 漢字", "   |    ^^^^"),
        ("한글: x", "x", " 1 | 한글: x", "   |       ^"),
        ("ｶﾅ: x", "x", " 1 | ｶﾅ: x", "   |     ^"),
        ("ＡＢ x", "x", " 1 | ＡＢ x", "   |      ^"),
        // Marks join what is before them, Hangul letters a syllable.
        ("e\u{301}: x", "x", " 1 | e\u{301}: x", "   |    ^"),
        ("k: e\u{301}e\u{301}", "e\u{301}e\u{301}", " 1 | k: e\u{301}e\u{301}", "   |    ^^"),
        ("\u{1100}\u{1161}\u{11A8} x", "x", " 1 | \u{1100}\u{1161}\u{11A8} x", "   |    ^"),
        // Emoji: plain, of emoji style, with a skin colour, joined, a flag, a keycap; and a text symbol.
        ("🚀 x", "x", " 1 | 🚀 x", "   |    ^"),
        ("❤️ x", "x", " 1 | ❤️ x", "   |    ^"),
        ("👍🏽 x", "x", " 1 | 👍🏽 x", "   |    ^"),
        ("👩‍👩‍👧 x", "👩‍👩‍👧", " 1 | 👩‍👩‍👧 x", "   | ^^"),
        ("👩‍👩‍👧 x", "x", " 1 | 👩‍👩‍👧 x", "   |    ^"),
        ("🇩🇪🇫🇷 x", "x", " 1 | 🇩🇪🇫🇷 x", "   |      ^"),
        ("1️⃣ x", "x", " 1 | 1️⃣ x", "   |    ^"),
        ("★ x", "x", " 1 | ★ x", "   |   ^"),
        // What a terminal would obey is shown as a picture.
        ("a\u{1B}[31mb", "b", " 1 | a␛[31mb", "   |       ^"),
        ("a\u{0}\u{7F}\u{85}b", "b", " 1 | a␀␡\u{FFFD}b", "   |     ^"),
        ("a\u{202E}\u{2066}b", "b", " 1 | a\u{FFFD}\u{FFFD}b", "   |    ^"),
    ])
    func `stand under their span`(_ line: String, _ span: String, _ shown: String, _ carets: String) {
        let file = SourceFile("a.yaml", line + "\n")
        #expect(snippet(file, file.span(span)) == [shown[...], carets[...]])
    }

    @Test(arguments: [
        // Over several lines: to the end of the first.
        ("ab: c\nd: e\n", 4, 9, " 1 | ab: c", "   |     ^"),
        ("ab: c\r\nd: e\n", 0, 9, " 1 | ab: c", "   | ^^^^^"),
        // At the end of a line, of the file, of an empty file, of what the file has.
        ("ab\nc\n", 2, 3, " 1 | ab", "   |   ^"),
        ("ab\n", 3, 3, " 2 | ", "   | ^"),
        ("", 0, 0, " 1 | ", "   | ^"),
        ("ab", 0, 99, " 1 | ab", "   | ^^"),
        // Between two characters.
        ("ab: c\n", 2, 2, " 1 | ab: c", "   |   ^"),
        // Behind a byte-order mark, and from before it.
        ("\u{FEFF}ab: c\n", 3, 5, " 1 | ab: c", "   | ^^"),
        ("\u{FEFF}ab: c\n", 0, 5, " 1 | ab: c", "   | ^^"),
        // Inside a character of several scalars.
        ("e\u{301}x\n", 1, 3, " 1 | e\u{301}x", "   | ^"),
    ])
    func `have carets at odd ends too`(_ text: String, _ start: Int, _ end: Int, _ shown: String, _ carets: String) {
        let file = SourceFile("a.yaml", text)
        #expect(snippet(file, SourceSpan(file: FileID(0), start: start, end: end)) == [shown[...], carets[...]])
    }

    @Test func `count invalid bytes as they are shown`() {
        let file = SourceFile(name: "a.yaml", bytes: [0x61, 0xFF, 0x62, 0x63, 0xFE, 0x64, 0x0A])
        let span = SourceSpan(file: FileID(0), start: 1, end: 4)
        #expect(snippet(file, span) == [" 1 | a\u{FFFD}bc\u{FFFD}d", "   |  ^^^"])
    }

    @Test func `cut a long line around the span`() throws {
        let file = SourceFile(
            "a.yaml", String(repeating: "x", count: 5000) + "HERE" + String(repeating: "y", count: 5000))
        let lines = snippet(file, file.span("HERE"))
        let line = try #require(lines.first)
        let here = try #require(line.firstRange(of: "HERE"))
        #expect(line.count == " 1 | ".count + 160)
        let pad = String(repeating: " ", count: line[..<here.lowerBound].count - " 1 | ".count)
        #expect(lines == [line, "   | \(pad)^^^^"])
    }

    @Test func `hold no control characters of names and messages`() {
        let file = SourceFile("a\u{1B}.yaml", "x")
        let finding = Diagnostic(
            .unknownTask, "no '\u{1B}[2J\n\t'", at: file.span("x"), notes: [.init("\u{7}", at: file.span("x"))],
            fixIt: .init("write '\r'", edits: []))
        var renderer = TextRenderer(files: [file])
        #expect(
            renderer.render([finding]) == """
                a␛.yaml:1:1: error: no '␛[2J␊␉' [FR201 unknown-task]
                 1 | x
                   | ^
                a␛.yaml:1:1: note: ␇
                 1 | x
                   | ^
                  help: write '␍'

                """)
    }

    @Test func `have colours on request`() {
        let file = SourceFile("a.yaml", "x: 1\n")
        let finding = Diagnostic(.unknownTask, "m", at: file.span("x"), notes: [.init("n", at: file.span("1"))])
        let warning = Diagnostic(.unusedTask, "w", at: file.span("1"))
        var renderer = TextRenderer(files: [file], colors: true)
        let text = renderer.render([finding, warning])
        #expect(
            text.replacing("\u{1B}", with: "^") == """
                ^[1ma.yaml:1:1:^[0m ^[1;31merror:^[0m m ^[2m[FR201 unknown-task]^[0m
                 1 | x: 1
                   | ^[1;31m^^[0m
                ^[1ma.yaml:1:4:^[0m ^[36mnote:^[0m n
                 1 | x: 1
                   |    ^[36m^^[0m
                ^[1ma.yaml:1:4:^[0m ^[1;33mwarning:^[0m w ^[2m[FR205 unused-task]^[0m
                 1 | x: 1
                   |    ^[1;33m^^[0m

                """)
        var plain = TextRenderer(files: [file])
        #expect(text.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.render([finding, warning]))
    }
}
