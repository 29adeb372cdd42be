import FlowDiagnostics
import FlowYAML
import Testing

/// A file with all that YAML has, to be damaged.
private let fixture = Array(
    """
    # flowrun: ignore FR101 why
    flowrun: 1
    x-base: &base {retries: 3, env: {A: "é\\u00e9\\n", B: 'it''s'}}
    steps:
      - id: a
        <<: *base
        run: |2-
            échо ${{ x }}
           more

      - {id: b, needs: [a], when: "${{ steps.a.result }}", "k": >-
          folded
          text
        }
      - ? complex
        : !!str 12 # comment
        5: x
        d: !tag *none
        漢字: 🚀
    ...

    """.utf8)

/// What reading gives, after a look at all of it: every span, text and map.
@discardableResult
private func read(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> [Diagnostic] {
    var outside: [SourceSpan] = []
    func check(_ span: SourceSpan) {
        if span.start > span.end || Int(span.end) > bytes.count { outside.append(span) }
    }
    let found: [Diagnostic]
    switch YAMLComposer.compose(bytes, file: FileID(0)) {
    case .failure(let error): found = [error.diagnostic]
    case .success(let document):
        found = document.diagnostics
        if !document.isEmpty { visit(document, document.root, check) }
        for comment in document.comments() { check(comment.span) }
    }
    for diagnostic in found {
        check(diagnostic.span)
        for note in diagnostic.notes { check(note.span) }
        for edit in diagnostic.fixIt?.edits ?? [] { check(edit.span) }
    }
    #expect(outside.isEmpty, "\(String(decoding: bytes, as: UTF8.self))", sourceLocation: sourceLocation)
    return found
}

private func visit(_ document: YAMLDocument, _ node: YAMLNodeID, _ check: (SourceSpan) -> Void) {
    check(document.span(node))
    switch document.kind(node) {
    case .scalar, .alias:
        let count = document.text(node).utf8.count
        if let map = document.scalarMap(node) {
            for offset in 0..<min(count, 200) { check(map.span(offset, offset + 1)) }
            check(map.span(-1, count + 5))
        }
        _ = document.scalar(node)
        _ = document.oldYAMLReading(node)
    case .sequence: for item in document.items(node) { visit(document, item, check) }
    case .mapping:
        document.forEachEntry(node) {
            visit(document, $0, check)
            visit(document, $1, check)
        }
    }
}

@Suite struct `damaged files` {
    @Test func `may end anywhere`() {
        for count in 0...fixture.count { read(Array(fixture[..<count])) }
    }

    @Test func `may begin anywhere`() {
        for count in 0...fixture.count { read(Array(fixture[count...])) }
    }

    @Test(arguments: [0x00, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x80, 0xC3, 0xE2, 0xED, 0xF5, 0xFF] as [UInt8])
    func `may hold any byte anywhere`(_ byte: UInt8) {
        for index in fixture.indices {
            var bytes = fixture
            bytes[index] = byte
            let found = read(bytes)
            if byte == 0 || byte > 0xF4 { #expect(found.map(\.code) == [.invalidText]) }
        }
    }

    @Test(arguments: "[]{}\"'#&*!|>%@`:-?,$\\~<\t ".map(String.init))
    func `may have any character of YAML anywhere`(_ character: String) {
        for index in 0...fixture.count where index == fixture.count || fixture[index] & 0xC0 != 0x80 {
            var bytes = fixture
            bytes.insert(contentsOf: character.utf8, at: index)
            read(bytes)
        }
    }

    @Test(arguments: Array(UInt64(1)...20))
    func `may be mixed at random`(seed: UInt64) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % bound
        }
        let sources = Accident.all.map { Array($0.text.utf8) } + [fixture]
        for _ in 0..<300 {
            let left = sources[next(sources.count)]
            let right = sources[next(sources.count)]
            var bytes = Array(left[..<next(left.count + 1)] + right[next(right.count + 1)...])
            for _ in 0..<next(4) where !bytes.isEmpty {
                bytes[next(bytes.count)] = Array("[]{}\"'#&*!|>%:-?,\n\t é".utf8)[next(21)]
            }
            read(bytes)
        }
    }
}

/// A file that costs much where the reading is not linear.
struct CostlyFile: Sendable, CustomTestStringConvertible {
    let name: String
    let text: @Sendable () -> String

    var testDescription: String { name }

    init(_ name: String, _ text: @escaping @Sendable () -> String) {
        self.name = name
        self.text = text
    }

