import FlowValue

/// A workflow of Director as it is written, each part with its line.
struct DirectorWorkflow {
    /// A step of the chain that every workflow is.
    indirect enum Step {
        case task(String, line: Int)
        case group(String, [Step], line: Int)
        case chain(String, [Step], line: Int)
    }

    struct Hook {
        let task: String
        let line: Int
    }

    enum Schedule {
        case interval(JSONValue)
        case crontab(String)
    }

    let name: String
    let line: Int
    var comments: [String] = []
    var steps: [Step] = []
    var queue: String?
    /// Queues of single tasks.
    var queues: [String: String] = [:]
    var success: Hook?
    var failure: Hook?
    var schedule: Schedule?
    /// The payload that `periodic` gives.
    var payload = JSONObject()
    /// The schema of the payload and its line.
    var schema: (value: JSONObject, line: Int)?
}
