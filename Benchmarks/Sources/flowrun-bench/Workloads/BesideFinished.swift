/// `beside-1m`: what a question about one run costs in a store that holds 1 000 000 finished steps.
struct BesideFinished: Benchmark {
    static let name = "beside-1m"

    /// Large runs fill the store faster; the small one is what is asked about.
    private let largeRuns = 10
    private let largeCount = 100_000
    private let smallCount = 1000
    private let mostMilliseconds = 50.0
    private let mostBytesPerStep = 400.0
    private let runsOfEach = 20

    func compare(in session: Session) throws -> [Comparison] {
        let project = try session.makeProject("small.yaml", .group(memberCount: smallCount))
        for run in 0..<largeRuns {
            // Arguments of its own: a store keeps the definition of equal workflows once.
            try WorkflowText.group(memberCount: largeCount, first: run * largeCount).write(to: project + "/large.yaml")
            try session.flowrun(["apply", "-q", "large.yaml"], in: project).run(expecting: 0)
        }
        try session.flowrun(["apply", "-q", "small.yaml"], in: project).run(expecting: 0)
        try session.latestStatus(in: project).requireResults(smallCount) { $0 }

        let steps = largeRuns * largeCount + smallCount
        let questions = [
            ("status", ["status"]), ("status-run", ["status", "latest"]),
            ("why", ["why", "latest", "identity-\(smallCount / 2)"]), ("result", ["result", "latest"]),
        ]
        let rows = try questions.map { name, arguments in
            let question = session.flowrun(arguments, in: project)
            try question.run(expecting: 0)
            let milliseconds = try (0..<runsOfEach).map { _ in try question.run(expecting: 0).seconds * 1000 }
            return Comparison(
                name: "\(Self.name)/\(name)", evidence: .figures(milliseconds, unit: .milliseconds),
                target: .atMost(mostMilliseconds))
        }
        // The last program that closes a store has written everything back into it.
        let bytes = try session.storeBytes(in: project)
        let store = Comparison(
            name: "\(Self.name)/store",
            evidence: .figures([Double(bytes) / Double(steps)], unit: .bytesPerStep),
            target: .atMost(mostBytesPerStep),
            notes: ["\(megabytes(bytes)) for \(steps) finished steps, no two runs of which have the same arguments"])
        return rows + [store]
    }
}