    static let all: [CostlyFile] = [
        CostlyFile("30 000 equal keys") { String(repeating: "a: 1\n", count: 30_000) },
        CostlyFile("30 000 keys") { (0..<30_000).map { "k\($0): 1\n" }.joined() },
        CostlyFile("30 000 numbers as keys") { (0..<30_000).map { "\($0): 1\n" }.joined() },
        CostlyFile("30 000 unknown aliases") { (0..<30_000).map { "- *a\($0)\n" }.joined() },
        CostlyFile("30 000 unknown aliases and anchors") { (0..<30_000).map { "- &b\($0) 1\n- *a\($0)\n" }.joined() },
        CostlyFile("30 000 tags") { String(repeating: "- !x\n", count: 30_000) },
        CostlyFile("15 000 merges in one mapping") {
            "x: &x {a: 1}\ny:\n" + String(repeating: "  <<: *x\n", count: 15_000)
        },
        CostlyFile("a merge of 20 000") {
            "x: &x {a: 1}\ny: {<<: [" + [String](repeating: "*x", count: 20_000).joined(separator: ", ") + "]}\n"
        },
        CostlyFile("a chain of 200 merges") {
            "m0: &m0 {k: 0}\n" + (1...200).map { "m\($0): &m\($0) {<<: *m\($0 - 1), k\($0): 1}\n" }.joined()
        },
        CostlyFile("merges that double") {
            "m0: &m0 {k: 0}\n" + (1...14).map { "m\($0): &m\($0) {<<: [*m\($0 - 1), *m\($0 - 1)]}\n" }.joined()
        },
        CostlyFile("30 000 line separators in comments") {
            (0..<30_000).map { "- \($0) # \u{2028}\n" }.joined()
        },
        CostlyFile("a line of 1 MiB") { "a: [" + String(repeating: "b, ", count: (1 << 20) / 3) + "c]\n" },
        CostlyFile("a comment of 8 MiB") { "a: 1 #" + String(repeating: " x", count: 4 << 20) },
        CostlyFile("8 MiB of white space") { "a:" + String(repeating: " ", count: 8 << 20) + "1\n" },
        CostlyFile("8 MiB of blank lines") { "a:" + String(repeating: "\n", count: 8 << 20) + " 1\n" },
        CostlyFile("8 MiB that are not closed") { "a: \"" + String(repeating: "b: c\n", count: (8 << 20) / 5) },
        CostlyFile("256 KiB of lines and no key") { String(repeating: "- a\n", count: 1 << 16) + "b\n" },
        CostlyFile("256 KiB before a wrong indentation") {
            "a: |\n" + String(repeating: "  b\n", count: 1 << 16) + " c\n"
        },
        CostlyFile("wide characters and long scalars") { String(repeating: "- \"é漢🚀\\n\"\n- é\n", count: 15_000) },
    ]
}

@Suite struct `costly files` {
    @Test(.timeLimit(.minutes(2)), arguments: CostlyFile.all)
    func `take linear time and few findings`(_ file: CostlyFile) throws {
        let bytes = Array(file.text().utf8)
        let clock = ContinuousClock()
        var found: [Diagnostic] = []
        let time = clock.measure {
            switch YAMLComposer.compose(bytes, file: FileID(0)) {
            case .failure(let error): found = [error.diagnostic]
            case .success(let document):
                found = document.diagnostics
                var count = 0
                document.forEachEntry(document.root) { key, value in
                    count += 1
                    document.forEachEntry(value) { _, _ in count += 1 }
                }
                count += document.comments().count
            }
        }
        #expect(time < .seconds(20))
        #expect(found.count <= YAMLLimits().problems + 1)
        #expect(found.count <= YAMLLimits().problems || found.contains { $0.code == .yamlLimit })
    }

    @Test func `cannot nest through aliases deeper than the limit`() throws {
        let nest = String(repeating: "[", count: 60)
        let end = String(repeating: "]", count: 60)
        var text = "a0: &a0 \(nest)x\(end)\n"
        for level in 1...5 { text += "a\(level): &a\(level) \(nest)*a\(level - 1)\(end)\n" }
        let outcome = YAMLComposer.compose(Array(text.utf8), file: FileID(0))
        guard case .failure(let error) = outcome else {
            Issue.record("the file was accepted")
            return
        }
        #expect(error.diagnostic.code == .yamlLimit)
    }
}
