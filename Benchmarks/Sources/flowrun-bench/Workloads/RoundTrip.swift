import Foundation

/// `round-trip`: how long a program waits for one task that it hands to a warm worker.
struct RoundTrip: Benchmark {
    static let name = "round-trip"

    private let count = 500
    /// What a task's life may cost: to hand it in, to take it, to end it, and one to spare.
    private let commits = 4.0

    /// What `flowrun round-trip` prints.
    private struct Figures: Decodable {
        let p50: Double
        let p99: Double

        private enum CodingKeys: String, CodingKey {
            case p50 = "p50_us"
            case p99 = "p99_us"
        }
    }

    func compare(in session: Session) throws -> [Comparison] {
        guard try session.flowrun(["round-trip", "--help"], in: session.scratch.path).run().status == 0 else {
            throw MissingPeer(program: "flowrun round-trip")
        }
        var late: [Double] = []
        let contest = Contest(
            name: Self.name, measure: .time,
            contenders: [
                Contender(name: "commits", reference: "\(Int(commits)) bare FULL commits", target: .atMost(1)) {
                    try session.commitSeconds() * commits
                },
                Contender(name: "celery", reference: Peer.celery.title, target: .atMost(0.5)) {
                    guard let seconds = try session.measure(.celery, .roundTrip, count: count).p50 else {
                        throw BenchError("Celery's round trips have no median")
                    }
                    return seconds
                },
            ]
        ) {
            let figures = try measure(session)
            late.append(figures.p99 / 1000)
            return figures.p50 / 1e6
        }
        let rows = try contest.hold(in: session)
        let slow = Comparison(
            name: "\(Self.name)/p99", evidence: .figures(late, unit: .milliseconds), target: .none,
            notes: ["of \(count) runs of one task, one after the other; the rows above are of the median"])
        return rows + [slow]
    }

    private func measure(_ session: Session) throws -> Figures {
        let project = try session.makeProject("one.yaml", .group(memberCount: 1))
        return try session.withWorkers(1, concurrency: 1, in: project) { _ in
            let trips = session.flowrun(["round-trip", "one.yaml", "\(count)"], in: project)
            try trips.run(expecting: 0)
            return try JSONDecoder().decode(Figures.self, from: Data(try trips.printed().utf8))
        }
    }
}
