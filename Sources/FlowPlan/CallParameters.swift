package import FlowExpression
import FlowModel
package import FlowValue

/// The parameters that a call of another workflow gives it.
package enum CallParameters {
    /// The parameters, checked as those of the command line are.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - plan: Its plan.
    ///   - value: The value of a template of the call.
    /// - Returns: A value for every parameter of the called workflow.
    /// - Throws: `ExpressionError` for an expression without a value; ``Misfit`` for a value that is not accepted.
    package static func parameters(
        of call: NodeIndex, in plan: Plan, value: (Template) throws(ExpressionError) -> JSONValue
    ) throws -> JSONObject {
        guard case .workflow(let written)? = plan.task(of: call)?.kind, let file = written.file,
            let unit = plan.unitOfFile[file]
        else { return JSONObject() }
        var given = JSONObject()
        if let template = written.parameters, case .object(let object) = try value(template) { given = object }
        var parameters = JSONObject()
        for parameter in plan.units[Int(unit)].parameters {
            guard let value = given[parameter.name] else {
                if parameter.isRequired, parameter.defaultValue == nil {
                    throw Misfit(message: "the parameter '\(parameter.name)' of '\(written.path)' is required")
                }
                parameters.append(parameter.name, parameter.defaultValue ?? .null)
                continue
            }
            if let problem = ParameterCheck(parameter).problem(value) {
                throw Misfit(message: "the parameter '\(parameter.name)' of '\(written.path)' \(problem)")
            }
            parameters.append(parameter.name, value)
        }
        return parameters
    }

    /// The defaults, where a rehearsal does not know what is given.
    package static func defaults(of call: NodeIndex, in plan: Plan) -> JSONObject {
        var parameters = JSONObject()
        guard let canvas = plan.members(of: call).first else { return parameters }
        for parameter in plan.unit(of: canvas).parameters {
            parameters.append(parameter.name, parameter.defaultValue ?? .null)
        }
        return parameters
    }

    /// A value that the called workflow does not take.
    package struct Misfit: Error {
        package let message: String
    }

    /// The parameters that are known before the call is reached; nil where they follow from results.
    static func known(of call: NodeIndex, in plan: Plan, isBeforeRun: Bool) throws(PlanError) -> JSONObject? {
        guard case .workflow(let written)? = plan.task(of: call)?.kind else { return nil }
        let scope = plan[call].scope
        guard written.parameters.map({ StaticScope.knows($0, in: plan, scope) }) ?? true else { return nil }
        do {
            return try parameters(of: call, in: plan) { template throws(ExpressionError) in
                try template.value(in: StaticScope(plan: plan, scope: scope, bindings: []))
            }
        } catch {
            guard isBeforeRun else { return nil }
            let message = (error as? ExpressionError)?.message ?? (error as? Misfit)?.message ?? "\(error)"
            throw PlanError(step: plan.id(of: call), message: message)
        }
    }
}
