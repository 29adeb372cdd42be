import Foundation
import Testing

/// Every file under `workflows/` is checked and run; `expected.json` there says what it gives.
struct WorkflowTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "workflows")

    static func expected() throws -> TestJSON {
        try TestJSON(reading: try String(contentsOf: folder.appending(path: "expected.json"), encoding: .utf8))
    }

    static let files: [String] = {
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    private static let slots = CaseSlots(2)

    @Test func `there are workflows`() {
        #expect(Self.files.count >= 10)
    }

    @Test(arguments: files)
    func `a workflow has no findings and gives its result`(_ file: String) async throws {
        try await Self.slots.withSlot { try await Self.run(file) }
    }

    private static func run(_ file: String) async throws {
        let expected = try #require(try expected()[file], "\(file) is not in expected.json")
        var arguments: [String] = []
        if case .array(let words)? = expected["args"] {
            arguments = words.compactMap { if case .string(let word) = $0 { word } else { nil } }
        }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "flowrun-workflow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let program = try ProgramUnderTest.path()
        let path = folder.appending(path: file).path

        let check = try await ChildProcess.end(of: [program, "check", path, "--format", "json"], scratch, "check")
        #expect(check.code == 0)
        let findings = try text("check.out", scratch)
        #expect(findings == "[]\n")

        let store = scratch.appending(path: ".flowrun/flowrun.db").path
        let apply = [program, "apply", path, "--format", "json", "--store", store] + arguments
        let end = try await ChildProcess.end(of: apply, scratch, "apply")
        let errors = try text("apply.err", scratch)
        #expect(end.code == 0, "\(errors)")
        let status = try TestJSON(reading: try text("apply.out", scratch))
        #expect(status["run"]?["state"] == expected["state"])
        let wanted = try Matcher(try #require(expected["result"]))
        let result = try #require(status["run"]?["result"])
        #expect(wanted.difference(from: result, at: "run.result") == nil)
    }

    private static func text(_ name: String, _ folder: URL) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
}
