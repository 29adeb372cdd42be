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
package struct TaskSpec: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case run(script: String)
        case exec([Template])
        case builtin(BuiltinTask)
        /// `module:function`
        case python(String)
        case http
        case workflow(WorkflowCall)
        case celery(String)
    }

    /// A call of another workflow.
    package struct WorkflowCall: Sendable, Hashable {
        /// As it is written.
        package let path: String
        /// The number in ``WorkflowSpec/called``; nil where there is no such file.
        package let file: UInt32?
        /// A mapping of names to values.
        package let parameters: Template?

        package init(path: String, file: UInt32?, parameters: Template?) {
            self.path = path
            self.file = file
            self.parameters = parameters
        }
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
    /// Files with more variables, read where the task runs.
    package var envFiles: [ProjectPath] = []
    package var cwd: Template?
    /// The folder that ``cwd`` is relative to, itself relative to that of the workflow that is run.
    package var folder = ""
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

/// A path in a file, which is relative to that file.
package struct ProjectPath: Sendable, Hashable {
    /// The folder of the file, relative to that of the workflow that is run; empty for the same.
    package let folder: String
    /// As it is written.
    package let path: String

    package init(folder: String, path: String) {
        self.folder = folder
        self.path = path
    }

    /// The path from the folder of the workflow that is run.
    package var fromWorkflow: String { Self.joined(folder, path) }

    /// One path after another; an absolute one stands alone.
    package static func joined(_ folder: String, _ path: String) -> String {
        folder.isEmpty || path.hasPrefix("/") ? path : "\(folder)/\(path)"
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
