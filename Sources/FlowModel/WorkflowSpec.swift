package import FlowExpression
package import FlowValue

/// The position of a node in ``WorkflowSpec/nodes``.
package struct SpecIndex: Hashable, Sendable {
    package let index: UInt32

    package init(_ index: Int) {
        self.index = UInt32(index)
    }
}

/// One node of the canvas, as it is written.
package struct NodeSpec: Sendable {
    package enum Kind: UInt8, Sendable {
        case task, chain, group, chord, map, starmap, chunks, steps
        /// A node with `foreach` or `matrix`; its one child is what each copy is.
        case fanOut
    }

    /// What the node is to the one that it stands in.
    package enum Role: UInt8, Sendable {
        case root, member, body, link, linkError, copy, onExit
    }

    package var kind: Kind
    package var role: Role
    /// `si`: takes nothing from its parent.
    package var isImmutable = false
    package var id: String
    package var task: TaskIndex?
    package var parent: SpecIndex?
    /// The index after the node's last descendant: children follow their node.
    package var end: UInt32 = 0
    package var args = ArgumentList.none
    package var kwargs = ArgumentList.none
    package var firstNeed: UInt32 = 0
    package var needCount: UInt32 = 0
    /// `needs` is a list or one name, which is handed on as it is.
    package var needsForm = NeedsForm.none
    /// Whether a name in `needs` is not known, so that what is handed on is not either.
    package var hasDoubtfulNeeds = false
    /// Index into ``WorkflowSpec/modifiers``; 0 holds none.
    package var modifiers: UInt32 = 0

    package enum NeedsForm: UInt8, Sendable { case none, one, list, ends }

    package init(kind: Kind, role: Role, id: String, parent: SpecIndex?) {
        self.kind = kind
        self.role = role
        self.id = id
        self.parent = parent
    }
}

/// One name in `needs`.
package struct NeedSpec: Sendable {
    /// The ends that meet a need.
    package struct Ends: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let success = Ends(rawValue: 1)
        package static let failure = Ends(rawValue: 2)
        package static let skipped = Ends(rawValue: 4)
        package static let done: Ends = [.success, .failure, .skipped]
    }

    package var step: SpecIndex
    package var ends: Ends

    package init(step: SpecIndex, ends: Ends) {
        self.step = step
        self.ends = ends
    }
}

/// The rarer keys of a node, kept apart so that plain nodes stay small.
package struct NodeModifiers: Sendable {
    package var when: Expression?
    package var fanOut: FanOut?
    package var items: Template?
    package var chunkSize = 1
    package var allowFailure = false
    package var failFast = false
    package var options = TaskOptions()
    package var env: [EnvironmentEntry] = []
    package var cwd: Template?
    package var stdin: Template?
    /// The `result:` beside `steps`.
    package var result: Template?

    package init() {}
}

/// What makes the copies of a node.
package enum FanOut: Sendable {
    case foreach(items: Template, name: String, key: Expression?, max: Int?)
    /// Names with their values, the first slowest.
    case matrix([Axis], max: Int?)

    package struct Axis: Sendable {
        package let name: String
        package let values: [JSONValue]

        package init(name: String, values: [JSONValue]) {
            self.name = name
            self.values = values
        }
    }
}

/// The `args` or `kwargs` of a node: JSON in ``WorkflowSpec/literals``, or a template.
package enum ArgumentList: Sendable, Hashable {
    case none
    case literal(offset: UInt32, length: UInt32)
    case dynamic(UInt32)
}

/// Where a secret comes from.
package struct SecretSpec: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        case environment(String)
        case file(String)
    }

    package let name: String
    package let source: Source

    package init(name: String, source: Source) {
        self.name = name
        self.source = source
    }
}

/// One declared parameter.
package struct ParameterSpec: Sendable, Hashable {
    package enum Form: String, CaseIterable, Sendable, Hashable { case string, int, float, bool, json, list, object }

    package var name: String
    package var form: Form
    package var defaultValue: JSONValue?
    package var isRequired = false
    package var allowed: [JSONValue]?
    package var minimum: Double?
    package var maximum: Double?
    package var pattern: String?

    package init(name: String, form: Form) {
        self.name = name
        self.form = form
    }
}

