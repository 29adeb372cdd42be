package import FlowEngine
import FlowModel
import FlowPlan
import FlowStore
import FlowValue

/// The document `flowrun.status/1` (SPEC 9).
package final class StatusDocument {
    private let snapshot: RunSnapshot
    private let resultLimit: Int
    private var workerNames: [WorkerKey: String] = [:]
    /// The files of large results, by node; read when the first one is met.
    private lazy var resultFiles: [UInt32: String] =
        (try? snapshot.store.read { try $0.resultFiles(of: snapshot.row.key) }) ?? [:]

    private let states: Set<TaskState>?
    private let hasValues: Bool

    /// - Parameters:
    ///   - snapshot: The run.
    ///   - states: The states of steps that are written; nil for all.
    ///   - hasValues: Whether arguments and results are written.
    package init(_ snapshot: RunSnapshot, states: Set<TaskState>? = nil, hasValues: Bool = true) {
        self.snapshot = snapshot
        self.states = states
        self.hasValues = hasValues
        resultLimit = snapshot.machine.plan.spec.setting("result_max_size")?.asInt ?? 1 << 20
    }

    private var machine: RunMachine { snapshot.machine }

    /// Writes the document in parts, so that its size is bounded by no memory.
    package func write(_ emit: ([UInt8]) -> Void) {
        var writer = JSONWriter()
        writer.raw(#"{"schema":"flowrun.status/1","run":"#)
        writer.write(.object(summary))
        writer.raw(#","steps":["#)
        var isFirst = true
        machine.plan.forEachNode { node in
            guard states?.contains(machine.state(of: node)) ?? true else { return }
            if !isFirst { writer.raw(",") }
            isFirst = false
            writer.write(.object(step(node)))
            if writer.bytes.count > 1 << 16 {
                emit(writer.bytes)
                writer = JSONWriter()
            }
        }
        writer.raw("]}\n")
        emit(writer.bytes)
    }

    private var summary: JSONObject {
        var counts = JSONObject()
        for state in TaskState.allCases {
            let count = machine.counts[Int(state.rawValue)]
            if count > 0 { counts.append(state.name, .int(Int64(count))) }
        }
        let run = snapshot.row
        let end = run.finishedAt ?? machine.finishedAt
        return [
            "id": .string(run.id), "workflow": .string(run.workflow), "file": .string(run.file),
            "state": .string(snapshot.state), "params": .object(run.parameters),
            "created_at": time(run.createdAt), "started_at": time(run.createdAt), "finished_at": time(end),
            "duration_s": end.map { .float(($0 - run.createdAt).inSeconds) } ?? .null,
            "result": shown(machine.runResult, machine.plan.root),
            "error": machine.runError ?? .null,
            "counts": .object(counts), "driver": .string(snapshot.isDriven ? "live" : "none"),
            "retry_of": run.directives.retryOf.map { .string($0) } ?? .null,
        ]
    }

    private func time(_ time: Timestamp?) -> JSONValue {
        time.map { .string($0.iso8601) } ?? .null
    }

    private func step(_ node: NodeIndex) -> JSONObject {
        let plan = machine.plan
        let status = machine.status(of: node)
        let isTask = plan.isTask(node)
        let arguments = status.attempts > 0 && hasValues ? try? machine.arguments(of: node) : nil
        return [
            "id": .string(plan.id(of: node)), "path": .string(path(node)),
            "task": isTask ? plan.task(of: node).map { .string($0.name) } ?? .null : .null,
            "task_id": .string(machine.taskID(of: node)), "state": .string(status.state.name),
            "attempts": .int(Int64(status.attempts)), "retries": .int(Int64(status.retries)),
            "args": .array(arguments?.args ?? []), "kwargs": .object(arguments?.kwargs ?? JSONObject()),
            "result": shownResult(node), "error": status.failure?.json ?? .null,
            "skipped_because": skipCause(status), "next_attempt_at": time(status.nextAttemptAt),
            "started_at": time(status.startedAt), "finished_at": time(status.finishedAt),
            "duration_s": duration(status), "worker": status.worker.map { .string(workerName($0)) } ?? .null,
            "queue": isTask ? .string(machine.queue(of: node)) : .null,
            "needs": .array(plan.needs(of: node).map { .string(plan.id(of: $0.node)) }), "log": .null,
        ]
    }

    private func shownResult(_ node: NodeIndex) -> JSONValue {
        guard hasValues else { return .null }
        return shown(machine.readableResult(of: node), node)
    }

    /// A value, or where it lies if it is too large for the document.
    private func shown(_ value: JSONValue?, _ node: NodeIndex) -> JSONValue {
        guard let value else { return .null }
        guard value.isLongerAsJSON(than: resultLimit) else { return value }
        let path = resultFiles[node.index].map {
            JSONValue.string(StoreFiles.resultPath($0, of: snapshot.row.key, in: snapshot.store.folder))
        }
        return .object(["$file": path ?? .null, "bytes": .int(Int64(JSONWriter.bytes(value).count))])
    }

    private func workerName(_ worker: WorkerKey) -> String {
        if let known = workerNames[worker] { return known }
        // A worker's row may have been pruned before the run's.
        let name = (try? snapshot.store.read { try $0.name(of: worker) }) ?? Host.name
        workerNames[worker] = name
        return name
    }

    private func skipCause(_ status: RunMachine.Status) -> JSONValue {
        guard let cause = status.cause else { return .null }
        return .object([
            "step": .string(machine.plan.id(of: cause.node)),
            "state": .string(machine.state(of: cause.node).name), "why": .string(cause.reason.rawValue),
        ])
    }

    private func duration(_ status: RunMachine.Status) -> JSONValue {
        guard let start = status.startedAt, let end = status.finishedAt else { return .null }
        return .float((end - start).inSeconds)
    }

    /// The ids of the nodes around a node and its own, outermost first.
    private func path(_ node: NodeIndex) -> String {
        var parts: [String] = []
        var cursor: NodeIndex? = node
        while let index = cursor {
            parts.append(machine.plan.id(of: index))
            cursor = machine.plan[index].parent
        }
        return parts.reversed().joined(separator: "/")
    }
}
