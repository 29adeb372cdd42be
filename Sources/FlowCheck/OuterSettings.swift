package import FlowModel
package import FlowValue

/// Settings that a workflow has from outside its file: of the project below it, of the environment and the command line
/// above it.
package struct OuterSettings: Sendable {
    /// What `flowrun.yaml` gives; the workflow's own win over them.
    package var below: [WorkflowSpec.Setting] = []
    /// What the environment and the command line give; they win over all.
    package var above: [WorkflowSpec.Setting] = []

    package init() {}

    /// The settings as they are recorded with a run.
    package init(recorded: JSONObject) {
        func settings(_ key: String) -> [WorkflowSpec.Setting] {
            guard case .object(let object)? = recorded[key] else { return [] }
            return object.members.map { .init(name: $0.key, value: $0.value) }
        }
        below = settings("below")
        above = settings("above")
    }

    /// The same as a JSON object, so that a run keeps the settings that it was started with.
    package var recorded: JSONObject {
        func object(_ settings: [WorkflowSpec.Setting]) -> JSONValue {
            var object = JSONObject()
            for setting in settings { object[setting.name] = setting.value }
            return .object(object)
        }
        var recorded = JSONObject()
        if !below.isEmpty { recorded.append("below", object(below)) }
        if !above.isEmpty { recorded.append("above", object(above)) }
        return recorded
    }
}
