import FlowEngine
import FlowModel
package import FlowPlan
import FlowValue
package import FlowWorker

/// The secrets of one run, as the process that runs its tasks finds them; never on disk.
package struct RunSecrets: Sendable {
    /// By the position of their file in ``Plan/units``.
    private let values: [JSONObject]
    /// Hides them in what tasks print.
    package let mask: SecretMask

    /// Why a secret cannot be used.
    package struct Missing: Error {
        package let message: String
    }

    /// No secrets, for what runs no task.
    static let none = RunSecrets()

    private init() {
        values = []
        mask = SecretMask([])
    }

    /// Looks for the secrets of a plan.
    ///
    /// - Parameters:
    ///   - plan: The plan; files of secrets are relative to the files that name them.
    ///   - folder: The absolute folder of the workflow that is run.
    ///   - environment: The value of an environment variable.
    /// - Throws: ``Missing`` for the first secret that is not there, or is too short to be hidden.
    package init(of plan: Plan, in folder: String, environment: (String) -> String?) throws(Missing) {
        var values: [JSONObject] = []
        var all: [String] = []
        for unit in plan.units {
            var own = JSONObject()
            for secret in unit.secrets {
                let value = try Self.value(secret, unit, folder, environment)
                own.append(secret.name, .string(value))
                all.append(value)
            }
            values.append(own)
        }
        self.values = values
        mask = SecretMask(all)
    }

    private static func value(
        _ secret: SecretSpec, _ unit: WorkflowSpec, _ folder: String, _ environment: (String) -> String?
    ) throws(Missing) -> String {
        let value: String
        switch secret.source {
        case .environment(let name):
            guard let found = environment(name) else {
                throw Missing(
                    message: "the secret '\(secret.name)' is not there: the environment variable \(name) is not set")
            }
            value = found
        case .file(let path):
            let path = ProjectPath.joined(folder, ProjectPath(folder: unit.folder, path: path).fromWorkflow)
            guard let bytes = TextFile.contents(of: path), var text = String(validating: bytes, as: UTF8.self) else {
                throw Missing(message: "the secret '\(secret.name)' is not there: \(path) cannot be read as text")
            }
            if text.utf8.last == UInt8(ascii: "\n") { text.unicodeScalars.removeLast() }
            value = text
        }
        guard value.unicodeScalars.count >= 4 else {
            throw Missing(message: "the secret '\(secret.name)' has fewer than 4 characters and could not be hidden")
        }
        return value
    }

    /// The secrets that the expressions of a node see.
    func values(of node: NodeIndex, in plan: Plan) -> JSONObject { values[Int(plan[node].unit)] }
}
