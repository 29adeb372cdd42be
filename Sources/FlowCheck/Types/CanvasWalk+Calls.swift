import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

extension CanvasWalk {
    /// The arguments of a call as they stand.
    private struct Given {
        var items: [YAMLNodeID]
        var named: [(key: YAMLNodeID, value: YAMLNodeID)]
        var handed: Handed?

        var positionalCount: Int { items.count + (handed == nil ? 0 : 1) }
    }

    /// Checks the call of a node and gives the type of its result.
    mutating func call(
        _ index: SpecIndex, _ node: NodeSpec, _ handed: Handed?, _ names: ExpressionNames, isLiteral: Bool
    ) -> StaticType {
        let place = decoder.places[Int(index.index)]
        guard let task = node.task, !place.isDoubtful else { return .any }
        let handed = node.isImmutable ? nil : handed
        if !positional[Int(task.index)].isDeclared {
            if handed != nil { checkTaken(index, task) }
            return resultType(of: task)
        }
        if isLiteral, place.kwargs == nil, handed == nil, fitsPlainly(place.args, task) {
            return result(of: task, [], names)
        }
        let given = Given(
            items: place.args.map { document.items($0) } ?? [], named: place.kwargs.map { document.entries($0) } ?? [],
            handed: handed)
        if checkCount(index, task, given) { checkTypes(index, task, given, names) }
        return result(of: task, [handed?.type].compactMap { $0 } + given.items.map { quietType($0, names) }, names)
    }

    /// Whether literal arguments by position are as many as a task takes, and fit.
    func fitsPlainly(_ args: YAMLNodeID?, _ task: TaskIndex) -> Bool {
        guard positional[Int(task.index)].isDeclared else { return true }
        let count = args.map { document.childCount($0) } ?? 0
        guard positional[Int(task.index)].range.contains(count) else { return false }
        guard let args else { return true }
        return literalsFit(args, task)
    }

    /// Whether literal arguments by position fit, without a word about it: what nearly all do.
    private func literalsFit(_ args: YAMLNodeID, _ task: TaskIndex) -> Bool {
        let types = positional[Int(task.index)].types
        var cursor = document.beforeItems(of: args)
        var position = 0
        while let item = document.nextItem(&cursor) {
            guard position < types.count else { return positional[Int(task.index)].restIsAny }
            guard isPlainly(types[position], item) else { return false }
            position += 1
        }
        return true
    }

    private func isPlainly(_ type: ValueType, _ item: YAMLNodeID) -> Bool {
        switch type {
        case .any, .json: return true
        case .string, .path: return document.isString(item)
        case .int:
            guard document.kind(item) == .scalar, case .int = document.scalar(item) else { return false }
            return true
        case .null, .bool, .float, .lines, .list, .object, .union: return false
        }
    }

    // MARK: Types of results

    /// The type that a task's result is declared to have.
    static func resultType(of task: TaskSpec, in decoder: WorkflowDecoder) -> StaticType {
        switch task.returns {
        case .text: return .string
        case .json: return .any
        case .lines: return .list(.string)
        case .none: return .null
        case .type(let type): return StaticType(type)
        case .unwritten: break
        }
        switch task.kind {
        case .run, .exec: return .string
        case .python, .celery, .http: return .any
        case .workflow(let call): return decoder.subWorkflowResults[call.path] ?? .any
        case .builtin(let builtin): return resultType(of: builtin, [])
        }
    }

    /// The type of a task's result, as far as the arguments do not matter.
    func resultType(of task: TaskIndex) -> StaticType { resultTypes[Int(task.index)] }

    private mutating func result(
        of task: TaskIndex, _ arguments: [StaticType], _ names: ExpressionNames
    ) -> StaticType {
        guard case .builtin(let builtin) = spec.tasks[Int(task.index)].kind,
            case .unwritten = spec.tasks[Int(task.index)].returns
        else { return resultTypes[Int(task.index)] }
        return Self.resultType(of: builtin, arguments)
    }

    private static func resultType(of builtin: BuiltinTask, _ arguments: [StaticType]) -> StaticType {
        switch builtin {
        case .identity: return arguments.first ?? .any
        case .add, .mul:
            let kinds = arguments.map { $0.kinds.intersection(.number) }
            if kinds.count == 2, kinds.allSatisfy({ $0 == .int }) { return .int }
            if kinds.contains(.float) { return .float }
            return .number
        case .sum:
            guard let item = arguments.first?.item, item.kinds.intersection(.number) == .int, item != .any else {
                return .number
            }
            return .int
        case .log: return .null
        case .sleep: return arguments.count > 1 ? arguments[1] : .any
        case .fail: return .never
        case .now, .uuid: return .string
        case .random: return .float
        }
    }

