import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

extension CanvasWalk {
    /// What resolving the expressions of a value gives.
    struct Typing {
        var type: StaticType
        var findings: [Diagnostic] = []
        var usedBindings: [Int] = []
        var isBroken = false
    }

    /// Resolves the expressions of a value, reports what is wrong and gives the value's type.
    mutating func typed(_ node: YAMLNodeID, _ names: ExpressionNames) -> StaticType {
        let typing = typing(node, names)
        note(typing)
        return typing.type
    }

    /// The type of a value, without a word about what is wrong in it.
    func quietType(_ node: YAMLNodeID, _ names: ExpressionNames) -> StaticType {
        typing(node, names).type
    }

    private mutating func note(_ typing: Typing) {
        for finding in typing.findings { decoder.reader.report(finding) }
        for number in typing.usedBindings { bindings[number].isUsed = true }
        hasBrokenExpression = hasBrokenExpression || typing.isBroken
    }

    private func typing(_ node: YAMLNodeID, _ names: ExpressionNames) -> Typing {
        if document.isBroken(node) { return Typing(type: .any) }
        switch document.kind(node) {
        case .scalar, .alias: return scalarTyping(node, names)
        case .sequence:
            var whole = Typing(type: .any)
            let items = document.items(node).map { item in
                let typing = typing(item, names)
                whole.add(typing)
                return typing.type
            }
            whole.type = items.count > 256 ? .list(.either(Array(Set(items)))) : .tuple(items)
            return whole
        case .mapping:
            var whole = Typing(type: .any)
            let fields = document.entries(node).map { entry in
                let typing = typing(entry.value, names)
                whole.add(typing)
                return StaticType.Field(key: document.text(entry.key), type: typing.type)
            }
            whole.type = .object(fields, isOpen: false)
            return whole
        }
    }

    private func scalarTyping(_ node: YAMLNodeID, _ names: ExpressionNames) -> Typing {
        switch document.scalar(node) {
        case .null: return Typing(type: .null)
        case .bool: return Typing(type: .bool)
        case .int: return Typing(type: .int)
        case .float: return Typing(type: .float)
        case .outOfRange: return Typing(type: .any)
        case .string: break
        }
        let mayHold = unsafe document.withBytes(node) { unsafe $0.contains(UInt8(ascii: "$")) }
        guard mayHold else { return Typing(type: .string) }
        let text = document.text(node)
        let template: Template
        do throws(ExpressionError) {
            template = try Template.parse(text)
        } catch {
            return Typing(type: .any, findings: [decoder.reader.syntax(error, in: node)], isBroken: true)
        }
        var whole = Typing(type: .string)
        for found in Template.expressions(in: text) ?? [] {
            let typing = expressionTyping(found.expression, found.place, node, names)
            whole.add(typing)
            if case .expression = template {
                whole.type = typing.type
            } else if typing.type.kinds.isSubset(of: [.list, .object]) {
                whole.findings.append(
                    Diagnostic(
                        .expressionType,
                        "\(typing.type.phrase) cannot stand inside text; use json() or join()",
                        at: decoder.reader.span(found.place, in: node)))
            }
        }
        return whole
    }

    /// Types one expression of a scalar.
    private func expressionTyping(
        _ expression: Expression, _ whole: Expression.Place, _ node: YAMLNodeID, _ names: ExpressionNames
    ) -> Typing {
        var typer = ExpressionTyper(names, canvas)
        var typing = Typing(type: typer.type(expression))
        typing.usedBindings = typer.usedBindings
        // What fails at run time only is no error of the file (SPEC 3), but nobody can have meant it.
        if isStrict, typer.problems.isEmpty, expression.isConstant { typer.problems += constantProblem(expression) }
        for problem in typer.problems {
            let span = decoder.reader.span(problem.place ?? whole, in: node)
            guard let name = problem.name else {
                typing.findings.append(Diagnostic(problem.code, problem.message, at: span))
                continue
            }
            typing.findings.append(
                Names.finding(
                    problem.code, problem.message, name, among: steps.affordable(problem.known), at: span,
                    isExact: span != document.span(node)))
        }
        if typing.findings.isEmpty { typing.findings = droppedResults(expression, node, names) }
        if typer.problems.contains(where: { $0.code != .unknownName }) { typing.type = .any }
        return typing
    }

    /// What an expression of literals alone fails with.
    private func constantProblem(_ expression: Expression) -> [ExpressionTyper.Problem] {
        do throws(ExpressionError) {
            _ = try Evaluator(scope: NoNames()).value(expression)
            return []
        } catch {
            return [.init(code: .expressionType, message: error.message, place: nil)]
        }
    }

