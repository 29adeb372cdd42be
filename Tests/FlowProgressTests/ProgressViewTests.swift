import FlowDiagnostics
import FlowProgress
import Testing

@Suite struct `The view of a run in progress` {
    private let view = ProgressView(
        title: "station-report-k3x9q2", elapsed: .seconds(72), expected: .seconds(180), done: 412, failed: 2,
        skipped: 1,
        total: 1000,
        running: [
            .init(id: "fetch[bergen]", elapsed: .milliseconds(3290), expected: .seconds(10), attempt: 2),
            .init(id: "fetch[oslo]", elapsed: .milliseconds(12_400), expected: .milliseconds(9800)),
            .init(id: "compress[longyearbyen].upload", elapsed: .milliseconds(40)),
        ],
        groups: [
            .init(id: "average", done: 26, total: 400), .init(id: "fetch", done: 386, failed: 2, total: 500),
            .init(id: "finished", done: 3, failed: 1, total: 4), .init(id: "ahead", done: 0, total: 9),
        ],
        failing: [
            .init(id: "fetch[narvik]", message: "exit code 22\nmore", logTail: ["first", "curl: (22) error: 503"])
        ],
        waiting: ["retry of fetch[tromso] in 3s"])

    private func text(_ view: ProgressView, _ width: Int, height: Int = 24, unicode: Bool = true) -> String {
        view.lines(width: width, height: height, color: false, unicode: unicode).joined(separator: "\n")
    }

