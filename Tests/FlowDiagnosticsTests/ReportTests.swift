import FlowDiagnostics
import Foundation
import Testing

/// Two findings of the second of two files: an error with a note and a fix, and a warning.
private struct Sample {
    let files = [
        SourceFile("./good.yaml", "version: 1\n"),
        SourceFile("flows/a b.yaml", "tasks:\n  é: {run: \"x\"}\n  add: {rum: y}\n"),
    ]

    var findings: [Diagnostic] {
        var typo = Diagnostic.typo("rum", "run", at: files[1].span("rum", in: 1))
        typo.notes = [Diagnostic.Note("as in ${{ é }}", at: files[1].span("run", in: 1))]
        return [Diagnostic(.unusedTask, "task 'é' is unused", at: files[1].span("é", in: 1)), typo]
    }
}

/// What a report is made of, in spite of its layout.
private func object(_ json: String) throws -> NSDictionary {
    try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary)
}

@Suite struct `diagnostics as JSON` {
    @Test func `have places, notes and fixes`() {
        var renderer = JSONRenderer(files: Sample().files)
        #expect(
            renderer.render(Sample().findings) == """
                [{"code":"FR205","name":"unused-task","severity":"warning","message":"task 'é' is unused",\
                "file":"flows/a b.yaml","line":2,"column":3,"end_line":2,"end_column":4,"notes":[],"fix":null},\
                {"code":"FR101","name":"unknown-key","severity":"error","message":"unknown key 'rum'",\
                "file":"flows/a b.yaml","line":3,"column":9,"end_line":3,"end_column":12,\
                "notes":[{"message":"as in ${{ é }}","file":"flows/a b.yaml","line":2,"column":7}],\
                "fix":{"title":"write 'run'","safe":true,"edits":[{"file":"flows/a b.yaml",\
                "line":3,"column":9,"end_line":3,"end_column":12,"text":"run"}]}}]
                """)
    }

    @Test(arguments: ["", "\"\\/", "\n\r\t\u{8}\u{0}\u{1F}\u{7F}", "é漢🚀\u{2028}", "\r\n"])
    func `quote any text`(_ text: String) throws {
        let file = SourceFile(text, "x")
        var renderer = JSONRenderer(files: [file])
        let json = renderer.render([Diagnostic(.unknownTask, text, at: file.span("x"))])
        let items = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(items[0]["message"] as? String == text)
        #expect(items[0]["file"] as? String == text)
    }

    @Test func `are an empty list without findings`() {
        var renderer = JSONRenderer(files: [])
        #expect(renderer.render([]) == "[]")
    }
}

