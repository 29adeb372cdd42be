import FlowEngine
import FlowModel
package import FlowPlan
package import FlowStore
import FlowValue

/// How long the tasks of a workflow took in its last runs.
package enum PastDurations {
    /// How many runs are looked at.
    private static let runCount = 3

    /// The median duration of an attempt that succeeded, by the id of its task.
    ///
    /// - Parameters:
    ///   - workflow: The workflow's name.
    ///   - store: The store; what cannot be read counts for nothing.
    ///   - eventLimit: Runs with more events are passed over.
    ///   - plan: Makes the plan of a run.
    /// - Returns: The durations.
    /// - Complexity: O(events of three runs).
    package static func read(
        of workflow: String, in store: RunStore, eventLimit: Int, plan: (RunRow, [UInt8]) throws -> Plan
    ) -> [String: Duration] {
        var found: [String: [Duration]] = [:]
        let rows = (try? store.read { try $0.endedRuns(of: workflow, limit: runCount, eventLimit: eventLimit) }) ?? []
        for row in rows {
            guard let definition = try? store.read({ try $0.definition(of: row) }),
                let plan = try? plan(row, definition), let snapshot = try? RunSnapshot(of: row, plan: plan, in: store)
            else { continue }
            let machine = snapshot.machine
            machine.plan.forEachNode { node in
                let status = machine.status(of: node)
                guard status.state == .success, status.attempts == 1, let start = status.startedAt,
                    let end = status.finishedAt
                else { return }
                let (id, written) = (machine.plan.id(of: node), machine.plan.spec(of: node).id)
                found[id, default: []].append(end - start)
                // Copies that are new take as long as the others did.
                if written != id { found[written, default: []].append(end - start) }
            }
        }
        return found.compactMapValues { $0.sorted()[$0.count / 2] }
    }
}
