import FlowExpression
import FlowModel
package import FlowPlan

/// What a rehearsal does not know: results that nobody has said.
///
/// Where the engine needs one of them it goes on with an assumption, and notes it.
package struct Rehearsal: Sendable {
    /// Tasks that gave a result which is not known.
    package var unknown: Set<NodeIndex> = []
    /// Fan-outs with an unknown number of copies; one stands for all.
    package internal(set) var guessedCopies: Set<NodeIndex> = []
    /// Nodes whose `when` is taken to hold.
    package internal(set) var assumedConditions: Set<NodeIndex> = []

    package init() {}
}

extension ExpressionError {
    /// An expression reads a result that a rehearsal does not know.
    static let unknownValue = ExpressionError("reads a result that is not known before the run")
}

extension RunMachine {
    /// Whether a rehearsal does not know what a task is called with.
    package func hasUnknownArguments(_ node: NodeIndex) -> Bool {
        if plan[node].kind == .task {
            if !plan.isImmutable(node), isParentUnknown(of: node) { return true }
            do { _ = try arguments(of: node) } catch { return error == .unknownValue }
            return false
        }
        do { _ = try items(of: node) } catch { return error == .unknownValue }
        return false
    }

    /// Whether a rehearsal does not know what a node gives.
    func isUnknown(_ node: NodeIndex) -> Bool {
        guard let rehearsal, !rehearsal.unknown.isEmpty else { return false }
        var stack = [node]
        while let next = stack.popLast() {
            if rehearsal.unknown.contains(next) { return true }
            if !plan.isTask(next) { stack += plan.members(of: next) + plan.children(of: next, .body) }
        }
        return false
    }
}
