import ArgumentParser
import FlowEngine
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
import Glibc

/// Drives a run in the foreground, shows its progress and ends the command with its state.
struct RunCompletion {
    let store: RunStore
    let run: RunStore.Run
    let format: OutputFormat

    /// Takes the lock that says that a living process drives a run.
    static func lock(_ store: RunStore, _ id: String) throws(StoreError) -> ProcessLock {
        let folder = "\(store.folder)/workers"
        unsafe mkdir(folder, 0o700)
        guard let lock = ProcessLock(path: "\(folder)/\(id).lock") else {
            throw StoreError(.busy, "\(id) is driven by another process")
        }
        return lock
    }

    func drive(_ machine: RunMachine, concurrency: Int, lock: ProcessLock) throws(StoreError) {
        let progress = Progress(style: format == .json ? .quiet : Terminal.isInteractive ? .live : .lines)
        progress.begin(run.id)
        let driver = try RunDriver(store: store, run: run, machine: machine, concurrency: concurrency) {
            progress.show($0, $1)
        }
        let ended = try driver.drive()
        progress.end()
        unsafe unlink(lock.path)
        if format == .json {
            StatusDocument(run: run, machine: ended, isDriven: false).write(Terminal.write)
        } else {
            Summary(run: run, machine: ended).write()
        }
        switch ended.state {
        case .success: return
        case .revoked: Flowrun.exit(withError: ExitCode(ExitStatus.revoked.rawValue))
        case .pending, .started, .retry, .failure, .skipped, .ignored:
            Flowrun.exit(withError: ExitCode(ExitStatus.failed.rawValue))
        }
    }
}

/// The end of a run for people: what failed and why first, then the result.
struct Summary {
    let run: RunStore.Run
    let machine: RunMachine

    func write() {
        for index in machine.plan.nodes.indices {
            let node = NodeIndex(index)
            let status = machine.status(of: node)
            guard status.state == .failure || status.state == .revoked, machine.plan.isTask(node),
                let failure = status.failure
            else { continue }
            Terminal.print("\(machine.plan.id(of: node)): \(failure.type): \(failure.message)")
            for line in (failure.traceback ?? "").split(separator: "\n") { Terminal.print("  | \(line)") }
        }
        Terminal.print("\(run.id): \(machine.isFinished ? machine.state.name : "RUNNING") (\(machine.shownCounts))")
        if let result = machine.runResult, result != .null {
            if case .string(let text) = result { Terminal.print(text) } else { Terminal.print(JSONWriter.text(result)) }
        }
    }
}

extension Plan {
    /// How many tasks run at once where the command line does not say: `worker_concurrency`, or one a processor.
    var defaultConcurrency: Int {
        guard case .int(let count)? = spec.settings.last(where: { $0.name == "worker_concurrency" })?.value, count > 0
        else { return Host.processorCount }
        return Int(clamping: count)
    }
}

extension RunMachine {
    /// `3 SUCCESS, 1 FAILURE`.
    var shownCounts: String {
        TaskState.allCases.compactMap { state in
            let count = counts[Int(state.rawValue)]
            return count > 0 ? "\(count) \(state.name)" : nil
        }.joined(separator: ", ")
    }
}

extension String {
    /// The text with spaces after it, up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}
