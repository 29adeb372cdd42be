import FlowEngine
import FlowExpression
import FlowModel
import FlowPlan
import FlowValue
import FlowWorker
import Glibc

/// Turns a node that is ready into what a worker needs to run it.
struct AttemptBuilder {
    let machine: RunMachine
    /// The workflow's folder.
    let folder: String
    let hostname: String
    let secrets: RunSecrets

    /// The declared arguments with their values, then the rest.
    private func bound(
        _ call: TaskCall, _ task: TaskSpec
    ) throws(TaskFailureError) -> (named: [(String, JSONValue)], rest: [JSONValue])? {
        guard let signature = task.signature else { return nil }
        var named: [(String, JSONValue)] = []
        for (position, argument) in signature.arguments.enumerated() {
            let given = position < call.args.count ? call.args[position] : call.kwargs[argument.name]
            guard let value = given ?? argument.defaultValue else {
                throw TaskFailureError(ArgumentProblem.failure("'\(argument.name)' is not given"))
            }
            if let misfit = argument.type.misfit(value) {
                throw TaskFailureError(ArgumentProblem.failure("argument '\(argument.name)': \(misfit)"))
            }
            named.append((argument.name, value))
        }
        let rest = Array(call.args.dropFirst(signature.arguments.count))
        guard rest.isEmpty || signature.takesRest else {
            let count = signature.arguments.count
            throw TaskFailureError(
                ArgumentProblem.failure("\(call.args.count) arguments are given, \(count) are declared"))
        }
        return (named, rest)
    }

    /// The order for a `run` or `exec` call.
    ///
    /// - Parameters:
    ///   - node: The task.
    ///   - call: Its arguments.
    ///   - attempt: The number of the attempt, from 1.
    ///   - resultPath: Where the program may write its result.
    /// - Returns: What a worker needs to start it.
    /// - Throws: How the attempt ends without a start.
    func order(
        _ node: NodeIndex, _ call: TaskCall, attempt: Int, resultPath: String
    ) throws(TaskFailureError) -> AttemptOrder {
        guard let task = machine.plan.task(of: node) else { preconditionFailure("a task node without a task") }
        let bound = try bound(call, task)
        let own = machine.plan.execution(of: node)
        let options = machine.plan.options(of: node)
        let identity = machine.taskID(of: node)
        let request = request(node, identity, task, call, attempt, options)
        var scope: RunScope?
        // Most tasks are written without expressions, and a scope takes a copy of the machine.
        func text(_ template: Template) throws(ExpressionError) -> String {
            if case .literal(let value) = template { return Self.text(value) }
            let known = scope ?? self.scope(of: node, call, request)
            scope = known
            return Self.text(try template.value(in: known))
        }
        let surroundings = machine.plan.surroundings(of: node)
        let fileVariables = try environmentFiles(surroundings.envFiles)
        let taskVariables = try environmentFiles(task.envFiles)
        let made: AttemptOrder
        do throws(ExpressionError) {
            let stdin = own?.stdin ?? task.stdin
            let throughStdin = Self.argumentName(stdin)
            var environment = fileVariables
            for entry in surroundings.env {
                environment.append((entry.name, try text(entry.value)))
            }
            environment += taskVariables
            for entry in task.env + (own?.env ?? []) {
                environment.append((entry.name, try text(entry.value)))
            }
            let named = (bound?.named ?? []).filter { $0.0 != throughStdin }
            for (name, value) in named { environment.append((name, Self.text(value))) }
            let values = named.map { Self.text($0.1) } + (bound?.rest ?? call.args).map(Self.text)
            var workingDirectory = surroundings.folder
            if let cwd = own?.cwd {
                workingDirectory = ProjectPath.joined(surroundings.folder, try text(cwd))
            } else if let cwd = task.cwd {
                workingDirectory = ProjectPath.joined(task.folder, try text(cwd))
            }
            workingDirectory = workingDirectory.isEmpty ? folder : ProjectPath.joined(folder, workingDirectory)
            let isLeftOut = bound == nil && isTooLong(task, values)
            let argv = try argv(task, isLeftOut ? [] : values, text)
            var order = AttemptOrder(
                argv: argv, environment: environment,
                own: [
                    ("FLOWRUN_RUN_ID", machine.identity.id), ("FLOWRUN_STEP_ID", machine.plan.id(of: node)),
                    ("FLOWRUN_TASK_ID", identity), ("FLOWRUN_ATTEMPT", String(attempt)),
                ],
                workingDirectory: workingDirectory,
                standardInput: try stdin.map { stdin throws(ExpressionError) in Array(try text(stdin).utf8) },
                softTimeLimit: options.softTimeLimit.value, timeLimit: options.timeLimit.value,
                softSignal: options.softSignal.value.flatMap { SignalName.number($0) } ?? SIGTERM,
                request: request, resultPath: resultPath,
                mark: AttemptMark.text(identity, attempt))
            if isLeftOut {
                order.note = Array(
                    "flowrun: the arguments are too long for the system: the script is started without them\n".utf8)
            }
            made = order
        } catch {
            throw TaskFailureError(TaskFailure(type: "ExpressionError", message: error.message))
        }
        try refuseNUL(made)
        return made
    }

