import FlowDiagnostics
import FlowImport
import FlowYAML
import FuzzSupport

/// The importers: what they write must be YAML without mistakes, whatever they read.
enum ImportPart {
    static func celeryConfig(_ bytes: [UInt8]) {
        switch CeleryConfigImport.convert(bytes, file: "celeryconfig.py") {
        case .success(let conversion):
            check(conversion.notes, bytes)
            checkYAML(conversion.text)
        case .failure(let refusal): check(refusal, bytes)
        }
    }

    /// Every schema holds the bytes that follow the first NUL.
    static func director(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let schema = parts.count == 2 ? parts[1] : nil
        switch DirectorImport.convert(parts[0], file: "workflows.yml", schema: { _ in schema }) {
        case .success(let conversion):
            check(conversion.notes, parts[0])
            require(Set(conversion.files.map(\.name)).count == conversion.files.count, "a name of a file stands twice")
            for file in conversion.files { checkYAML(file.text) }
        case .failure(let refusal): check(refusal, parts[0])
        }
    }

    private static func check(_ refusal: ImportRefusal, _ bytes: [UInt8]) {
        SpanInvariants(files: [SourceFile(name: "input", bytes: bytes)]).check(refusal.diagnostic)
    }

    private static func check(_ notes: [ImportNote], _ bytes: [UInt8]) {
        let lines = LineTable(SourceFile(name: "input", bytes: bytes)).lineCount
        for note in notes {
            require((1...lines).contains(note.line), "line \(note.line) of \(lines): \(note.message)")
            require(!note.message.isEmpty, "a note without message")
        }
    }

    private static func checkYAML(_ text: String) {
        switch YAMLComposer.compose(Array(text.utf8), file: FileID(0)) {
        case .success(let document):
            for finding in document.diagnostics where finding.severity == .error {
                fail("\(finding.message) at \(finding.span.start) of\n\(text)")
            }
        case .failure(let error): fail("\(error.diagnostic.message) at \(error.diagnostic.span.start) of\n\(text)")
        }
    }
}
