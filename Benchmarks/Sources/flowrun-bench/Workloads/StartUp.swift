/// `startup`: what a user waits for when the work is nothing, `check` of a small file against `ninja --version`.
///
/// One such run is a millisecond or two, so a pair is the medians of many runs that alternate.
struct StartUp: Benchmark {
    static let name = "startup"

    private let stepCount = 20
    private let runsInPair = 20

    func compare(in session: Session) throws -> [Comparison] {
        let project = try session.makeProject("small.yaml", .dependentSteps(count: stepCount))
        let check = session.flowrun(["check", "small.yaml"], in: project)
        let version = ChildProcess(
            program: try session.program("ninja"), arguments: ["--version"], folder: project,
            output: .init(in: session.scratch.path))

        let pairs = try session.repeatPairs {
            let runs = try (0..<runsInPair).map { _ in
                Pair(
                    flowrunSeconds: try check.run(expecting: 0).seconds,
                    referenceSeconds: try version.run(expecting: 0).seconds)
            }
            return Pair(
                flowrunSeconds: median(runs.map(\.flowrunSeconds)),
                referenceSeconds: median(runs.map(\.referenceSeconds)))
        }
        return [
            Comparison(
                name: Self.name, evidence: .times(pairs), target: .atMost(5), reference: "ninja --version",
                notes: ["each pair is the medians of \(runsInPair) runs of each"])
        ]
    }
}