    @Test func `has a bar, groups, steps and failures`() {
        #expect(
            text(view, 80) == """
                station-report-k3x9q2  ━━━━━╸────────   415/1000  2 failed  1m12s  ~1m48s left
                  ≡ fetch    ━━━━━━━━━━━━━━━━━━━━━━━───────  388/500  2 failed
                  ≡ average  ━╸────────────────────────────   26/400
                  ▸ fetch[oslo]                      12s of ~10s
                  ▸ fetch[bergen]                   3.2s of ~10s  attempt 2
                  ▸ compress[longyearbyen].upload   0.0s
                  · retry of fetch[tromso] in 3s
                  ✗ fetch[narvik]: exit code 22
                    │ first
                    │ curl: (22) error: 503
                """)
    }

    @Test func `gives way on a narrow terminal`() {
        #expect(
            text(view, 40) == """
                ━━━━╸──────   415/1000  2 failed  1m12s
                  ≡ fetch    ━━━━━━──  388/500  2 failed
                  ≡ average  ╸───────   26/400
                  ▸ fetch[oslo]              12s of ~10s
                  ▸ fetch[bergen]           3.2s of ~10s
                  ▸ compress[l…en].upload   0.0s
                  · retry of fetch[tromso] in 3s
                  ✗ fetch[narvik]: exit code 22
                    │ first
                    │ curl: (22) error: 503
                """)
        #expect(text(view, 12).split(separator: "\n").first == " 415/1000")
    }

    @Test func `has room for more on a wide terminal`() {
        #expect(
            text(view, 120, height: 1) == "station-report-k3x9q2  ━━━━━━━━━━━━━━━━╸───────────────────────"
                + "   415/1000  2 failed  1 skipped  1m12s  ~1m48s left")
    }

    @Test func `needs no more than ASCII`() {
        var view = view
        view.running = [.init(id: "fetch[bodø\u{7}]", elapsed: .seconds(1))]
        view.failing = [.init(id: "漢字", message: "é\u{301}", logTail: ["\u{1B}]0;title\u{7}"])]
        #expect(
            text(view, 80, unicode: false) == """
                station-report-k3x9q2  [###x........]   415/1000  2 failed  1m12s  ~1m48s left
                  = fetch    [####################x.......]  388/500  2 failed
                  = average  [#...........................]   26/400
                  > fetch[bod??]   1.0s
                  - retry of fetch[tromso] in 3s
                  x ??: ?
                    | ?]0;title?
                """)
    }

    @Test func `is coloured where one looks first`() {
        let view = ProgressView(
            title: "a", elapsed: .seconds(2), done: 2, failed: 1, total: 4,
            running: [.init(id: "b", elapsed: .seconds(3), expected: .seconds(2))])
        #expect(
            view.lines(width: 46, height: 9, color: true, unicode: true) == [
                "\u{1B}[1ma\u{1B}[0m  \u{1B}[32m━━━━━━━━━━\u{1B}[0m\u{1B}[31m━━━━━\u{1B}[0m\u{1B}[2m─────\u{1B}[0m"
                    + "  3/4  \u{1B}[1;31m1 failed\u{1B}[0m  2s",
                "  \u{1B}[32m▸\u{1B}[0m b   \u{1B}[33m3.0s\u{1B}[0m\u{1B}[2m of ~2s\u{1B}[0m",
            ])
    }

    @Test func `shows that it cannot know the end`() {
        var view = ProgressView(title: "crawl", elapsed: .zero, done: 7, total: nil)
        #expect(text(view, 60) == "crawl  ━━━━━━━━━━──────────────────────────────  7/?  0s")
        view.elapsed = .milliseconds(3500)
        #expect(text(view, 60) == "crawl  ━━━━━──────────────────────────────━━━━━  7/?  3s")
        #expect(text(view, 60, unicode: false) == "crawl  [####.............................#####]  7/?  3s")
    }

    @Test(
        arguments: [
            (0, nil, "0/40  10s"), (9, nil, "9/40  10s"), (10, nil, "10/40  10s  ~30s left"), (40, nil, "40/40  10s"),
            (1, 75, "1/40  10s  ~1m05s left"), (1, 10, "1/40  10s  of ~10s"), (40, 75, "40/40  10s"),
        ] as [(Int, Int?, String)])
    func `estimates the rest`(_ done: Int, _ expected: Int?, _ facts: String) {
        let view = ProgressView(
            title: "a", elapsed: .seconds(10), expected: expected.map { .seconds($0) }, done: done, total: 40)
        #expect(text(view, 70).hasSuffix(facts))
    }

    @Test(
        arguments: [
            (.milliseconds(999), "0.9s"), (.milliseconds(9999), "9.9s"), (.seconds(10), "10s"), (.seconds(65), "1m05s"),
            (.seconds(3720), "1h02m"), (.seconds(97_200), "1d03h"), (.seconds(-1), "0.0s"),
        ] as [(Duration, String)])
    func `shows times that one can read`(_ elapsed: Duration, _ shown: String) {
        let view = ProgressView(
            title: "a", elapsed: .zero, done: 0, total: 1, running: [.init(id: "b", elapsed: elapsed)])
        #expect(text(view, 60).hasSuffix(" \(shown)"))
    }

    @Test func `leaves out what is too much, and says how much that is`() {
        var view = view
        view.running = (1...20).map { .init(id: "s\($0)", elapsed: .seconds($0)) }
        view.groups = (1...9).map { .init(id: "g\($0)", done: 1, total: $0) }
        view.failing = (1...6).map { .init(id: "f\($0)", message: "m", logTail: Array(repeating: "log", count: 9)) }
        view.waiting = (1...7).map { "w\($0)" }
        let shown = text(view, 80, height: 99).split(separator: "\n").dropFirst().map { $0.prefix(7) }
        #expect(
            shown.joined(separator: "|")
                == "  ≡ g9 |  ≡ g8 |  ≡ g7 |  ≡ g6 |  ≡ g5 |  ▸ s20|  ▸ s19|  ▸ s18|  ▸ s17|  ▸ s16|  ▸ s15|  ▸ s14"
                + "|  ▸ s13|    … a|  · w1|  · w2|  · w3|    … a|  ✗ f1:|    │ l|    │ l|    │ l|    │ l|    │ l"
                + "|  ✗ f2:|    │ l|    │ l|    │ l|    │ l|    │ l|  ✗ f3:|    │ l|    │ l|    │ l|    │ l|    │ l"
                + "|    … a")
        let more = text(view, 80, height: 99).split(separator: "\n").filter { $0.contains("…") }
        #expect(more == ["    … and 12 more", "    … and 4 more waiting", "    … and 3 more failed"])
    }

    @Test(arguments: [
        (1, ""), (2, "  ✗ 6 failed"), (3, "  ▸ 9 running\n  ✗ 6 failed"),
        (5, "  ▸ 9 running\n  ✗ f1: m\n  ✗ f2: m\n    … and 4 more failed"),
        (7, "  ▸ 9 running\n  ✗ f1: m\n    │ b\n  ✗ f2: m\n  ✗ f3: m\n    … and 3 more failed"),
    ])
    func `keeps to a height`(_ height: Int, _ body: String) {
        let view = ProgressView(
            title: "t", elapsed: .zero, done: 0, total: 9, running: (1...9).map { .init(id: "s\($0)", elapsed: .zero) },
            groups: [.init(id: "g", done: 1, total: 2)],
            failing: (1...6).map { .init(id: "f\($0)", message: "m", logTail: ["a", "b"]) }, waiting: ["w"])
        #expect(text(view, 60, height: height).split(separator: "\n").dropFirst().joined(separator: "\n") == body)
    }

    @Test(arguments: [
        ("10%\r20%\r\u{1B}[31merror\u{1B}[0m\r\n", "error"), ("a\tb", "a       b"), ("\u{1B}[2J\u{1B}[3;1Hx", "x"),
        ("a\u{8}\u{1B}c\u{9B}2J", "a␈␛c\u{FFFD}2J"), ("\u{202E}abc", "\u{FFFD}abc"), ("\u{1B}[31", "␛[31"), ("", ""),
        ("\u{1B}]8;;http://x\u{7}", "␛]8;;http://x␇"),
    ])
    func `shows what a log would do`(_ line: String, _ shown: String) {
        let view = ProgressView(
            title: "t", elapsed: .zero, done: 0, total: 1, failing: [.init(id: "f", message: "", logTail: [line])])
        #expect(text(view, 60).split(separator: "\n").last == (shown.isEmpty ? "    │" : "    │ \(shown)"))
    }

    @Test(arguments: 0..<40)
    func `never leaves its place`(_ seed: Int) {
        var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761 &+ 1)
        func random(_ limit: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) % limit
        }
        let alphabet = [
            "a", "[", "漢", "👩‍👩‍👧", "e\u{301}", "\u{200B}", "\u{1B}", "\u{1B}[2K", "\r\n", "\t", "\u{9B}", "🇳🇴",
            "\u{301}",
            "é",
        ]
        func name() -> String { (0..<random(30)).map { _ in alphabet[random(alphabet.count)] }.joined() }
        let view = ProgressView(
            title: name(), elapsed: .milliseconds(random(9_000_000)),
            expected: random(2) == 0 ? nil : .seconds(random(9999)),
            done: random(900), failed: random(3), skipped: random(5), total: random(3) == 0 ? nil : random(2000),
            running: (0..<random(14)).map { _ in
                .init(
                    id: name(), elapsed: .milliseconds(random(99_999)), expected: .seconds(random(99)),
                    attempt: random(3))
            },
            groups: (0..<random(7)).map { _ in .init(id: name(), done: random(50), failed: random(5), total: random(80))
            },
            failing: (0..<random(5)).map { _ in
                .init(id: name(), message: name(), logTail: (0..<random(8)).map { _ in name() })
            },
            waiting: (0..<random(6)).map { _ in name() })
        for width in [1, 2, 3, 7, 20, 39, 40, 61, 120] {
            for height in [1, 2, 5, 30] {
                let plain = view.lines(width: width, height: height, color: false, unicode: true)
                let ascii = view.lines(width: width, height: height, color: true, unicode: false)
                #expect((1...height).contains(plain.count) && (1...height).contains(ascii.count))
                for line in plain + ascii { #expect(TerminalText.columns(of: line) <= width, "\(width): \(line)") }
                for line in plain {
                    #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
                }
                for line in ascii {
                    #expect(TerminalText.withoutSequences(line).utf8.allSatisfy { (0x20...0x7E).contains($0) })
                }
                let colored = view.lines(width: width, height: height, color: true, unicode: true)
                #expect(colored.map(TerminalText.withoutSequences) == plain)
                #expect(!plain.contains { $0.hasSuffix(" ") })
            }
        }
    }
}

@Suite struct `Text on a terminal` {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("漢字", 4), ("ｶﾞ", 2), ("e\u{301}", 1), ("\u{200B}", 0), ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2),
        ("🇳🇴", 2),
        ("❤\u{FE0F}", 2), ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("\u{1B}[1;31mab\u{1B}[0m", 2), ("…━│", 3),
    ])
    func `has a width`(_ text: String, _ columns: Int) {
        #expect(TerminalText.columns(of: text) == columns)
    }

    @Test func `is cut at its end or inside`() {
        #expect(TerminalText.cut("abcdef", to: 6, mark: "…") == "abcdef")
        #expect(TerminalText.cut("abcdef", to: 4, mark: "…") == "abc…")
        #expect(TerminalText.cut("漢字漢字", to: 4, mark: "…") == "漢…")
        #expect(TerminalText.cut("abcdef", to: 2, mark: "...") == "")
        #expect(TerminalText.cutInside("compress[tromso]", to: 11, mark: "…") == "compr…omso]")
        #expect(TerminalText.cutInside("漢字漢字", to: 6, mark: "…") == "漢…字")
        #expect(TerminalText.cutInside("abc", to: 1, mark: "…") == "…")
    }
}
