import Foundation
import Testing

/// The files beside these tests: inputs, and the outputs that they give.
///
/// `RECORD_SNAPSHOTS=1` writes the outputs, to be reviewed.
enum FixtureFolder {
    static let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static func names(_ folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.appending(path: folder).path)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted()
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appending(path: path)))
    }

    /// Compares a text with a recorded one.
    static func expect(
        _ text: String, at path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = url.appending(path: path)
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)), sourceLocation: sourceLocation)
    }
}
