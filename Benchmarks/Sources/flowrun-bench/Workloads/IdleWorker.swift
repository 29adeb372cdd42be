import Foundation

/// `idle-worker`: what a worker costs that has nothing to do, in processor time of ten seconds.
struct IdleWorker: Benchmark {
    static let name = "idle-worker"

    private let seconds = 10
    private let mostMegabytes = 20.0
    private let mostPercent = 0.1

    func compare(in session: Session) throws -> [Comparison] {
        // A look of ten seconds is long: no warm-up is needed.
        let looks = try (0..<session.options.pairs).map { _ in try measure(session) }
        return [
            Comparison(
                name: "\(Self.name)/processor",
                evidence: .figures(looks.map { $0.busy / Double(seconds) * 100 }, unit: .percent),
                target: .atMost(mostPercent), notes: ["of one processor, in \(seconds) s"]),
            Comparison(
                name: "\(Self.name)/memory", evidence: .figures(looks.map { $0.peak * 1024 / 1e6 }, unit: .megabytes),
                target: .atMost(mostMegabytes), notes: ["the peak"]),
        ]
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