    // MARK: Number and names

    private func declaration(of task: TaskIndex) -> [Diagnostic.Note] {
        let places = decoder.taskPlaces[Int(task.index)]
        if let args = places.args { return [.init("declared here", at: args)] }
        return []
    }

    /// Checks the number and the names; false where there are too many for their types to say anything.
    private mutating func checkCount(_ index: SpecIndex, _ taskIndex: TaskIndex, _ given: Given) -> Bool {
        let task = spec.tasks[Int(taskIndex.index)]
        guard let signature = task.signature else { return true }
        let place = decoder.places[Int(index.index)]
        let callee = document.span(place.args ?? place.callee)
        let notes = declaration(of: taskIndex)
        let declared = task.positionalArguments
        if given.positionalCount > declared.count, !signature.takesRest {
            let from = given.handed == nil ? "" : ", the first of which its parent hands on"
            let count = declared.count == 1 ? "1 argument" : "\(declared.count) arguments"
            decoder.reader.report(
                Diagnostic(
                    .wrongArity, "'\(task.name)' takes \(count), and is given \(given.positionalCount)\(from)",
                    at: callee, notes: notes + producerNotes(given.handed)))
            return false
        }
        let positions = positional[Int(taskIndex.index)].positions
        var named = Set(given.named.map { document.text($0.key) })
        let free = signature.arguments.map(\.name).filter { !named.contains($0) }
        var hasUnknown = false
        for (key, _) in given.named {
            let name = document.text(key)
            let span = document.span(key)
            if let position = positions[name], position < declared.count, position < given.positionalCount {
                let from = position == 0 && given.handed != nil ? "its parent hands it on, and it is" : "it is"
                decoder.reader.report(
                    Diagnostic(
                        .repeatedArgument, "'\(name)' is given twice: \(from) given by position and by name", at: span,
                        notes: notes + (position == 0 ? producerNotes(given.handed) : [])))
            } else if !signature.takesExtra, positions[name] == nil {
                hasUnknown = true
                let finding = Names.finding(
                    .unknownArgument, "'\(task.name)' has no argument '\(name)'", name,
                    among: steps.affordable(free), at: span, notes: notes)
                if let meant = finding.fixIt?.edits.first?.text { named.insert(meant) }
                decoder.reader.report(finding)
            }
        }
        let missing = signature.arguments.enumerated().filter { offset, argument in
            argument.defaultValue == nil && !named.contains(argument.name)
                && !(offset < declared.count && offset < given.positionalCount)
        }
        // A name that is not known stands for one that is missing: one cause, one finding.
        guard !missing.isEmpty, !hasUnknown else { return true }
        let names = missing.map { "'\($0.element.name)'" }.joined(separator: ", ")
        decoder.reader.report(
            Diagnostic(.wrongArity, "'\(task.name)' is not given \(names)", at: callee, notes: notes))
        return true
    }

    private func producerNotes(_ handed: Handed?) -> [Diagnostic.Note] {
        guard let producer = handed?.producer else { return [] }
        let node = spec[producer]
        if let task = node.task, let returns = decoder.taskPlaces[Int(task.index)].returns {
            return [.init("'\(node.id)' gives \(handed?.type.phrase ?? "")", at: returns)]
        }
        let place = decoder.places[Int(producer.index)]
        return [.init("'\(node.id)' gives \(handed?.type.phrase ?? "")", at: document.span(place.kind))]
    }

    // MARK: Types of arguments

    private mutating func checkTypes(
        _ index: SpecIndex, _ taskIndex: TaskIndex, _ given: Given, _ names: ExpressionNames
    ) {
        let task = spec.tasks[Int(taskIndex.index)]
        let declared = task.positionalArguments
        let places = decoder.taskPlaces[Int(taskIndex.index)].arguments
        func note(_ position: Int) -> [Diagnostic.Note] {
            position < places.count ? [.init("declared here", at: places[position])] : []
        }
        var position = 0
        if let handed = given.handed {
            if let argument = declared.first {
                let place = decoder.places[Int(index.index)]
                report(
                    handed.type.fit(argument.type), handed, argument, task, document.span(place.callee), note(0))
            }
            position = 1
        }
        for item in given.items {
            if position < declared.count {
                check(item, declared[position], task, names, note(position))
            } else if let rest = task.signature?.restType {
                check(
                    item, .init(name: "*rest", type: rest, defaultValue: nil), task, names, declaration(of: taskIndex))
            }
            position += 1
        }
        for (key, value) in given.named {
            let name = document.text(key)
            guard let position = positional[Int(taskIndex.index)].positions[name],
                let argument = task.signature?.arguments[position]
            else {
                guard let extra = task.signature?.extraType else { continue }
                check(value, .init(name: name, type: extra, defaultValue: nil), task, names, declaration(of: taskIndex))
                continue
            }
            check(value, argument, task, names, note(position))
        }
    }

