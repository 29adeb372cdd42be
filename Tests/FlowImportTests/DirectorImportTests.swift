import FlowDiagnostics
import FlowImport
import FlowValue
import Testing

@Suite struct `import of Director's workflows` {
    private func convert(_ source: String) throws -> DirectorImport.Conversion {
        try DirectorImport.convert(Array(source.utf8), file: "workflows.yml").get()
    }

    private func refusal(_ source: String) -> Diagnostic? {
        switch DirectorImport.convert(Array(source.utf8), file: "workflows.yml") {
        case .success: nil
        case .failure(let refusal): refusal.diagnostic
        }
    }

    @Test func `gives these files and these notes`() throws {
        let source = try FixtureFolder.bytes("director/workflows.yml")
        let conversion = try DirectorImport.convert(source, file: "workflows.yml") { name in
            try? FixtureFolder.bytes("director/schemas/\(name).json")
        }.get()
        for file in conversion.files {
            try FixtureFolder.expect(file.text, at: "director/golden/\(file.name)")
            _ = try value(ofYAML: file.text)
        }
        #expect(conversion.files.map(\.name).sorted() == FixtureFolder.names("director/golden", ending: ".yaml"))
        let notes = conversion.notes.map { "\($0.line): \($0.message)\n    \($0.text)\n" }.joined()
        try FixtureFolder.expect(notes, at: "director/golden/notes.txt")
    }

    @Test func `a chain keeps its order and hands None to the first`() throws {
        let file = try convert("p.W:\n  tasks: [B, A, B]\n").files[0]
        #expect(file.name == "p-w.yaml")
        guard case .object(let workflow) = try value(ofYAML: file.text) else {
            Issue.record("no mapping")
            return
        }
        let payload: JSONValue = .object(["payload": .string("${{ params.payload }}")])
        #expect(
            workflow["chain"]
                == .array([
                    .object(["s": .string("B"), "args": .array([.null]), "kwargs": payload]),
                    .object(["s": .string("A"), "kwargs": payload]), .object(["s": .string("B"), "kwargs": payload]),
                ]))
        #expect(
            workflow["tasks"]
                == .object(["B": .object(["celery": .string("B")]), "A": .object(["celery": .string("A")])]))
    }

    @Test func `names that fall together stay apart`() throws {
        let conversion = try convert(
            "p.A_b: {tasks: [x]}\np.a_B: {tasks: [x]}\n\"p.a b\": {tasks: [x]}\np.a-b: {tasks: [x]}\n")
        #expect(conversion.files.map(\.name) == ["p-a_b.yaml", "p-a_b-2.yaml", "p-a-b.yaml", "p-a-b-2.yaml"])
        let tasks = try convert("p.w: {tasks: [\"a b\", a_b, \"a?b\"]}\n").files[0].text
        #expect(tasks.contains("a_b_2:\n    celery: a_b\n") && tasks.contains("a_b_3:\n    celery: \"a?b\"\n") == false)
        #expect(tasks.contains("  a_b:\n    celery: a b\n"))
    }

    @Test func `a schema outside of its folder is not asked for`() throws {
        for name in ["../x", "/etc/passwd", "a/../../b", ".."] {
            let source = "p.W:\n  tasks: [A]\n  schema: \(name)\n"
            let conversion = try DirectorImport.convert(Array(source.utf8), file: "w") { _ in
                Issue.record("asked for \(name)")
                return nil
            }.get()
            #expect(conversion.notes.contains { $0.line == 3 })
        }
    }

    @Test(arguments: ["", "- a\n", "text", "steps:\n  - run: x\n", "a: {b: c}\n", "services: {web: {image: x}}\n"])
    func `a file of something else is refused`(_ source: String) {
        #expect(refusal(source)?.code == .wrongType)
    }

    @Test func `a mistake in the YAML is the composer's`() {
        #expect(refusal("p.W: [\n")?.code == .yamlSyntax)
        #expect(refusal("p.W: {tasks: [A]}\np.W: {tasks: [A]}\n")?.code == .duplicateKey)
    }

    @Test func `depth is bounded`() throws {
        var source = "p.W:\n  tasks:\n"
        for depth in 0..<60 {
            let indent = String(repeating: " ", count: 4 + 4 * depth)
            source += "\(indent)- G\(depth):\n\(indent)    type: group\n\(indent)    tasks:\n"
        }
        source += String(repeating: " ", count: 4 + 4 * 60) + "- A\n"
        _ = try value(ofYAML: convert(source).files[0].text)
        let deep =
            "p.W:\n  tasks: [A]\n  periodic: {interval: 1, payload: {a: "
            + String(repeating: "[", count: 60) + String(repeating: "]", count: 60) + "}}\n"
        _ = try value(ofYAML: convert(deep).files[0].text)
    }
}
