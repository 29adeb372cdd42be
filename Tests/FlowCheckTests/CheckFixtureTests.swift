import FlowCheck
import FlowDiagnostics
import FlowValue
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
        let checked = try CheckedFile(url).checked
        var renderer = TextRenderer(files: checked.files)
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

/// A fixture, checked as the command does it: other files are read beside it, and it is a project of its own.
struct CheckedFile {
    /// A fixed day, so that what lies in the past stays there.
    static let today = Timestamp(iso8601: "2026-11-24T00:00:00Z")

    let checked: CheckedWorkflow

    init(_ url: URL, isStrict: Bool = false) throws {
        try self.init(Array(Data(contentsOf: url)), at: url, isStrict: isStrict)
    }

    init(_ bytes: [UInt8], at url: URL, isStrict: Bool = false) throws {
        let folder = url.deletingLastPathComponent().path
        let files = FileTable(
            main: SourceFile(name: url.lastPathComponent, bytes: bytes), workingFolder: folder, root: folder,
            load: { name in try? Array(Data(contentsOf: URL(filePath: "\(folder)/\(name)"))) })
        var options = CheckOptions()
        options.isStrict = isStrict
        options.now = Self.today
        checked = Checker.check(files, stem: url.deletingPathExtension().lastPathComponent, options: options)
    }
}
