/// `chord-10k`: 10 000 tasks and a body that sums what they gave.
struct ChordOfTenThousand: Benchmark {
    static let name = "chord-10k"

    func compare(in session: Session) throws -> [Comparison] {
        let members = 10_000
        let contest = Contest(
            name: Self.name, measure: .rate(workUnits: Double(members)),
            contenders: [
                Contender(name: "celery", reference: Peer.celery.title, target: .atLeast(100), turn: .once) {
                    try session.seconds(of: .celery, .chord, count: members)
                }
            ]
        ) {
            let project = try session.makeProject("chord.yaml", .sum(memberCount: members))
            let seconds = try session.flowrun(["apply", "-q", "chord.yaml"], in: project).run(expecting: 0).seconds
            try session.latestStatus(in: project).requireResults(members + 1) { index in
                index < members ? index : members * (members - 1) / 2
            }
            return seconds
        }
        return try contest.hold(in: session)
    }
}
