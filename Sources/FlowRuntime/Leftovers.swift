package import FlowEngine
import FlowWorker

/// What attempts of a dead worker may have left.
package enum Leftovers {
    /// Kills all that carries an attempt's mark.
    ///
    /// The worker's supervisor has done this already, unless somebody has killed that, too. The mark is the attempt's and
    /// not the task's: another worker may have settled this attempt a moment ago, and have started the next.
    package static func kill(of key: WorkerMachine.AttemptKey, _ machine: RunMachine) {
        ProcessEnvironment.killCarriers(of: AttemptMark.text(machine.taskID(of: key.node), key.attempt))
    }
}
