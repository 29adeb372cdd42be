import FlowEngine
import FlowModel
import FlowPlan
package import FlowValue

extension PlanReport {
    /// The document `flowrun.plan/1`.
    package var json: JSONValue {
        var counts = JSONObject()
        for state in TaskState.allCases where machine.counts[Int(state.rawValue)] > 0 {
            counts.append(state.name, .int(Int64(machine.counts[Int(state.rawValue)])))
        }
        let critical = Set(criticalPath)
        var steps: [JSONValue] = []
        machine.plan.forEachNode { node in
            guard !machine.status(of: node).isIdle else { return }
            steps.append(.object(step(node, isCritical: critical.contains(node))))
        }
        return .object([
            "schema": .string("flowrun.plan/1"), "workflow": .string(machine.plan.spec.name),
            "state": .string(machine.state.name), "tasks": .int(Int64(attempts.count)),
            "attempts": .int(Int64(run.timeline.count)), "waves": .int(Int64(waveCount)),
            "concurrency": .int(Int64(concurrency)), "length_s": .float(run.length.inSeconds),
            "shortest_length_s": .float(shortestLength.inSeconds), "counts": .object(counts),
            "critical_path": ids(criticalPath), "order": ids(run.timeline.map(\.node)), "steps": .array(steps),
        ])
    }

    private func ids(_ nodes: [NodeIndex]) -> JSONValue {
        .array(nodes.map { .string(machine.plan.id(of: $0)) })
    }

    private func step(_ node: NodeIndex, isCritical: Bool) -> JSONObject {
        let plan = machine.plan
        let status = machine.status(of: node)
        let entries = attempts[node] ?? []
        func seconds(_ time: Timestamp?) -> JSONValue {
            time.map { .float(($0 - machine.identity.startedAt).inSeconds) } ?? .null
        }
        return [
            "id": .string(plan.id(of: node)),
            "task": plan.isTask(node) ? plan.task(of: node).map { .string($0.name) } ?? .null : .null,
            "kind": .string("\(plan[node].kind)"), "state": .string(status.state.name),
            "wave": waves[node].map { .int(Int64($0)) } ?? .null, "start_s": seconds(status.startedAt),
            "end_s": status.startedAt == nil ? .null : seconds(status.finishedAt),
            "attempts": .array(
                entries.map { .object(["start_s": .float($0.start.inSeconds), "end_s": .float($0.end.inSeconds)]) }),
            "copies": copies(node), "needs": ids(plan.needs(of: node).map(\.node)),
            "after": ids(plan.nodesBefore(node)),
            "is_critical": .bool(isCritical),
            "skipped_because": status.cause.map {
                .object([
                    "step": .string(plan.id(of: $0.node)), "state": .string(machine.status(of: $0.node).state.name),
                    "why": .string($0.reason.rawValue),
                ])
            } ?? .null, "reason": reason(of: node).map { .string($0) } ?? .null,
        ]
    }

    /// The number of copies of a fan-out: null for other nodes, `"?"` where it is not known.
    private func copies(_ node: NodeIndex) -> JSONValue {
        guard machine.plan[node].kind == .fanOut || machine.plan[node].kind == .chunks else { return .null }
        if machine.plan[node].isUnexpanded || machine.rehearsal?.guessedCopies.contains(node) == true {
            return .string("?")
        }
        return .int(Int64(machine.plan.members(of: node).count))
    }
}
