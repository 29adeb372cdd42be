internal import FlowValue

extension JSONSchema {
    /// A definition for each shape; `node` is one that is no step.
    static var shapeDefinitions: [Definition] {
        Shape.Name.allCases.map { name in
            (name.rawValue, name == .workflow ? workflowShape : shape(Language.shape(name)))
        }
    }

    /// What the definitions of nodes share.
    static var canvasDefinitions: [Definition] {
        let step: Schema = [
            "description": "A node of 'steps'.", "type": "object",
            "properties": .object(
                Language.shape(.node).keys.map { spec in
                    (spec.key.rawValue, spec.key == .needs ? property(spec) : shared(spec.key))
                }),
            "patternProperties": userKeys, "additionalProperties": .bool(false), "allOf": nodeRules,
        ]
        return [
            ("step", step), ("nodeRules", rules(of: Language.shape(.node), kinds: Language.canvas)),
            ("nodeOrName", .any(of: [.reference("taskName"), .reference("node")])),
            ("stepOrName", .any(of: [.reference("taskName"), .reference("step")])),
        ] + sets.map { ($0.name, Schema.any(of: $0.keys.keys.map { .having($0.rawValue) })) }
    }

    // MARK: Mappings

    /// Keys that are the user's own.
    static let userKeys: Schema.Value = .object([("^x-", .any)])

    private static let nodeRules: Schema.Value = .schemas([.reference("nodeRules")])

    private static func shape(_ shape: Shape) -> Schema {
        let isNode = shape.name == .node
        let keys = shape.keys.filter { !isNode || $0.key != .needs }
        let schema: Schema = [
            "description": .text(shape.summary), "type": "object",
            "properties": .object(keys.map { ($0.key.rawValue, property($0)) }),
            "patternProperties": userKeys, "additionalProperties": .bool(false),
        ]
        guard !isNode else { return schema.with("allOf", nodeRules) }
        return rules(of: shape, kinds: shape.name == .task ? Language.taskKinds : []).keywords.reduce(schema) {
            $0.with($1.name, $1.value)
        }
    }

    private static var workflowShape: Schema {
        let shape = Language.shape(.workflow)
        let keys = shape.keys.filter { $0.key != .needs }
        let schema: Schema = [
            "description": .text(shape.summary), "type": "object",
            "properties": .object(
                keys.map { spec in
                    (spec.key.rawValue, Language.headerKeys.contains(spec.key) ? property(spec) : shared(spec.key))
                }),
            "patternProperties": userKeys, "additionalProperties": .bool(false),
            "if": .schema([
                "propertyNames": .schema(
                    .any(of: [.words(Language.library.keys.map(\.rawValue)), ["pattern": "^x-"]]))
            ]),
            "else": .schema(["oneOf": oneOf(Language.canvas)]),
        ]
        return rules(of: shape, kinds: []).keywords.reduce(schema) { $0.with($1.name, $1.value) }
    }

    /// A key of a node that means the same elsewhere.
    private static func shared(_ key: WorkflowKey) -> Schema {
        .reference("node/properties/\(key.rawValue)")
    }

    private static func property(_ spec: KeySpec) -> Schema {
        var schema = self.schema(of: spec)
        switch spec.key {
        case .exec: schema = schema.with("minItems", .whole(1))
        case .celery: schema = schema.with("minLength", .whole(1))
        case .steps: schema = .list(of: .reference("stepOrName"))
        case .use: schema = .reference("builtInTask")
        case .successExitCodes, .retryExitCodes, .ignoreExitCodes: schema = schema.with("uniqueItems", .bool(true))
        case .every:
            schema = schema.with("exclusiveMinimum", .whole(0)).with("not", .schema(.text(matching: "[^1-9]*")))
        default: break
        }
        return (spec.isNullable ? schema.orNull : schema).described(spec.summary)
    }

    // MARK: What stands beside what

