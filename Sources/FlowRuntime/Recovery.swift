package import FlowEngine
package import FlowPlan
package import FlowStore
import FlowValue
import FlowWorker

/// Brings a recorded run back: its machine from its history, and its place free of what an earlier driver left.
package enum Recovery {
    /// Replays a run's history.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - plan: The plan of the recorded definition and parameters.
    ///   - store: Where the run is recorded.
    /// - Returns: The machine as it was after the last recorded event.
    /// - Throws: `StoreError` if the history cannot be read.
    package static func machine(of run: RunStore.Run, plan: Plan, store: RunStore) throws(StoreError) -> RunMachine {
        var machine = RunMachine(
            plan: plan, identity: RunIdentity(id: run.id, name: run.workflow, startedAt: run.createdAt))
        for (event, time) in try store.history(of: run) { _ = machine.handle(event, at: time) }
        return machine
    }

    /// Whether a living process drives the run.
    package static func isDriven(_ run: RunStore.Run) -> Bool {
        ProcessLock.isHeld(run.lockPath)
    }

    /// Kills what attempts of a dead driver have left, before they are settled.
    package static func killLeftovers(of run: RunStore.Run) {
        ProcessEnvironment.killCarriers(of: "FLOWRUN_RUN_ID=\(run.id)")
    }
}
