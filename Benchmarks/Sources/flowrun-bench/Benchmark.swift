/// A question about flowrun's speed that one run of the harness answers.
protocol Benchmark: SendableMetatype {
    /// What `--only` selects and the table shows.
    static var name: String { get }

    init()

    /// Measures all pairs. Throws when flowrun fails or its results are wrong, since speed means nothing then.
    func compare(in session: Session) throws -> Comparison
}

/// Every benchmark, in the order of the table.
let allBenchmarks: [any Benchmark.Type] = [
    GroupApply.self, ExecSteps.self, CheckLargeFile.self, CheckLinear.self, StartUp.self, TwoWriters.self,
    FourWriters.self,
    IdleWorker.self,
]

/// What the benchmarks of one run share: the options, the scratch folder and where the programs are.
struct Session {
    let options: BenchOptions
    let scratch: Scratch
    /// The folder of the two limits, which SwiftPM builds beside the harness.
    let limits: String

    /// flowrun with the arguments, in the project folder.
    func flowrun(_ arguments: [String], in project: String) -> ChildProcess {
        ChildProcess(
            program: options.flowrun, arguments: arguments, folder: project, output: .init(in: scratch.path))
    }

    /// One of the limits with the arguments.
    func limit(_ program: String, _ arguments: [String]) -> ChildProcess {
        ChildProcess(
            program: "\(limits)/\(program)", arguments: arguments, folder: scratch.path,
            output: .init(in: scratch.path))
    }

    /// Measures a pair once for nothing, to fill the caches, and then as often as asked for.
    func repeatPairs<Sample>(_ measure: () throws -> Sample) rethrows -> [Sample] {
        _ = try measure()
        return try (0..<options.pairs).map { _ in try measure() }
    }

    /// What the latest run of the project came to, as another process reads it from the store.
    func latestStatus(in project: String) throws -> StatusDocument {
        let status = flowrun(["status", "latest", "--format", "json"], in: project)
        try status.run(expecting: 0)
        return try StatusDocument(contentsOf: status.output.standardOutput)
    }
}
