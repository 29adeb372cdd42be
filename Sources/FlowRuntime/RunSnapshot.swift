package import FlowEngine
package import FlowPlan
package import FlowStore
import FlowValue

/// A run as it is recorded at one moment.
package struct RunSnapshot {
    package let row: RunRow
    package let machine: RunMachine
    /// The position of the last event that the machine has seen.
    package let position: Int64
    /// Whether somebody alive carries the run on.
    package let isDriven: Bool
    package let store: RunStore

    /// Reads a run.
    ///
    /// - Parameters:
    ///   - row: The run.
    ///   - plan: The plan of its recorded definition.
    ///   - store: Where it is recorded.
    /// - Throws: `StoreError`.
    package init(of row: RunRow, plan: Plan, in store: RunStore) throws(StoreError) {
        let (row, replayed, isDriven) = try store.read { transaction in
            let row = try transaction.run(row.key) ?? row
            return (row, try Replay.machine(of: row, plan: plan, transaction), try transaction.isDriven(row))
        }
        self.row = row
        (machine, position) = replayed
        self.isDriven = isDriven
        self.store = store
    }

    /// A run that this process has just driven to its end.
    package init(of row: RunRow, ended machine: RunMachine, in store: RunStore) {
        self.row = row
        self.machine = machine
        position = 0
        isDriven = false
        self.store = store
    }

    /// RUNNING, or the run's final state.
    package var state: String { machine.isFinished ? machine.state.name : "RUNNING" }

    /// Whether the run waits for somebody to carry it on.
    package var isInterrupted: Bool { !machine.isFinished && !isDriven && !row.isDetached }

    /// A run's node by its id, or by its task's.
    package func node(_ id: String) -> NodeIndex? {
        let plan = machine.plan
        for index in plan.nodes.indices where plan.id(of: NodeIndex(index)) == id { return NodeIndex(index) }
        for index in plan.nodes.indices where machine.taskID(of: NodeIndex(index)) == id { return NodeIndex(index) }
        return nil
    }
}
