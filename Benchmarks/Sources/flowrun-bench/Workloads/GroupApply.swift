/// `group-10k`: a durable fan-out of 10 000 built-in tasks, from the file to the last result on disk.
struct GroupOfTenThousand: Benchmark {
    static let name = "group-10k"

    func compare(in session: Session) throws -> [Comparison] {
        try GroupApply(memberCount: 10_000).compare(Self.name, session).rows
    }
}

/// `copies-10k`: the same group as one member with `foreach`, as a person would write it.
struct CopiesOfTenThousand: Benchmark {
    static let name = "copies-10k"

    func compare(in session: Session) throws -> [Comparison] {
        try GroupApply(memberCount: 10_000, isOfCopies: true).compare(Self.name, session).rows
    }
}

/// `group-100k`: ten times as many, and whether a task costs the same then.
struct GroupOfHundredThousand: Benchmark {
    static let name = "group-100k"

    func compare(in session: Session) throws -> [Comparison] {
        let outcome = try GroupApply(memberCount: 100_000).compare(Self.name, session)
        return outcome.rows + [try linearity(ofLarge: outcome.flowrunSeconds, session)]
    }

    /// The time of a group of one is taken off: it is what a process and a new store cost.
    private func linearity(ofLarge large: [Double], _ session: Session) throws -> Comparison {
        let rounds = try session.repeatPairs {
            (
                one: try GroupApply(memberCount: 1).applyOnce(session).seconds,
                small: try GroupApply(memberCount: 10_000).applyOnce(session).seconds
            )
        }
        let costs = zip(rounds, large).map { round, large in
            [(round.small - round.one) / 10_000, (large - round.one) / 100_000]
        }
        let perTask = [0, 1].map { size in fixed(median(costs.map { $0[size] * 1e6 }), digits: 2) }
        return Comparison(
            name: "\(Self.name)/linear", evidence: .figures(costs.map(unevenness), unit: .factor),
            target: .atMost(1.25),
            notes: [
                "the greater time per task over the smaller, at 10⁴ and 10⁵ tasks, less that of a group of one",
                "µs a task: " + perTask.joined(separator: ", "),
            ])
    }
}

/// A group in a fresh project.
///
/// After every run another process must read all results from the store.
private struct GroupApply {
    let memberCount: Int
    /// Whether the members are copies of one.
    let isOfCopies: Bool
    /// What Celery is measured with: 100 000 would take it minutes.
    private let mostOfCelery = 10_000
    private let batch = 16_384

    init(memberCount: Int, isOfCopies: Bool = false) {
        self.memberCount = memberCount
        self.isOfCopies = isOfCopies
    }

    func compare(_ name: String, _ session: Session) throws -> Contest.Outcome {
        var memory = PeakMemory()
        let contest = Contest(
            name: name, measure: .rate(workUnits: Double(memberCount)), contenders: contenders(session)
        ) {
            let outcome = try applyOnce(session)
            memory.add(outcome)
            return outcome.seconds
        }
        let outcome = try contest.hold(in: session)
        let row = memory.row(
            name, unit: .megabytes, atMost: 150,
            notes: ["after each run another process read all \(memberCount) results"])
        return Contest.Outcome(rows: outcome.rows + [row], flowrunSeconds: outcome.flowrunSeconds)
    }

    private func contenders(_ session: Session) -> [Contender] {
        let celeryCount = min(memberCount, mostOfCelery)
        let isLarge = memberCount > mostOfCelery
        let arguments = ["\(memberCount)", "\(batch)"]
        return [
            Contender(
                name: "celery", reference: Peer.celery.title + ", its rate at \(celeryCount)", target: .atLeast(100),
                turn: .once
            ) {
                let seconds = try session.secondsMeasuredOnce(of: .celery, .group, count: celeryCount)
                return seconds * Double(memberCount) / Double(celeryCount)
            },
            Contender(
                name: "huey", reference: Peer.huey.title, target: .atLeast(20), turn: isLarge ? .once : .eachPair
            ) {
                try session.seconds(of: .huey, .group, count: memberCount)
            },
            Contender(
                name: "insert", reference: "sqlite-tasks insert, \(batch) rows a commit", target: .atLeast(0.4)
            ) {
                try session.limit("sqlite-tasks", ["insert"] + arguments).run(expecting: 0).seconds
            },
            Contender(name: "life", reference: "sqlite-tasks life, \(batch) tasks a commit", target: .none) {
                try session.limit("sqlite-tasks", ["life"] + arguments).run(expecting: 0).seconds
            },
        ]
    }

    /// Applies the group and checks what is in its store.
    func applyOnce(_ session: Session) throws -> ChildProcess.Outcome {
        let text: WorkflowText = isOfCopies ? .copies(memberCount: memberCount) : .group(memberCount: memberCount)
        let project = try session.makeProject("group.yaml", text)
        let outcome = try session.flowrun(["apply", "-q", "group.yaml"], in: project).run(expecting: 0)
        try session.latestStatus(in: project).requireResults(memberCount) { $0 }
        return outcome
    }
}
