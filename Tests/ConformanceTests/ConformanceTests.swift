import Foundation
import Testing

/// The conformance cases, each a test case of its own; `Fixtures/README.md` says what they are.
struct ConformanceTests {
    private static let slots = CaseSlots(3)

    @Test(arguments: ConformanceCase.ready)
    func `a case ends as its expect.json says`(_ conformanceCase: ConformanceCase) async throws {
        let program = try ProgramUnderTest.path()
        do {
            try await Self.slots.withSlot {
                try await CaseRun.run(conformanceCase, program: program, options: CaseRun.Options())
            }
        } catch let failure as CaseRun.Failure {
            let lines = failure.errorLines.isEmpty ? "" : "\nstderr ends:\n\(failure.errorLines)"
            Issue.record("\(conformanceCase.name): \(failure.sentence)\(lines)")
        }
    }

    @Test func `at least one case runs`() {
        #expect(!ConformanceCase.ready.isEmpty)
    }

    @Test(arguments: ConformanceCase.needingPools.sorted())
    func `a case that needs a pool of interpreters is refused at its place`(_ name: String) async throws {
        let conformanceCase = try #require(try ConformanceCase.all().first { $0.name == name })
        let program = try ProgramUnderTest.path()
        let scratch = try ScratchProject()
        defer { scratch.remove() }
        let file = conformanceCase.folder.appending(path: "pipeline.yaml").path
        let output = try await scratch.run([program, "apply", file, "--store", "\(scratch.folder.path)/s/flowrun.db"])
        #expect(output.code == 2)
        #expect(output.standardError.contains("FR108"))
    }

    @Test func `every case can be judged`() throws {
        for conformanceCase in try ConformanceCase.all() {
            #expect(throws: Never.self, "\(conformanceCase.name)") { try conformanceCase.expectation() }
        }
    }
}
