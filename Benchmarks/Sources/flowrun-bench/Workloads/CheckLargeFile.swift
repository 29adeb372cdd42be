/// `check-100k`: reading, checking and planning a file of 100 000 steps.
struct CheckHundredThousand: Benchmark {
    static let name = "check-100k"

    func compare(in session: Session) throws -> [Comparison] {
        try CheckLargeFile(name: Self.name, stepCount: 100_000).compare(session)
    }
}

/// `check-1m`: the same of 1 000 000.
struct CheckMillion: Benchmark {
    static let name = "check-1m"

    func compare(in session: Session) throws -> [Comparison] {
        try CheckLargeFile(name: Self.name, stepCount: 1_000_000).compare(session)
    }
}

/// Against libyaml's bare event loop on the same bytes, and against ninja, which reads a file of the same edges.
///
/// Before anything is timed, the same file with one misspelt `needs` in its last step must be refused: a checker that
/// does not look at the end has no speed to compare.
private struct CheckLargeFile {
    let name: String
    let stepCount: Int
    private let mostBytesPerStep = 700.0

    init(name: String, stepCount: Int) {
        self.name = name
        self.stepCount = stepCount
    }

    func compare(_ session: Session) throws -> [Comparison] {
        let text = WorkflowText.dependentSteps(count: stepCount)
        let project = try session.scratch.makeProject()
        let length = try text.write(to: project + "/large.yaml")
        try WorkflowText.dependentBuild(count: stepCount).write(to: project + "/build.ninja")
        try refuseFlawedFile(in: project, session: session)

        var memory = PeakMemory()
        let contest = Contest(
            name: name, measure: .time,
            contenders: [
                Contender(name: "yaml-events", reference: "yaml-events on the same bytes", target: .atMost(2)) {
                    try session.limit("yaml-events", [project + "/large.yaml"]).run(expecting: 0).seconds
                },
                Contender(name: "ninja", reference: "ninja -n on a build file of the same edges", target: .atMost(1)) {
                    try pretendToBuild(in: project, session: session)
                },
            ]
        ) {
            let check = try session.flowrun(["load", "large.yaml"], in: project).run(expecting: 0)
            memory.add(check)
            return check.seconds
        }
        let rows = try contest.hold(in: session)
        return rows + [
            memory.row(
                name, unit: .bytesPerStep, dividedBy: Double(stepCount), atMost: mostBytesPerStep,
                notes: ["\(megabytes(length)) of YAML"])
        ]
    }

    private func refuseFlawedFile(in project: String, session: Session) throws {
        try WorkflowText.dependentSteps(count: stepCount, lastNeed: "stpe-000000").write(to: project + "/flawed.yaml")
        try session.flowrun(["check", "flawed.yaml"], in: project).run(expecting: 1)
    }

    /// ninja walks the edges by recursion, and a chain as long as ours overflows the usual stack.
    private func pretendToBuild(in project: String, session: Session) throws -> Double {
        let ninja = try session.program("ninja")
        let shell = ChildProcess(
            program: "/bin/sh", arguments: ["-c", "ulimit -s unlimited && exec \"$0\" -n", ninja], folder: project,
            output: .init(in: session.scratch.path))
        return try shell.run(expecting: 0).seconds
    }
}
