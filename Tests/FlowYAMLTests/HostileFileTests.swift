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
        HostileFile("a scalar of 20 MB", .yamlLimit) { "a: \"" + String(repeating: "x", count: 20 << 20) + "\"\n" },
        HostileFile("a plain scalar of 20 MB", .yamlLimit) { "a: " + String(repeating: "x", count: 20 << 20) },
        HostileFile("a comment of 20 MB", .yamlLimit) { "a: 1\n#" + String(repeating: "x", count: 20 << 20) },
        HostileFile("white space of 20 MB", .yamlLimit) { "a:" + String(repeating: " ", count: 20 << 20) + "1" },
        HostileFile("a long key", .yamlLimit) { "? " + String(repeating: "k", count: 5000) + "\n: 1\n" },
        HostileFile("two documents", .unsupportedYAML) { "a: 1\n---\nb: 2\n" },
        HostileFile("a mapping as key", .keyIsNoString) { "? {a: 1}\n: 2\n" },
        HostileFile("a list as key", .keyIsNoString) { "[a]: 2\n" },
        HostileFile("an alias of a list as key", .keyIsNoString) { "a: &a [1]\n*a : 2\n" },
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
