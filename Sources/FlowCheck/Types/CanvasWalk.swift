import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

/// Follows values through the canvas: from results over partials, links, chords, copies and expressions to arguments.
///
/// Every node is visited once, after all that hands it something; its expressions are resolved and typed on the way.
struct CanvasWalk {
    var decoder: WorkflowDecoder
    let canvas: CanvasNames
    let isStrict: Bool
    /// Bindings of the file, by number: the name's place where it was written with `as`, and whether it was read.
    var bindings: [(place: YAMLNodeID?, isUsed: Bool)] = []
    /// Whether an expression did not parse: then nothing can be said about what is unused.
    var hasBrokenExpression = false
    /// How many arguments each task takes by position.
    let positional: [PositionalCount]
    /// What each task's result is declared to be.
    let resultTypes: [StaticType]
    /// Which tasks are declared outside the node that calls them.
    let isPlainTask: [Bool]

    /// What a node is handed.
    struct Handed {
        let type: StaticType
        /// The node whose result it is; nil for what is made on the way.
        let producer: SpecIndex?
    }

    /// The decoder's own, which the walk does not change.
    let spec: WorkflowSpec
    let document: YAMLDocument
    let steps: StepNames

    init(_ decoder: WorkflowDecoder, isStrict: Bool) {
        self.decoder = decoder
        self.isStrict = isStrict
        spec = decoder.spec
        document = decoder.document
        steps = StepNames(decoder.spec, decoder.nodeIDs)
        var parameters: [String: StaticType] = [:]
        for parameter in decoder.spec.parameters { parameters[parameter.name] = Self.type(of: parameter) }
        for name in decoder.declarations.parameters.keys where parameters[name] == nil { parameters[name] = .any }
        canvas = CanvasNames(
            parameters: parameters, environment: Set(decoder.spec.env.map(\.name)),
            parameterNames: parameters.keys.sorted(), environmentNames: decoder.spec.env.map(\.name),
            secretEnvironment: Set(decoder.spec.env.filter { Self.readsSecrets($0.value) }.map(\.name)),
            hasEnvironmentFile: decoder.header.present.contains(.envFile),
            secrets: Set(decoder.declarations.secrets.keys), steps: steps)
        positional = decoder.spec.tasks.map { PositionalCount($0) }
        resultTypes = decoder.spec.tasks.map { Self.resultType(of: $0, in: decoder) }
        isPlainTask = decoder.spec.tasks.map { !$0.isInline }
    }

    private static func readsSecrets(_ template: Template) -> Bool {
        var reads = false
        template.forEachExpression { expression in
            expression.forEachReference { path in reads = reads || path[0].name == "secrets" }
        }
        return reads
    }

    private static func type(of parameter: ParameterSpec) -> StaticType {
        let type: StaticType =
            switch parameter.form {
            case .string: .string
            case .int: .int
            case .float: .float
            case .bool: .bool
            case .json: .any
            case .list: .list(.any)
            case .object: .anyObject
            }
        return parameter.defaultValue == nil && !parameter.isRequired ? .maybe(type) : type
    }

    /// Walks the whole canvas, `on_exit` and the header's `result`.
    mutating func walk() {
        guard !spec.nodes.isEmpty else { return }
        if !spec.isLibrary { _ = visit(SpecIndex(0), nil, ExpressionNames()) }
        if let onExit = spec.onExit {
            var names = ExpressionNames()
            names.isOnExit = true
            _ = visit(onExit, nil, names)
        }
    }

    /// The type of what the run gives.
    var canvasResult: StaticType {
        guard !spec.isLibrary, !decoder.header.present.contains(.result) else { return .any }
        return steps.results.first.flatMap { $0 } ?? .any
    }

    // MARK: Nodes

    /// Visits a node and all that stands in it, and gives the type of its result.
    mutating func visit(_ index: SpecIndex, _ handed: Handed?, _ names: ExpressionNames) -> StaticType {
        if let result = plainResult(of: index, isHandedNothing: handed == nil) {
            steps.results[Int(index.index)] = result
            return result
        }
        let node = spec.nodes[Int(index.index)]
        var result: StaticType
        if isPlain(index) {
            result = call(index, node, handed, names, isLiteral: true)
        } else {
            var names = names
            names.node = index
            names.isDoubtful = names.isDoubtful || decoder.places[Int(index.index)].isDoubtful
            if let handed, node.role != .copy { names.parent = handed.type }
            if node.kind == .fanOut {
                result = copies(index, node, names)
            } else {
                checkKeys(of: index, names)
                result = inside(index, node, handed, names)
            }
        }
        if node.end > index.index + 1 { visitCallbacks(index, result, names) }
        if node.modifiers > 0, spec.modifiers(of: node).allowFailure { result = .maybe(result) }
        steps.results[Int(index.index)] = result
        return result
    }

