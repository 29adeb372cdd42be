import FlowEngine
import FlowModel
import FlowPlan
import FlowStore
import FlowValue
import FlowWorker

struct PlanOutput {
    let plan: Plan
    let concurrency: Int
    let directives: RunDirectives
    let store: RunStore?
    var durations: [String: Duration] = [:]
    var results: [String: JSONValue] = [:]
    var failing: Set<String> = []

    func write(_ format: PlanFormat, to path: String?) throws {
    }
}