    /// Reports a result that does not fit the argument that it becomes.
    private mutating func report(
        _ fit: StaticType.Fit, _ handed: Handed, _ argument: TaskSpec.Argument, _ task: TaskSpec, _ span: SourceSpan,
        _ notes: [Diagnostic.Note]
    ) {
        guard fit != .yes, fit != .butForNull || isStrict else { return }
        let from = handed.producer.map { " by '\(spec[$0].id)'" } ?? ""
        let message =
            "'\(task.name)' is handed \(Phrase.article(handed.type.text))\(from), and its '\(argument.name)' takes "
            + Phrase.article(argument.type.text) + advice(handed.type, argument.type)
        decoder.reader.report(
            Diagnostic(
                .argumentType, fit == .partly ? "\(message): not every case fits" : message, at: span,
                severity: fit == .no ? .error : .warning, notes: notes + producerNotes(handed)))
    }

    /// What helps where text is handed to what wants a value.
    private func advice(_ given: StaticType, _ wanted: ValueType) -> String {
        let isText = given == .string || given == .list(.string)
        return isText && StaticType(wanted).kinds.isDisjoint(with: .string)
            ? "; 'returns: json' would make a value of the output" : ""
    }

    /// Checks one written argument against its declaration, literal lists and objects part by part.
    private mutating func check(
        _ node: YAMLNodeID, _ argument: TaskSpec.Argument, _ task: TaskSpec, _ names: ExpressionNames,
        _ notes: [Diagnostic.Note]
    ) {
        for (place, type, fit) in misfits(node, argument.type, names) where fit != .butForNull || isStrict {
            let isLiteral = document.kind(place) == .scalar && !decoder.reader.holdsExpression(place)
            let what =
                isLiteral && type.given != .null
                ? "the \(type.given.text) \(decoder.reader.describe(place))" : Phrase.article(type.given.text)
            let message = "'\(argument.name)' of '\(task.name)' takes \(Phrase.article(type.wanted.text)), not \(what)"
            decoder.reader.report(
                Diagnostic(
                    .argumentType, isLiteral ? message : message + advice(type.given, type.wanted),
                    at: document.span(place),
                    severity: fit == .no ? .error : .warning, notes: notes,
                    fixIt: fit == .no ? literalFix(place, type.wanted) : nil))
        }
    }

    private typealias Misfit = (place: YAMLNodeID, type: (given: StaticType, wanted: ValueType), fit: StaticType.Fit)

    private func misfits(_ node: YAMLNodeID, _ wanted: ValueType, _ names: ExpressionNames) -> [Misfit] {
        if document.isBroken(node) { return [] }
        switch (document.kind(node), wanted) {
        case (.sequence, .list(let item)): return document.items(node).flatMap { misfits($0, item, names) }
        case (.sequence, .lines): return document.items(node).flatMap { misfits($0, .string, names) }
        case (.mapping, .object(let fields)):
            let entries = document.entries(node)
            var found: [Misfit] = []
            for field in fields {
                if let entry = entries.first(where: { document.text($0.key) == field.key }) {
                    found += misfits(entry.value, field.type, names)
                } else {
                    found.append((node, (quietType(node, names), wanted), .no))
                }
            }
            return found
        default: break
        }
        let type = quietType(node, names)
        let fit = type.fit(wanted)
        return fit == .yes ? [] : [(node, (type, wanted), fit)]
    }

    /// Quotes around what should be text; none around what should be a number.
    private func literalFix(_ node: YAMLNodeID, _ wanted: ValueType) -> Diagnostic.FixIt? {
        guard document.kind(node) == .scalar, !decoder.reader.holdsExpression(node) else { return nil }
        let (text, span) = (document.text(node), document.span(node))
        switch (wanted, document.scalar(node)) {
        case (.string, .int), (.string, .float), (.string, .bool):
            return .init("put it in quotes", edits: [.init(span, "\"\(text)\"")])
        case (.int, .string) where Int64(text) != nil && document.style(node) != .plain:
            return .init("remove the quotes", edits: [.init(span, text)])
        default: return nil
        }
    }

    // MARK: Items

