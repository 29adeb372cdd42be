import Foundation

/// The first thing that is not as expected: one sentence.
struct Difference: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What a command did.
struct Outcome: Sendable {
    let exit: Int
    let output: Data
    let errors: Data
    let seconds: Double

    var outputText: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// The document on standard output.
    ///
    /// - Throws: `Difference` where that is not one JSON document.
    func document() throws -> TestJSON {
        do {
            return try TestJSON(reading: output)
        } catch {
            let text = outputText.trimmingCharacters(in: .whitespacesAndNewlines)
            throw Difference(
                text.isEmpty
                    ? "stdout is empty, wanted JSON"
                    : "stdout is not JSON (\(error)): \(TestJSON.string(String(text.prefix(100))))")
        }
    }
}

/// The status that `apply` and `status` print, `flowrun.status/1`.
struct StatusDocument: Sendable {
    let schema: TestJSON
    let run: TestJSON
    let steps: [(id: String, step: TestJSON)]

    init(_ document: TestJSON) throws {
        guard let run = document["run"], run.members != nil, let list = document["steps"]?.elements else {
            throw Difference("stdout is not a status with run and steps: \(document.shown)")
        }
        schema = document["schema"] ?? .null
        self.run = run
        var ids: Set<String> = []
        steps = try list.map { step in
            guard let id = step["id"]?.text else { throw Difference("a step without id: \(step.shown)") }
            guard ids.insert(id).inserted else { throw Difference("two steps have the id \(id)") }
            return (id, step)
        }
    }

    subscript(id: String) -> TestJSON? {
        steps.first { $0.id == id }?.step
    }

    /// What every command must tell alike of each step.
    var summary: [String: TestJSON] {
        Dictionary(
            uniqueKeysWithValues: steps.map { id, step in
                (id, .array(["state", "result", "retries"].map { step[$0] ?? .null }))
            })
    }
}

/// A line of calls.jsonl: a helper task that began, or ended by itself.
struct HelperCall: Sendable {
    enum Event: String {
        case start, end
    }

    let event: Event
    let step: String?
    /// In seconds since 1970.
    let time: Double
    let line: TestJSON

    init(_ line: TestJSON) throws {
        guard let event = line["ev"]?.text.flatMap(Event.init), let time = line["t"]?.number else {
            throw UnusableCase("calls.jsonl has a line that the helper did not write: \(line.shown)")
        }
        self.event = event
        step = line["step"]?.text
        self.time = time
        self.line = line
    }

    /// The calls that the helper tasks noted in a working folder, in the order of the file.
    static func all(in folder: URL) throws -> [HelperCall] {
        let file = folder.appending(path: "calls.jsonl")
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { line in
            try HelperCall(TestJSON(reading: line))
        }
    }

    /// What tells calls apart, for messages.
    var brief: TestJSON {
        let empty: [TestJSON] = [.null, .array([]), .object([])]
        return .object(
            (line.members ?? []).filter { ["step", "args", "kwargs"].contains($0.key) && !empty.contains($0.value) })
    }
}
