package import FlowEngine
package import FlowPlan
import FlowWorker

/// What attempts of a dead worker may have left.
package enum Leftovers {
    /// Kills all that carries a task's mark.
    ///
    /// The worker's supervisor has done this already, unless somebody has killed that, too.
    package static func kill(of node: NodeIndex, _ machine: RunMachine) {
        ProcessEnvironment.killCarriers(of: AttemptMark.text(machine.taskID(of: node)))
    }
}
