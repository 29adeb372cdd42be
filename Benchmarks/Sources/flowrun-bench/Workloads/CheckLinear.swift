/// `check-linear`: a step of a file of a million steps may cost no more than one of a hundred thousand.
struct CheckLinear: Benchmark {
    static let name = "check-linear"

    private let sizes = (small: 100_000, large: 1_000_000)

    func compare(in session: Session) throws -> Comparison {
        let project = try session.scratch.makeProject()
        try WorkflowText.dependentSteps(count: sizes.small).write(to: project + "/small.yaml")
        try WorkflowText.dependentSteps(count: sizes.large).write(to: project + "/large.yaml")
        let factor = Double(sizes.large) / Double(sizes.small)
        var peaks: [Int] = []
        let pairs = try session.repeatPairs {
            let small = try session.flowrun(["check", "small.yaml"], in: project).run(expecting: 0)
            let large = try session.flowrun(["check", "large.yaml"], in: project).run(expecting: 0)
            peaks.append(large.peakMemoryInBytes)
            return Pair(flowrunSeconds: large.seconds, referenceSeconds: small.seconds * factor)
        }
        let bytes = (peaks.max() ?? 0) / sizes.large
        return Comparison(
            name: Self.name, measure: .time, target: 1.25, reference: "10 × check-100k", pairs: pairs,
            notes: ["flowrun's peak RSS at 1 000 000 steps: \(bytes) bytes a step"])
    }
}
