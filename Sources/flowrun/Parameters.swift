import ArgumentParser
import FlowCheck
import FlowDiagnostics
import FlowModel
import FlowValue

/// The values of parameters on the command line.
struct ParameterOptions: ParsableArguments {
    @Option(name: [.customShort("p")], help: ArgumentHelp("A parameter.", valueName: "name=value"))
    var parameters: [String] = []

    @Option(help: ArgumentHelp("A YAML or JSON file with a mapping of parameters to values.", valueName: "file"))
    var paramsFile: String?

    /// What is given, by name: texts of `-p`, which win, and values of the file.
    func given() throws(Parameters.Problem) -> Parameters.Given {
        var given = Parameters.Given()
        if let paramsFile { given.values = try Self.values(in: paramsFile) }
        for entry in parameters {
            guard let equals = entry.firstIndex(of: "=") else {
                throw Parameters.Problem(message: "'-p \(entry)' is not of the form name=value")
            }
            given.texts[String(entry[..<equals]), default: []].append(String(entry[entry.index(after: equals)...]))
        }
        return given
    }

    private static func values(in path: String) throws(Parameters.Problem) -> JSONObject {
        guard let bytes = path == "-" ? FileReader.standardInput() : FileReader.contents(of: path) else {
            throw Parameters.Problem(message: "there is no file \(path)")
        }
        switch DataFile.value(of: bytes) {
        case .failure(let problem): throw Parameters.Problem(message: "\(path): \(problem.diagnostic.message)")
        case .success(.object(let values)): return values
        case .success: throw Parameters.Problem(message: "\(path) is no mapping of parameters to values")
        }
    }
}

/// The values of a workflow's parameters, from the command line and their defaults.
enum Parameters {
    /// What is wrong with one value.
    struct Problem: Error {
        let message: String
    }

    struct Given {
        var texts: [String: [String]] = [:]
        var values = JSONObject()
    }

    static func values(_ spec: WorkflowSpec, given: Given) throws(Problem) -> JSONObject {
        // First the unknown ones: a name that was mistyped is missing, too.
        let names = Set(spec.parameters.map(\.name))
        let unknown = (Array(given.texts.keys) + given.values.members.map(\.key)).filter { !names.contains($0) }
        if let unknown = unknown.min() {
            let nearest = Suggestion.nearest(to: unknown, among: spec.parameters.map(\.name))
            let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(message: "there is no parameter '\(unknown)'\(hint)")
        }
        var values = JSONObject()
        for parameter in spec.parameters { values.append(parameter.name, try value(of: parameter, given)) }
        return values
    }

    private static func value(of parameter: ParameterSpec, _ given: Given) throws(Problem) -> JSONValue {
        let check = ParameterCheck(parameter)
        let value: JSONValue
        if let texts = given.texts[parameter.name] {
            guard let read = check.value(of: texts) else {
                throw Problem(
                    message:
                        "the parameter '\(parameter.name)' takes a \(parameter.form.rawValue), not '\(texts.last ?? "")'"
                )
            }
            value = read
        } else if let found = given.values[parameter.name] {
            value = found
        } else if let value = parameter.defaultValue {
            return value
        } else if parameter.isRequired {
            throw Problem(message: "the parameter '\(parameter.name)' is required: -p \(parameter.name)=…")
        } else {
            return .null
        }
        if let problem = check.problem(value) {
            throw Problem(message: "the parameter '\(parameter.name)' \(problem)")
        }
        return value
    }
}
