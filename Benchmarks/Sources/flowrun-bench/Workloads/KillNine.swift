/// `kill-9`: what is lost when a worker is killed at the moment at which others hear that the run has ended.
struct KillNine: Benchmark {
    static let name = "kill-9"

    private let memberCount = 10_000

    func compare(in session: Session) throws -> [Comparison] {
        let results = try (0..<session.options.pairs).map { _ in
            let project = try session.makeProject("group.yaml", .group(memberCount: memberCount))
            try session.withWorkers(1, concurrency: 1, in: project) { workers in
                _ = try session.secondsOfDetachedRun("group.yaml", in: project)
                workers.killNine()
            }
            let status = try session.latestStatus(in: project)
            try status.requireResults(memberCount) { $0 }
            return Double(status.tasks.count)
        }
        return [
            Comparison(
                name: Self.name, evidence: .figures(results, unit: .results), target: .atLeast(Double(memberCount)),
                notes: ["read by another process after SIGKILL to the worker, as soon as `wait` had returned"])
        ]
    }
}