    /// What the names in a task's expressions stand for.
    private func scope(of node: NodeIndex, _ call: TaskCall, _ request: [UInt8]) -> RunScope {
        var scope = machine.scope(of: node, arguments: .init(args: call.args, kwargs: call.kwargs))
        scope.request = request
        scope.secrets = secrets.values(of: node, in: machine.plan)
        return scope
    }

    /// The longest argument that Linux takes, its end included (`MAX_ARG_STRLEN`).
    private static let argumentInBytes = 128 << 10

    /// Whether the system cannot take the arguments of a script.
    private func isTooLong(_ task: TaskSpec, _ values: [String]) -> Bool {
        guard case .run = task.kind else { return false }
        return values.contains { $0.utf8.count >= Self.argumentInBytes }
            || values.reduce(0) { $0 + $1.utf8.count + 9 } > 1 << 20
    }

    /// An argument or a variable ends at its first NUL: it would be cut.
    private func refuseNUL(_ order: AttemptOrder) throws(TaskFailureError) {
        func holdsNUL(_ text: String) -> Bool {
            unsafe text.utf8.withContiguousStorageIfAvailable { unsafe $0.contains(0) } ?? text.utf8.contains(0)
        }
        guard order.argv.contains(where: holdsNUL) || order.environment.contains(where: { holdsNUL($0.value) })
        else { return }
        throw TaskFailureError(
            ArgumentProblem.failure(
                "an argument or a variable holds U+0000, at which the system would cut it; hand it over with 'stdin:'"))
    }

    private func argv(
        _ task: TaskSpec, _ values: [String], _ text: (Template) throws(ExpressionError) -> String
    ) throws(ExpressionError) -> [String] {
        switch task.kind {
        case .run(let script):
            let shell = task.shell ?? ["bash", "-euo", "pipefail"]
            return shell + ["-c", script, "run"] + values
        case .exec(let words):
            var argv: [String] = []
            for word in words { argv.append(try text(word)) }
            return argv
        case .builtin, .python, .http, .workflow, .celery:
            preconditionFailure("apply refuses what has no process")
        }
    }

    /// The name of the argument that `stdin: ${{ args.NAME }}` takes.
    private static func argumentName(_ template: Template?) -> String? {
        guard case .expression(.member(.name("args", _), let name, _))? = template else { return nil }
        return name
    }