    /// What a call gives that can be seen to be right at a glance: most nodes of a large file call a task that takes
    /// nothing from its parent, with literal arguments by position, and have nothing else.
    @inline(__always) private func plainResult(of index: SpecIndex, isHandedNothing: Bool) -> StaticType? {
        let number = Int(index.index)
        guard isHandedNothing || spec.nodes[number].isImmutable, case .task = spec.nodes[number].kind,
            spec.nodes[number].modifiers == 0, spec.nodes[number].end == index.index + 1,
            case let task = spec.nodes[number].taskIndex, task != .max, isPlainTask[Int(task)],
            !decoder.places[number].isDoubtful
        else { return nil }
        if case .dynamic = spec.nodes[number].packedArgs.list { return nil }
        guard decoder.places[number].kwargs == nil, fitsPlainly(decoder.places[number].args, TaskIndex(Int(task)))
        else { return nil }
        return resultTypes[Int(task)]
    }

    /// Whether a call has no expression anywhere: nothing to resolve.
    private func isPlain(_ index: SpecIndex) -> Bool {
        let number = Int(index.index)
        guard spec.nodes[number].kind == .task, spec.nodes[number].modifiers == 0 else { return false }
        if case .dynamic = spec.nodes[number].packedArgs.list { return false }
        if case .dynamic = spec.nodes[number].packedKwargs.list { return false }
        let task = spec.nodes[number].taskIndex
        guard task != .max else { return !decoder.places[number].isDoubtful }
        guard spec.tasks[Int(task)].isInline else { return true }
        let inline = spec.tasks[Int(task)]
        if case .run = inline.kind { return inline.stdin == nil && inline.cwd == nil && inline.env.isEmpty }
        return false
    }

    private mutating func inside(
        _ index: SpecIndex, _ node: NodeSpec, _ handed: Handed?, _ names: ExpressionNames
    ) -> StaticType {
        switch node.kind {
        case .task: return call(index, node, handed, names, isLiteral: false)
        case .chain: return chain(index, handed, names)
        case .group: return group(index, handed, names)
        case .chord:
            let header = group(index, handed, names)
            guard let body = spec.children(of: index).first(where: { spec[$0].role == .body }) else { return .any }
            return visit(body, Handed(type: header, producer: index), names)
        case .steps: return visitSteps(index, handed, names)
        case .map, .starmap, .chunks: return mapped(index, node, names)
        case .fanOut: return .any
        }
    }

    // Of the parts alone: to copy a whole node is dear, and there may be a million of them.

    private func role(of node: SpecIndex) -> NodeSpec.Role { spec.nodes[Int(node.index)].role }

    /// Whether a node has a `when`.
    private func isConditional(_ node: SpecIndex) -> Bool {
        let modifiers = Int(spec.nodes[Int(node.index)].modifiers)
        return modifiers > 0 && spec.modifiers[modifiers].when != nil
    }

    private mutating func chain(_ index: SpecIndex, _ handed: Handed?, _ names: ExpressionNames) -> StaticType {
        var last = handed
        var names = names
        for child in spec.children(of: index) where role(of: child) == .member {
            let type = visit(child, last, names)
            // A node skipped by its own `when` hands on what it would have received.
            let through: [StaticType] = isConditional(child) ? [last?.type ?? .maybe(.never)] : []
            last = Handed(type: .either([type] + through), producer: child)
            names.parent = last?.type
        }
        return last?.type ?? .null
    }

    private mutating func group(_ index: SpecIndex, _ handed: Handed?, _ names: ExpressionNames) -> StaticType {
        var types: [StaticType] = []
        for child in spec.children(of: index) where role(of: child) == .member {
            let type = visit(child, handed, names)
            types.append(isConditional(child) ? .maybe(type) : type)
        }
        // Of a large group the members are not told apart.
        return types.count <= 256 ? .tuple(types) : .list(.either(types))
    }

    private mutating func copies(_ index: SpecIndex, _ node: NodeSpec, _ names: ExpressionNames) -> StaticType {
        guard let copy = spec.children(of: index).first, let fanOut = spec.modifiers(of: node).fanOut else {
            return .list(.any)
        }
        let entries = document.entries(decoder.places[Int(index.index)].node)
        var inner = names
        // Of a matrix that could not be read the names are not known.
        inner.isDoubtful = entries.contains { document.text($0.key) == "matrix" && !isMatrix($0.value, fanOut) }
        switch fanOut {
        case .foreach(_, let name, _, _):
            var item = StaticType.any
            var asNode: YAMLNodeID?
            for (key, value) in entries {
                switch document.text(key) {
                case "foreach": item = items(value, names, "foreach")
                case "as": asNode = value
                default: break
                }
            }
            inner.bindings.append(.init(name: name, type: item, number: bindings.count))
            bindings.append((asNode, false))
            for (key, value) in entries where document.text(key) == "key" { _ = condition(value, inner) }
        case .matrix(let axes, _):
            for axis in axes {
                let type = StaticType.either(axis.values.map { StaticType(of: $0) })
                inner.bindings.append(.init(name: axis.name, type: type, number: bindings.count))
                bindings.append((nil, false))
            }
        }
        let result = visit(copy, nil, inner)
        return .list(isConditional(copy) ? .maybe(result) : result)
    }

