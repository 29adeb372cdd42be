/// `group-10k`: a durable fan-out of 10 000 built-in tasks, from the file to the last result on disk.
struct GroupOfTenThousand: Benchmark {
    static let name = "group-10k"

    func compare(in session: Session) throws -> [Comparison] {
        try GroupApply(memberCount: 10_000).compare(Self.name, session)
    }
}

/// `copies-10k`: the same group as one member with `foreach`, as a person would write it.
struct CopiesOfTenThousand: Benchmark {
    static let name = "copies-10k"

    func compare(in session: Session) throws -> [Comparison] {
        try GroupApply(memberCount: 10_000, isOfCopies: true).compare(Self.name, session)
    }
}

/// `group-100k`: ten times as many, and whether a task costs the same then.
struct GroupOfHundredThousand: Benchmark {
    static let name = "group-100k"

    func compare(in session: Session) throws -> [Comparison] {
        try GroupApply(memberCount: 100_000).compare(Self.name, session) + [linearity(session)]
    }

    private let sizes = [10_000, 100_000]

    /// The time of a group of one is taken off, which is what a process and a new store cost; all sizes run in turn.
    private func linearity(_ session: Session) throws -> Comparison {
        let costs = try session.repeatPairs {
            let one = try GroupApply(memberCount: 1).apply(session).seconds
            return try sizes.map { (try GroupApply(memberCount: $0).apply(session).seconds - one) / Double($0) }
        }
        let perTask = sizes.indices.map { size in fixed(median(costs.map { $0[size] * 1e6 }), digits: 2) }
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

    /// A small group takes some hundredths of a second, and one run would be noise.
    private var runsInPair: Int { memberCount > 10_000 ? 1 : 5 }

    private func medianOfRuns(_ seconds: () throws -> Double) rethrows -> Double {
        median(try (0..<runsInPair).map { _ in try seconds() })
    }

    func compare(_ name: String, _ session: Session) throws -> [Comparison] {
        var memory = PeakMemory()
        let last = LastProject()
        let contest = Contest(
            name: name, measure: .rate(workUnits: Double(memberCount)), contenders: contenders(last, session)
        ) {
            let (seconds, project) = try apply(session) { memory.add($0) }
            last.path = project
            return seconds
        }
        let rows = try contest.hold(in: session)
        return rows + [
            memory.row(
                name, unit: .megabytes, atMost: 150,
                notes: ["after each run another process read all \(memberCount) results"])
        ]
    }

    /// Where flowrun has run last.
    private final class LastProject {
        var path = ""
    }

    private func contenders(_ last: LastProject, _ session: Session) -> [Contender] {
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
                name: "again", reference: "sqlite-tasks again: all that its store holds, \(batch) rows a commit",
                target: .atLeast(0.4)
            ) {
                try medianOfRuns { try session.storeSeconds(in: last.path, batch: batch) }
            },
            Contender(
                name: "insert", reference: "sqlite-tasks insert: the history alone, \(batch) rows a commit",
                target: .atLeast(0.4)
            ) {
                try medianOfRuns { try session.limit("sqlite-tasks", ["insert"] + arguments).run(expecting: 0).seconds }
            },
            Contender(name: "life", reference: "sqlite-tasks life, \(batch) tasks a commit", target: .none) {
                try medianOfRuns { try session.limit("sqlite-tasks", ["life"] + arguments).run(expecting: 0).seconds }
            },
        ]
    }

    /// Applies the group, each time in a fresh project, and checks what is in its store.
    ///
    /// - Returns: The median of the seconds, and where it ran last.
    func apply(
        _ session: Session, _ see: (ChildProcess.Outcome) -> Void = { _ in }
    ) throws -> (seconds: Double, project: String) {
        let text: WorkflowText = isOfCopies ? .copies(memberCount: memberCount) : .group(memberCount: memberCount)
        var project = ""
        let seconds = try medianOfRuns {
            project = try session.makeProject("group.yaml", text)
            let outcome = try session.flowrun(["apply", "-q", "group.yaml"], in: project).run(expecting: 0)
            see(outcome)
            try session.latestStatus(in: project).requireResults(memberCount) { $0 }
            return outcome.seconds
        }
        return (seconds, project)
    }
}