    /// Keys of which a mapping needs one; besides what ``KeySpec/isRequired`` says of single keys.
    private static func needed(in name: Shape.Name) -> WorkflowKeySet {
        switch name {
        case .secret: [.env, .file]
        case .schedule: [.crontab, .every]
        case .cache: [.inputs, .outputs, .key]
        case .workflow, .task, .node, .parameter, .concurrency, .http: []
        }
    }

    /// Keys that a canvas key needs beside it.
    private static let companions: [(key: WorkflowKey, needed: [WorkflowKey])] = [
        (.chord, [.body]), (.map, [.items]), (.starmap, [.items]), (.chunks, [.items, .size]),
    ]

    /// Sets of keys that the rules name often.
    private static let sets: [(name: String, keys: WorkflowKeySet)] = [
        ("inlineTask", Language.taskKinds), ("oneTask", Language.taskKinds.union([.s, .si])),
        ("composite", Language.composites), ("overItems", Language.mapped),
    ]

    private static func oneOf(_ keys: WorkflowKeySet) -> Schema.Value {
        .schemas(keys.keys.map { .having($0.rawValue) })
    }

    /// Which keys of a shape have to stand together, and which cannot.
    private static func rules(of shape: Shape, kinds: WorkflowKeySet) -> Schema {
        var rules: Schema = [:]
        let required = shape.keys.filter(\.isRequired)
        if !required.isEmpty { rules = rules.with("required", .texts(required.map(\.key.rawValue))) }
        if !kinds.isEmpty { rules = rules.with("oneOf", oneOf(kinds)) }
        let needed = needed(in: shape.name)
        if !needed.isEmpty { rules = rules.with("anyOf", oneOf(needed)) }
        let companions = companions.filter { shape[$0.key] != nil && shape[$0.needed[0]] != nil }
        if !companions.isEmpty {
            rules = rules.with(
                "dependentRequired",
                .json(
                    .object(
                        companions.reduce(into: [:]) { object, companion in
                            object[companion.key.rawValue] = .array(companion.needed.map { .string($0.rawValue) })
                        })))
        }
        if shape.name == .parameter { rules = rules.with("allOf", .schemas(typed(parameterTypes))) }
        let dependent = shape.keys.compactMap { spec in company(of: spec, in: shape).map { (spec.key.rawValue, $0) } }
        return dependent.isEmpty ? rules : rules.with("dependentSchemas", .object(dependent))
    }

    /// The types of a parameter, with what JSON Schema calls them.
    private static let parameterTypes = [
        ("string", "string"), ("int", "integer"), ("float", "number"), ("bool", "boolean"), ("list", "array"),
        ("object", "object"),
    ]

    /// That `default`, and each value of `enum`, is of the type that stands beside it.
    static func typed(_ types: [(word: String, type: String)]) -> [Schema] {
        types.map { word, type in
            [
                "if": .schema([
                    "properties": .object([("type", ["const": .text(word)])]), "required": .texts(["type"]),
                ]),
                "then": .schema([
                    "properties": .object([("default", .type(type)), ("enum", ["items": .schema(.type(type))])])
                ]),
            ]
        }
    }

    private static func company(of spec: KeySpec, in shape: Shape) -> Schema? {
        let beside = anyKey(of: spec.beside, in: shape)
        let notBeside = anyKey(of: spec.notBeside, in: shape).map { Schema.not($0) }
        if let beside, let notBeside { return ["allOf": .schemas([beside, notBeside])] }
        return beside ?? notBeside
    }

    /// Nil where the shape has none of the keys.
    private static func anyKey(of keys: WorkflowKeySet, in shape: Shape) -> Schema? {
        let keys = keys.keys.filter { shape[$0] != nil }
        guard !keys.isEmpty else { return nil }
        if let set = sets.first(where: { $0.keys.keys == keys }) { return .reference(set.name) }
        return .any(of: keys.map { .having($0.rawValue) })
    }
}
