internal import FlowExpression
package import FlowModel
package import FlowValue

/// Runs the built-in tasks that need no time.
package struct BuiltinCall {
    /// Why a built-in failed.
    package struct Failure: Error, Sendable {
        package let type: String
        package let message: String
    }

    /// Sources of what is not in the arguments.
    package struct Context {
        package var now: () -> String
        package var random: () -> Double
        package var uuid: () -> String

        package init(now: @escaping () -> String, random: @escaping () -> Double, uuid: @escaping () -> String) {
            self.now = now
            self.random = random
            self.uuid = uuid
        }
    }

    /// The result of a call, and the line that it adds to the log.
    package static func result(
        _ task: BuiltinTask, _ args: [JSONValue], _ kwargs: JSONObject, _ context: Context
    ) throws(Failure) -> (value: JSONValue, log: String?) {
        switch task {
        case .identity: return (try argument(0, "x", args, kwargs), nil)
        case .add, .mul:
            let (x, y) = (try argument(0, "x", args, kwargs), try argument(1, "y", args, kwargs))
            return (try arithmetic(task == .add ? .plus : .times, x, y), nil)
        case .sum:
            guard case .array(let items) = try argument(0, "x", args, kwargs) else {
                throw Failure(type: "ArgumentError", message: "std.sum takes a list")
            }
            var total = JSONValue.int(0)
            for item in items { total = try arithmetic(.plus, total, item) }
            return (total, nil)
        case .log: return (.null, args.map(text).joined(separator: " "))
        case .sleep: return (args.count > 1 ? args[1] : kwargs["result"] ?? .null, nil)
        case .fail:
            var message = "failed"
            if case .string(let text)? = kwargs["message"] { message = text }
            throw Failure(type: "TaskError", message: message)
        case .now: return (.string(context.now()), nil)
        case .random: return (.float(context.random()), nil)
        case .uuid: return (.string(context.uuid()), nil)
        }
    }

    /// How long a `std.sleep` takes.
    package static func sleepDuration(_ args: [JSONValue], _ kwargs: JSONObject) throws(Failure) -> Duration {
        let seconds: Double? =
            switch try argument(0, "seconds", args, kwargs) {
            case .int(let value): Double(value)
            case .float(let value): value
            default: nil
            }
        guard let seconds, let duration = DurationText.seconds(seconds) else {
            throw Failure(type: "ArgumentError", message: "std.sleep takes a number of seconds")
        }
        return duration
    }

    private static func argument(
        _ position: Int, _ name: String, _ args: [JSONValue], _ kwargs: JSONObject
    ) throws(Failure) -> JSONValue {
        if position < args.count { return args[position] }
        if let value = kwargs[name] { return value }
        throw Failure(type: "ArgumentError", message: "'\(name)' is missing")
    }

    private static func arithmetic(
        _ symbol: Expression.Binary, _ left: JSONValue, _ right: JSONValue
    ) throws(Failure) -> JSONValue {
        switch (left, right) {
        case (.int, .int), (.int, .float), (.float, .int), (.float, .float): break
        default:
            throw Failure(
                type: "ArgumentError", message: "a \(left.typeName) and a \(right.typeName) are not two numbers")
        }
        do {
            return try Arithmetic.result(symbol, left, right)
        } catch {
            throw Failure(type: "TaskError", message: error.message)
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return JSONWriter.text(value)
    }
}
