import Testing

/// The conformance cases, each a test case of its own; `Fixtures/README.md` says what they are.
struct ConformanceTests {
    /// How many cases may wait.
    ///
    /// It can only shrink: who makes flowrun pass more of them takes them off the list, and lowers this to its length.
    private static let mostThatWait = 7

    private static let slots = CaseSlots(2)

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

    @Test func `every case can be judged, the waiting ones too`() throws {
        for conformanceCase in try ConformanceCase.all() {
            #expect(throws: Never.self, "\(conformanceCase.name)") { try conformanceCase.expectation() }
        }
    }

    @Test func `the list of waiting cases only names cases that exist`() throws {
        let names = Set(try ConformanceCase.all().map(\.name))
        #expect(try ConformanceCase.waiting().keys.filter { !names.contains($0) }.sorted() == [])
    }

    @Test func `the list of waiting cases does not grow`() throws {
        let count = try ConformanceCase.waiting().count
        #expect(count <= Self.mostThatWait)
    }
}
