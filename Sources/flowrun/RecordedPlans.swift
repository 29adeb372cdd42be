import FlowPlan
import FlowStore
import FlowValue

/// The plans of recorded runs; the last one is kept, since a worker is often handed the same small workflow again and again.
final class RecordedPlans {
    private var last: (run: RunRow, plan: Plan)?

    /// A larger plan is not kept: it would stay in memory for as long as the worker lives.
    private static let nodes = 10_000

    /// The plan of a run.
    ///
    /// - Parameters:
    ///   - run: A run of the one store.
    ///   - definition: Reads the definition that it was started with.
    /// - Returns: The plan.
    /// - Throws: What the definition has wrong, or what reading it throws.
    func plan(of run: RunRow, _ definition: () throws -> [UInt8]) throws -> Plan {
        if let last, last.run.definition == run.definition, last.run.workflow == run.workflow,
            last.run.folder == run.folder, last.run.parameters == run.parameters, last.run.settings == run.settings
        {
            return last.plan
        }
        let plan = try WorkflowFile.plan(of: run, try definition())
        last = plan.nodes.count <= Self.nodes ? (run, plan) : nil
        return plan
    }
}