@Suite struct `diagnostics as SARIF` {
    @Test func `have rules, regions, notes and fixes`() throws {
        var renderer = SARIFRenderer(files: Sample().files, version: "1.2.3")
        let place = #""artifactLocation":{"uri":"flows/a%20b.yaml","uriBaseId":"%SRCROOT%"}"#
        let typo = #"{"startLine":3,"startColumn":9,"endLine":3,"endColumn":12}"#
        let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
        #expect(
            renderer.render(Sample().findings) == """
                {"$schema":"\(schema)","version":"2.1.0","runs":[{"tool":{"driver":{"name":"flowrun","version":"1.2.3",\
                "rules":[\
                {"id":"FR101","name":"UnknownKey","shortDescription":{"text":"unknown key"},\
                "defaultConfiguration":{"level":"error"}},\
                {"id":"FR205","name":"UnusedTask","shortDescription":{"text":"unused task"},\
                "defaultConfiguration":{"level":"warning"}}]}},\
                "columnKind":"unicodeCodePoints","results":[\
                {"ruleId":"FR205","ruleIndex":1,"level":"warning","message":{"text":"task 'é' is unused"},\
                "locations":[{"physicalLocation":{\(place),\
                "region":{"startLine":2,"startColumn":3,"endLine":2,"endColumn":4}}}],\
                "partialFingerprints":{"flowrun/v1":"ee140c96f5bcbded6a3c3e5d8408f239"}},\
                {"ruleId":"FR101","ruleIndex":0,"level":"error","message":{"text":"unknown key 'rum'"},\
                "locations":[{"physicalLocation":{\(place),"region":\(typo)}}],\
                "partialFingerprints":{"flowrun/v1":"6ab13e0933d06bd29033abd134601af5"},\
                "relatedLocations":[{"physicalLocation":{\(place),\
                "region":{"startLine":2,"startColumn":7,"endLine":2,"endColumn":10}},\
                "message":{"text":"as in ${{{{ é }}}}"}}],\
                "fixes":[{"description":{"text":"write 'run'"},"artifactChanges":[{\(place),\
                "replacements":[{"deletedRegion":\(typo),"insertedContent":{"text":"run"}}]}]}]}]}]}
                """)
    }

    @Test(arguments: [
        ("./flows/a.yaml", "flows/a.yaml", true), ("a:b?#%.yaml", "a%3Ab%3F%23%25.yaml", true),
        ("é\n.yaml", "%C3%A9%0A.yaml", true), ("/tmp/a b.yaml", "file:///tmp/a%20b.yaml", false),
        ("../a-b_c~.yaml", "../a-b_c~.yaml", true),
    ])
    func `name files by URI`(_ name: String, _ uri: String, _ isRelative: Bool) {
        let file = SourceFile(name, "x")
        var renderer = SARIFRenderer(files: [file], version: "1")
        let base = isRelative ? #","uriBaseId":"%SRCROOT%""# : ""
        let log = renderer.render([Diagnostic(.unknownTask, "m", at: file.span("x"))])
        #expect(log.contains(#""artifactLocation":{"uri":"\#(uri)"\#(base)}"#))
    }

    @Test func `take the summary of a code from the caller`() {
        let file = SourceFile("a", "x")
        var renderer = SARIFRenderer(files: [file], version: "1") { "about {\($0.text)}" }
        let log = renderer.render([Diagnostic(.unknownTask, "m", at: file.span("x"))])
        #expect(log.contains(#""shortDescription":{"text":"about {{FR201}}"}"#))
    }

    @Test func `have a run without results too`() throws {
        var renderer = SARIFRenderer(files: [], version: "1")
        let runs = try #require(try object(renderer.render([]))["runs"] as? [NSDictionary])
        #expect(runs[0]["results"] as? [NSDictionary] == [])
    }
}

@Suite struct `diagnostics for GitHub` {
    @Test func `are a command each`() {
        var renderer = GitHubRenderer(files: Sample().files)
        #expect(
            renderer.render(Sample().findings) == """
                ::warning file=flows/a b.yaml,line=2,col=3,endLine=2,endColumn=4,title=FR205 unused-task\
                ::task 'é' is unused
                ::error file=flows/a b.yaml,line=3,col=9,endLine=3,endColumn=12,title=FR101 unknown-key\
                ::unknown key 'rum'

                """)
    }

    @Test func `escape what would end a property or the command`() {
        let file = SourceFile("a:b,c%\n.yaml", "x\r\ny")
        var renderer = GitHubRenderer(files: [file])
        let finding = Diagnostic(.unknownTask, "50% of a: b,\r\n::error::c", at: file.span("x"))
        #expect(
            renderer.render([finding]) == """
                ::error file=a%3Ab%2Cc%25%0A.yaml,line=1,col=1,endLine=1,endColumn=2,title=FR201 unknown-task\
                ::50%25 of a: b,%0D%0A::error::c

                """)
    }

    @Test func `give no columns over several lines`() {
        let file = SourceFile("a.yaml", "x\r\ny")
        var renderer = GitHubRenderer(files: [file])
        let text = renderer.render([Diagnostic(.unknownTask, "m", at: file.span("x\r\ny"))])
        #expect(text == "::error file=a.yaml,line=1,endLine=2,title=FR201 unknown-task::m\n")
    }
}

@Suite struct `diagnostics for GitLab` {
    private func fingerprints(_ file: SourceFile, _ findings: [Diagnostic]) throws -> [String] {
        var renderer = GitLabRenderer(files: [file])
        let json = Data(renderer.render(findings).utf8)
        let items = try #require(JSONSerialization.jsonObject(with: json) as? [[String: Any]])
        return items.compactMap { $0["fingerprint"] as? String }
    }

