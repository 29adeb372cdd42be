package import FlowEngine
import FlowModel
package import FlowPlan
import FlowValue
import FlowWorker

/// What a built-in would do, without doing it: for a rehearsal.
package enum BuiltinRehearsal {
    /// What an attempt of a node is assumed to do.
    ///
    /// - Parameters:
    ///   - node: A task.
    ///   - machine: A machine that rehearses, in which the task is about to start.
    /// - Returns: The assumption; nil if the task is no built-in.
    package static func assumption(of node: NodeIndex, in machine: RunMachine) -> VirtualRun.Assumption? {
        guard let builtin = machine.plan.builtin(of: node) else { return nil }
        if machine.hasUnknownArguments(node), builtin != .fail {
            return VirtualRun.Assumption(duration: .zero, outcome: .success(.null), isUnknown: true)
        }
        do {
            var values: [JSONValue] = []
            var duration = Duration.zero
            for call in try machine.calls(of: node) {
                if builtin == .sleep {
                    duration += try BuiltinCall.sleepDuration(call.args, call.kwargs)
                    values.append(call.args.count > 1 ? call.args[1] : call.kwargs["result"] ?? .null)
                } else {
                    let context = BuiltinCall.Context(
                        now: { machine.identity.startedAt.iso8601 }, random: { 0.5 }, uuid: { "" })
                    values.append(try BuiltinCall.result(builtin, call.args, call.kwargs, context).value)
                }
            }
            let isMap = machine.plan[node].kind != .task
            let isOpen = builtin == .now || builtin == .random || builtin == .uuid
            return VirtualRun.Assumption(
                duration: duration, outcome: .success(isMap ? .array(values) : values.first ?? .null),
                isUnknown: isOpen)
        } catch let error as TaskFailureError {
            return VirtualRun.Assumption(duration: .zero, outcome: .failure(error.failure))
        } catch let error as BuiltinCall.Failure {
            let failure = TaskFailure(type: error.type, message: error.message)
            return VirtualRun.Assumption(duration: .zero, outcome: .failure(failure))
        } catch {
            return nil
        }
    }
}
