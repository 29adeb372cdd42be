import FlowEngine
import FlowModel
import FlowPlan
import FlowRehearsal
import FlowRuntime
import FlowStore
import FlowValue

/// Rehearses a plan with what is known of its tasks, and prints it.
struct PlanOutput {
    let plan: Plan
    let concurrency: Int
    let directives: RunDirectives
    /// Where earlier runs are; nil where there are none.
    let store: RunStore?
    var durations: [String: Duration] = [:]
    var results: [String: JSONValue] = [:]
    var failing: Set<String> = []

    /// Prints the plan.
    ///
    /// - Parameters:
    ///   - format: How.
    ///   - path: The file to write; nil for standard output.
    /// - Throws: How the command ends where a step that was named does not exist, or the file cannot be written.
    func write(_ format: PlanFormat, to path: String?) throws {
        let report = report
        try refuseUnknown(report)
        let text =
            switch format {
            case .text: report.lines.joined(separator: "\n") + "\n"
            case .json: JSONWriter.text(report.json) + "\n"
            case .dot: report.drawing.dot()
            case .mermaid: report.drawing.mermaid()
            case .svg: report.drawing.svg()
            }
        guard let path, path != "-" else { return Terminal.write(Array(text.utf8)) }
        guard OutputFile.write(Array(text.utf8), to: path) else {
            throw CommandFailure(.internalError, "cannot write \(path)")
        }
    }

    private var report: PlanReport {
        var assumptions = PlanReport.Assumptions()
        assumptions.durations = durations
        assumptions.results = results
        assumptions.failing = failing
        assumptions.builtin = { BuiltinRehearsal.assumption(of: $1, in: $0) }
        if let store {
            assumptions.pastDurations = PastDurations.read(
                of: plan.spec.name, in: store, eventLimit: 20_000, plan: WorkflowFile.plan)
        }
        return PlanReport(
            plan: plan, directives: directives, concurrency: concurrency, begin: WallClock.now,
            assumptions: assumptions)
    }

    /// An id that no node has was mistyped.
    private func refuseUnknown(_ report: PlanReport) throws {
        let named = Set(durations.keys).union(results.keys).union(failing)
        guard !named.isEmpty else { return }
        let plan = report.machine.plan
        var known: Set<String> = []
        plan.forEachNode { node in known.formUnion([plan.id(of: node), plan.spec(of: node).id]) }
        if let unknown = named.subtracting(known).min() {
            throw CommandFailure(.notFound, "there is no step '\(unknown)'\(plan.suggestion(for: unknown))")
        }
    }
}
