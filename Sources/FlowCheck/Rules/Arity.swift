import FlowDiagnostics
import FlowModel
import FlowYAML

/// FR301 … FR303: the number and names of the arguments of every call, those included that the data flow prepends.
enum Arity {
    static func check(_ decoder: inout WorkflowDecoder) {
        let counts = decoder.spec.tasks.map { Counts($0) }
        for index in decoder.spec.nodes.indices where decoder.spec.nodes[index].kind == .task {
            let node = decoder.spec.nodes[index]
            // Nearly every call is right; whether it is takes two comparisons.
            if let task = node.task, decoder.places[index].kwargs == nil {
                let own = decoder.places[index].args.map { decoder.document.childCount($0) } ?? 0
                let handed = !node.isImmutable && DataFlow(decoder.spec).receives(SpecIndex(index)) ? 1 : 0
                if counts[Int(task.index)].allows(own + handed) { continue }
            }
            guard let task = node.task, let signature = decoder.spec.tasks[Int(task.index)].signature else { continue }
            check(SpecIndex(index), node, task, signature, &decoder)
        }
    }

    private static func check(
        _ index: SpecIndex, _ node: NodeSpec, _ task: TaskIndex, _ signature: TaskSpec.Signature,
        _ decoder: inout WorkflowDecoder
    ) {
        let (args, kwargs) = (decoder.places[Int(index.index)].args, decoder.places[Int(index.index)].kwargs)
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

    /// How many arguments a task takes by position.
    private struct Counts {
        private let range: ClosedRange<Int>

        init(_ task: TaskSpec) {
            guard let signature = task.signature else {
                range = 0...Int.max
                return
            }
            let positional = Arity.positional(task, signature).count
            let required = signature.requiredCount
            range = required...max(required, signature.takesRest ? Int.max : positional)
        }

        func allows(_ count: Int) -> Bool { range.contains(count) }
    }
}
