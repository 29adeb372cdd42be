/// `status-1m`: `status RUN`, as text, of one finished run of 1 000 000 steps.
struct StatusOfMillion: Benchmark {
    static let name = "status-1m"

    private let memberCount = 1_000_000
    private let mostMilliseconds = 200.0
    private let runs = 20

    func compare(in session: Session) throws -> [Comparison] {
        let project = try session.makeProject("million.yaml", .group(memberCount: memberCount))
        let apply = try session.flowrun(["apply", "-q", "million.yaml"], in: project).run(expecting: 0)
        let status = session.flowrun(["status", "latest"], in: project)
        try status.run(expecting: 0)
        guard try status.printed().contains("(\(memberCount) SUCCESS)") else {
            throw BenchError("status does not count \(memberCount) successes: \(try status.printed().prefix(200))")
        }
        let milliseconds = try (0..<runs).map { _ in try status.run(expecting: 0).seconds * 1000 }
        return [
            Comparison(
                name: Self.name, evidence: .figures(milliseconds, unit: .milliseconds),
                target: .atMost(mostMilliseconds),
                notes: [
                    "the run itself took \(fixed(apply.seconds, digits: 1)) s and at most"
                        + " \(megabytes(apply.peakMemoryInBytes))"
                ])
        ]
    }
}
