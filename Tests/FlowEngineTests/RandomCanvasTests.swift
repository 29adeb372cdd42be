import FlowEngine
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
        for seed in seeds where complaints < 3 {
            let profile: RandomCanvas.Profile = seed % 5 < 3 ? .exact : .timed
            let canvas = RandomCanvas(seed: seed, profile: profile)
            let trial: CanvasTrial
            do {
                trial = try CanvasTrial(canvas, concurrency: [1, 2, 8, 1000][Int(seed % 4)])
            } catch {
                complaints += 1
                Issue.record("seed \(seed) is refused: \(error)")
                continue
            }
            var found = trial.violations
            switch profile {
            case .exact:
                found += ReferenceAnswer.complaints(of: canvas.answers(pinned: Self.readings), about: trial.observation)
            case .timed where trial.hasExpiredComposite:
                // What a composite that expired would have done cannot be told from its end.
                break
            case .timed:
                let answers = ReferenceInterpreter.answers(
                    to: canvas.root, oracle: .record(trial.record), pinned: Self.readings)
                found += ReferenceAnswer.complaints(of: answers, about: trial.observation)
            }
            guard !found.isEmpty else { continue }
            complaints += 1
            Issue.record("seed \(seed): \(found.prefix(6).joined(separator: "; "))\n\(canvas.yaml)")
        }
    }

    @Test func `run the same twice`() throws {
        for seed in UInt64(0)..<300 {
            let canvas = RandomCanvas(seed: seed, profile: .timed)
            #expect(try CanvasTrial(canvas, concurrency: 2).trace == CanvasTrial(canvas, concurrency: 2).trace)
        }
    }
}
