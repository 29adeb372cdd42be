import Foundation
import Glibc

/// `flowrun worker` processes that serve a project while a block runs.
struct Workers {
    let processes: [RunningProcess]

    /// Kills them all, as a power cut would.
    func killNine() { processes.forEach { $0.signal(SIGKILL) } }
}

extension Session {
    /// Starts so many workers, waits until each serves, and ends them after the block, whatever becomes of it.
    func withWorkers<Value>(
        _ count: Int, concurrency: Int, in project: String, _ body: (Workers) throws -> Value
    ) throws -> Value {
        var processes: [RunningProcess] = []
        defer {
            for process in processes {
                process.signal(SIGTERM)
                // How it ends is not what is measured, and there is nothing left to do about it.
                _ = try? process.wait()
            }
        }
        for number in 0..<count {
            var worker = flowrun(["worker", "-c", "\(concurrency)", "-n", "worker-\(number)"], in: project)
            worker.output = .init(in: project, name: "worker-\(number)-")
            processes.append(try worker.start())
            try awaitGreeting(in: worker.output.standardError)
        }
        return try body(Workers(processes: processes))
    }

    /// A worker says first whom it serves: `worker NAME: …`.
    private func awaitGreeting(in path: String) throws {
        for _ in 0..<1000 {
            if let text = FileManager.default.contents(atPath: path), text.starts(with: Data("worker".utf8)) { return }
            usleep(10_000)
        }
        throw BenchError("a worker did not start within 10 s")
    }
}
