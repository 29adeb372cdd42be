import FlowDiagnostics
import FlowYAML
import Testing

/// The only scalar of a document, or of the mapping `a: …`.
private func scalar(_ text: String) throws -> (document: YAMLDocument, node: YAMLNodeID) {
    let document = try YAMLComposer.compose(Array(text.utf8), file: FileID(0)).get()
    var node = document.root
    document.forEachEntry(document.root) { _, value in node = value }
    return (document, node)
}

/// The part of a text that a piece of its scalar's value maps to.
private func source(of part: String, in text: String) throws -> String {
    let (document, node) = try scalar(text)
    let value = Array(document.text(node).utf8)
    let part = Array(part.utf8)
    let start = try #require(value.indices.first { value[$0...].starts(with: part) })
    let span = try #require(document.scalarMap(node)).span(start, start + part.count)
    return String(decoding: Array(text.utf8)[Int(span.start)..<Int(span.end)], as: UTF8.self)
}

@Suite struct `a scalar map` {
    @Test(arguments: [
        ("a: one ${{ x }} two\n", "${{ x }}", "${{ x }}"),
        ("a: one\n  two\n\n  three\n", "two", "two"),
        ("a: one\n  two\n", "e t", "e\n  t"),
        ("a: &x !!str # why\n  one\n  two\n", "two", "two"),
        ("a: 'it''s ${{ x }}'\n", "${{ x }}", "${{ x }}"),
        ("a: 'it''s'\n", "'", "''"),
        ("a: \"\\u00e9 \\N\\_\\L\\P\\x41 ${{ x }}\"\n", "${{ x }}", "${{ x }}"),
        ("a: \"\\U0001F680x\"\n", "🚀", "\\U0001F680"),
        ("a: \"one \\\n   two\"\n", "two", "two"),
        ("a: \"one\n\n   two\"\n", "two", "two"),
        ("a: |\n  one\n\n    two\n  three\n", "two", "two"),
        ("a: |\n  one\n  two\n", "one\n", "one\n"),
        ("a: |2-  # why\n    one\n   two\n", "two", "two"),
        ("a: |+\n\n\n  one\n\n", "one", "one"),
        ("a: >-\n  one\n  two\n\n    more\n  three\n", "three", "three"),
        ("a: >\n  one\n  two\n", "e t", "e\n  t"),
        ("a: |\r\n  one\r\n  two\r\n", "two", "two"),
        ("a: |2\n  \tone\n  two\n", "two", "two"),
        ("a: >1\n  one\n two\n", "two", "two"),
        ("a: &ab:%t\n", "%t", "%t"),
    ])
    func `finds a part of the value in the file`(_ text: String, _ part: String, _ expected: String) throws {
        #expect(try source(of: part, in: text) == expected)
    }

    @Test(arguments: [
        ("a: 'one'\n", 3, 7), ("a: ''\n", 0, 4), ("a: \"\\tx\"\n", 0, 4), ("a: \"\\tx\"\n", 1, 6),
        ("a: |\n  x\n", 0, 7),
        ("a: |\n  x\n", 2, 9), ("a: |\n  x\n  y\n", 2, 11), ("a: x\n", 99, 4),
    ])
    func `gives an empty range a place between two characters`(_ text: String, _ offset: Int, _ place: Int) throws {
        let (document, node) = try scalar(text)
        let span = try #require(document.scalarMap(node)).span(offset, offset)
        #expect([Int(span.start), Int(span.end)] == [place, place])
    }

    @Test func `of an alias is that of its anchor`() throws {
        let text = "x: &x 'it''s'\na: *x\n"
        let (document, node) = try scalar(text)
        let span = try #require(document.scalarMap(node)).span(3, 4)
        #expect([Int(span.start), Int(span.end)] == [11, 12])
    }

    @Test func `of a collection is none`() throws {
        let (document, node) = try scalar("a: [b]\n")
        #expect(document.scalarMap(node) == nil)
    }

