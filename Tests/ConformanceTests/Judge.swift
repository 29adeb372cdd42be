import Foundation

/// Compares what a case did with what its expect.json says.
///
/// Every method throws a `Difference`, the first that it finds.
struct Judge: Sendable {
    let expectation: Expectation
    let outcome: Outcome
    let calls: [HelperCall]

    private static let exitCodes = ["SUCCESS": 0, "FAILURE": 1, "REVOKED": 5]
    private static let finalStates: Set = ["SUCCESS", "FAILURE", "REVOKED", "SKIPPED", "IGNORED"]

    /// Judges what `apply` printed, how it ended, and what its helper tasks were called with.
    ///
    /// - Returns: The status that it printed, where the case wants one.
    @discardableResult
    func judgeApply() throws -> StatusDocument? {
        guard outcome.exit == expectation.exit else {
            throw Difference("exit code: wanted \(expectation.exit), got \(outcome.exit)")
        }
        let status = try expectation.run.map { try judgeStatus($0) }
        if !expectation.diagnostics.isEmpty { try judgeDiagnostics() }
        try judgeCalls(status)
        // A clock that counts in another unit may be a little ahead of ours.
        guard outcome.seconds >= expectation.atLeast - 0.02 else {
            throw Difference("took \(Self.rounded(outcome.seconds)) s, wanted at least \(expectation.atLeast)")
        }
        let output = outcome.outputText + "\n" + outcome.errorText
        for pattern in expectation.outputMatches where !Pattern.matches(pattern, in: output) {
            throw Difference("nothing in the output matches /\(pattern)/; it ends: \(Self.end(of: output))")
        }
        return status
    }

    // MARK: - The status

    private func judgeStatus(_ expected: Expectation.ExpectedRun) throws -> StatusDocument {
        let status = try StatusDocument(outcome.document())
        try Self.demand(.string("flowrun.status/1"), status.schema, at: "schema")
        try Self.demand(.string(expected.state), status.run["state"] ?? .null, at: "run.state")
        guard let code = Self.exitCodes[expected.state] else {
            throw Difference("run.state: \(expected.state) is not the state of a run that has ended")
        }
        guard code == outcome.exit else {
            throw Difference("exit code \(outcome.exit) does not go with run.state \(expected.state)")
        }
        for step in expectation.steps {
            guard let got = status[step.id] else {
                let ids = status.steps.map(\.id).joined(separator: ", ")
                throw Difference("steps: no \(step.id) (there are \(ids.isEmpty ? "none" : ids))")
            }
            for (name, matcher) in step.fields {
                try Self.demand(matcher, got[name] ?? .null, at: "steps.\(step.id).\(name)")
            }
        }
        if let result = expected.result { try Self.demand(result, status.run["result"] ?? .null, at: "run.result") }
        if let error = expected.error { try Self.demand(error, status.run["error"] ?? .null, at: "run.error") }
        for (id, step) in status.steps where !Self.finalStates.contains(step["state"]?.text ?? "") {
            let state = (step["state"] ?? .null).shown
            throw Difference("steps.\(id).state: \(state) is not final, but the run has ended")
        }
        return status
    }

    // MARK: - A refusal

    private func judgeDiagnostics() throws {
        let refusal = try outcome.document()
        guard refusal["schema"] == .string("flowrun.check/1"), let list = refusal["diagnostics"]?.elements else {
            throw Difference("stdout is not a flowrun.check/1 document: \(refusal.shown)")
        }
        for wanted in expectation.diagnostics where !list.contains(where: { Self.diagnostic($0, isLike: wanted) }) {
            let there = list.map { TestJSON.array([$0["code"] ?? .null, $0["line"] ?? .null]) }
            throw Difference("no diagnostic like \(wanted.source.shown); there are \(TestJSON.array(there).shown)")
        }
    }

    private static func diagnostic(_ got: TestJSON, isLike wanted: Expectation.ExpectedDiagnostic) -> Bool {
        if let pattern = wanted.code, !Pattern.matches(pattern, in: got["code"]?.text ?? "") { return false }
        return wanted.fields.allSatisfy { got[$0.key] == $0.value }
    }

    // MARK: - What follows

    /// Judges a command that ran after `apply`, which printed `status`.
    func judge(_ followUp: Expectation.FollowUp, _ outcome: Outcome, after status: StatusDocument?) throws {
        let command = followUp.arguments.joined(separator: " ")
        guard outcome.exit == followUp.exit else {
            throw Difference("\(command): exit code \(outcome.exit), wanted \(followUp.exit)")
        }
        let output = outcome.outputText.utf8
        for text in followUp.has where !output.contains(text.utf8) {
            throw Difference("\(command): stdout lacks \(TestJSON.string(text))")
        }
        for text in followUp.lacks where output.contains(text.utf8) {
            throw Difference("\(command): stdout has \(TestJSON.string(text))")
        }
        if followUp.sameSteps, try StatusDocument(outcome.document()).summary != status?.summary {
            throw Difference("\(command): not the steps that apply printed")
        }
    }

    // MARK: - Sentences

    static func demand(_ matcher: Matcher, _ value: TestJSON, at place: String) throws {
        if let difference = matcher.difference(from: value, at: place) { throw Difference(difference) }
    }

    private static func demand(_ wanted: TestJSON, _ value: TestJSON, at place: String) throws {
        guard value == wanted else { throw Difference("\(place): wanted \(wanted.shown), got \(value.shown)") }
    }

    static func rounded(_ seconds: Double) -> String {
        String(format: "%.2f", seconds)
    }

    private static func end(of text: String) -> String {
        TestJSON.string(String(text.trimmingCharacters(in: .whitespacesAndNewlines).suffix(200))).description
    }
}
