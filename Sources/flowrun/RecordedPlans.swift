import FlowPlan
import FlowStore
import FlowValue

/// The plans of recorded runs; the last one is kept, since a worker is often handed the same small workflow again and again.
final class RecordedPlans {
    private var last: (run: RunRow, definition: [UInt8], plan: Plan)?

    /// A larger plan is not kept: it would stay in memory for as long as the worker lives.
    private static let nodes = 10_000

    func plan(of run: RunRow, _ definition: [UInt8]) throws -> Plan {
        if let last, last.definition == definition, last.run.workflow == run.workflow, last.run.folder == run.folder,
            last.run.parameters == run.parameters, last.run.settings == run.settings
        {
            return last.plan
        }
        let plan = try WorkflowFile.plan(of: run, definition)
        last = plan.nodes.count <= Self.nodes ? (run, definition, plan) : nil
        return plan
    }
}