    /// FR504: a result that is dropped when what it is handed to has ended is read later.
    private func droppedResults(
        _ expression: Expression, _ node: YAMLNodeID, _ names: ExpressionNames
    ) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        expression.forEachReference { path in
            guard path.count >= 3, path[0].name == "steps", path[2].name == "result",
                let step = steps.node(path[1].name), ignoresResult(step),
                names.node.map({ !isHanded($0, from: step) }) ?? true
            else { return }
            let place = Expression.Place(path[0].place.start, path[2].place.end)
            findings.append(
                Diagnostic(
                    .ignoredResultRead,
                    "the result of '\(path[1].name)' is dropped before this reads it: it has 'ignore_result'",
                    at: decoder.reader.span(place, in: node)))
        }
        return findings
    }

    private func ignoresResult(_ step: SpecIndex) -> Bool {
        let node = spec[step]
        let inherited = node.task.map { spec.tasks[Int($0.index)].options.ignoreResult } ?? .absent
        return spec.modifiers(of: node).options.ignoreResult.or(inherited).or(spec.defaultOptions.ignoreResult).value
            ?? false
    }

    /// Whether a node is one that a step's result is handed to.
    private func isHanded(_ node: SpecIndex, from step: SpecIndex) -> Bool {
        if spec.needs(of: spec[node]).contains(where: { $0.step == step }), spec[node].needsForm != .ends {
            return true
        }
        guard let parent = spec[node].parent else { return false }
        if parent == step { return true }
        return spec[parent].kind == .chain && spec[step].parent == parent && spec[step].end == node.index
    }

    // MARK: Conditions

    /// Resolves an expression that stands with or without `${{ }}`.
    mutating func condition(_ node: YAMLNodeID, _ names: ExpressionNames) -> StaticType {
        guard !document.isBroken(node), document.isString(node) else {
            // What is no condition at all has been refused for its form.
            return .any
        }
        let text = document.text(node)
        if Template.holdsExpression(text) {
            if let template = try? Template.parse(text), case .text = template {
                decoder.reader.report(
                    Diagnostic(
                        .expressionSyntax, "an expression stands alone here, with no text around it",
                        at: document.span(node)))
                hasBrokenExpression = true
                return .any
            }
            return typed(node, names)
        }
        let bytes = Array(text.utf8)
        let expression: Expression
        do throws(ExpressionError) {
            expression = try ExpressionParser.parse(bytes, 0..<bytes.count)
        } catch {
            note(Typing(type: .any, findings: [decoder.reader.syntax(error, in: node)], isBroken: true))
            return .any
        }
        let typing = expressionTyping(expression, Expression.Place(0, bytes.count), node, names)
        note(typing)
        return typing.type
    }

    private mutating func checkCondition(_ node: YAMLNodeID, _ names: ExpressionNames) {
        let type = condition(node, names)
        guard type.kinds.isDisjoint(with: .bool) else { return }
        decoder.reader.report(
            Diagnostic(.expressionType, "'when' takes a bool, not \(type.phrase)", at: document.span(node)))
    }

    // MARK: The keys of a node

    /// Resolves every expression among the keys of a node; `foreach`, `key`, `items` and `result` have their own places.
    mutating func checkKeys(of index: SpecIndex, _ names: ExpressionNames) {
        let place = decoder.places[Int(index.index)]
        guard document.kind(place.node) == .mapping else { return }
        let isRoot = spec[index].role == .root || (spec[index].role == .copy && place.node == document.root)
        let task = spec[index].task.map { spec.tasks[Int($0.index)] }
        for (keyNode, value) in document.entries(place.node) {
            guard let key = unsafe document.withBytes(keyNode, { unsafe WorkflowKey(bytes: $0) }),
                !isRoot || !Language.headerKeys.contains(key)
            else { continue }
            var names = names
            switch key {
            case .when: checkCondition(value, names)
            case .args, .kwargs, .queue, .shadow, .countdown, .eta, .expires, .priority, .cache:
                let type = typed(value, names)
                if decoder.reader.holdsExpression(value) { check(type, of: key, value) }
            case .env, .stdin, .http:
                names.place = .task
                names.takesSecrets = true
                names.signature = task?.signature
                _ = typed(value, names)
            case .exec, .cwd:
                names.place = .task
                names.signature = task?.signature
                _ = typed(value, names)
            case .params: _ = typed(value, names)
            default: continue
            }
        }
    }

    /// What an option has to be, where an expression gives it.
    mutating func check(_ type: StaticType, of key: WorkflowKey, _ node: YAMLNodeID) {
        let wanted: (kinds: StaticType.Kinds, words: String)
        switch key {
        case .countdown: wanted = ([.int, .float, .string], "seconds or a duration")
        case .eta: wanted = (.string, "a time")
        case .expires: wanted = ([.int, .float, .string], "seconds, a duration or a time")
        case .priority: wanted = (.int, "an int")
        case .queue, .shadow, .cwd: wanted = (.string, "a string")
        case .args: wanted = (.list, "a list")
        case .kwargs: wanted = (.object, "an object")
        default: return
        }
        guard type.kinds.isDisjoint(with: wanted.kinds) else { return }
        decoder.reader.report(
            Diagnostic(
                .expressionType, "'\(key.rawValue)' takes \(wanted.words), not \(type.phrase)",
                at: document.span(node)))
    }
}

extension CanvasWalk.Typing {
    mutating func add(_ part: CanvasWalk.Typing) {
        findings += part.findings
        usedBindings += part.usedBindings
        isBroken = isBroken || part.isBroken
    }
}

/// A scope in which nothing has a name.
private struct NoNames: ExpressionScope {
    var now: String { "" }

    func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? { nil }

    func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? { nil }
}