    /// A value as programs receive it: text as it is, all else as compact JSON.
    static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return JSONWriter.text(value)
    }

    /// The variables of `env_file`s.
    private func environmentFiles(
        _ paths: [ProjectPath]
    ) throws(TaskFailureError) -> [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        for path in paths {
            let absolute = ProjectPath.joined(folder, path.fromWorkflow)
            guard let bytes = TextFile.contents(of: absolute) else {
                throw TaskFailureError(
                    TaskFailure(type: "TaskError", message: "the env_file '\(path.path)' cannot be read"))
            }
            do throws(EnvironmentFileError) {
                variables += try EnvironmentFile.parse(bytes)
            } catch {
                throw TaskFailureError(
                    TaskFailure(type: "TaskError", message: "the env_file '\(path.path)', \(error)"))
            }
        }
        return variables
    }

    /// The request as JSON: written at once, because a value of it for each task would be taken apart again.
    private func request(
        _ node: NodeIndex, _ identity: String, _ task: TaskSpec, _ call: TaskCall, _ attempt: Int,
        _ options: TaskOptions
    ) -> [UInt8] {
        let status = machine.status(of: node)
        let group = machine.plan.enclosingGroup(of: node)
        let (args, kwargs) = (JSONWriter.text(.array(call.args)), JSONWriter.text(.object(call.kwargs)))
        var writer = JSONWriter(capacity: 512 + 2 * (args.utf8.count + kwargs.utf8.count))
        func value(_ key: StaticString, _ value: JSONValue) {
            writer.literal(key)
            writer.write(value)
        }
        func text(_ key: StaticString, _ text: String) {
            writer.literal(key)
            writer.string(text)
        }
        func seconds(_ duration: Duration?) -> JSONValue { duration.map { .float($0.inSeconds) } ?? .null }
        text("{\"id\":", identity)
        text(",\"task\":", task.name)
        writer.literal(",\"args\":")
        writer.raw(args)
        writer.literal(",\"kwargs\":")
        writer.raw(kwargs)
        value(",\"retries\":", .int(Int64(status.retries)))
        value(",\"eta\":null,\"expires\":", machine.expiry(of: node).map { .string($0.iso8601) } ?? .null)
        value(",\"timelimit\":[", seconds(options.timeLimit.value))
        value(",", seconds(options.softTimeLimit.value))
        text("],\"root_id\":", machine.taskID(of: machine.plan.root))
        value(",\"parent_id\":null,\"group\":", group.map { .string(machine.taskID(of: $0.group)) } ?? .null)
        value(",\"group_index\":", group.map { .int(Int64($0.index)) } ?? .null)
        text(",\"reply_to\":null,\"correlation_id\":", identity)
        text(",\"hostname\":", hostname)
        text(",\"delivery_info\":{\"exchange\":\"\",\"routing_key\":", machine.queue(of: node))
        value(",\"redelivered\":", .bool(status.attempts > 1))
        value(",\"priority\":", priority(node, options))
        text("},\"is_eager\":false,\"argsrepr\":", args)
        text(",\"kwargsrepr\":", kwargs)
        text(",\"run\":", machine.identity.id)
        text(",\"workflow\":", machine.identity.name)
        text(",\"step\":", machine.plan.id(of: node))
        value(",\"attempt\":", .int(Int64(attempt)))
        writer.literal("}")
        return writer.bytes
    }

    private func priority(_ node: NodeIndex, _ options: TaskOptions) -> JSONValue {
        guard let template = options.priority.value else { return .null }
        return (try? template.value(in: machine.scope(of: node))) ?? .null
    }
}

/// What all processes of an attempt carry in their environment.
enum AttemptMark {
    static func text(_ taskID: String, _ attempt: Int) -> String {
        "FLOWRUN_ATTEMPT_ID=" + taskID + "." + String(attempt)
    }
}

/// Carries a failure to the place that ends the attempt with it.
struct TaskFailureError: Error {
    let failure: TaskFailure

    init(_ failure: TaskFailure) {
        self.failure = failure
    }
}

/// Messages about values that do not fit what a task declares.
enum ArgumentProblem {
    static func failure(_ message: String) -> TaskFailure {
        TaskFailure(type: "ArgumentError", message: message)
    }
}
