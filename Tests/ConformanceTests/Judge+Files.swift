import Foundation

/// What a case left in its working folder.
extension Judge {
    func judgeFiles(in folder: URL) throws {
        for expected in expectation.files { try judge(expected, in: folder) }
        for path in expectation.absent where Self.exists(folder.appending(path: path)) {
            throw Difference("\(path) exists")
        }
        for text in expectation.nowhere { try judgeThatNothingHolds(Data(text.utf8), in: folder) }
    }

    private func judge(_ expected: Expectation.ExpectedFile, in folder: URL) throws {
        guard let data = FileManager.default.contents(atPath: folder.appending(path: expected.path).path) else {
            throw Difference("no file \(expected.path)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Difference("\(expected.path) is not UTF-8")
        }
        switch expected.content {
        case .text(let matcher): try Self.demand(matcher, .string(text), at: expected.path)
        case .equalLines(let count):
            // What follows the last newline is no line.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            guard lines.count == count, Set(lines).count == 1 else {
                let got = TestJSON.array(lines.map { .string(String($0)) })
                throw Difference("\(expected.path): wanted \(count) equal lines, got \(got.shown)")
            }
        }
    }

    /// Whether there is anything of that name, be it a link to nothing.
    private static func exists(_ file: URL) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: file.path)) != nil
    }

    private func judgeThatNothingHolds(_ text: Data, in folder: URL) throws {
        for (name, content) in [("stdout", outcome.output), ("stderr", outcome.errors)]
        where content.range(of: text) != nil {
            throw Difference("\(name) contains a text that must appear nowhere")
        }
        let store = folder.appending(path: ".flowrun")
        for path in try FileManager.default.subpathsOfDirectory(atPath: store.path) {
            // A folder has no contents, and a file may go while this looks.
            let content = FileManager.default.contents(atPath: store.appending(path: path).path)
            if content?.range(of: text) != nil {
                throw Difference(".flowrun/\(path) contains a text that must appear nowhere")
            }
        }
    }
}
