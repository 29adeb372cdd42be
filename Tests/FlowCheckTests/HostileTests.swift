import FlowCheck
import FlowDiagnostics
import Testing

/// Small files that would cost a naive checker its stack, its time or its reader's patience.
@Suite struct `a hostile workflow` {
    private func codes(_ text: String, others: @escaping @Sendable (String) -> String? = { _ in nil }) -> [String] {
        let files = FileTable(
            main: SourceFile(name: "pipeline.yaml", bytes: Array(text.utf8)), workingFolder: "/p", root: "/p",
            load: { others($0).map { Array($0.utf8) } })
        return Checker.check(files, stem: "pipeline").diagnostics.map(\.code.text)
    }

    @Test(arguments: [" && true", " + 1", " ?? 1", "[0]", ".a"])
    func `may not have an expression deeper than a stack`(_ part: String) {
        let operands = String(repeating: part, count: 50_000)
        #expect(codes("steps:\n  - {run: echo, when: 'true\(operands)'}\n") == ["FR401"])
    }

    @Test func `may not have files that include one another without end`() {
        let found = codes("include: c0.yaml\nsteps: [{run: make}]\n") { name in
            let number = Int(name.dropFirst().prefix { $0.isNumber }) ?? 0
            return "include: c\(number + 1).yaml\ntasks: {}\n"
        }
        #expect(found == ["FR216"])
    }

    @Test func `includes a file once, by however many ways`() {
        let found = codes("include: [c0.yaml, d0.yaml]\nsteps: [last]\n") { name in
            let number = Int(name.dropFirst().prefix { $0.isNumber }) ?? 0
            guard number < 24 else { return "tasks: {last: {run: make}}\n" }
            return "include: [c\(number + 1).yaml, d\(number + 1).yaml]\ntasks: {}\n"
        }
        // The last two files are two, and both define the task.
        #expect(found == ["FR213"])
    }

    @Test func `says that there would be too many copies`() {
        let axes = (0..<7).map { "n\($0): [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]" }.joined(separator: ", ")
        #expect(codes("steps: [{run: echo, matrix: {\(axes)}}]\n") == ["FR106"])
    }

    @Test func `is answered in messages that can be read`() throws {
        let name = String(repeating: "n", count: 1 << 20)
        let checked = Checker.check(Array("steps: [{id: a, s: \(name)}]\n".utf8), stem: "pipeline")
        let message = try #require(checked.diagnostics.first).message
        #expect(message.utf8.count < 1100)
    }
}
