import FlowCheck
import FlowDiagnostics
import Foundation
import Testing

/// Files with mistakes and the exact text that they give, and files that give none.
@Suite struct `check` {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static func files(_ folder: URL) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    private func rendered(_ url: URL) throws -> String {
        let bytes = Array(try Data(contentsOf: url))
        let checked = Checker.check(bytes, file: FileID(0), stem: url.deletingPathExtension().lastPathComponent)
        var renderer = TextRenderer(files: [SourceFile(name: url.lastPathComponent, bytes: bytes)])
        return renderer.render(checked.diagnostics)
    }

    @Test(arguments: files(folder))
    func `says exactly this about a mistake`(_ file: String) throws {
        let text = try rendered(Self.folder.appending(path: file))
        let expected = Self.folder.appending(path: file.replacing(".yaml", with: ".expected"))
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try text.write(to: expected, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: expected, encoding: .utf8)))
        #expect(!text.isEmpty)
    }

    @Test(arguments: files(folder.appending(path: "ok")))
    func `is silent about a valid file`(_ file: String) throws {
        #expect(try rendered(Self.folder.appending(path: "ok/\(file)")) == "")
    }
}
