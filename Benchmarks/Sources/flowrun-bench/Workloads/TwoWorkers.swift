/// `two-workers`: two warm `worker` processes carry 10 000 tasks on that a third process hands in.
///
/// Timed from the start of `apply --detach` until `wait` has returned.
struct TwoWorkers: Benchmark {
    static let name = "two-workers"

    private let memberCount = 10_000

    func compare(in session: Session) throws -> [Comparison] {
        let contest = Contest(
            name: Self.name, measure: .rate(workUnits: Double(memberCount)),
            contenders: [
                Contender(name: "celery", reference: Peer.celery.title, target: .atLeast(20), turn: .once) {
                    try session.secondsMeasuredOnce(of: .celery, .group, count: memberCount)
                },
                Contender(name: "huey", reference: Peer.huey.title, target: .atLeast(5)) {
                    try session.seconds(of: .huey, .group, count: memberCount)
                },
            ]
        ) {
            let project = try session.makeProject("group.yaml", .group(memberCount: memberCount))
            let seconds = try session.withWorkers(2, concurrency: 1, in: project) { _ in
                try session.secondsOfDetachedRun("group.yaml", in: project)
            }
            try session.latestStatus(in: project).requireResults(memberCount) { $0 }
            return seconds
        }
        return try contest.hold(in: session)
    }
}

extension Session {
    /// Hands a run in, waits for its end, and gives the seconds of both.
    func secondsOfDetachedRun(_ file: String, in project: String) throws -> Double {
        let start = monotonicSeconds()
        try flowrun(["apply", "--detach", file], in: project).run(expecting: 0)
        try flowrun(["wait", "latest"], in: project).run(expecting: 0)
        return monotonicSeconds() - start
    }
}
