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

    // There may be a million of them: what may be absent is packed.
    package var kind: Kind
    package var role: Role
    /// `si`: takes nothing from its parent.
    package var isImmutable = false
    /// `needs` is a list or one name, which is handed on as it is.
    package var needsForm = NeedsForm.none
    /// Whether a name in `needs` is not known, so that what is handed on is not either.
    package var hasDoubtfulNeeds = false
    package var id: String
    // As they are stored, `.max` for none. What is computed is asked of a copy of the node by other modules: who asks each of
    // a million nodes takes what is stored.
    package private(set) var taskIndex = UInt32.max
    private var parentIndex = UInt32.max
    /// The index after the node's last descendant: children follow their node.
    package var end: UInt32 = 0
    package private(set) var packedArgs = ArgumentList.Packed(.none)
    package private(set) var packedKwargs = ArgumentList.Packed(.none)
    package var firstNeed: UInt32 = 0
    package var needCount: UInt32 = 0
    /// Index into ``WorkflowSpec/modifiers``; 0 holds none.
    package var modifiers: UInt32 = 0

    package enum NeedsForm: UInt8, Sendable { case none, one, list, ends }

    package init(kind: Kind, role: Role, id: String, parent: SpecIndex?) {
        self.kind = kind
        self.role = role
        self.id = id
        self.parent = parent
    }

    package var task: TaskIndex? {
        get { taskIndex == .max ? nil : TaskIndex(Int(taskIndex)) }
        set { taskIndex = newValue?.index ?? .max }
    }

    package var parent: SpecIndex? {
        get { parentIndex == .max ? nil : SpecIndex(Int(parentIndex)) }
        set { parentIndex = newValue?.index ?? .max }
    }

    package var args: ArgumentList {
        get { packedArgs.list }
        set { packedArgs = ArgumentList.Packed(newValue) }
    }

    package var kwargs: ArgumentList {
        get { packedKwargs.list }
        set { packedKwargs = ArgumentList.Packed(newValue) }
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

/// The `args` or `kwargs` of a node: JSON in the file or in ``WorkflowSpec/literals``, or a template.
package enum ArgumentList: Sendable, Hashable {
    case none
    /// What the file itself has in JSON: a part of ``WorkflowSpec/source``.
    case written(offset: UInt32, length: UInt32)
    case literal(offset: UInt32, length: UInt32)
    case dynamic(UInt32)

    /// A list in eight bytes: its kind stands in the two upper bits of the length, which no file comes near.
    package struct Packed: Sendable {
        private let offset: UInt32
        private let kindAndLength: UInt32

        private static let length: UInt32 = 0x3FFF_FFFF

        init(_ list: ArgumentList) {
            switch list {
            case .none: (offset, kindAndLength) = (0, 0)
            case .written(let offset, let length):
                precondition(length <= Self.length, "a list of arguments is longer than any file")
                (self.offset, kindAndLength) = (offset, 1 << 30 | length)
            case .literal(let offset, let length):
                precondition(length <= Self.length, "a list of arguments is longer than any file")
                (self.offset, kindAndLength) = (offset, 2 << 30 | length)
            case .dynamic(let index): (offset, kindAndLength) = (index, 3 << 30)
            }
        }

        package var list: ArgumentList {
            let length = kindAndLength & Self.length
            switch kindAndLength >> 30 {
            case 1: return .written(offset: offset, length: length)
            case 2: return .literal(offset: offset, length: length)
            case 3: return .dynamic(offset)
            default: return .none
            }
        }
    }

    /// The value of a part of ``WorkflowSpec/source`` or ``WorkflowSpec/literals``.
    package static func literal(_ bytes: [UInt8], _ offset: UInt32, _ length: UInt32) -> JSONValue {
        guard let value = try? JSONReader.read(bytes, Int(offset)..<Int(offset) + Int(length)) else {
            preconditionFailure("the decoder took arguments for JSON that are none")
        }
        return value
    }
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
    /// The bytes of the file, into which arguments point that are JSON as they stand.
    package var source: [UInt8] = []
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

    /// The needs of a step; by its position, so that the step is not copied.
    package func needs(of node: SpecIndex) -> ArraySlice<NeedSpec> {
        let first = Int(nodes[Int(node.index)].firstNeed)
        return needs[first..<first + Int(nodes[Int(node.index)].needCount)]
    }

    /// The needs of a step.
    package func needs(of node: NodeSpec) -> ArraySlice<NeedSpec> {
        needs[Int(node.firstNeed)..<Int(node.firstNeed) + Int(node.needCount)]
    }

    /// The template of a list of arguments; nil for none.
    package func template(_ list: ArgumentList) -> Template? {
        switch list {
        case .none: nil
        case .dynamic(let index): templates[Int(index)]
        case .written(let offset, let length): .literal(ArgumentList.literal(source, offset, length))
        case .literal(let offset, let length): .literal(ArgumentList.literal(literals, offset, length))
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