/// A workflow as it is written: a header, tasks and a canvas of flat nodes.
///
/// A node is followed by all that stands in it: members, then a chord's body, then callbacks.
package struct WorkflowSpec: Sendable {
    package var name = ""
    package var description: String?
    package var parameters: [ParameterSpec] = []
    package var env: [EnvironmentEntry] = []
    /// Files with more variables, read where a task runs.
    package var envFiles: [ProjectPath] = []
    package var settings: [Setting] = []
    /// What the settings say for all tasks.
    package var defaultOptions = TaskOptions()
    /// What the setting `task_annotations` says, by the name of a task; `*` stands for all.
    package var annotations: [String: TaskOptions] = [:]
    /// What the setting `task_routes` says, the first that fits first.
    package var routes: [TaskRoute] = []
    package var tasks: [TaskSpec] = []
    package var nodes: [NodeSpec] = []
    package var needs: [NeedSpec] = []
    package var modifiers: [NodeModifiers] = [NodeModifiers()]
    package var literals: [UInt8] = []
    package var templates: [Template] = []
    package var result: Template?
    package var secrets: [SecretSpec] = []
    /// The node that runs when all else has ended; its descendants follow it.
    package var onExit: SpecIndex?
    /// The folder of the file, relative to that of the workflow that is run; empty for the same.
    package var folder = ""
    /// The workflows that this one and those that it calls call, by their number in ``TaskSpec/Kind/workflow``.
    package var called: [UInt32: WorkflowSpec] = [:]

    /// A setting of the file with its value.
    package struct Setting: Sendable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package init() {}

    /// Whether there is no canvas: a file for `include`.
    package var isLibrary: Bool { nodes.first?.role != .root }

    /// The value that the file gives to a setting; nil if none.
    package func setting(_ name: String) -> JSONValue? {
        settings.last { $0.name == name }?.value
    }

    package subscript(_ index: SpecIndex) -> NodeSpec { _read { yield nodes[Int(index.index)] } }

    package func modifiers(of node: NodeSpec) -> NodeModifiers { modifiers[Int(node.modifiers)] }

    /// The children of a node in order.
    package func children(of index: SpecIndex) -> [SpecIndex] {
        var children: [SpecIndex] = []
        var cursor = Int(index.index) + 1
        while cursor < nodes[Int(index.index)].end {
            children.append(SpecIndex(cursor))
            cursor = Int(nodes[cursor].end)
        }
        return children
    }

    /// The needs of a step.
    package func needs(of node: NodeSpec) -> ArraySlice<NeedSpec> {
        needs[Int(node.firstNeed)..<Int(node.firstNeed) + Int(node.needCount)]
    }

    /// The template of a list of arguments; nil for none.
    package func template(_ list: ArgumentList) -> Template? {
        switch list {
        case .none: return nil
        case .dynamic(let index): return templates[Int(index)]
        case .literal(let offset, let length):
            let bytes = Array(literals[Int(offset)..<Int(offset) + Int(length)])
            guard let value = try? JSONReader.read(bytes) else {
                preconditionFailure("the decoder wrote arguments that are no JSON")
            }
            return .literal(value)
        }
    }

    /// The ids that expressions read as `steps.ID`.
    package var readSteps: Set<String> {
        var found: Set<String> = []
        func look(_ template: Template?) {
            template?.forEachExpression { look(at: $0) }
        }
        func look(at expression: Expression?) {
            expression?.forEachReference { path in
                if path.count > 1, path[0].name == "steps" { found.insert(path[1].name) }
            }
        }
        func look(_ options: TaskOptions) {
            for given in [
                options.countdown, options.eta, options.expires, options.priority, options.queue, options.shadow,
            ] {
                look(given.value)
            }
        }
        templates.forEach { look($0) }
        look(result)
        env.forEach { look($0.value) }
        for modifiers in modifiers {
            look(at: modifiers.when)
            look(modifiers.items)
            look(modifiers.stdin)
            look(modifiers.cwd)
            look(modifiers.result)
            if case .foreach(let items, _, let key, _)? = modifiers.fanOut {
                look(items)
                look(at: key)
            }
            look(modifiers.options)
            modifiers.env.forEach { look($0.value) }
        }
        for task in tasks {
            look(task.stdin)
            look(task.cwd)
            task.env.forEach { look($0.value) }
            look(task.options)
            switch task.kind {
            case .exec(let words): words.forEach { look($0) }
            case .workflow(let call): look(call.parameters)
            case .run, .builtin, .python, .http, .celery: break
            }
        }
        return found
    }
}
