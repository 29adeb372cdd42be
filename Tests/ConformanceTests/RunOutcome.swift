/// What a run came to, without what may differ from time to time: ids, times, how often a step was tried.
struct RunOutcome: Sendable {
    static let finalStates: Set = ["SUCCESS", "FAILURE", "REVOKED", "SKIPPED", "IGNORED"]

    let state: TestJSON
    let result: TestJSON
    let steps: [Step]

    struct Step: Equatable, Sendable, CustomStringConvertible {
        let id: String
        let state: String
        let result: TestJSON
        let errorType: TestJSON
        let skippedBecause: TestJSON

        var description: String {
            "\(state), result \(result.shown), error \(errorType), skipped_because \(skippedBecause)"
        }
    }

    struct Malformed: Error {}

    /// Reads a document `flowrun.status/1`.
    init(_ status: TestJSON) throws {
        guard let run = status["run"], let state = run["state"], let result = run["result"],
            let steps = status["steps"]?.elements
        else { throw Malformed() }
        self.state = state
        self.result = result
        self.steps = try steps.map { step in
            guard let id = step["id"]?.text, let state = step["state"]?.text, let result = step["result"] else {
                throw Malformed()
            }
            return Step(
                id: id, state: state, result: Self.withoutPath(result), errorType: step["error"]?["type"] ?? .null,
                skippedBecause: step["skipped_because"] ?? .null)
        }
    }

    var isFinal: Bool { Self.finalStates.contains(state.text ?? "") }

    /// The step with an id.
    subscript(id: String) -> Step? {
        steps.first { $0.id == id }
    }

    /// What differs from what was wanted, a line for each step; empty where nothing does.
    func differences(from wanted: RunOutcome) -> String {
        var lines: [String] = []
        if state != wanted.state { lines.append("run: state \(state), not \(wanted.state)") }
        if result != wanted.result { lines.append("run: result \(result.shown), not \(wanted.result.shown)") }
        for step in wanted.steps where self[step.id] != step {
            lines.append("\(step.id): \(self[step.id]?.description ?? "missing"); not \(step)")
        }
        if steps.count > wanted.steps.count { lines.append("\(steps.count) steps, not \(wanted.steps.count)") }
        return lines.joined(separator: "\n")
    }

    // A large value is shown as the file that it lies in, which is another one each time.
    private static func withoutPath(_ result: TestJSON) -> TestJSON {
        guard result["$file"] != nil, let size = result["bytes"] else { return result }
        return .object([.init(key: "bytes", value: size)])
    }
}
