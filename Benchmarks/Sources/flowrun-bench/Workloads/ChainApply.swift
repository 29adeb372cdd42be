/// `chain-1000`: a chain in which each hop gets what the one before gave, one durable commit a hop.
struct ChainOfThousand: Benchmark {
    static let name = "chain-1000"

    func compare(in session: Session) throws -> [Comparison] {
        let hops = 1000
        let contest = Contest(
            name: Self.name, measure: .rate(workUnits: Double(hops)),
            contenders: [
                Contender(name: "commits", reference: "as many bare FULL commits", target: .atLeast(0.7)) {
                    try session.commitSeconds() * Double(hops)
                },
                Contender(name: "celery", reference: Peer.celery.title, target: .atLeast(10), turn: .once) {
                    try session.seconds(of: .celery, .chain, count: hops)
                },
            ]
        ) { try ChainApply(hops: hops).applyOnce(session) }
        return try contest.hold(in: session)
    }
}

/// `chain-10000`: a hop of a chain ten times as long may cost no more.
struct ChainOfTenThousand: Benchmark {
    static let name = "chain-10000"

    private let sizes = [1000, 10_000]

    func compare(in session: Session) throws -> [Comparison] {
        let rounds = try session.repeatPairs {
            let one = try ChainApply(hops: 1).applyOnce(session)
            return try sizes.map { (try ChainApply(hops: $0).applyOnce(session) - one) / Double($0) }
        }
        let perHop = sizes.indices.map { size in fixed(median(rounds.map { $0[size] * 1e6 }), digits: 0) }
        return [
            Comparison(
                name: "\(Self.name)/linear", evidence: .figures(rounds.map(unevenness), unit: .factor),
                target: .atMost(1.25),
                notes: [
                    "the greater time per hop over the smaller, of chains of 1 000 and of 10 000, less a chain of one",
                    "µs a hop: " + perHop.joined(separator: ", "),
                ])
        ]
    }
}

/// A chain of additions in a fresh project; another process must read what every hop gave.
private struct ChainApply {
    let hops: Int

    func applyOnce(_ session: Session) throws -> Double {
        let project = try session.makeProject("chain.yaml", .additions(count: hops))
        let seconds = try session.flowrun(["apply", "-q", "chain.yaml"], in: project).run(expecting: 0).seconds
        try session.latestStatus(in: project).requireResults(hops) { 7 + $0 }
        return seconds
    }
}
