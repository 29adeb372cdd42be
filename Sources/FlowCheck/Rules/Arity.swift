import FlowDiagnostics
import FlowModel
import FlowYAML

/// FR301 … FR303: the number and names of the arguments of every call, those included that the data flow prepends.
enum Arity {
    static func check(_ decoder: inout WorkflowDecoder) {
        for index in decoder.spec.nodes.indices where decoder.spec.nodes[index].kind == .task {
            let node = decoder.spec.nodes[index]
            guard let task = node.task, let signature = decoder.spec.tasks[Int(task.index)].signature else { continue }
            check(SpecIndex(index), node, task, signature, &decoder)
        }
    }

    private static func check(
        _ index: SpecIndex, _ node: NodeSpec, _ task: TaskIndex, _ signature: TaskSpec.Signature,
        _ decoder: inout WorkflowDecoder
    ) {
        let (args, kwargs) = argumentNodes(Int(index.index), decoder)
        let own = args.map { decoder.document.childCount($0) } ?? 0
        let handed = !node.isImmutable && DataFlow(decoder.spec).receives(index) ? 1 : 0
        let task = (index: task, spec: decoder.spec.tasks[Int(task.index)])
        let callee = decoder.document.span(args ?? decoder.places[Int(index.index)].callee)
        var notes: [Diagnostic.Note] = []
        let places = decoder.taskPlaces[Int(task.index.index)]
        if let declaration = places.args { notes = [.init("declared here", at: decoder.document.span(declaration))] }
        let positional = Self.positional(task.spec, signature)
        if own + handed > positional.count, !signature.takesRest {
            let from = handed == 1 ? ", the first of which its parent hands on" : ""
            let message =
                "'\(task.spec.name)' takes \(positional.count) arguments, and is given \(own + handed)\(from)"
            decoder.reader.report(Diagnostic(.wrongArity, message, at: callee, notes: notes))
            return
        }
        var named: Set<String> = []
        var keys: [YAMLNodeID] = []
        if let kwargs { decoder.document.forEachEntry(kwargs) { key, _ in keys.append(key) } }
        for key in keys {
            let name = decoder.document.text(key)
            named.insert(name)
            let span = decoder.document.span(key)
            if let position = positional.firstIndex(where: { $0.name == name }), position < own + handed {
                decoder.reader.report(
                    Diagnostic(
                        .repeatedArgument, "'\(name)' is given twice: by position and by name", at: span, notes: notes))
            } else if !signature.takesExtra, !signature.arguments.contains(where: { $0.name == name }) {
                let nearest = Suggestion.nearest(to: name, among: signature.arguments.map(\.name))
                let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
                let fixIt = nearest.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) }
                if let nearest { named.insert(nearest) }
                let message = "'\(task.spec.name)' has no argument '\(name)'\(hint)"
                decoder.reader.report(Diagnostic(.unknownArgument, message, at: span, notes: notes, fixIt: fixIt))
            }
        }
        let missing = signature.arguments.enumerated().filter { offset, argument in
            argument.defaultValue == nil && !named.contains(argument.name)
                && !(offset < positional.count && offset < own + handed)
        }
        if !missing.isEmpty {
            let names = missing.map { "'\($0.element.name)'" }.joined(separator: ", ")
            decoder.reader.report(
                Diagnostic(.wrongArity, "'\(task.spec.name)' is not given \(names)", at: callee, notes: notes))
        }
    }

    private static func positional(_ task: TaskSpec, _ signature: TaskSpec.Signature) -> [TaskSpec.Argument] {
        if case .builtin(let builtin) = task.kind, builtin.isNamedOnly { return [] }
        return signature.arguments
    }

    private static func argumentNodes(_ index: Int, _ decoder: WorkflowDecoder) -> (YAMLNodeID?, YAMLNodeID?) {
        let place = decoder.places[index].node
        var found: (args: YAMLNodeID?, kwargs: YAMLNodeID?)
        guard decoder.document.kind(place) == .mapping else { return found }
        decoder.document.forEachEntry(place) { key, value in
            switch decoder.document.text(key) {
            case "args" where decoder.document.kind(value) == .sequence: found.args = value
            case "kwargs" where decoder.document.kind(value) == .mapping: found.kwargs = value
            default: break
            }
        }
        return found
    }
}
