package import FlowEngine
package import FlowPlan
package import FlowStore
import FlowValue

/// Brings a recorded run back: its machine from its history.
package enum Replay {
    /// Replays a run's history.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - plan: The plan of the recorded definition and parameters.
    ///   - transaction: The store.
    /// - Returns: The machine as it was after the last recorded event, and that event's position.
    /// - Throws: `StoreError` if the history cannot be read.
    package static func machine(
        of run: RunRow, plan: Plan, _ transaction: StoreTransaction
    ) throws -> (machine: RunMachine, position: Int64) {
        var machine = RunMachine(plan: plan, identity: identity(of: run), directives: run.directives)
        let events = try transaction.events(of: run.key, after: 0)
        for (event, time) in events { _ = machine.handle(event, at: time) }
        return (machine, Int64(events.count))
    }

    /// What a run is called, for its machine.
    package static func identity(of run: RunRow) -> RunIdentity {
        RunIdentity(id: run.id, name: run.workflow, startedAt: run.createdAt)
    }
}
