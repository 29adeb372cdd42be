import FlowDiagnostics
import FlowImport
import FlowModel
import FlowValue
import Testing

@Suite struct `import of a celeryconfig` {
    private func convert(_ source: String) throws -> CeleryConfigImport.Conversion {
        try CeleryConfigImport.convert(Array(source.utf8), file: "celeryconfig.py").get()
    }

    private func settings(_ source: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
        try value(ofYAML: convert(source).text, sourceLocation: sourceLocation)
    }

    private func setting(_ value: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue? {
        guard case .object(let object) = try settings("task_annotations = \(value)\n", sourceLocation: sourceLocation)
        else { return nil }
        return object["task_annotations"]
    }

    private func refusal(_ bytes: [UInt8]) -> Diagnostic? {
        switch CeleryConfigImport.convert(bytes, file: "celeryconfig.py") {
        case .success: nil
        case .failure(let refusal): refusal.diagnostic
        }
    }

    @Test(arguments: FixtureFolder.names("celeryconfig", ending: ".py"))
    func `gives this text and these notes`(_ name: String) throws {
        let source = try FixtureFolder.bytes("celeryconfig/\(name)")
        let conversion = try CeleryConfigImport.convert(source, file: name).get()
        let notes = conversion.notes.map { "\($0.line): \($0.message)\n    \($0.text)\n" }.joined()
        let stem = "celeryconfig/" + name.dropLast(3)
        try FixtureFolder.expect(conversion.text, at: stem + ".yaml")
        try FixtureFolder.expect(notes, at: stem + ".notes")
        _ = try value(ofYAML: conversion.text)
    }

    @Test(arguments: FixtureFolder.names("celeryconfig", ending: ".py"))
    func `writes only settings that there are, each once`(_ name: String) throws {
        let source = try FixtureFolder.bytes("celeryconfig/\(name)")
        let text = try CeleryConfigImport.convert(source, file: name).get().text
        guard case .object(let settings) = try value(ofYAML: text) else {
            Issue.record("no mapping")
            return
        }
        for member in settings.members { #expect(SettingCatalog.setting(named: member.key) != nil) }
        #expect(Set(settings.members.map(\.key)).count == settings.count)
    }

    @Test(
        arguments: [
            ("60 * 60 * 24", .int(86400)), ("-(2 + 3) * 4", .int(-20)), ("-2 ** 2", .int(-4)), ("7 // -2", .int(-4)),
            ("-7 % 3", .int(2)), ("1 / 4", .float(0.25)), ("2 ** 3 ** 2", .int(512)), ("0o17 + 0xFF + 0b11", .int(273)),
            ("1_000", .int(1000)), ("9223372036854775807", .int(.max)), ("1.", .float(1)), (".5e1", .float(5)),
            ("1e3", .float(1000)), ("--5", .int(5)), ("(1)", .int(1)), ("(1,)", .array([.int(1)])), ("()", .array([])),
            ("1, 2", .array([.int(1), .int(2)])), ("[1] + [2,]", .array([.int(1), .int(2)])),
            ("{1, 1, 2}", .array([.int(1), .int(2)])), ("{'a': 1, 'a': 2}", .object(["a": .int(2)])),
            ("dict(a=1, b=[])", .object(["a": .int(1), "b": .array([])])), ("set()", .array([])),
            ("'a' \"b\" '''c'''", .string("abc")), ("'a' + 'b'", .string("ab")),
            (#"r'\n' '\x41\u00e9\101'"#, .string(#"\nAéA"#)),
            ("timedelta(minutes=5)", .int(300)), ("datetime.timedelta(1, 30)", .int(86430)),
            ("timedelta(milliseconds=1500)", .float(1.5)), ("timedelta(hours=1).total_seconds() / 2", .float(1800)),
            ("2 * timedelta(weeks=1)", .int(1_209_600)), ("schedule(run_every=10.0)", .float(10)),
            ("crontab()", .string("* * * * *")), ("crontab(hour=7, minute=30, day_of_week=1)", .string("30 7 * * 1")),
            ("crontab('*/5', hour=(8, 12))", .string("*/5 8,12 * * *")),
            ("celery.schedules.crontab(0, 0, day_of_month='1-7', month_of_year='January')", .string("0 0 1-7 jan *")),
            ("ZoneInfo('Europe/Oslo')", .string("Europe/Oslo")), ("Queue('q')", .string("q")),
            ("list(range(3))", .array([.int(0), .int(1), .int(2)])),
        ] as [(String, JSONValue)])
    func `reads the value of an expression`(_ source: String, _ expected: JSONValue) throws {
        #expect(try setting(source) == expected)
    }

    @Test(arguments: [
        "9223372036854775808", "2 ** 63", "9223372036854775807 + 1", "-9223372036854775807 - 2", "1e999", "1e308 * 10",
        "1 // 0", "1 % 0", "07", "5L", "1__x", "0x", "0b2", "b'x'", "f'{1}'", "rb'x'", "'\\ud800'", "'\\x4'", "nothing",
        "a.b.c", "f()", "[x for x in y]", "{k: v for k, v in x}", "x if y else z", "1 if 1 else 2", "not 1", "1 or 2",
        "1 == 1", "lambda: 1", "lambda x, y: {x: y}", "[1][0]", "'a'.upper()", "'a' * 3", "[1] * 3", "...", "{**a}",
        "[*a]",
        "{1: 2}", "{[1]}", "timedelta('x')", "timedelta(fortnights=1)", "timedelta(weeks=99999999999)",
        "crontab(minute='; rm')", "crontab(0, 0, 0)", "crontab(nowfunc=f)", "range(10 ** 5)", "Queue()", "~1", "1 | 2",
        "re.compile('x')", "%", "", "1 2", "(1", ")", "'a' '", "a[0]", "await x", "print", "'%q' % 1", "'%s' % (1, 2)",
        "$",
    ])
    func `lists what it cannot read, and goes on`(_ source: String) throws {
        let conversion = try convert("timezone = 'UTC'\ntask_annotations = \(source)\n")
        #expect(try value(ofYAML: conversion.text) == .object(["timezone": .string("UTC")]))
        #expect(conversion.notes.contains { $0.line == 2 })
    }

    @Test func `an expression that cannot be read costs no other`() throws {
        let read = try settings(
            """
            task_annotations = [x for x in y if x[1:2] == {'a': lambda: (1, 2)}]
            timezone = 'UTC'
            task_routes = {'a': f"{d["x"]}", 'b': 'kept'}; task_time_limit = 5
            """)
        #expect(
            read
                == .object([
                    "timezone": .string("UTC"), "task_routes": .object(["b": .string("kept")]),
                    "task_time_limit": .int(5),
                ]))
    }

    @Test func `the way out of the environment is named`() throws {
        let conversion = try convert("import os\nbroker_url = os.environ.get('URL') or 'redis://x'\n")
        #expect(
            conversion.notes.map(\.message) == [
                "'broker_url' is left out: its value comes from the environment ('URL'); "
                    + "set FLOWRUN_BROKER_URL where flowrun runs"
            ])
        #expect(conversion.notes[0].text == "broker_url = os.environ.get('URL') or 'redis://x'")
    }

    @Test func `the last assignment wins, readable or not`() throws {
        #expect(try settings("timezone = 'UTC'\ntimezone = f()\n") == .object([:]))
        #expect(try settings("timezone = f()\ntimezone = 'UTC'\n") == .object(["timezone": .string("UTC")]))
    }

    @Test func `bytes that are no text are refused at their place`() {
        let diagnostic = refusal(Array("timezone = '".utf8) + [0xE9] + Array("'\n".utf8))
        #expect(diagnostic?.code == .invalidText)
        #expect(diagnostic?.span == SourceSpan(file: FileID(0), start: 12, end: 13))
        #expect(refusal(Array("timezone = '\0'".utf8))?.span.start == 12)
        #expect(refusal([0xFF, 0xFE, 0x41, 0])?.code == .invalidText)
    }

    @Test func `a byte-order mark is passed over`() throws {
        #expect(try settings("\u{FEFF}timezone = 'UTC'\n") == .object(["timezone": .string("UTC")]))
    }

    @Test(arguments: ["[", "(", "{", "{'a': ", "-", "not ", "f(", "f(a=", "2 ** ", "[1, ", "{1, {"])
    func `depth is bounded`(_ opening: String) throws {
        let close = ["[": "]", "(": ")", "{": "}"]
        for count in [60, 20_000] {
            let ends = opening.filter { "([{".contains($0) }.reversed().map { close[String($0)] ?? "" }.joined()
            let source = String(repeating: opening, count: count) + "1" + String(repeating: ends, count: count)
            _ = try convert("task_annotations = \(source)\n")
            _ = try convert("task_annotations = \(String(repeating: opening, count: count))\n")
        }
    }

    @Test(arguments: [
        "1 + ", "a.", "a = ", "'x' ", "1, ", "f(1)", "[1]", "a; ", "if a: ", "class A: ", "x[", "@", "\\\n",
    ])
    func `length is no trap`(_ part: String) throws {
        _ = try convert(String(repeating: part, count: 10_000) + "1\n")
        _ = try convert("task_annotations = " + String(repeating: part, count: 10_000) + "1\n")
        _ = try convert(String(repeating: part + "\n", count: 1_000))
    }

    @Test func `names do not multiply what they stand for without bound`() throws {
        var source = "a0 = ['x']\n"
        for index in 1...60 { source += "a\(index) = [a\(index - 1), a\(index - 1)]\n" }
        for index in 0...60 { source += "task_routes = a\(index)\n" }
        #expect(try convert(source).text.utf8.count < 1 << 20)
        let strings = "a = 'x'\n" + String(repeating: "a = a + a\n", count: 200) + "timezone = a\n"
        #expect(try convert(strings).text.utf8.count < 1 << 24)
        let deep = "a = []\n" + String(repeating: "a = [a]\n", count: 10_000) + "task_routes = a\n"
        #expect(try convert(deep).notes.contains { $0.message.contains("deeper than 64") })
    }

    @Test func `any cut of a file is read without a trap`() throws {
        for name in FixtureFolder.names("celeryconfig", ending: ".py") {
            let source = try FixtureFolder.bytes("celeryconfig/\(name)")
            for length in stride(from: 0, to: source.count, by: 23) {
                guard let conversion = try? CeleryConfigImport.convert(Array(source[..<length]), file: name).get()
                else {
                    continue
                }
                _ = try value(ofYAML: conversion.text)
            }
        }
    }
}
