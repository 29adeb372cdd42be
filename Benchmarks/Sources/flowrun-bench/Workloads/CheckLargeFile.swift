/// `check-100k`: reading, checking and planning a file of 100 000 steps, against libyaml's bare event loop on its bytes.
///
/// Before anything is timed, the same file with one misspelt `needs` in its last step must be refused: a checker that
/// does not look at the end has no speed to compare.
struct CheckLargeFile: Benchmark {
    static let name = "check-100k"

    private let stepCount = 100_000

    func compare(in session: Session) throws -> Comparison {
        let project = try session.scratch.makeProject()
        let file = project + "/large.yaml"
        let text = WorkflowText.dependentSteps(count: stepCount)
        let length = try text.write(to: file)
        try refuseFlawedFile(in: project, session: session)

        var peaks: [Int] = []
        var floors: [Int] = []
        let pairs = try session.repeatPairs {
            let limit = try session.limit("yaml-events", [file]).run(expecting: 0)
            let check = try session.flowrun(["check", "large.yaml"], in: project).run(expecting: 0)
            peaks.append(check.peakMemoryInBytes)
            floors.append(check.floorInBytes)
            return Pair(flowrunSeconds: check.seconds, referenceSeconds: limit.seconds)
        }
        return Comparison(
            name: Self.name, measure: .time, target: 2.5, reference: "yaml-events", pairs: pairs,
            notes: ["\(megabytes(length)) of YAML", memoryNote(peaks: peaks, floors: floors)])
    }

    private func refuseFlawedFile(in project: String, session: Session) throws {
        try WorkflowText.dependentSteps(count: stepCount, lastNeed: "stpe-000000").write(to: project + "/flawed.yaml")
        try session.flowrun(["check", "flawed.yaml"], in: project).run(expecting: 1)
    }

    private func memoryNote(peaks: [Int], floors: [Int]) -> String {
        let peak = peaks.max() ?? 0
        let isHidden = peak <= floors.max() ?? 0
        let most = isHidden ? "at most " : ""
        return "flowrun's peak RSS: \(most)\(megabytes(peak)), \(most)\(peak / stepCount) bytes a step"
    }

    private func megabytes(_ bytes: Int) -> String { "\(fixed(Double(bytes) / 1e6, digits: 1)) MB" }
}
