import FlowEngine
import FlowExpression
import FlowPlan
import FlowValue

/// One call of a task: its own arguments, or those of one item.
struct TaskCall {
    var args: [JSONValue]
    var kwargs: JSONObject
}

extension RunMachine {
    /// The calls of an attempt: one, or one for each item of `map` and `starmap`.
    func calls(of node: NodeIndex) throws(TaskFailureError) -> [TaskCall] {
        do throws(ExpressionError) {
            switch plan[node].kind {
            case .map:
                return try items(of: node).map { TaskCall(args: [$0], kwargs: JSONObject()) }
            case .starmap:
                var calls: [TaskCall] = []
                for item in try items(of: node) {
                    guard case .array(let args) = item else {
                        throw ExpressionError("an item of 'starmap' is a list of arguments, not a \(item.typeName)")
                    }
                    calls.append(TaskCall(args: args, kwargs: JSONObject()))
                }
                return calls
            case .task, .chain, .group, .chord, .chunks, .steps, .fanOut, .workflow: break
            }
        } catch {
            throw TaskFailureError(TaskFailure(type: "ExpressionError", message: error.message))
        }
        return [try call(of: node)]
    }

    /// The one call of a node that calls its task once.
    func call(of node: NodeIndex) throws(TaskFailureError) -> TaskCall {
        do throws(ExpressionError) {
            let arguments = try arguments(of: node)
            return TaskCall(args: arguments.args, kwargs: arguments.kwargs)
        } catch {
            throw TaskFailureError(TaskFailure(type: "ExpressionError", message: error.message))
        }
    }
}
