package import FlowExpression
package import FlowValue

/// The position of a task in ``WorkflowSpec/tasks``.
package struct TaskIndex: Hashable, Sendable {
    package let index: UInt32

    package init(_ index: Int) {
        self.index = UInt32(index)
    }
}

/// A task as it is declared, inline or built in.
package struct TaskSpec: Sendable {
    package enum Kind: Sendable, Hashable {
        case run(script: String)
        case exec([Template])
        case builtin(BuiltinTask)
        /// `module:function`
        case python(String)
        case http
        /// The path as it is written, and the position in ``WorkflowSpec/workflows`` where the file was read.
        case workflow(path: String)
        case celery(String)
    }

    /// One declared argument.
    package struct Argument: Sendable, Hashable {
        package var name: String
        package var type: ValueType
        package var defaultValue: JSONValue?

        package init(name: String, type: ValueType, defaultValue: JSONValue?) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
        }
    }

    /// The declared arguments of a task; a task without a declaration takes anything.
    package struct Signature: Sendable, Hashable {
        package var arguments: [Argument] = []
        package var takesRest = false
        package var takesExtra = false
        /// The type of each further argument by position, and by name.
        package var restType = ValueType.any
        package var extraType = ValueType.any

        package init() {}

        package var requiredCount: Int { arguments.count { $0.defaultValue == nil } }
    }

    /// How standard output becomes a result.
    package enum Returns: Sendable, Hashable {
        /// Nothing is written: text, with invalid bytes replaced.
        case unwritten
        case text, json, lines, none
        case type(ValueType)
    }

    package var name: String
    package var kind: Kind
    /// Whether it stands on a node and not under `tasks`.
    package var isInline = false
    package var signature: Signature?
    package var returns = Returns.unwritten
    package var env: [EnvironmentEntry] = []
    package var cwd: Template?
    package var stdin: Template?
    package var shell: [String]?
    package var successExitCodes: [Int] = [0]
    package var retryExitCodes: [Int] = [75]
    package var ignoreExitCodes: [Int] = []
    package var maxConcurrency: Int?
    package var options = TaskOptions()

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// One variable of an `env` mapping.
package struct EnvironmentEntry: Sendable, Hashable {
    package let name: String
    package let value: Template

    package init(name: String, value: Template) {
        self.name = name
        self.value = value
    }
}

/// The tasks that are built in, by the name after `std.`.
package enum BuiltinTask: String, CaseIterable, Sendable, Hashable {
    case identity, add, mul, sum, log, sleep, fail, now, random, uuid

    /// Whether running it twice differs in nothing from running it once.
    package var isPure: Bool { self != .sleep }

    package var signature: TaskSpec.Signature {
        var signature = TaskSpec.Signature()
        func argument(_ name: String, _ type: ValueType, _ value: JSONValue? = nil) -> TaskSpec.Argument {
            TaskSpec.Argument(name: name, type: type, defaultValue: value)
        }
        let number = ValueType.union([.int, .float])
        switch self {
        case .identity: signature.arguments = [argument("x", .any)]
        case .add, .mul: signature.arguments = [argument("x", number), argument("y", number)]
        case .sum: signature.arguments = [argument("x", .list(number))]
        case .log: signature.takesRest = true
        case .sleep: signature.arguments = [argument("seconds", number), argument("result", .any, .null)]
        case .fail:
            signature.takesRest = true
            signature.arguments = [argument("message", .string, .string("failed"))]
        case .now, .random, .uuid: break
        }
        return signature
    }

    /// How many of the arguments can be given by position before the rest begins: `std.fail(*rest, message=)` takes
    /// its only named argument by name alone.
    package var isNamedOnly: Bool { self == .fail }
}
