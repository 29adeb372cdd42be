import FlowExpression
package import FlowModel
package import FlowValue

/// Why a workflow has no plan: an expression that must be known before the run has no value.
package struct PlanError: Error, Sendable {
    package let step: String
    package let message: String
}

/// Compiles a workflow and its parameters to a plan.
package enum Planner {
    /// Makes the plan.
    ///
    /// - Parameters:
    ///   - spec: The workflow.
    ///   - parameters: A value for every parameter of the workflow.
    /// - Returns: The plan.
    /// - Throws: ``PlanError``.
    /// - Complexity: O(nodes, copies included).
    package static func plan(_ spec: WorkflowSpec, parameters: JSONObject) throws(PlanError) -> Plan {
        precondition(!spec.isLibrary, "a library has no plan")
        var plan = Plan(spec)
        plan.nodes.reserveCapacity(spec.nodes.count)
        var scope = PlanScope(outer: nil, prefix: "")
        scope.isUnit = true
        scope.parameters = parameters
        plan.scopes.append(scope)
        var growth = PlanGrowth(isBeforeRun: true)
        _ = try growth.add(SpecIndex(0), of: 0, parent: nil, scope: .workflow, to: &plan)
        if let onExit = spec.onExit {
            plan.onExit = NodeIndex(try growth.add(onExit, of: 0, parent: nil, scope: .workflow, to: &plan))
        }
        growth.finish(&plan)
        return plan
    }
}
