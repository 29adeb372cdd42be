/// `check-linear`: what a step costs may not depend on how many there are.
///
/// The time of a file of one step is taken off: it is what a process costs, and weighs only in small files.
struct CheckLinear: Benchmark {
    static let name = "check-linear"

    private let sizes = [10_000, 100_000, 1_000_000]

    func compare(in session: Session) throws -> [Comparison] {
        let project = try session.scratch.makeProject()
        for size in [1] + sizes { try WorkflowText.dependentSteps(count: size).write(to: "\(project)/\(size).yaml") }
        let rounds = try session.repeatPairs {
            let empty = try seconds(1, project, session)
            return try sizes.map { (try seconds($0, project, session) - empty) / Double($0) }
        }
        let perStep = sizes.indices.map { size in fixed(median(rounds.map { $0[size] * 1e6 }), digits: 2) }
        return [
            Comparison(
                name: Self.name, evidence: .figures(rounds.map(unevenness), unit: .factor), target: .atMost(1.25),
                notes: [
                    "the greatest time per step over the smallest, at 10⁴, 10⁵ and 10⁶ steps, less that of a file of one",
                    "µs a step: " + perStep.joined(separator: ", "),
                ])
        ]
    }

    /// Each size is looked at for about as long: a small file is read so fast that a few looks would be noise, and a
    /// processor that has stood still takes a while to be as fast as one that has worked for seconds.
    private func seconds(_ size: Int, _ project: String, _ session: Session) throws -> Double {
        let runs = size < 10_000 ? 5 : max(1, sizes.reduce(0, max) / size / 4)
        return median(
            try (0..<runs).map { _ in
                try session.flowrun(["load", "\(size).yaml"], in: project).run(expecting: 0).seconds
            })
    }
}
