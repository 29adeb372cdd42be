import Foundation

/// `idle-worker`: what a worker costs that has nothing to do, in processor time of ten seconds.
struct IdleWorker: Benchmark {
    static let name = "idle-worker"

    private let seconds = 10
    /// A thousandth of a processor.
    private let mostOfOneProcessor = 0.001

    func compare(in session: Session) throws -> Comparison {
        var peaks: [Double] = []
        // A look of ten seconds is long: no warm-up is needed.
        let pairs = try (0..<session.options.pairs).map { _ in
            let (busy, peak) = try measure(session)
            peaks.append(peak)
            return Pair(flowrunSeconds: busy, referenceSeconds: mostOfOneProcessor * Double(seconds))
        }
        return Comparison(
            name: Self.name, measure: .time, target: 1, reference: "0.1 % of one processor for \(seconds) s",
            pairs: pairs,
            notes: ["\(fixed(median(peaks) / 1024, digits: 1)) MB at the peak"])
    }

    /// The processor time of all its threads in the ten seconds, and its peak memory in KiB.
    private func measure(_ session: Session) throws -> (busy: Double, peak: Double) {
        let script = """
            "$0" worker 2> worker.err & pid=$!
            while ! grep -q '^worker' worker.err; do sleep 0.05; done
            sleep 1
            cat /proc/$pid/task/*/schedstat > before
            sleep \(seconds)
            cat /proc/$pid/task/*/schedstat > after
            grep VmHWM /proc/$pid/status > peak
            kill -TERM $pid
            wait $pid
            """
        let project = try session.scratch.makeProject()
        let shell = ChildProcess(
            program: "/bin/sh", arguments: ["-c", script, session.options.flowrun], folder: project,
            output: .init(in: session.scratch.path))
        try shell.run(expecting: 0)
        let peak = try String(contentsOfFile: project + "/peak", encoding: .utf8).split(separator: " ")
        let busy = try nanoseconds(project + "/after") - nanoseconds(project + "/before")
        return (busy / 1e9, peak.compactMap { Double($0.filter(\.isNumber)) }.max() ?? 0)
    }

    /// The nanoseconds on a processor: the sum of the first figures of the lines.
    ///
    /// Source: proc(5), `schedstat`.
    private func nanoseconds(_ path: String) throws -> Double {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }.reduce(0, +)
    }
}