    @Test(arguments: Array(UInt64(0)..<20))
    func `agrees with libyaml and copies bytes`(seed: UInt64) throws {
        var random = ScalarWriter(seed)
        var made = 0
        var missing = 0
        for _ in 0..<400 {
            let text = random.document()
            let outcome = YAMLComposer.compose(Array(text.utf8), file: FileID(0))
            guard case .success(let document) = outcome else { continue }
            for node in document.scalarValues() {
                made += 1
                guard let map = document.scalarMap(node) else {
                    missing += 1
                    continue
                }
                let value = Array(document.text(node).utf8)
                let whole = document.span(node)
                var last = Int(whole.start)
                for (offset, byte) in value.enumerated() where byte & 0xC0 != 0x80 {
                    let length = value[(offset + 1)...].prefix { $0 & 0xC0 == 0x80 }.count + 1
                    let span = map.span(offset, offset + length)
                    #expect(Int(span.start) >= last && span.end > span.start && span.end <= whole.end, "\(text)")
                    last = Int(span.end)
                    let part = document.source[Int(span.start)..<Int(span.end)]
                    let isSpelt =
                        part.elementsEqual(value[offset..<offset + length]) || part.first == UInt8(ascii: "\\")
                        || part.elementsEqual("''".utf8)
                        || (byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n"))
                            && [Array("\n".utf8), Array("\r\n".utf8)].contains(Array(part))
                    #expect(isSpelt, "\(text)")
                }
            }
        }
        #expect(made > 200)
        #expect(missing * 1000 <= made, "\(missing) of \(made)")
    }
}

extension YAMLDocument {
    /// All scalars that are values or items.
    fileprivate func scalarValues() -> [YAMLNodeID] {
        var found: [YAMLNodeID] = []
        var open = [root]
        while let node = open.popLast() {
            switch kind(node) {
            case .scalar, .alias: found.append(node)
            case .sequence: open += items(node)
            case .mapping: forEachEntry(node) { open.append($1) }
            }
        }
        return found
    }
}

/// Writes random documents whose scalars have all styles.
private struct ScalarWriter {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    private mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[next(choices.count)]
    }

    /// Nested mappings and lists that end in a scalar.
    mutating func document() -> String {
        var text = ""
        var indent = 0
        for _ in 0..<next(4) {
            let isList = next(3) == 0
            text += String(repeating: " ", count: indent) + (isList ? "-\n" : "k:\n")
            indent += 1 + next(3)
        }
        text += String(repeating: " ", count: indent) + "k: " + pick(["", "", "", "&a ", "!!str ", "&b !!str "])
        text += scalar(indent)
        if next(4) > 0 { text += "\n" + String(repeating: " ", count: indent) + "z: end\n" }
        guard next(5) == 0 else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }

    private mutating func scalar(_ indent: Int) -> String {
        switch next(5) {
        case 0: folded(indent, ["a", "bc", "é", "漢字", "🚀", ":x", "#y", "'", "\"", "${{ x }}", "\\", "-", "?"])
        case 1: "'" + folded(indent, ["a", "''", "é", "漢", "\"", "\\n", "# c", ": ", "${{ y }}", ""]) + "'"
        case 2:
            "\""
                + folded(
                    indent,
                    [
                        "a", "\\n", "\\\"", "\\\\", "\\x41", "\\u00e9", "\\U0001F680", "\\N", "\\_", "\\L", "\\P", "'",
                        "漢", "\\\n   ", "\\\n\n  ", " \\\n ", "\\t", "\\/", "\\0", "",
                    ]) + "\""
        case 3: block(indent, "|")
        default: block(indent, ">")
        }
    }

    private mutating func folded(_ indent: Int, _ words: [String]) -> String {
        var text = "w"
        for _ in 0..<next(8) {
            text += pick(words)
            text += pick(["", " ", "  ", " \t", "\n", "\n\n", " \n", "\n \n\n"])
            if text.hasSuffix("\n") { text += String(repeating: " ", count: indent + 1 + next(3)) }
        }
        return text + "w"
    }

    private mutating func block(_ indent: Int, _ style: String) -> String {
        let deeper = 1 + next(4)
        let indicator = next(2) == 0 ? String(deeper) : ""
        let chomp = pick(["", "", "-", "+"])
        var text = style + (next(2) == 0 ? indicator + chomp : chomp + indicator) + pick(["", "", " # why", "  "])
        let base = String(repeating: " ", count: indent + deeper)
        for _ in 0..<next(3) { text += "\n" + String(repeating: " ", count: next(indent + deeper + 1)) }
        if indicator.isEmpty { text += "\n" + base + "first" }
        for _ in 0..<next(7) {
            switch next(5) {
            case 0: text += "\n" + String(repeating: " ", count: next(indent + deeper + 3))
            case 1: text += "\n" + base + String(repeating: " ", count: 1 + next(3)) + "more é"
            case 2: text += "\n" + base + "\ttab"
            default: text += "\n" + base + pick(["a", "漢字 b", "# no comment", "x: y ", "\"q\\n", "${{ z }}"])
            }
        }
        for _ in 0..<next(3) { text += "\n" }
        return text
    }
}
