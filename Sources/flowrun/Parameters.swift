import FlowDiagnostics
import FlowModel
import FlowValue

/// The values of a workflow's parameters, from the command line and their defaults.
enum Parameters {
    /// What is wrong with one value.
    struct Problem: Error {
        let message: String
    }

    static func values(_ spec: WorkflowSpec, given: [String]) throws(Problem) -> JSONObject {
        var texts: [String: [String]] = [:]
        for entry in given {
            guard let equals = entry.firstIndex(of: "=") else {
                throw Problem(message: "'-p \(entry)' is not of the form name=value")
            }
            texts[String(entry[..<equals]), default: []].append(String(entry[entry.index(after: equals)...]))
        }
        var values = JSONObject()
        for parameter in spec.parameters {
            let check = ParameterCheck(parameter)
            guard let given = texts.removeValue(forKey: parameter.name) else {
                guard let value = parameter.defaultValue else {
                    if parameter.isRequired {
                        throw Problem(message: "the parameter '\(parameter.name)' is required: -p \(parameter.name)=…")
                    }
                    values.append(parameter.name, .null)
                    continue
                }
                values.append(parameter.name, value)
                continue
            }
            guard let value = check.value(of: given) else {
                throw Problem(
                    message:
                        "the parameter '\(parameter.name)' takes a \(parameter.form.rawValue), not '\(given.last ?? "")'"
                )
            }
            if let problem = check.problem(value) {
                throw Problem(message: "the parameter '\(parameter.name)' \(problem)")
            }
            values.append(parameter.name, value)
        }
        if let unknown = texts.keys.min() {
            let known = spec.parameters.map(\.name)
            let nearest = Suggestion.nearest(to: unknown, among: known)
            let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(message: "there is no parameter '\(unknown)'\(hint)")
        }
        return values
    }
}
