import FlowDiagnostics
import FlowYAML
import Testing

/// A file that is made to hurt, and the finding that it must end in.
struct HostileFile: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DiagnosticCode
    let bytes: @Sendable () -> [UInt8]

    var testDescription: String { name }

    init(_ name: String, _ code: DiagnosticCode, _ text: @escaping @Sendable () -> String) {
        self.name = name
        self.code = code
        bytes = { Array(text().utf8) }
    }

    init(_ name: String, _ code: DiagnosticCode, bytes: @escaping @Sendable () -> [UInt8]) {
        self.name = name
        self.code = code
        self.bytes = bytes
    }

    static let all: [HostileFile] = [
        HostileFile("alias bomb", .yamlLimit) {
            var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            for level in 1...9 {
                let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
                text += "a\(level): &a\(level) [\(aliases)]\n"
            }
            return text
        },
        HostileFile("100 000 nested [", .yamlLimit) { String(repeating: "[", count: 100_000) },
        HostileFile("2 000 nested block mappings", .yamlLimit) {
            (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        },
        HostileFile("100 000 dashes on a line", .yamlLimit) { String(repeating: "- ", count: 100_000) },
        HostileFile("60 000 %TAG lines", .yamlLimit) {
            (0..<60_000).map { "%TAG !e\($0)! tag:example.com,\($0):\n" }.joined() + "---\na: 1\n"
        },
        HostileFile("NUL", .invalidText) { "steps:\n  - {id: a, run: \"x\0y\"}\n" },
        HostileFile("bad UTF-8", .invalidText, bytes: { Array("a: ".utf8) + [0xC3, 0x28] }),
        HostileFile("a surrogate in UTF-8", .invalidText, bytes: { Array("a: ".utf8) + [0xED, 0xA0, 0x80] }),
        HostileFile("UTF-16", .invalidText, bytes: { [0xFF, 0xFE, 0x61, 0, 0x3A, 0] }),
        HostileFile("U+2028 in a scalar", .invalidText) { "a: \"x\u{2028}y\"\n" },
        HostileFile("a bell", .invalidText) { "a: \"\u{7}\"\n" },
        HostileFile("truncated", .yamlSyntax) { "steps:\n  - {id: a, run: \"x" },
        HostileFile("a 50 MB scalar", .yamlLimit) { "a: \"" + String(repeating: "x", count: 50 << 20) + "\"\n" },
        HostileFile("a 50 MB plain scalar", .yamlLimit) { "a: " + String(repeating: "x", count: 50 << 20) },
        HostileFile("a long key", .yamlLimit) { "? " + String(repeating: "k", count: 5000) + "\n: 1\n" },
        HostileFile("an alias inside its anchor", .unknownAnchor) { "a: &a [*a]\n" },
        HostileFile("two documents", .unsupportedYAML) { "a: 1\n---\nb: 2\n" },
        HostileFile("a custom tag", .unsupportedYAML) { "a: !!python/object:os.system x\n" },
        HostileFile("a mapping as key", .unsupportedYAML) { "? {a: 1}\n: 2\n" },
        HostileFile("a key twice", .duplicateKey) { "a: 1\nb: 2\na: 3\n" },
        HostileFile("two merge keys", .mergeKey) { "x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n" },
    ]
}

@Suite struct `hostile files` {
    @Test(arguments: HostileFile.all)
    func `end in one finding inside the file`(_ file: HostileFile) throws {
        let bytes = file.bytes()
        let outcome = YAMLComposer.compose(bytes, file: FileID(0))
        guard case .failure(let error) = outcome else {
            Issue.record("the file was accepted")
            return
        }
        #expect(error.diagnostic.code == file.code)
        #expect(error.diagnostic.severity == .error)
        #expect(Int(error.diagnostic.span.end) <= bytes.count)
        var renderer = TextRenderer(files: [SourceFile(name: "hostile.yaml", bytes: bytes)])
        let text = renderer.render([error.diagnostic])
        #expect(text.utf8.count < 2000, "a long line is cut")
    }
}
