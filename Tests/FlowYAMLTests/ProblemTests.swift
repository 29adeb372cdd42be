import FlowDiagnostics
import FlowYAML
import Testing

/// A text that can be read, and what is wrong with it: the code and the part of the text at each place.
struct FlawedText: Sendable, CustomTestStringConvertible {
    let text: String
    let findings: [(code: DiagnosticCode, place: String)]

    var testDescription: String { text }

    init(_ text: String, _ findings: (code: DiagnosticCode, place: String)...) {
        self.text = text
        self.findings = findings
    }

    static let all: [FlawedText] = [
        FlawedText("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n", (.duplicateKey, "a"), (.duplicateKey, "d")),
        FlawedText("&k k: 1\n*k : 2\n", (.duplicateKey, "*k")),
        FlawedText("a: *nothing\nb: [*none]\n", (.unknownAnchor, "*nothing"), (.unknownAnchor, "*none")),
        FlawedText("*a : 1\n*b : 2\n", (.unknownAnchor, "*a"), (.unknownAnchor, "*b")),
        FlawedText("a: &a [*a]\n", (.unknownAnchor, "*a")),
        FlawedText("a: !!binary eA==\nb: !x\n  c: 1\n", (.unsupportedYAML, "!!binary"), (.unsupportedYAML, "!x")),
        FlawedText("a: !!python/object:os.system x\n", (.unsupportedYAML, "!!python/object:os.system")),
        FlawedText("a: &b !x\n  - *b\n", (.unsupportedYAML, "!x"), (.unknownAnchor, "*b")),
        FlawedText("x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n", (.mergeKey, "<<")),
        FlawedText("<<: 5\n", (.mergeKey, "5")),
        FlawedText("<<: [{a: 1}, b]\n", (.mergeKey, "b")),
        FlawedText("<<: *none\n", (.unknownAnchor, "*none")),
        FlawedText(
            "5: a\ntrue: b\nnull: c\n~: d\n1.5: e\n.inf: f\n0x1F: g\n", (.keyIsNoString, "5"), (.keyIsNoString, "true"),
            (.keyIsNoString, "null"), (.keyIsNoString, "~"), (.keyIsNoString, "1.5"), (.keyIsNoString, ".inf"),
            (.keyIsNoString, "0x1F")),
        FlawedText("a: 1\n?\n: 2\n", (.keyIsNoString, "")),
        FlawedText("a: &a 5\n*a : 2\n", (.keyIsNoString, "*a")),
        FlawedText("5: a\n5: b\n", (.keyIsNoString, "5"), (.duplicateKey, "5"), (.keyIsNoString, "5")),
    ]
}

private func document(_ text: String) throws -> YAMLDocument {
    try YAMLComposer.compose(Array(text.utf8), file: FileID(0)).get()
}

func part(_ span: SourceSpan, of text: String) -> String {
    String(decoding: Array(text.utf8)[Int(span.start)..<Int(span.end)], as: UTF8.self)
}

