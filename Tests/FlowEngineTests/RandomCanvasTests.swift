import FlowEngine
import FlowPlan
import Foundation
import Testing

/// Random canvases against an interpreter that was written from the language's description alone.
@Suite struct `random canvases` {
    /// How flowrun reads what the language leaves open; `Reference/README.md` explains each.
    private static let readings: [ReferenceReading: Bool] = [
        .skippedLastOfChainGivesNull: false, .skippedBodyGivesNull: false, .chordOfSkippedBodyIsSkipped: false,
        .chainOfSkippedIsSkipped: false, .stepsOfSkippedIsSkipped: false, .allowedFailureIsNoSuccess: true,
        .nestedChainMakesChord: false, .chordErrorReachesHeads: false, .allowanceCoversCallbacks: false,
        .nullItemHasIndexForKey: false,
    ]

    /// Each range of seeds is a test of its own, so that they run beside each other.
    private static let ranges = stride(from: 0, to: 20_000, by: 2_500).map { UInt64($0)..<UInt64($0 + 2_500) }

    @Test(arguments: ranges)
    func `end as a naive interpreter says, each node once and after its parents`(_ seeds: Range<UInt64>) {
        var complaints = 0
        var (revoked, called) = (0, 0)
        for seed in seeds where complaints < 3 {
            let profile: RandomCanvas.Profile = seed % 5 < 3 ? .exact : .timed
            let canvas = RandomCanvas(seed: seed, profile: profile)
            let trial: CanvasTrial
            do {
                trial = try CanvasTrial(
                    canvas, concurrency: [1, 2, 8, 1000][Int(seed % 4)],
                    callDepth: profile == .exact && seed % 7 < 3 ? Int(seed % 7) : 0,
                    interventions: profile == .timed && seed % 3 == 0 ? [Self.revocation(seed)] : [])
            } catch {
                complaints += 1
                Issue.record("seed \(seed) is refused: \(error)")
                continue
            }
            revoked += trial.revokedByHand.isEmpty ? 0 : 1
            called += trial.prefix.isEmpty ? 0 : 1
            var found = trial.violations
            switch profile {
            case .exact:
                found += ReferenceAnswer.complaints(of: canvas.answers(pinned: Self.readings), about: trial.observation)
            case .timed where trial.hasExpiredComposite:
                // What a composite that expired would have done cannot be told from its end.
                break
            case .timed:
                let answers = ReferenceInterpreter.answers(
                    to: canvas.root, oracle: .record(trial.record, revokedByHand: trial.revokedByHand),
                    pinned: Self.readings)
                found += ReferenceAnswer.complaints(of: answers, about: trial.observation)
            }
            guard !found.isEmpty else { continue }
            complaints += 1
            Issue.record("seed \(seed): \(found.prefix(6).joined(separator: "; "))\n\(canvas.yaml)")
        }
        #expect(revoked > 100 && called > 100, "\(revoked) revoked, \(called) called")
    }

    /// Somebody revokes a node, of any kind and whatever it does, after a while.
    private static func revocation(_ seed: UInt64) -> VirtualRun.Intervention {
        var random = SplitMix64(seed: seed ^ 0xBAD)
        let (time, place, ends) = (Int(random.next() % 12) * 400, random.next(), random.next() % 2 == 0)
        return VirtualRun.Intervention(at: .milliseconds(time)) { machine in
            let node = NodeIndex(Int(place % UInt64(machine.plan.nodes.count)))
            return .nodeRevoked(node, ends ? .terminate(signal: 15) : .letRun)
        }
    }

    @Test func `of which the whole run is revoked end all the same`() throws {
        for seed in UInt64(0)..<1000 {
            let revocation = VirtualRun.Intervention(at: .milliseconds(Int(seed % 9) * 300)) { _ in
                .revoked(seed % 2 == 0 ? .letRun : .terminate(signal: 15))
            }
            let trial = try CanvasTrial(
                RandomCanvas(seed: seed, profile: .timed), concurrency: 2, interventions: [revocation])
            #expect(trial.violations == [], "seed \(seed)")
        }
    }

    @Test func `run the same twice`() throws {
        for seed in UInt64(0)..<300 {
            let canvas = RandomCanvas(seed: seed, profile: .timed)
            #expect(try CanvasTrial(canvas, concurrency: 2).trace == CanvasTrial(canvas, concurrency: 2).trace)
        }
    }
}
