/// `exec-1000`: how near 1 000 independent `exec` steps come to the bare loop that spawns and captures.
///
/// Both sides run in two forms that alternate: flowrun with each `-c`, the limit with one thread and with two. The form
/// with the best median stands for its side.
struct ExecSteps: Benchmark {
    static let name = "exec-1000"

    private let stepCount = 1_000
    private let program = "/bin/true"
    private let threadCounts = [1, 2]

    /// The seconds of every form, in the order of `-c` and of the threads, from one round.
    private struct Round {
        var flowrun: [Double] = []
        var limit: [Double] = []
    }

    func compare(in session: Session) throws -> Comparison {
        let concurrencies = session.options.concurrencies
        let rounds = try session.repeatPairs { try measureRound(in: session) }
        let flowrun = bestForm(rounds.map(\.flowrun))
        let limit = bestForm(rounds.map(\.limit))

        return Comparison(
            name: Self.name, measure: .rate, target: 0.6, workUnits: Double(stepCount),
            reference: "spawn-capture -j \(threadCounts[limit.index])",
            pairs: zip(flowrun.seconds, limit.seconds).map { Pair(flowrunSeconds: $0, referenceSeconds: $1) },
            notes: [
                "flowrun: " + rates(rounds.map(\.flowrun), forms: concurrencies.map { "-c \($0)" }),
                "spawn-capture: " + rates(rounds.map(\.limit), forms: threadCounts.map { "-j \($0)" }),
            ])
    }

    /// Runs every form once, flowrun and the limit in turn.
    private func measureRound(in session: Session) throws -> Round {
        let concurrencies = session.options.concurrencies
        var round = Round()
        for turn in 0..<max(concurrencies.count, threadCounts.count) {
            if turn < concurrencies.count {
                round.flowrun.append(try applyOnce(concurrency: concurrencies[turn], in: session))
            }
            if turn < threadCounts.count {
                let arguments = ["-j", "\(threadCounts[turn])", "\(stepCount)", program]
                round.limit.append(try session.limit("spawn-capture", arguments).run(expecting: 0).seconds)
            }
        }
        return round
    }

    private func applyOnce(concurrency: Int, in session: Session) throws -> Double {
        let project = try session.scratch.makeProject()
        try WorkflowText.execSteps(count: stepCount, program: program).write(to: project + "/exec.yaml")
        let outcome = try session.flowrun(["apply", "-c", "\(concurrency)", "exec.yaml"], in: project).run(expecting: 0)
        try session.latestStatus(in: project).requireSuccesses(stepCount)
        return outcome.seconds
    }

    /// The form with the least median, and its seconds round by round.
    private func bestForm(_ rounds: [[Double]]) -> (index: Int, seconds: [Double]) {
        let forms = rounds[0].indices.map { form in (index: form, seconds: rounds.map { $0[form] }) }
        return forms.dropFirst().reduce(forms[0]) { best, form in
            median(form.seconds) < median(best.seconds) ? form : best
        }
    }

    private func rates(_ rounds: [[Double]], forms: [String]) -> String {
        forms.enumerated()
            .map { index, form in "\(form) \(Int(Double(stepCount) / median(rounds.map { $0[index] })))/s" }
            .joined(separator: ", ")
    }
}
