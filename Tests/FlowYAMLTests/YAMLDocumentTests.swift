import FlowDiagnostics
import FlowYAML
import Testing

/// A document of a text that must be accepted.
private func document(_ text: String) throws -> YAMLDocument {
    try YAMLComposer.compose(Array(text.utf8), file: FileID(0)).get()
}

@Suite struct `a YAML document` {
    @Test(arguments: [
        ("no", YAMLScalar.string), ("12:30", .string), ("~", .null), ("", .null), ("null", .null),
        ("true", .bool(true)),
        ("0o17", .int(15)), ("0x1F", .int(31)), ("012", .int(12)), ("-7", .int(-7)), ("1e3", .float(1000)),
        (".5", .float(0.5)), ("1_000", .string), ("9223372036854775807", .int(.max)),
        ("-9223372036854775808", .int(.min)), ("9223372036854775808", .outOfRange), (".inf", .outOfRange),
        ("2026-10-01", .string), ("'1'", .string), ("+1", .int(1)), ("-", .string),
    ])
    func `resolves plain scalars by the core schema`(_ text: String, _ meaning: YAMLScalar) throws {
        let document = try document("[\(text == "-" ? "'-'" : text)]")
        let items = document.items(document.root)
        #expect(items.isEmpty ? meaning == .null : document.scalar(items[0]) == meaning)
    }

    @Test func `spans are byte offsets behind wide characters`() throws {
        let document = try document("é漢🚀: {k: value}\n")
        var spans: [SourceSpan] = []
        document.forEachEntry(document.root) { _, value in
            document.forEachEntry(value) { key, inner in spans += [document.span(key), document.span(inner)] }
        }
        let prefix = "é漢🚀: {".utf8.count
        #expect(spans.map { [Int($0.start), Int($0.end)] } == [[prefix, prefix + 1], [prefix + 3, prefix + 8]])
    }

    @Test func `a merge key gives what the mapping does not have itself`() throws {
        let document = try document("x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}\n")
        var merged: [String] = []
        document.forEachEntry(document.root) { key, value in
            guard document.text(key) == "y" else { return }
            document.forEachEntry(value) { merged.append("\(document.text($0))=\(document.text($1))") }
        }
        #expect(merged == ["b=3", "a=1"])
    }

    @Test func `a line separator in a comment is harmless`() throws {
        let document = try document("# a\u{2028}b\nk: v\n")
        #expect(document.childCount(document.root) == 1)
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `lines may end in any way`(_ end: String) throws {
        let text = ["a: |", "  x", "  y", "b: p", "  q # c", "c: 'r", "", "  s'", "# d", ""].joined(separator: end)
        let document = try document(text)
        var texts: [String] = []
        document.forEachEntry(document.root) { texts.append(document.text($1)) }
        #expect(texts == ["x\ny\n", "p q", "r\ns"])
        #expect(document.comments().map(\.standsAlone) == [false, true])
        var maps: [ScalarMap?] = []
        document.forEachEntry(document.root) { maps.append(document.scalarMap($1)) }
        #expect(maps.allSatisfy { $0 != nil })
    }

    @Test func `a file has a largest size`() {
        var limits = YAMLLimits()
        limits.fileInBytes = 3
        let outcome = YAMLComposer.compose(Array("a: 1".utf8), file: FileID(0), limits: limits)
        guard case .failure(let error) = outcome else {
            Issue.record("the file was accepted")
            return
        }
        #expect(error.diagnostic.code == .yamlLimit)
    }

    @Test func `a byte-order mark and CRLF change nothing`() throws {
        let document = try document("\u{FEFF}k: v\r\nl: w\r\n")
        var texts: [String] = []
        document.forEachEntry(document.root) { texts += [document.text($0), document.text($1)] }
        #expect(texts == ["k", "v", "l", "w"])
    }
}
