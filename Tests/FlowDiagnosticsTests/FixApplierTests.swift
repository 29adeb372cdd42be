import FlowDiagnostics
import Testing

@Suite struct `fixes` {
    /// A finding with edits of one file, at its first edit.
    private func finding(_ edits: [(Int, Int, String)], isSafe: Bool = true) -> Diagnostic {
        let edits = edits.map { start, end, text in
            Diagnostic.Edit(SourceSpan(file: FileID(0), start: start, end: end), text)
        }
        return Diagnostic(
            .unknownKey, "m", at: edits[0].span, fixIt: Diagnostic.FixIt("t", isSafe: isSafe, edits: edits))
    }

    /// The text and the number of fixed findings.
    private func applied(_ findings: [Diagnostic], to text: String) -> (text: String, fixed: Int) {
        let file = SourceFile("a.yaml", text)
        let outcome = FixApplier(files: [file]).apply(findings)
        return (String(decoding: outcome.changed[FileID(0)] ?? file.bytes, as: UTF8.self), outcome.fixed.count)
    }

    @Test func `replace only their spans`() {
        let file = SourceFile("a.yaml", "# why\r\nstep:   # é\r\n\t- nmae: x\r\n")
        let outcome = FixApplier(files: [file]).apply([
            .typo("nmae", "name", at: file.span("nmae")), .typo("step", "steps", at: file.span("step")),
        ])
        #expect(outcome.changed == [FileID(0): Array("# why\r\nsteps:   # é\r\n\t- name: x\r\n".utf8)])
        #expect(outcome.fixed.map(\.message) == ["unknown key 'step'", "unknown key 'nmae'"])
    }

    @Test func `are applied to the files that they name`() {
        let files = [SourceFile("a.yaml", "aa"), SourceFile("b.yaml", "bb"), SourceFile("c.yaml", "cc")]
        let edits = [Diagnostic.Edit(files[2].span("cc", in: 2), "CC"), Diagnostic.Edit(files[0].span("aa"), "AA")]
        let finding = Diagnostic(
            .unknownKey, "m", at: files[0].span("aa"), fixIt: Diagnostic.FixIt("t", edits: edits))
        let outcome = FixApplier(files: files).apply([finding])
        #expect(outcome.changed == [FileID(0): Array("AA".utf8), FileID(2): Array("CC".utf8)])
    }

    @Test func `that are not safe wait for a person`() {
        #expect(applied([finding([(0, 1, "x")], isSafe: false)], to: "abc") == ("abc", 0))
    }

    @Test func `do nothing for a finding without one`() {
        let finding = Diagnostic(.unknownKey, "m", at: SourceSpan(file: FileID(0), start: 0, end: 1))
        let empty = Diagnostic(.unknownKey, "m", at: finding.span, fixIt: Diagnostic.FixIt("t", edits: []))
        let outcome = FixApplier(files: [SourceFile("a.yaml", "abc")]).apply([finding, empty])
        #expect(outcome.changed == [:] && outcome.fixed.isEmpty)
    }

    @Test func `that several findings share are made once`() {
        let quote = finding([(3, 3, "'"), (5, 5, "'")])
        #expect(applied([quote, quote], to: "k: no\n") == ("k: 'no'\n", 2))
    }

    @Test func `that agree in one edit are made together`() {
        #expect(applied([finding([(0, 1, "A")]), finding([(0, 1, "A"), (2, 3, "C")])], to: "abc") == ("AbC", 2))
    }

    @Test(
        arguments: [
            // One inside the other, the first in source order wins.
            ([(0, 4, "W")], [(1, 2, "x")], "Wef"),
            ([(1, 2, "x")], [(0, 4, "W")], "Wef"),
            // They share some bytes.
            ([(0, 3, "x")], [(2, 5, "y")], "xdef"),
            // One span, two texts.
            ([(2, 4, "x")], [(2, 4, "y")], "abxef"),
            // Two insertions at one place, in no order.
            ([(2, 2, "x")], [(2, 2, "y")], "abxcdef"),
            // An insertion at an edge.
            ([(2, 2, "x")], [(2, 4, "y")], "abxcdef"),
            ([(0, 2, "x")], [(2, 2, "y")], "xcdef"),
            // The second edit overlaps, so the first is not made either.
            ([(3, 4, "x")], [(3, 5, "y"), (0, 1, "z")], "abcxef"),
        ] as [([(Int, Int, String)], [(Int, Int, String)], String)])
    func `that overlap one before are left out whole`(
        _ first: [(Int, Int, String)], _ second: [(Int, Int, String)], _ text: String
    ) {
        let result = applied([finding(first), finding(second)], to: "abcdef")
        #expect(result == (text, 1))
    }

    @Test func `of neighbouring spans are both made`() {
        #expect(applied([finding([(0, 2, "x")]), finding([(2, 4, "y")])], to: "abcdef") == ("xyef", 2))
    }

    @Test(
        arguments: [
            [(0, 3, "x"), (2, 4, "y")],
            [(0, 1, "x"), (5, 7, "y")],
            [(0, 1, "a")],
        ] as [[(Int, Int, String)]])
    func `that are broken or change nothing are never made`(_ edits: [(Int, Int, String)]) {
        #expect(applied([finding(edits)], to: "abcdef") == ("abcdef", 0))
    }

    @Test func `of a fixed file change nothing`() {
        let words = ["depends": "needs", "delay": "countdown"]
        func findings(_ file: SourceFile) -> [Diagnostic] {
            words.compactMap { wrong, right in
                let span = file.span("\(wrong):")
                guard span.end <= file.bytes.count else { return nil }
                return .typo(wrong, "\(right):", at: span)
            }
        }
        let file = SourceFile("a.yaml", "- depends: [a] # depends\n  delay: 5s\n")
        let once = FixApplier(files: [file]).apply(findings(file))
        let fixed = SourceFile(name: file.name, bytes: once.changed[FileID(0)] ?? [])
        #expect(String(decoding: fixed.bytes, as: UTF8.self) == "- needs: [a] # depends\n  countdown: 5s\n")
        #expect(FixApplier(files: [fixed]).apply(findings(fixed)).changed == [:])
    }
}
