import Foundation

/// What the benchmarks read of `flowrun status RUN --format json` (`flowrun.status/1`).
struct StatusDocument: Decodable {
    let run: Run
    let steps: [Step]

    struct Run: Decodable {
        let state: String
        let counts: [String: Int]
        /// How long it took, in seconds.
        let duration: Double

        private enum CodingKeys: String, CodingKey {
            case state, counts
            case duration = "duration_s"
        }
    }

    /// The steps that run a task; the others are composites.
    var tasks: [Step] { steps.filter { $0.task != nil } }

    struct Step: Decodable {
        let id: String
        /// Absent for a composite.
        let task: String?
        let state: String
        /// The result, where it is an integer.
        let integerResult: Int?

        private enum CodingKeys: String, CodingKey {
            case id, task, state, result
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            task = try container.decodeIfPresent(String.self, forKey: .task)
            state = try container.decode(String.self, forKey: .state)
            // Any other JSON value may stand here too, and is not what a benchmark counts.
            integerResult = try? container.decode(Int.self, forKey: .result)
        }
    }

    init(contentsOf path: String) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw BenchError("`flowrun status latest --format json` is not a status document: \(error)")
        }
    }

    /// Throws unless the run succeeded with just so many successes, and nothing else.
    func requireSuccesses(_ count: Int) throws(BenchError) {
        guard run.state == "SUCCESS", run.counts == ["SUCCESS": count] else {
            throw BenchError("the run is \(run.state) with \(run.counts), not SUCCESS with \(count) successes")
        }
    }

    /// Throws unless every task succeeded, as many as said, and each gave the integer that is due.
    func requireResults(_ count: Int, due: (Int) -> Int) throws(BenchError) {
        try requireSuccesses(count)
        let tasks = tasks
        guard tasks.count == count else { throw BenchError("status shows \(tasks.count) tasks, not \(count)") }
        for (index, task) in tasks.enumerated() where task.integerResult != due(index) || task.state != "SUCCESS" {
            let result = task.integerResult.map(String.init) ?? "no integer"
            throw BenchError("task \(index) (\(task.id)) is \(task.state) with result \(result), not \(due(index))")
        }
    }
}