    @Test func `are a Code Quality report`() {
        var renderer = GitLabRenderer(files: Sample().files)
        #expect(
            renderer.render(Sample().findings) == """
                [{"description":"task 'é' is unused","check_name":"FR205 unused-task",\
                "fingerprint":"ee140c96f5bcbded6a3c3e5d8408f239","severity":"minor",\
                "location":{"path":"flows/a b.yaml","lines":{"begin":2,"end":2}}},\
                {"description":"unknown key 'rum'","check_name":"FR101 unknown-key",\
                "fingerprint":"6ab13e0933d06bd29033abd134601af5","severity":"major",\
                "location":{"path":"flows/a b.yaml","lines":{"begin":3,"end":3}}}]
                """)
    }

    @Test func `keep their fingerprint when lines are added before them`() throws {
        let old = SourceFile("a.yaml", "a: x\n")
        let new = SourceFile("./a.yaml", "# new\n\na: x\n")
        let before = try fingerprints(old, [Diagnostic(.unknownTask, "m", at: old.span("x"))])
        #expect(before == (try fingerprints(new, [Diagnostic(.unknownTask, "m", at: new.span("x"))])))
    }

    @Test func `have fingerprints of their own`() throws {
        let file = SourceFile("a.yaml", "x x\nx x\ny\n")
        let findings = [0, 2, 4, 6].map {
            Diagnostic(.unknownTask, "m", at: SourceSpan(file: FileID(0), start: $0, end: $0 + 1))
        }
        let others = [
            Diagnostic(.unknownTask, "n", at: findings[0].span), Diagnostic(.unusedTask, "m", at: findings[0].span),
            Diagnostic(.unknownTask, "m", at: file.span("y")),
        ]
        let all = try fingerprints(file, findings + others)
        #expect(Set(all).count == 7)
        #expect(all.allSatisfy { $0.count == 32 })
        #expect(all == (try fingerprints(file, (findings + others).reversed())))
    }
}

@Suite struct `diagnostics for JUnit` {
    @Test func `are a test case for each file`() {
        var renderer = JUnitRenderer(files: Sample().files)
        #expect(
            renderer.render(Sample().findings) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="2" failures="1" errors="0">
                  <testsuite name="flowrun check" tests="2" failures="1" errors="0">
                    <testcase classname="flowrun.check" name="good.yaml"/>
                    <testcase classname="flowrun.check" name="flows/a b.yaml">
                      <failure type="FR101 unknown-key" message="unknown key 'rum'">\
                flows/a b.yaml:3:9: error: unknown key 'rum' [FR101 unknown-key]
                 3 |   add: {rum: y}
                   |         ^^^
                flows/a b.yaml:2:7: note: as in ${{ é }}
                 2 |   é: {run: &quot;x&quot;}
                   |       ^^^
                  help: write 'run'
                </failure>
                      <system-out>flows/a b.yaml:2:3: warning: task 'é' is unused [FR205 unused-task]
                 2 |   é: {run: &quot;x&quot;}
                   |   ^
                </system-out>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test func `pass with warnings alone`() {
        let file = SourceFile("a.yaml", "x")
        var renderer = JUnitRenderer(files: [file])
        let report = renderer.render([Diagnostic(.unusedTask, "m", at: file.span("x"))])
        #expect(report.contains(#"<testsuite name="flowrun check" tests="1" failures="0" "#))
        #expect(!report.contains("<failure"))
    }

    @Test func `hold only what XML can`() {
        let file = SourceFile("a.yaml", "<&\u{FFFE}\u{1}>")
        var renderer = JUnitRenderer(files: [file])
        let report = renderer.render([Diagnostic(.unknownTask, "<\"&'>\n\r\t\u{0}\u{1B}\u{FFFF}🚀", at: file.span("<"))])
        #expect(report.contains(#" message="&lt;&quot;&amp;'&gt;&#10;&#13;&#9;\#u{FFFD}\#u{FFFD}\#u{FFFD}🚀">"#))
        #expect(report.contains(" 1 | &lt;&amp;\u{FFFD}␁&gt;\n"))
        #expect(!report.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
}