    /// Checks the items of `map`, `starmap` and `chunks` against the arguments of the task.
    mutating func checkItems(_ items: YAMLNodeID, of index: SpecIndex, _ node: NodeSpec, _ item: StaticType) {
        guard let taskIndex = node.task, positional[Int(taskIndex.index)].isDeclared else { return }
        let task = spec.tasks[Int(taskIndex.index)]
        let declared = task.positionalArguments
        let notes = declaration(of: taskIndex)
        let range = positional[Int(taskIndex.index)].range
        if node.kind == .map {
            guard range.contains(1) else {
                let place = document.span(decoder.places[Int(index.index)].callee)
                decoder.reader.report(
                    Diagnostic(
                        .wrongArity,
                        "'map' gives '\(task.name)' 1 argument, and it takes \(words(range))\(missing(declared, 1))",
                        at: place, notes: notes))
                return
            }
            if let argument = declared.first { checkItems(items, argument, item, task, notes) }
            return
        }
        guard document.kind(items) == .sequence else {
            if item.kinds.isDisjoint(with: .list) {
                decoder.reader.report(
                    Diagnostic(
                        .argumentType,
                        "an item of '\(node.kind)' is a list of arguments, not \(Phrase.article(item.text))",
                        at: document.span(items)))
            }
            return
        }
        for item in document.items(items) { checkArguments(item, declared, range, task, node.kind, notes) }
    }

    private mutating func checkItems(
        _ items: YAMLNodeID, _ argument: TaskSpec.Argument, _ item: StaticType, _ task: TaskSpec,
        _ notes: [Diagnostic.Note]
    ) {
        if document.kind(items) == .sequence {
            for item in document.items(items) { check(item, argument, task, ExpressionNames(), notes) }
            return
        }
        let fit = item.fit(argument.type)
        guard fit == .no || fit == .partly else { return }
        decoder.reader.report(
            Diagnostic(
                .argumentType,
                "'\(argument.name)' of '\(task.name)' takes \(Phrase.article(argument.type.text)), and the items are "
                    + Phrase.article(item.text),
                at: document.span(items), severity: fit == .no ? .error : .warning, notes: notes))
    }

    private mutating func checkArguments(
        _ item: YAMLNodeID, _ declared: [TaskSpec.Argument], _ range: ClosedRange<Int>, _ task: TaskSpec,
        _ kind: NodeSpec.Kind, _ notes: [Diagnostic.Note]
    ) {
        guard document.kind(item) == .sequence else {
            if !decoder.reader.holdsExpression(item) {
                decoder.reader.report(
                    Diagnostic(
                        .argumentType,
                        "an item of '\(kind)' is a list of arguments, not \(decoder.reader.describe(item))",
                        at: document.span(item), notes: notes))
            }
            return
        }
        let values = document.items(item)
        guard range.contains(values.count) else {
            decoder.reader.report(
                Diagnostic(
                    .wrongArity,
                    "'\(task.name)' takes \(words(range)), and this item gives \(values.count)"
                        + missing(declared, values.count),
                    at: document.span(item), notes: notes))
            return
        }
        for (value, argument) in zip(values, declared) { check(value, argument, task, ExpressionNames(), notes) }
    }

    /// The arguments that are not given, as the end of a sentence.
    private func missing(_ declared: [TaskSpec.Argument], _ count: Int) -> String {
        let names = declared.dropFirst(count).filter { $0.defaultValue == nil }.map { "'\($0.name)'" }
        return names.isEmpty ? "" : "; \(names.joined(separator: ", ")) is missing"
    }

    private func words(_ range: ClosedRange<Int>) -> String {
        if range.upperBound == .max { return "at least \(range.lowerBound)" }
        if range.lowerBound == range.upperBound {
            return range.lowerBound == 1 ? "1 argument" : "\(range.lowerBound) arguments"
        }
        return "\(range.lowerBound) to \(range.upperBound) arguments"
    }

    // MARK: FR505

    /// An `exec` that is handed a result and takes none of it.
    private mutating func checkTaken(_ index: SpecIndex, _ taskIndex: TaskIndex) {
        let task = spec.tasks[Int(taskIndex.index)]
        guard case .exec(let words) = task.kind else { return }
        let node = spec[index]
        let place = decoder.places[Int(index.index)]
        let modifiers = spec.modifiers(of: node)
        let readers: Set<String> = ["args", "request", "parent", "steps"]
        var isTaken = false
        func look(_ template: Template?) {
            template?.forEachExpression { expression in
                expression.forEachReference { path in isTaken = isTaken || readers.contains(path[0].name) }
            }
        }
        words.forEach { look($0) }
        [task.stdin, task.cwd, modifiers.stdin, modifiers.cwd].forEach { look($0) }
        (task.env + modifiers.env).forEach { look($0.value) }
        look(spec.template(node.args))
        look(spec.template(node.kwargs))
        guard !isTaken, !hasBrokenExpression else { return }
        decoder.reader.report(
            Diagnostic(
                .resultNotTaken,
                "'\(task.isInline ? node.id : task.name)' is handed a result and takes none of it; as an 'si' "
                    + "(or 'immutable: true') it is handed none",
                at: document.span(task.isInline ? place.kind : place.callee)))
    }
}
