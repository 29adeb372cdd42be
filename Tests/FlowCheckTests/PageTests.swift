import FlowCheck
import FlowDiagnostics
import Foundation
import Testing

/// What `check --explain` says of a code is true of the checker.
@Suite struct PageTests {
    private static let folder = `check`.folder.appending(path: "pages")
    private static let document = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/diagnostics.md")
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"

    /// Codes that no workflow file shows alone: their pages have no examples.
    private static let withoutExamples: [DiagnosticCode: String] = [
        .duplicateTask: "it takes a file and one that it includes",
        .unknownParameter: "it takes a file and one that it calls",
        .shellScript: "it needs shellcheck, which not every machine has",
        .expiredIgnore: "the finding that was silenced is reported beside it",
    ]
    /// Codes that no fixture gives.
    private static let withoutFixture: [DiagnosticCode: String] = [
        .shellScript: "it comes from shellcheck, which the command starts and the checker does not"
    ]

    private static let codes = DiagnosticCode.allCases.filter { withoutExamples[$0] == nil }

    @Test(arguments: DiagnosticCode.allCases)
    func `every code has one page`(_ code: DiagnosticCode) {
        let pages = DiagnosticPage.all.filter { $0.code == code }
        #expect(pages.count == 1)
        #expect(pages.first?.hasExamples == (Self.withoutExamples[code] == nil))
    }

    @Test(arguments: codes)
    func `the wrong example gives this code and no other`(_ code: DiagnosticCode) throws {
        let checked = CheckedExample(DiagnosticPage.page(for: code).wrong, of: code).checked
        #expect(Set(checked.diagnostics.map(\.code)) == [code])
        #expect(checked.diagnostics.count == 1)

        var renderer = TextRenderer(files: checked.files)
        let text = renderer.render(checked.diagnostics)
        let url = Self.folder.appending(path: "\(code.text).expected")
        if Self.isRecording { try text.write(to: url, atomically: true, encoding: .utf8) }
        #expect(text == (try String(contentsOf: url, encoding: .utf8)))
    }

    @Test(arguments: codes)
    func `the right example gives nothing`(_ code: DiagnosticCode) {
        let checked = CheckedExample(DiagnosticPage.page(for: code).right, of: code).checked
        var renderer = TextRenderer(files: checked.files)
        #expect(renderer.render(checked.diagnostics) == "")
    }

    @Test func `no snapshot is left of a code that is gone`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(names) == Set(Self.codes.map { "\($0.text).expected" }))
    }

    @Test func `the document is made of the pages`() throws {
        if Self.isRecording {
            try DiagnosticPage.document.write(to: Self.document, atomically: true, encoding: .utf8)
        }
        #expect(DiagnosticPage.document == (try String(contentsOf: Self.document, encoding: .utf8)))
    }

    @Test func `every code is reported of some fixture`() throws {
        var missing = Set(DiagnosticCode.allCases)
        for code in Self.codes {
            missing.subtract(
                CheckedExample(DiagnosticPage.page(for: code).wrong, of: code).checked.diagnostics.map(\.code))
        }
        for code in Self.withoutFixture.keys { #expect(missing.remove(code) != nil, "\(code.text) has a fixture") }
        for folder in [`check`.folder, `examples`.folder.appending(path: "bad")] {
            for file in `check`.files(folder) where !missing.isEmpty {
                missing.subtract(try CheckedFile(folder.appending(path: file)).checked.diagnostics.map(\.code))
            }
        }
        #expect(missing.map(\.text).sorted() == [])
    }
}

/// An example of a page, checked in the way that looks for its code.
private struct CheckedExample {
    let checked: CheckedWorkflow

    init(_ text: String, of code: DiagnosticCode) {
        var options = CheckOptions()
        options.now = CheckedFile.today
        options.isStrict = code.isStrictOnly
        options.purpose = code == .notBuiltYet ? .run : .lint
        let files = FileTable(
            main: SourceFile(name: "pipeline.yaml", bytes: Array((text + "\n").utf8)), workingFolder: "/project",
            root: "/project", load: { _ in nil })
        checked = Checker.check(files, stem: "pipeline", options: options)
    }
}
