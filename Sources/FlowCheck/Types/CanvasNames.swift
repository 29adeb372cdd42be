import FlowDiagnostics
import FlowExpression
import FlowModel

/// What the root names of expressions stand for in one file: `params`, `env`, `steps` and the others.
struct CanvasNames {
    enum Found {
        case type(StaticType)
        case problem(ExpressionTyper.Problem)
        /// The root is a value of its own; its members are looked up in its type.
        case notOfNames
    }

    static let roots = [
        "params", "env", "secrets", "run", "steps", "args", "kwargs", "request", "parent", "error",
    ]

    let parameters: [String: StaticType]
    let environment: Set<String>
    /// The same names in order, for suggestions.
    let parameterNames: [String]
    let environmentNames: [String]
    /// Variables that are made of secrets.
    let secretEnvironment: Set<String>
    /// Whether there may be variables that the file does not list.
    let hasEnvironmentFile: Bool
    let secrets: Set<String>
    let steps: StepNames

    /// The type of a root name that stands alone.
    func root(_ name: String, in names: ExpressionNames) -> Found {
        switch name {
        case "params", "env", "run", "steps": return .type(.anyObject)
        case "secrets": return secretProblem(nil, in: names).map { .problem($0) } ?? .type(.anyObject)
        case "args", "kwargs", "request":
            guard names.place == .task else {
                return .problem(problem("'\(name)' has a value only inside a task", name, []))
            }
            return .type(name == "args" ? arguments(names) : .anyObject)
        case "parent":
            if names.isLibrary || names.place == .task && names.node == nil { return .type(.any) }
            guard let parent = names.parent else {
                return .problem(problem("'parent' has no value here: nothing is handed in", name, []))
            }
            return .type(parent)
        case "error":
            guard names.hasError || names.isLibrary else {
                return .problem(problem("'error' has a value only inside a 'link_error'", name, []))
            }
            return .type(Self.errorType)
        case _ where names.isDoubtful: return .type(.any)
        default:
            return .problem(
                problem("there is no name '\(name)'", name, Self.roots + names.bindings.map(\.name)))
        }
    }

    /// The type of `root.name`, where the root is a collection of names and no value.
    func member(_ name: String, ofRoot root: String, in names: ExpressionNames, _ place: Expression.Place?) -> Found {
        switch root {
        case "params":
            if names.isLibrary { return .type(.any) }
            return parameters[name].map { .type($0) }
                ?? .problem(problem("there is no parameter '\(name)'", name, parameterNames))
        case "env":
            if secretEnvironment.contains(name), !names.takesSecrets {
                return .problem(
                    .init(
                        code: .secretExposed,
                        message: "the variable '\(name)' is made of a secret, which would be written down here; "
                            + "it may stand only in 'env', 'stdin' and 'http'",
                        place: nil))
            }
            if environment.contains(name) || hasEnvironmentFile || names.isLibrary { return .type(.string) }
            return .problem(problem("there is no variable '\(name)' in 'env'", name, environmentNames))
        case "secrets":
            if let problem = secretProblem(name, in: names) { return .problem(problem) }
            return .type(.string)
        case "run": return run(name, in: names)
        case "steps": return steps.type(of: name, in: names, place)
        case "args":
            guard names.place == .task, let signature = names.signature else { return .notOfNames }
            if let argument = signature.arguments.first(where: { $0.name == name }) {
                return .type(StaticType(argument.type))
            }
            if signature.takesExtra || signature.takesRest { return .type(.any) }
            return .problem(
                problem("there is no argument '\(name)'", name, signature.arguments.map(\.name)))
        default: return .notOfNames
        }
    }

    private func problem(_ message: String, _ name: String, _ known: [String]) -> ExpressionTyper.Problem {
        .init(code: .unknownName, message: message, place: nil, name: name, known: known)
    }

    private func secretProblem(_ name: String?, in names: ExpressionNames) -> ExpressionTyper.Problem? {
        if let name, !secrets.contains(name), !names.isLibrary {
            return problem("there is no secret '\(name)'", name, secrets.sorted())
        }
        guard !names.takesSecrets else { return nil }
        let what = name.map { "the secret '\($0)'" } ?? "secrets"
        return .init(
            code: .secretExposed,
            message: "\(what) would be written down here; it may stand only in 'env', 'stdin' and 'http'", place: nil)
    }

    private func run(_ name: String, in names: ExpressionNames) -> Found {
        var known = ["id", "name", "started_at"]
        if names.isOnExit || names.isLibrary { known += ["state", "error"] }
        guard known.contains(name) else {
            if name == "state" || name == "error" {
                return .problem(problem("'run.\(name)' has a value only in 'on_exit'", name, []))
            }
            return .problem(problem("there is no 'run.\(name)'", name, known))
        }
        return .type(name == "error" ? .any : .string)
    }

    private func arguments(_ names: ExpressionNames) -> StaticType {
        guard let signature = names.signature else { return .any }
        return .union([
            .list(.any),
            .object(
                signature.arguments.map { .init(key: $0.name, type: StaticType($0.type)) },
                isOpen: signature.takesExtra || signature.takesRest),
        ])
    }

    static let failureType = StaticType.object(
        [
            .init(key: "type", type: .string), .init(key: "message", type: .string),
            .init(key: "traceback", type: .union([.string, .null])),
        ], isOpen: false)

    /// What a `link_error` is given (SPEC 5).
    static let errorType = StaticType.object(
        [
            .init(key: "step", type: .string), .init(key: "task_id", type: .string),
            .init(key: "task", type: .union([.string, .null])), .init(key: "state", type: .string),
            .init(key: "error", type: failureType), .init(key: "args", type: .list(.any)),
            .init(key: "kwargs", type: .anyObject), .init(key: "retries", type: .int),
        ], isOpen: false)
}
