import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    mutating func decodeTasks() {
        guard let node = header.value(.tasks) else {
            missesTasks = missesTasks || header.present.contains(.tasks)
            return
        }
        for (key, value) in reader.document.entries(node) where !reader.document.text(key).hasPrefix("x-") {
            decodeTask(reader.document.text(key), key, value)
        }
    }

    private mutating func decodeTask(_ name: String, _ keyNode: YAMLNodeID, _ node: YAMLNodeID) {
        let span = reader.document.span(keyNode)
        var places = TaskPlaces(name: span, node: node)
        if name.hasPrefix("std.") {
            reader.report(Diagnostic(.reservedName, "names that begin with 'std.' are built in", at: span))
            places.isUsed = true
        }
        if let first = taskIndices[name] {
            reportTwice(name, at: span, first: taskPlaces[Int(first.index)].name)
            return
        }
        guard reader.document.kind(node) == .mapping else {
            if !reader.document.isBroken(node) { reader.wrongType(node, name, "a mapping with 'run', 'exec' …") }
            places.isUsed = true
            addTask(TaskSpec(name: name, kind: .python("")), places)
            return
        }
        let entries = entries(node, of: Language.shape(.task))
        guard let kind = oneKind(entries, in: node, wanted: "a task has one of 'run', 'exec', 'python', 'http' …")
        else {
            // The name exists, so that nothing follows from the mistake.
            addTask(TaskSpec(name: name, kind: .python("")), places)
            return
        }
        var task = TaskSpec(name: name, kind: taskKind(kind, entries))
        if let args = entries[.args] {
            if args.isAccepted, !isBroken(args.value) { task.signature = signature(args.value, &places) }
            places.args = reader.document.span(args.keyNode)
        }
        for entry in entries.list {
            decodeExecution(entry, into: &task, &places)
            decodeOption(entry, into: &task.options)
        }
        checkEnvironment(task, entries)
        checkExitCodes(&task, entries)
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
    mutating func oneKind(_ entries: Entries, in node: YAMLNodeID, wanted: String) -> Entry? {
        if let only = entries.onlyKind { return only }
        let kinds = entries.list.filter { Language.canvas.contains($0.key) }
        guard let first = kinds.min(by: { $0.keyNode.index < $1.keyNode.index }) else {
            if !entries.hasUnknown { reader.report(Diagnostic(.canvasKeys, wanted, at: firstKey(of: node))) }
            return nil
        }
        for other in kinds where other.keyNode != first.keyNode {
            reader.report(
                Diagnostic(
                    .canvasKeys, "'\(first.key.rawValue)' and '\(other.key.rawValue)' cannot stand on one node",
                    at: reader.document.span(other.keyNode),
                    notes: [.init("the other is here", at: reader.document.span(first.keyNode))]))
            break
        }
        return first
    }

    // MARK: What a task does

    mutating func taskKind(_ entry: Entry, _ entries: Entries) -> TaskSpec.Kind {
        switch entry.key {
        case .run:
            if entry.isAccepted, reader.holdsExpression(entry.value) { reportShellExpression(entry.value) }
            return .run(script: reader.document.text(entry.value))
        case .exec: return exec(entry)
        case .use:
            let name = reader.document.text(entry.value)
            if let builtin = builtin(name) { return .builtin(builtin) }
            if entry.isAccepted { reportUnknownTask(name, entry.value, isBuiltIn: true) }
            return .python("")
        case .python:
            notBuilt(entry.keyNode)
            return .python(reader.document.text(entry.value))
        case .http:
            notBuilt(entry.keyNode)
            if entry.isAccepted, reader.document.kind(entry.value) == .mapping { decodeHTTP(entry.value) }
            return .http
        case .workflow:
            let parameters = entries.value(.params)
            subWorkflows.append(
                SubWorkflowUse(path: entry.value, parameters: parameters, isAccepted: entry.isAccepted))
            let path = reader.document.text(entry.value)
            let name = files.name(of: path, in: reader.document.file)
            let file = entry.isAccepted && !files.leavesProject(path, in: reader.document.file) ? files.read(name) : nil
            return .workflow(
                TaskSpec.WorkflowCall(
                    path: path, file: file.map { UInt32($0.index) },
                    parameters: parameters.map { reader.template($0) }))
        default:
            notBuilt(entry.keyNode)
            if entry.isAccepted, reader.document.text(entry.value).isEmpty {
                reader.wrongType(entry.value, "celery", "the name of a task of a Celery worker")
            }
            return .celery(reader.document.text(entry.value))
        }
    }

    private func builtin(_ name: String) -> BuiltinTask? {
        name.hasPrefix("std.") ? BuiltinTask(rawValue: String(name.dropFirst(4))) : nil
    }

    private mutating func exec(_ entry: Entry) -> TaskSpec.Kind {
        guard entry.isAccepted, reader.document.kind(entry.value) == .sequence else {
            if entry.isAccepted { reader.wrongType(entry.value, "exec", "a list: the program and its arguments") }
            return .exec([])
        }
        guard reader.document.childCount(entry.value) > 0 else {
            reader.wrongType(entry.value, "exec", "at least the program, and its arguments")
            return .exec([])
        }
        let words = reader.document.items(entry.value)
        for word in ShellWords.code(words.map { reader.document.text($0) }) where reader.holdsExpression(words[word]) {
            reportShellExpression(words[word])
        }
        return .exec(words.map { reader.template($0) })
    }

    private mutating func decodeHTTP(_ node: YAMLNodeID) {
        let entries = entries(node, of: Language.shape(.http))
        for entry in entries.list where entry.isAccepted { _ = reader.template(entry.value) }
        if !entries.present.contains(.url), !entries.hasUnknown {
            reader.report(
                Diagnostic(
                    .missingKey, "'http' needs 'url'",
                    at: reader.document.childCount(node) == 0 ? reader.document.span(node) : firstKey(of: node)))
        }
    }

    private mutating func reportShellExpression(_ node: YAMLNodeID) {
        reader.refused.append(node)
        reader.report(
            Diagnostic(
                .expressionInShell,
                "an expression here would paste a value into program text; hand it over as an argument or in 'env'",
                at: reader.firstExpression(in: node)))
    }

    // MARK: Signature

    /// Whether something in a mapping is no YAML, so that nothing can be said of the whole.
    private func isBroken(_ node: YAMLNodeID) -> Bool {
        let span = reader.document.span(node)
        return reader.document.diagnostics.contains {
            $0.severity == .error && span.start <= $0.span.start && $0.span.end <= span.end
        }
    }

    private static let refusedNames: Set<String> = [
        "PATH", "HOME", "SHELL", "USER", "PWD", "OLDPWD", "IFS", "ENV", "TMPDIR", "LANG", "PS4", "PROMPT_COMMAND",
    ]
    private static let refusedPrefixes = [
        "BASH", "LD_", "DYLD_", "LC_", "PYTHON", "PERL", "RUBY", "NODE_", "GIT_", "FLOWRUN_",
    ]

    private mutating func signature(_ node: YAMLNodeID, _ places: inout TaskPlaces) -> TaskSpec.Signature {
        var signature = TaskSpec.Signature()
        for (key, value) in reader.document.entries(node) {
            let name = reader.document.text(key)
            if name.hasPrefix("**") {
                signature.takesExtra = true
                signature.extraType = type(value)
            } else if name.hasPrefix("*") {
                signature.takesRest = true
                signature.restType = type(value)
            } else if DocumentReader.isIdentifier(name) {
                checkArgumentName(name, key)
                signature.arguments.append(argument(name, value))
                places.arguments.append(reader.document.span(value))
            } else if !name.hasPrefix("x-") {
                reader.report(
                    Diagnostic(
                        .wrongValue, "an argument takes \(ValueForm.identifier.words), not '\(name)'",
                        at: reader.document.span(key)))
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
                    at: reader.document.span(key)))
        }
    }

    /// An argument cannot replace a variable of its own task.
    private mutating func checkEnvironment(_ task: TaskSpec, _ entries: Entries) {
        guard let args = entries.value(.args), !task.env.isEmpty else { return }
        for (key, _) in reader.document.entries(args)
        where task.env.contains(where: { $0.name == reader.document.text(key) }) {
            reader.report(
                Diagnostic(
                    .reservedArgument,
                    "an argument cannot be named '\(reader.document.text(key))': it would replace that variable of 'env'",
                    at: reader.document.span(key)))
        }
    }

    /// The type in a declaration with more than a type; a misspelt key counts where a default or a description shows what
    /// the mapping is.
    private func typeNode(ofArgument node: YAMLNodeID) -> YAMLNodeID? {
        let entries = reader.document.entries(node)
        if let type = entries.first(where: { reader.document.text($0.key) == "type" }) { return type.value }
        guard entries.contains(where: { ["default", "description"].contains(reader.document.text($0.key)) }) else {
            return nil
        }
        return entries.first { Suggestion.nearest(to: reader.document.text($0.key), among: ["type"]) != nil }?.value
    }

    private func unknownArgumentKey(_ name: String, _ key: YAMLNodeID, among known: [String]) -> Diagnostic {
        Names.finding(
            .unknownKey, "unknown key '\(name)' in an argument", name, among: known, at: reader.document.span(key))
    }

    private mutating func argument(_ name: String, _ node: YAMLNodeID) -> TaskSpec.Argument {
        guard reader.document.kind(node) == .mapping, let typeNode = typeNode(ofArgument: node) else {
            if reader.document.kind(node) == .mapping, let value = reader.document.value(of: "default", in: node) {
                return TaskSpec.Argument(name: name, type: .any, defaultValue: reader.value(value))
            }
            return TaskSpec.Argument(name: name, type: type(node), defaultValue: nil)
        }
        var defaultValue: JSONValue?
        let type = type(typeNode)
        for (key, value) in reader.document.entries(node) {
            if value == typeNode, reader.document.text(key) != "type" {
                reader.report(unknownArgumentKey(reader.document.text(key), key, among: ["type"]))
                continue
            }
            switch reader.document.text(key) {
            case "type", "description": break
            case "default":
                guard reader.accepts(value, .value, name) else { continue }
                let value = (node: value, json: reader.value(value))
                defaultValue = value.json
                guard let misfit = type.misfit(value.json) else { continue }
                reader.report(
                    Diagnostic(
                        .argumentType, "the default of '\(name)' does not fit '\(type.text)': \(misfit)",
                        at: reader.document.span(value.node),
                        notes: [.init("the type", at: reader.document.span(typeNode))]))
            case let other where !other.hasPrefix("x-"):
                let finding = unknownArgumentKey(other, key, among: ["type", "default", "description"])
                reader.report(finding)
                // A misspelt default is one.
                if finding.fixIt?.edits.first?.text == "default" { defaultValue = reader.value(value) }
            default: break
            }
        }
        return TaskSpec.Argument(name: name, type: type, defaultValue: defaultValue)
    }

    /// A type, as text or as a mapping of keys to types.
    mutating func type(_ node: YAMLNodeID) -> ValueType {
        if reader.document.isBroken(node) { return .any }
        if reader.document.kind(node) == .mapping {
            return .object(
                reader.document.entries(node).map { .init(key: reader.document.text($0.key), type: type($0.value)) })
        }
        if reader.isNull(node) { return .null }
        guard reader.document.kind(node) == .scalar else {
            reader.wrongType(node, "a type", "a name such as int, or a mapping of keys to types")
            return .any
        }
        let text = reader.document.text(node)
        if let type = ValueType(text) { return type }
        let span = reader.document.span(node)
        let word = ValueType.firstUnknownWord(in: text)
        let known = LanguageWords.types.map(\.name)
        let foreign = [
            "str": "string", "integer": "int", "number": "float", "boolean": "bool", "dict": "object",
            "array": "list", "map": "object", "double": "float",
        ]
        let meant = word.flatMap { foreign[$0.lowercased()] ?? Suggestion.nearest(to: $0, among: known) }
        let hint = meant.map { "; did you mean '\($0)'?" } ?? ""
        let fixIt = meant.flatMap { meant in
            word == text ? Diagnostic.FixIt("replace with '\(meant)'", edits: [.init(span, meant)]) : nil
        }
        reader.report(Diagnostic(.wrongValue, "there is no type '\(text)'\(hint)", at: span, fixIt: fixIt))
        return .any
    }

    // MARK: How a task runs

    /// Decodes a key that says how a task runs; options are for ``decodeOption(_:into:)``.
    mutating func decodeExecution(_ entry: Entry, into task: inout TaskSpec, _ places: inout TaskPlaces) {
        guard entry.isAccepted else { return }
        switch entry.key {
        case .returns:
            task.returns = returns(entry.value)
            places.returns = reader.document.span(entry.value)
        case .env: task.env = environment(entry.value)
        case .cwd:
            task.cwd = reader.template(entry.value)
            task.folder = files.folder(of: reader.document.file)
        case .stdin: task.stdin = reader.template(entry.value)
        case .shell:
            let words = reader.strings(entry.value) ?? []
            task.shell = words.count == 1 ? words[0].split(separator: " ").map(String.init) : words
        case .successExitCodes: task.successExitCodes = reader.ints(entry.value) ?? [0]
        case .retryExitCodes: task.retryExitCodes = reader.ints(entry.value) ?? [75]
        case .ignoreExitCodes: task.ignoreExitCodes = reader.ints(entry.value) ?? []
        case .maxConcurrency:
            task.maxConcurrency = reader.int(entry.value)
        case .envFile: task.envFiles = paths(entry.value)
        default: break
        }
    }

    private mutating func returns(_ node: YAMLNodeID) -> TaskSpec.Returns {
        if reader.document.kind(node) == .scalar {
            switch reader.document.text(node) {
            case "text", "string": return .text
            case "json", "any": return .json
            case "lines": return .lines
            case "none", "null": return .none
            default: break
            }
        }
        return .type(type(node))
    }

    /// A code cannot mean two things; 75 written elsewhere leaves the default of `retry_exit_codes`.
    mutating func checkExitCodes(_ task: inout TaskSpec, _ entries: Entries) {
        if !entries.present.contains(.retryExitCodes), (task.successExitCodes + task.ignoreExitCodes).contains(75) {
            task.retryExitCodes = []
        }
        let keys: [WorkflowKey] = [.successExitCodes, .retryExitCodes, .ignoreExitCodes]
        var first: [Int: YAMLNodeID] = [:]
        for entry in keys.compactMap({ entries[$0] }).sorted(by: { $0.keyNode.index < $1.keyNode.index })
        where entry.isAccepted {
            let items =
                reader.document.kind(entry.value) == .sequence ? reader.document.items(entry.value) : [entry.value]
            for item in items {
                guard let code = reader.int(item) else { continue }
                if let earlier = first[code] {
                    reader.report(
                        Diagnostic(
                            .wrongValue, "the exit code \(code) stands twice: it cannot mean two things",
                            at: reader.document.span(item),
                            notes: [.init("first here", at: reader.document.span(earlier))]))
                }
                first[code] = first[code] ?? item
            }
        }
    }
}
