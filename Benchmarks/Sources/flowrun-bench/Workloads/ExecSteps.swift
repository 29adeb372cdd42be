/// `exec-10k`: how near 10 000 independent `exec` steps come to the bare loop that spawns and captures, and to ninja.
///
/// Each runner has its best concurrency, chosen beforehand on a tenth of the work.
struct ExecSteps: Benchmark {
    static let name = "exec-10k"

    private let stepCount = 10_000
    private let trialCount = 1000

    func compare(in session: Session) throws -> [Comparison] {
        let own = try best(session) { try apply(trialCount, $0, session).seconds }
        let limit = try best(session) { try spawn(trialCount, $0, session) }
        let peer = try missable { try best(session) { try build(trialCount, $0, session) } }

        var memory = PeakMemory()
        let contest = Contest(
            name: Self.name, measure: .rate(workUnits: Double(stepCount)),
            contenders: [
                Contender(name: "spawn-capture", reference: "spawn-capture -j \(limit)", target: .atLeast(0.85)) {
                    try spawn(stepCount, limit, session)
                },
                Contender(name: "ninja", reference: "ninja -j \(peer ?? 1)", target: .atLeast(1.5)) {
                    try build(stepCount, peer ?? 1, session)
                },
            ]
        ) {
            let outcome = try apply(stepCount, own, session)
            memory.add(outcome)
            return outcome.seconds
        }
        let rows = try contest.hold(in: session)
        return rows + [
            memory.row(
                Self.name, unit: .megabytes, atMost: 150,
                notes: ["flowrun ran with -c \(own), which was the fastest on \(trialCount) steps"])
        ]
    }

    /// The concurrency with the least median of three runs.
    private func best(_ session: Session, _ seconds: (Int) throws -> Double) rethrows -> Int {
        let trials = try session.options.concurrencies.map { concurrency in
            (concurrency: concurrency, seconds: median(try (0..<3).map { _ in try seconds(concurrency) }))
        }
        return trials.dropFirst().reduce(trials[0]) { $1.seconds < $0.seconds ? $1 : $0 }.concurrency
    }

    /// Nothing without the peer; its row says so.
    private func missable(_ choose: () throws -> Int) throws -> Int? {
        do { return try choose() } catch is MissingPeer { return nil }
    }

    private func apply(_ count: Int, _ concurrency: Int, _ session: Session) throws -> ChildProcess.Outcome {
        let project = try session.makeProject("exec.yaml", .execSteps(count: count, program: "/bin/true"))
        let outcome = try session.flowrun(["apply", "-q", "-c", "\(concurrency)", "exec.yaml"], in: project).run(
            expecting: 0)
        try session.latestStatus(in: project).requireSuccesses(count)
        return outcome
    }

    private func spawn(_ count: Int, _ threads: Int, _ session: Session) throws -> Double {
        try session.limit("spawn-capture", ["-j", "\(threads)", "\(count)", "/bin/true"]).run(expecting: 0).seconds
    }

    private func build(_ count: Int, _ jobs: Int, _ session: Session) throws -> Double {
        try session.build(.independentBuild(count: count), jobs: jobs)
    }
}

/// `exec-chain-500`: the same where each step needs the one before, so nothing can overlap.
struct ExecChain: Benchmark {
    static let name = "exec-chain-500"

    private let stepCount = 500

    func compare(in session: Session) throws -> [Comparison] {
        let contest = Contest(
            name: Self.name, measure: .rate(workUnits: Double(stepCount)),
            contenders: [
                Contender(name: "spawn-capture", reference: "spawn-capture -j 1", target: .atLeast(0.65)) {
                    try session.limit("spawn-capture", ["-j", "1", "\(stepCount)", "/bin/true"]).run(expecting: 0)
                        .seconds
                },
                Contender(name: "ninja", reference: "ninja -j 1", target: .atLeast(1)) {
                    try session.build(.chainedBuild(count: stepCount), jobs: 1)
                },
            ]
        ) {
            let project = try session.makeProject("chain.yaml", .execChain(count: stepCount, program: "/bin/true"))
            let outcome = try session.flowrun(["apply", "-q", "chain.yaml"], in: project).run(expecting: 0)
            try session.latestStatus(in: project).requireSuccesses(stepCount)
            return outcome.seconds
        }
        return try contest.hold(in: session)
    }
}

extension Session {
    /// The seconds that ninja takes for a build file, in a folder where it has not built yet.
    fileprivate func build(_ text: WorkflowText, jobs: Int) throws -> Double {
        let ninja = try program("ninja")
        let folder = try makeProject("build.ninja", text)
        return try ChildProcess(
            program: ninja, arguments: ["--quiet", "-j", "\(jobs)"], folder: folder, output: .init(in: scratch.path)
        ).run(expecting: 0).seconds
    }
}
