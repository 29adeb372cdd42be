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

    /// The names of the processes that could take the run's tasks.
    package var workersOfRun: [String] {
        let names = try? store.read { transaction in
            if let driver = row.driver {
                return try transaction.isAlive(driver) ? [try transaction.name(of: driver) ?? "its driver"] : []
            }
            return try transaction.livingWorkers().filter(\.serves).map(\.name)
        }
        return names ?? []
    }

    /// The name of a worker.
    package func name(of worker: WorkerKey) -> String? { try? store.read { try $0.name(of: worker) } }

    /// How far a limit is used up.
    package func gate(_ gate: TaskGate) -> TaskGates.State {
        (try? store.read { try $0.gate(gate.name) }) ?? TaskGates.State()
    }

    /// Whether a worker's process is stopped.
    package func isStopped(_ worker: WorkerKey) -> Bool {
        guard let pid = try? store.read({ try $0.process(of: worker) }) else { return false }
        return Host.isStopped(pid)
    }

    /// A run's node by its id, or by its task's.
    package func node(_ id: String) -> NodeIndex? {
        let plan = machine.plan
        for index in plan.nodes.indices where plan.id(of: NodeIndex(index)) == id { return NodeIndex(index) }
        for index in plan.nodes.indices where machine.taskID(of: NodeIndex(index)) == id { return NodeIndex(index) }
        return nil
    }
}
