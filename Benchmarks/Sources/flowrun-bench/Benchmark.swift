/// A question about flowrun's speed that one run of the harness answers.
protocol Benchmark: SendableMetatype {
    /// What `--only` selects, and the first part of its rows' names.
    static var name: String { get }

    init()

    /// Measures all pairs; a row for each target.
    ///
    /// Throws when flowrun fails or its results are wrong, since speed means nothing then, and ``MissingPeer`` when
    /// nothing can be measured without it.
    func compare(in session: Session) throws -> [Comparison]
}

/// Every benchmark, in the order of the table.
let allBenchmarks: [any Benchmark.Type] = [
    CheckHundredThousand.self, CheckMillion.self, CheckLinear.self, StartUp.self,
    GroupOfTenThousand.self, CopiesOfTenThousand.self, GroupOfHundredThousand.self,
    ChainOfThousand.self, ChainOfTenThousand.self,
    ChordOfTenThousand.self, NestedChords.self, ChainOfGroups.self,
    ExecSteps.self, ExecChain.self,
    TwoWorkers.self, RoundTrip.self,
    BesideFinished.self, StatusOfMillion.self, PruneBesideLive.self,
    TwoWriters.self, FourWriters.self, IdleWorker.self, KillNine.self,
]
