import FlowWorker
import Testing

@Suite struct `An environment file` {
    private func variables(_ text: String) throws -> [String] {
        try EnvironmentFile.parse(Array(text.utf8)).map { "\($0.name)=\($0.value)" }
    }

    @Test(arguments: [
        ("A=1", "1"), ("A=1\n", "1"), ("A=", ""), ("A= ", ""), ("A = 1 ", "1"), ("\t A=a b\t", "a b"),
        ("A=a=b=", "a=b="),
        ("export A=1", "1"), ("export\t A=1", "1"), ("A=it's \"so\" \\n", "it's \"so\" \\n"), ("A=æ 😀", "æ 😀"),
        ("A=$B ${C} $(d)", "$B ${C} $(d)"), ("A=a'b'", "a'b'"), ("A=x\ry", "x\ry"), ("A=x\r", "x"),
    ])
    func `has unquoted values`(_ text: String, _ value: String) throws {
        #expect(try variables(text) == ["A=\(value)"])
    }

    @Test(arguments: [
        ("A=1 # one", "1"), ("A=1\t# one", "1"), ("A=1#2", "1#2"), ("A=#1", "#1"), ("A= # none", ""),
        ("A='1' # one", "1"), (#"A="1"  # it's "one""#, "1"), ("# B=2\n  # C=3\nA=1", "1"), ("A='1 # one'", "1 # one"),
    ])
    func `has comments`(_ text: String, _ value: String) throws {
        #expect(try variables(text) == ["A=\(value)"])
    }

    @Test(arguments: [
        (#"A="""#, ""), (#"A=" a ""#, " a "), (#"A="a\nb\tc\rd""#, "a\nb\tc\rd"), (#"A="\"\\\$""#, #""\$"#),
        (#"A="\d\'\x41""#, #"\d\'\x41"#), (#"A="$B ${C}""#, "$B ${C}"), (#"A='a\n"$B'"#, #"a\n"$B"#), ("A=''", ""),
        ("A=\"a\nb\r\nc\n\"", "a\nb\nc\n"), ("A='a\r\n# b'", "a\n# b"), (#"A= "x""#, "x"), (#"A="\\n""#, #"\n"#),
    ])
    func `has quoted values`(_ text: String, _ value: String) throws {
        #expect(try variables(text) == ["A=\(value)"])
    }

    @Test func `has variables in order, each once, with its last value`() throws {
        let text = "\u{FEFF}B=1\r\n\r\nexport A='2'\r\n_c.D-1=3\nB=4\nexport=5\nexport =6\n"
        #expect(try variables(text) == ["B=4", "A=2", "_c.D-1=3", "export=6"])
        #expect(try variables("").isEmpty)
        #expect(try variables("\n  \r\n#\n").isEmpty)
    }

    @Test(arguments: [
        ("A=1\nB", "line 2: expected NAME=value; a value of several lines needs quotes around it"),
        ("A=1\nexport B\n", "line 2: expected NAME=value; a value of several lines needs quotes around it"),
        ("A B=1", "line 1: expected NAME=value; a value of several lines needs quotes around it"),
        ("A=1\n\n2=1", "line 3: a name begins with a letter or '_', and has letters, digits, '_', '.' and '-'"),
        ("=1", "line 1: a name begins with a letter or '_', and has letters, digits, '_', '.' and '-'"),
        ("é=1", "line 1: a name begins with a letter or '_', and has letters, digits, '_', '.' and '-'"),
        ("A='1\n2\n", "line 1: the single quote of 'A' does not end"),
        ("\nA=\"1\\\"\n2", "line 2: the double quote of 'A' does not end"),
        ("A='1' 2", "line 1: only a comment may follow the quoted value of 'A', behind a blank"),
        ("A='1\n'#2", "line 2: only a comment may follow the quoted value of 'A', behind a blank"),
        ("A=1\nB=\0", "line 2: a NUL byte, which no variable can hold"),
    ])
    func `is refused with its line`(_ text: String, _ message: String) {
        let error = #expect(throws: EnvironmentFileError.self) { try variables(text) }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x41, 0], 1, "the file is UTF-16; save it as UTF-8"),
            ([0x41, 0x3D, 0x0A, 0x42, 0x3D, 0xE9, 0x0A], 2, "this is not UTF-8"),
        ] as [([UInt8], Int, String)])
    func `is UTF-8`(_ bytes: [UInt8], _ line: Int, _ message: String) {
        let error = #expect(throws: EnvironmentFileError.self) { try EnvironmentFile.parse(bytes) }
        #expect(error?.code == .encoding)
        #expect(error?.line == line)
        #expect(error?.message == message)
    }

    @Test func `never shows its values in errors`() {
        for text in ["KEY=-----BEGIN\nhunter2hunter2", "A='hunter2", "A='hunter2' hunter2", "1hunter2", "A=hunter2\0"] {
            let error = #expect(throws: EnvironmentFileError.self) { try variables(text) }
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test(arguments: 0..<500)
    func `of any bytes is read or refused`(_ seed: Int) {
        var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761 &+ 1)
        let alphabet = Array("AB=='\"\\n$# \t\r\n\u{FEFF}é\0".utf8)
        let bytes = (0..<40).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return alphabet[Int(state >> 16) % alphabet.count]
        }
        let count = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        do {
            let variables = try EnvironmentFile.parse(bytes)
            #expect(Set(variables.map(\.name)).count == variables.count)
        } catch {
            #expect((1...count).contains(error.line))
        }
    }
}
