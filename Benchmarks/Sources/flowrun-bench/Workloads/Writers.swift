import Foundation

/// `writers-2`: two processes write to one store as fast as they can; no commit may wait longer than half a second.
struct TwoWriters: Benchmark {
    static let name = "writers-2"

    func compare(in session: Session) throws -> [Comparison] { [try Writers(count: 2).compare(Self.name, session)] }
}

/// `writers-4`: the same with four, on two cores.
struct FourWriters: Benchmark {
    static let name = "writers-4"

    func compare(in session: Session) throws -> [Comparison] { [try Writers(count: 4).compare(Self.name, session)] }
}

/// Chains of built-ins, one commit a hop, each driven by an `apply` of its own on the same store.
private struct Writers {
    let count: Int
    private let mostSeconds = 0.5
    private let chainLength = 1000

    init(count: Int) {
        self.count = count
    }

    func compare(_ name: String, _ session: Session) throws -> Comparison {
        var rates: [Double] = []
        let longest = try session.repeatPairs {
            let project = try session.makeProject("chain.yaml", .additions(count: chainLength))
            let seconds = try run(project, session)
            rates.append(Double(count * chainLength) / seconds)
            return try longestCommit(project)
        }
        return Comparison(
            name: name, evidence: .figures(longest, unit: .seconds), target: .atMost(mostSeconds),
            notes: ["the longest commit of all; \(Int(median(rates))) durable hops/s by \(count) processes together"])
    }

    /// Starts all writers at once and waits for the last.
    private func run(_ project: String, _ session: Session) throws -> Double {
        let script = """
            for number in $(seq \(count)); do
                "$0" apply chain.yaml --log-level debug --format json > out.$number 2> err.$number & pids="$pids $!"
            done
            for pid in $pids; do wait $pid || exit 1; done
            """
        let shell = ChildProcess(
            program: "/bin/sh", arguments: ["-c", script, session.options.flowrun], folder: project,
            output: .init(in: session.scratch.path))
        return try shell.run(expecting: 0).seconds
    }

    /// What the writers say of their commits: `debug: 1003 commits, the longest took 812 µs`.
    private func longestCommit(_ project: String) throws -> Double {
        var longest = 0.0
        for number in 1...count {
            let text = try String(contentsOfFile: "\(project)/err.\(number)", encoding: .utf8)
            let words = text.split(whereSeparator: \.isWhitespace)
            guard let unit = words.lastIndex(of: "µs"), let microseconds = Double(words[unit - 1]) else {
                throw BenchError("writer \(number) does not say how long its commits took: \(text)")
            }
            longest = max(longest, microseconds / 1e6)
        }
        return longest
    }
}