/// The text with a fix applied, the last edit first.
func apply(_ fixIt: Diagnostic.FixIt, to text: String) -> String {
    var bytes = Array(text.utf8)
    for edit in fixIt.edits.sorted(by: { $0.span.start > $1.span.start }) {
        bytes.replaceSubrange(Int(edit.span.start)..<Int(edit.span.end), with: edit.text.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
}

@Suite struct `problems that do not end the reading` {
    @Test(arguments: FlawedText.all)
    func `are all found`(_ flawed: FlawedText) throws {
        let document = try document(flawed.text)
        let found = document.diagnostics.map { "\($0.code) \(part($0.span, of: flawed.text))" }
        #expect(found == flawed.findings.map { "\($0.code) \($0.place)" })
    }

    @Test(arguments: [
        "yes: 1\nname: 2\nnulls: 3\n'5': 4\n\"true\": 5\n!!str 6: 6\n1.5.2: 7\n+: 8\ntRUE: 9\n",
        "a: &k key\n*k : 1\n", "a: !!str 5\nb: !!int 5\nc: !!map {}\nd: !!seq []\n", "<<: {a: 1}\n'<<': 2\n",
    ])
    func `are not seen where there are none`(_ text: String) throws {
        #expect(try document(text).diagnostics == [])
    }

    @Test(arguments: [
        ("5: x\n", "\"5\": x\n"),
        ("x: &default {}\ny: *defalt\n", "x: &default {}\ny: *default\n"),
        ("when: !steps.a.result == 'x' # why\n", "when: '!steps.a.result == ''x''' # why\n"),
        ("when: !x\n", "when: '!x'\n"),
        ("x: &x {}\ny: &y {}\nz:\n  <<: *x\n  a: 1\n  <<: *y\n", "x: &x {}\ny: &y {}\nz:\n  <<: [*x, *y]\n  a: 1\n"),
        (
            "x: &x {}\ny: &y {}\nz:\n- <<: *x\r\n  <<: *y\r\n  a: 1\n",
            "x: &x {}\ny: &y {}\nz:\n- <<: [*x, *y]\r\n  a: 1\n"
        ),
    ])
    func `are resolved by their fix`(_ text: String, _ fixed: String) throws {
        let diagnostics = try document(text).diagnostics
        let fixIt = try #require(diagnostics.first?.fixIt)
        #expect(apply(fixIt, to: text) == fixed)
        #expect(try document(fixed).diagnostics == [])
    }

    @Test(arguments: [
        "x: &x {}\ny: &y {}\nz: {<<: *x, <<: *y}\n", "x: &x {}\nz:\n  <<: *x\n  <<: {a: 1}\n",
        "x: &x {}\nz:\n  <<: *x\n  <<: *x # why\n", "x: &x {}\nz:\n  <<: *x\n  <<: *x\n  <<: *x\n",
        "? &a 5\n: x\n", "?\n: 2\n", "a: !x |\n  text\n", "a: !x 'text'\n", "a: *none\n",
    ])
    func `have no fix where it would not be sure`(_ text: String) throws {
        let diagnostics = try document(text).diagnostics
        #expect(!diagnostics.isEmpty && diagnostics.allSatisfy { $0.fixIt == nil })
    }

    @Test func `name the first of two equal keys`() throws {
        let text = "env: 1\nsteps: 2\nenv: 3\n"
        let diagnostic = try #require(try document(text).diagnostics.first)
        #expect(diagnostic.notes.map(\.span.start) == [0])
    }

    @Test(arguments: [
        ("{b: 1, b: 2}", "b=1"), ("{b: 1, <<: *x}", "b=1 a=x"), ("{<<: *x, b: 1, b: 2}", "b=1 a=x"),
        ("{<<: *x, <<: *y}", "a=x b=x"), ("{<<: [*y, *x]}", "a=y b=x"), ("{<<: *z, c: 0}", "c=0 b=z a=x"),
        ("{<<: [*x, *z]}", "a=x b=x c=z"),
    ])
    func `leave the first value of a key`(_ mapping: String, _ entries: String) throws {
        let anchors = "x: &x {a: x, b: x}\ny: &y {a: y, a: 2}\nz: &z {c: z, <<: *x, b: z}\n"
        let document = try document(anchors + "last: \(mapping)\n")
        var last = document.root
        document.forEachEntry(document.root) { last = $1 }
        var found: [String] = []
        document.forEachEntry(last) { found.append("\(document.text($0))=\(document.text($1))") }
        #expect(found.joined(separator: " ") == entries)
    }

    @Test func `mark what must not be checked further`() throws {
        let document = try document("a: *none\nb: !x y\n5: z\nc: good\nd: &d !x y\ne: *d\n")
        var broken: [String] = []
        document.forEachEntry(document.root) { key, value in
            if document.isBroken(key) { broken.append("key \(document.text(key))") }
            if document.isBroken(value) { broken.append(document.text(key)) }
        }
        #expect(broken == ["a", "b", "key 5", "d", "e"])
    }

    @Test func `of an unknown alias leave null`() throws {
        let document = try document("[*none]\n")
        let item = document.items(document.root)[0]
        #expect(document.kind(item) == .scalar && document.scalar(item) == .null && document.text(item).isEmpty)
    }

    @Test func `count the resembled anchor as used`() throws {
        #expect(try document("a: &default 1\nb: *defalt\n").unusedAnchors.isEmpty)
        #expect(try document("a: &default 1\nb: *other\n").unusedAnchors.count == 1)
    }
}

@Suite struct `a reader of YAML 1_1` {
    @Test(arguments: [
        ("yes", OldReading.bool), ("No", .bool), ("ON", .bool), ("off", .bool), ("yEs", nil), ("y", nil), ("n", nil),
        ("only", nil), ("true", nil), ("'no'", nil), ("!!str no", nil),
        ("0755", .octal), ("-0755", .octal), ("0o755", nil), ("089", nil), ("0", nil), ("007", nil), ("0x1F", nil),
        ("12:30", .sexagesimal), ("1:2:3.5", .sexagesimal), ("0:30.5", .sexagesimal), ("0:30", nil), ("12:60", nil),
        ("'12:30:'", nil), ("2026-10-01", nil), ("+1:30", .sexagesimal), ("1_1:00", .sexagesimal), ("10:20am", nil),
        ("1_000", .underscores), ("1_000.5", .underscores), ("_1", nil), ("1_000x", nil), ("2026_10", .underscores),
        ("+", nil), ("1.5", nil), ("1000", nil),
    ])
    func `sees something else in some plain scalars`(_ text: String, _ reading: OldReading?) throws {
        let document = try document("- \(text)\n- end\n")
        #expect(document.oldYAMLReading(document.items(document.root)[0]) == reading)
    }
}

@Suite struct `comments of a document` {
    @Test(arguments: [
        ("# a\nk: v # b\n", "# a|# b"), ("k: v#no\n", ""), ("k: 'x # no'\n", ""),
        ("k: \"x\n  # no\n  y\" # yes\n", "# yes"),
        ("k: |\n  # no\n  x\n# yes\nl: >- # head\n  # no\n", "# yes|# head"),
        ("k: | # é\r\n  x\r\n # z\r\n", "# é|# z"), ("k: &a # one\n  v\nl: !!str # two\n  |\n  # no\n", "# one|# two"),
        ("\u{FEFF}# bom\nk: v\n", "# bom"), ("[a, # one\n b] # two\n", "# one|# two"),
        ("k: x # one\nl: *y # two", "# one|# two"), ("k:\n  # in\n", "# in"), ("k: a b\n  c # d\n\n# e\n", "# d|# e"),
        ("# only\n", "# only"), ("---\nk: v\n... # end\n", "# end"), ("k: {a: &b b#c, d: #e\n f} #g\n", "#e|#g"),
        ("a: | # x\n\n\n", "# x"), ("'a#b': \"c #d\" #e", "#e"),
    ])
    func `are those outside scalars`(_ text: String, _ comments: String) throws {
        let found = try document(text).comments()
        #expect(found.map { part($0.span, of: text) }.joined(separator: "|") == comments)
        let lines = Array(text.utf8)
        for comment in found {
            let start = comment.lineStart
            #expect(start == 0 || start == 3 || lines[start - 1] == UInt8(ascii: "\n"))
            let before = lines[start..<Int(comment.span.start)]
            #expect(!before.contains(UInt8(ascii: "\n")))
            #expect(comment.standsAlone == before.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
        }
    }

    @Test func `can be searched for a text`() throws {
        let document = try document("# one\nk: two # three\n# two\n")
        #expect(document.comments(containing: "two").map(\.span.start) == [21])
        #expect(document.comments(containing: "four").isEmpty)
        #expect(document.comments(containing: "").count == 3)
    }
}
