import Foundation
import Testing

/// A folder of `Fixtures/cases`: a workflow and the outcome that it must have.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }
    var folder: URL { Self.cases.appending(path: name) }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    static let library = fixtures.appending(path: "lib")
    private static let cases = fixtures.appending(path: "cases")

    /// The case's expect.json.
    ///
    /// - Throws: `UnusableCase` where the case itself is wrong.
    func expectation() throws -> Expectation {
        guard FileManager.default.fileExists(atPath: folder.appending(path: "pipeline.yaml").path) else {
            throw UnusableCase("no pipeline.yaml")
        }
        return try Expectation(TestJSON(reading: Data(contentsOf: folder.appending(path: "expect.json"))))
    }

    // MARK: - Which cases there are

    /// The cases whose tasks need what this version refuses to run: a pool of Python interpreters.
    static let needingPools: Set = ["python-result"]

    /// The cases to run: all, or those that `CONFORMANCE_ONLY` names by a pattern of the shell.
    ///
    /// Empty where the fixtures cannot be read; the tests of the fixtures say why.
    static let ready: [ConformanceCase] = {
        guard let all = try? all() else { return [] }
        if let pattern = ProcessInfo.processInfo.environment["CONFORMANCE_ONLY"] {
            return all.filter { fnmatch(pattern, $0.name, 0) == 0 }
        }
        return all.filter { !needingPools.contains($0.name) }
    }()

    /// Every case, by name.
    static func all() throws -> [ConformanceCase] {
        try FileManager.default.contentsOfDirectory(at: cases, includingPropertiesForKeys: [.isDirectoryKey])
            .filter(\.hasDirectoryPath).map(\.lastPathComponent).sorted().map(ConformanceCase.init)
    }
}