    private func isMatrix(_ node: YAMLNodeID, _ fanOut: FanOut) -> Bool {
        guard case .matrix(let axes, _) = fanOut else { return false }
        return axes.count == document.childCount(node)
    }

    /// The type of the items of a list that stands as a value or an expression.
    private mutating func items(_ node: YAMLNodeID, _ names: ExpressionNames, _ key: String) -> StaticType {
        let type = typed(node, names)
        if type.kinds.isDisjoint(with: .list), decoder.reader.holdsExpression(node) {
            decoder.reader.report(
                Diagnostic(.expressionType, "'\(key)' takes a list, not \(type.phrase)", at: document.span(node)))
        }
        return type.item
    }

    private mutating func mapped(_ index: SpecIndex, _ node: NodeSpec, _ names: ExpressionNames) -> StaticType {
        let place = decoder.places[Int(index.index)]
        let result = node.task.map { resultType(of: $0) } ?? .any
        if let items = document.value(of: "items", in: place.node) {
            checkItems(items, of: index, node, self.items(items, names, "items"))
        }
        return node.kind == .chunks ? .list(.list(result)) : .list(result)
    }

    private mutating func visitCallbacks(_ index: SpecIndex, _ result: StaticType, _ names: ExpressionNames) {
        for child in spec.children(of: index) {
            switch role(of: child) {
            case .link:
                var names = names
                names.parent = result
                _ = visit(child, Handed(type: result, producer: index), names)
            case .linkError:
                var names = names
                names.hasError = true
                names.parent = CanvasNames.errorType
                _ = visit(child, Handed(type: CanvasNames.errorType, producer: nil), names)
            case .root, .member, .body, .copy, .onExit: break
            }
        }
    }

    // MARK: Steps

    private mutating func visitSteps(_ index: SpecIndex, _ handed: Handed?, _ names: ExpressionNames) -> StaticType {
        let children = spec.children(of: index).filter { spec[$0].role == .member }
        for child in inOrder(children) {
            if let result = plainResult(of: child, isHandedNothing: false) {
                steps.results[Int(child.index)] = result
            } else {
                _ = visit(child, self.handed(to: child, handed), names)
            }
        }
        if let result = document.value(of: "result", in: decoder.places[Int(index.index)].node) {
            var names = names
            names.hasEnded = true
            names.node = nil
            names.place = .header
            return typed(result, names)
        }
        var isNeeded = [Bool](repeating: false, count: Int(spec[index].end - index.index))
        for child in children {
            for need in spec.needs(of: child) { isNeeded[Int(need.step.index - index.index)] = true }
        }
        let leaves = children.filter { !isNeeded[Int($0.index - index.index)] }
        if leaves.count == 1 { return steps.results[Int(leaves[0].index)] ?? .any }
        guard leaves.count <= 256 else { return .anyObject }
        return .object(
            leaves.map { .init(key: spec[$0].id, type: .maybe(steps.results[Int($0.index)] ?? .any)) }, isOpen: false)
    }

    private func handed(to step: SpecIndex, _ handed: Handed?) -> Handed? {
        let hasDoubtfulNeeds = spec.nodes[Int(step.index)].hasDoubtfulNeeds
        let form = spec.nodes[Int(step.index)].needsForm
        switch form {
        case .none: return hasDoubtfulNeeds ? Handed(type: .any, producer: nil) : handed
        case .ends: return nil
        case .one, .list:
            if hasDoubtfulNeeds { return Handed(type: .any, producer: nil) }
            let needs = spec.needs(of: step)
            if form == .one, let need = needs.first {
                return Handed(type: steps.results[Int(need.step.index)] ?? .any, producer: need.step)
            }
            guard needs.count <= 256 else { return Handed(type: .list(.any), producer: nil) }
            return Handed(
                type: .tuple(needs.map { steps.results[Int($0.step.index)] ?? .any }),
                producer: needs.count == 1 ? needs.first?.step : nil)
        }
    }

    /// The steps so that each comes after what it needs; those of a cycle come last.
    private func inOrder(_ children: [SpecIndex]) -> [SpecIndex] {
        let isWritten = children.allSatisfy { child in
            spec.needs(of: child).allSatisfy { $0.step.index < child.index }
        }
        guard !isWritten else { return children }
        var waiting: [SpecIndex: Int] = [:]
        var dependents: [SpecIndex: [SpecIndex]] = [:]
        for child in children {
            let needs = spec.needs(of: child)
            waiting[child] = needs.count
            for need in needs { dependents[need.step, default: []].append(child) }
        }
        var order = children.filter { waiting[$0] == 0 }
        var next = 0
        while next < order.count {
            for dependent in dependents[order[next]] ?? [] {
                waiting[dependent, default: 0] -= 1
                if waiting[dependent] == 0 { order.append(dependent) }
            }
            next += 1
        }
        let seen = Set(order)
        return order + children.filter { !seen.contains($0) }
    }
}
