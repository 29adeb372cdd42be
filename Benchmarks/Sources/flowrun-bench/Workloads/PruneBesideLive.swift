import Foundation
import Glibc

/// `prune-100k`: by how much the removal of 100 000 finished runs holds up a run that is under way.
struct PruneBesideLive: Benchmark {
    static let name = "prune-100k"

    private let finishedRuns = 100_000
    private let hops = 3000
    private let mostSeconds = 1.0

    func compare(in session: Session) throws -> [Comparison] {
        let template = try makeTemplate(session)
        var pruneSeconds: [Double] = []
        // A store of 100 000 runs is copied for each look; none is made for nothing.
        var aloneSeconds: [Double] = []
        let delays = try (0..<session.options.pairs).map { _ in
            let alone = try run(besidePrune: false, template, session).chain
            let beside = try run(besidePrune: true, template, session)
            aloneSeconds.append(alone)
            pruneSeconds.append(beside.prune)
            return max(0, beside.chain - alone)
        }
        return [
            Comparison(
                name: Self.name, evidence: .figures(delays, unit: .seconds), target: .atMost(mostSeconds),
                notes: [
                    "a live chain of \(hops) beside the prune, less the same chain alone:"
                        + " \(fixed(median(aloneSeconds), digits: 2)) s",
                    "the prune took \(fixed(median(pruneSeconds), digits: 2)) s",
                ])
        ]
    }

    /// A project whose store holds one real finished run, and copies of it.
    private func makeTemplate(_ session: Session) throws -> String {
        let project = try session.makeProject("finished.yaml", .additions(count: 3))
        try session.flowrun(["apply", "-q", "finished.yaml"], in: project).run(expecting: 0)
        var copies = session.limit("copy-runs", [project + "/.flowrun/flowrun.db", "\(finishedRuns - 1)"])
        copies.folder = project
        try copies.run(expecting: 0)
        return project
    }

    /// The seconds of the prune, which must have removed all finished runs and no other.
    private func removeFinished(_ project: String, _ session: Session) throws -> Double {
        let prune = session.flowrun(["prune", "--older-than", "0s"], in: project)
        let seconds = try prune.run(expecting: 0).seconds
        let words = try prune.printed()
        guard words.contains(" \(finishedRuns) runs") else { throw BenchError("prune says it \(words)") }
        return seconds
    }

    /// The seconds of the chain, and those of the prune that starts as soon as the chain is under way.
    private func run(besidePrune: Bool, _ template: String, _ session: Session) throws -> (chain: Double, prune: Double)
    {
        let project = try session.makeProject("live.yaml", .additions(count: hops))
        let store = "/.flowrun/flowrun.db"
        try FileManager.default.copyItem(atPath: template + store, toPath: project + store)
        // What the copy has left to be written must not fall into the figures.
        sync()
        var apply = session.flowrun(["apply", "-q", "live.yaml"], in: project)
        apply.output = .init(in: project, name: "apply-")
        let chain = try apply.start()
        var prune = 0.0
        if besidePrune {
            usleep(50_000)
            prune = try removeFinished(project, session)
        }
        let outcome = try chain.wait()
        guard outcome.status == 0 else { throw BenchError("the live run failed with \(outcome.status)") }
        let status = try session.latestStatus(in: project)
        try status.requireResults(hops) { 7 + $0 }
        // The prune may outlive the chain, so it is the run itself that tells how long it took.
        return (status.run.duration, prune)
    }
}
