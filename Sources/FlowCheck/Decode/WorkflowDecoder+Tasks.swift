import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    mutating func decodeTasks(_ node: YAMLNodeID) {
        guard document.kind(node) == .mapping else { return reader.wrongType(node, "tasks", "a mapping") }
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append(($0, $1)) }
        for (key, value) in entries where !document.text(key).hasPrefix("x-") {
            decodeTask(document.text(key), key, value)
        }
    }

    private mutating func decodeTask(_ name: String, _ keyNode: YAMLNodeID, _ node: YAMLNodeID) {
        guard document.kind(node) == .mapping else {
            return reader.wrongType(node, name, "a mapping with 'run', 'exec' …")
        }
        if name.hasPrefix("std.") {
            reader.report(
                Diagnostic(.reservedName, "names that begin with 'std.' are built in", at: document.span(keyNode)))
        }
        let entries = entries(node, legal: WorkflowKey.task, in: "a task")
        let kinds = entries.filter { WorkflowKey.taskKinds.contains($0.key) }
        guard let kind = oneKind(kinds, in: node, wanted: "a task has one of 'run', 'exec', 'python', 'http' …") else {
            // The name exists, so that nothing follows from the mistake.
            addTask(TaskSpec(name: name, kind: .run(script: "")), TaskPlaces(name: keyNode, isUsed: true))
            return
        }
        var task = TaskSpec(name: name, kind: taskKind(kind))
        var places = TaskPlaces(name: keyNode)
        for entry in entries {
            switch entry.key {
            case .args:
                task.signature = signature(entry.value)
                places.args = entry.keyNode
            case .description: _ = reader.string(entry.value, "description")
            case .params: notBuilt(entry.keyNode)
            default: decodeExecution(entry, into: &task)
            }
            decodeOption(entry, into: &task.options)
        }
        checkLimits(entries, task.options)
        if case .builtin(let builtin) = task.kind, task.signature == nil { task.signature = builtin.signature }
        addTask(task, places)
    }

    @discardableResult
    mutating func addTask(_ task: TaskSpec, _ places: TaskPlaces) -> TaskIndex {
        let index = TaskIndex(spec.tasks.count)
        spec.tasks.append(task)
        taskPlaces.append(places)
        if !task.isInline { taskIndices[task.name] = index }
        return index
    }

    /// The one entry that says what a task or node is; two or none are reported.
    mutating func oneKind(_ kinds: [Entry], in node: YAMLNodeID, wanted: String) -> Entry? {
        guard let first = kinds.first else {
            let span = document.span(node)
            let place = SourceSpan(file: span.file, start: Int(span.start), end: Int(span.start) + 1)
            var firstKey: YAMLNodeID?
            document.forEachEntry(node) { key, _ in firstKey = firstKey ?? key }
            reader.report(Diagnostic(.canvasKeys, wanted, at: firstKey.map { document.span($0) } ?? place))
            return nil
        }
        if kinds.count > 1 {
            let second = kinds[1]
            reader.report(
                Diagnostic(
                    .canvasKeys, "'\(first.key.rawValue)' and '\(second.key.rawValue)' cannot stand on one node",
                    at: document.span(second.keyNode),
                    notes: [.init("the other is here", at: document.span(first.keyNode))]))
        }
        return first
    }

    mutating func taskKind(_ entry: Entry) -> TaskSpec.Kind {
        switch entry.key {
        case .run:
            let script = reader.string(entry.value, "run") ?? ""
            if Template.mayHoldExpression(Array(script.utf8)) { reportShellExpression(entry.value) }
            return .run(script: script)
        case .exec:
            guard document.kind(entry.value) == .sequence, document.childCount(entry.value) > 0 else {
                reader.wrongType(entry.value, "exec", "a list: the program and its arguments")
                return .exec([])
            }
            let words = document.items(entry.value)
            let texts = words.map { document.text($0) }
            for word in ShellWords.code(texts) where Template.mayHoldExpression(Array(texts[word].utf8)) {
                reportShellExpression(words[word])
            }
            return .exec(words.map { reader.template($0) })
        case .use:
            let name = reader.string(entry.value, "use") ?? ""
            if name.hasPrefix("std."), let builtin = BuiltinTask(rawValue: String(name.dropFirst(4))) {
                return .builtin(builtin)
            }
            reportUnknownTask(name, entry.value)
            return .builtin(.identity)
        default:
            notBuilt(entry.keyNode)
            return .run(script: "")
        }
    }

    private mutating func reportShellExpression(_ node: YAMLNodeID) {
        let bytes = Array(document.text(node).utf8)
        var start = 0
        while start + 2 < bytes.count, !bytes[start...].starts(with: "${{".utf8) { start += 1 }
        if start > 0, bytes[start - 1] == UInt8(ascii: "$") { return }
        let place = Expression.Place(start, start + 3)
        reader.report(
            Diagnostic(
                .expressionInShell,
                "an expression here would paste a value into program text; hand it over as an argument or in 'env'",
                at: reader.span(place, in: node)))
    }

    // MARK: Signature

    private static let refusedNames: Set<String> = [
        "PATH", "HOME", "SHELL", "USER", "PWD", "OLDPWD", "IFS", "ENV", "TMPDIR", "LANG", "PS4", "PROMPT_COMMAND",
    ]
    private static let refusedPrefixes = [
        "BASH", "LD_", "DYLD_", "LC_", "PYTHON", "PERL", "RUBY", "NODE_", "GIT_", "FLOWRUN_",
    ]

    private mutating func signature(_ node: YAMLNodeID) -> TaskSpec.Signature {
        var signature = TaskSpec.Signature()
        guard document.kind(node) == .mapping else {
            reader.wrongType(node, "args", "a mapping of names to types")
            return signature
        }
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append(($0, $1)) }
        for (key, value) in entries {
            let name = document.text(key)
            if name.hasPrefix("**") {
                signature.takesExtra = true
            } else if name.hasPrefix("*") {
                signature.takesRest = true
            } else {
                checkArgumentName(name, key)
                signature.arguments.append(argument(name, value))
            }
        }
        return signature
    }

    private mutating func checkArgumentName(_ name: String, _ key: YAMLNodeID) {
        let isRefused =
            Self.refusedNames.contains(name) || Self.refusedPrefixes.contains { name.hasPrefix($0) }
            || spec.env.contains { $0.name == name }
        if isRefused {
            reader.report(
                Diagnostic(
                    .reservedArgument, "an argument cannot be named '\(name)': it would replace that variable",
                    at: document.span(key)))
        }
    }

    private mutating func argument(_ name: String, _ node: YAMLNodeID) -> TaskSpec.Argument {
        guard document.kind(node) == .mapping else {
            return TaskSpec.Argument(name: name, type: type(node), defaultValue: nil)
        }
        var typeNode: YAMLNodeID?
        var defaultNode: YAMLNodeID?
        document.forEachEntry(node) { key, value in
            if document.text(key) == "type" { typeNode = value }
            if document.text(key) == "default" { defaultNode = value }
        }
        guard let typeNode else {
            return TaskSpec.Argument(name: name, type: type(node), defaultValue: nil)
        }
        return TaskSpec.Argument(
            name: name, type: type(typeNode), defaultValue: defaultNode.map { reader.value($0) })
    }

    /// A type, as text or as a mapping of keys to types.
    mutating func type(_ node: YAMLNodeID) -> ValueType {
        if document.kind(node) == .mapping {
            var parts: [(YAMLNodeID, YAMLNodeID)] = []
            document.forEachEntry(node) { parts.append(($0, $1)) }
            let fields = parts.map { ValueType.Field(key: document.text($0.0), type: type($0.1)) }
            return .object(fields)
        }
        if reader.isNull(node) { return .null }
        if let type = ValueType(document.text(node)) { return type }
        let known = [
            "any", "null", "bool", "int", "float", "string", "text", "json", "lines", "none", "path", "list", "object",
        ]
        let nearest = Suggestion.nearest(to: document.text(node), among: known)
        let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
        reader.report(
            Diagnostic(.wrongValue, "there is no type '\(document.text(node))'\(hint)", at: document.span(node)))
        return .any
    }

    // MARK: How a task runs

    /// Decodes a key that says how a task runs; options are for ``decodeOption(_:into:)``.
    mutating func decodeExecution(_ entry: Entry, into task: inout TaskSpec) {
        let key = entry.key.rawValue
        switch entry.key {
        case .returns: task.returns = returns(entry.value)
        case .env: task.env = environment(entry.value)
        case .cwd: task.cwd = reader.template(entry.value)
        case .stdin: task.stdin = reader.template(entry.value)
        case .shell:
            task.shell = reader.string(entry.value, key)?.split(separator: " ").map(String.init)
        case .successExitCodes: task.successExitCodes = reader.ints(entry.value, key) ?? [0]
        case .retryExitCodes: task.retryExitCodes = reader.ints(entry.value, key) ?? [75]
        case .ignoreExitCodes: task.ignoreExitCodes = reader.ints(entry.value, key) ?? []
        case .maxConcurrency: task.maxConcurrency = reader.int(entry.value, key, 1...Int.max)
        case .envFile: notBuilt(entry.keyNode)
        default: break
        }
    }

    private mutating func returns(_ node: YAMLNodeID) -> TaskSpec.Returns {
        if document.kind(node) == .scalar {
            switch document.text(node) {
            case "text", "string": return .text
            case "json", "any": return .json
            case "lines": return .lines
            case "none", "null": return .none
            default: break
            }
        }
        return .type(type(node))
    }
}
