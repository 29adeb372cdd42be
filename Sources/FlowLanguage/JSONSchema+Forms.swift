internal import FlowModel
internal import FlowValue

extension JSONSchema {
    /// The schema of a key's value, but for null.
    static func schema(of spec: KeySpec) -> Schema { schema(of: spec.form, mayExpress: spec.takesExpressions) }

    private static func schema(of form: ValueForm, mayExpress: Bool = false) -> Schema {
        func orExpression(_ schema: Schema) -> Schema {
            mayExpress ? .any(of: [schema, .reference("expression")]) : schema
        }
        switch form {
        case .text, .pattern: return mayExpress ? .type(scalars) : .reference("text")
        case .bool: return orExpression(.type("boolean"))
        case .number: return orExpression(.type("number"))
        case .whole(let range): return orExpression(whole(range))
        case .duration: return orExpression(.reference("duration"))
        case .time: return orExpression(.reference("time"))
        case .choice(let words): return orExpression(.words(words))
        case .version: return ["const": .whole(1)]
        case .workflowName:
            // A name such as 2026 is a number to a validator.
            return ["type": .texts(["string", "number"]), "pattern": "^[a-z0-9][a-z0-9_.-]*$", "minimum": .whole(0)]
        case .identifier: return .reference("identifier")
        case .taskName: return .reference("taskName")
        case .moduleFunction: return .reference("moduleFunction")
        case .rate: return .reference("rate")
        case .timezone: return .reference("timezone")
        case .crontab: return .reference("crontab")
        case .signal: return .reference("signal")
        case .errorClass: return .reference("errorClass")
        case .path:
            return mayExpress ? ["type": .texts(scalars), "minLength": .whole(1)] : .reference("path")
        case .url: return orExpression(.text(matching: "[hH][tT][tT][pP][sS]?://[^]*").with("format", "uri"))
        case .condition: return .type(["boolean", "string"])
        case .value: return mayExpress ? .any : .reference("literal")
        case .values:
            return mayExpress ? orExpression(.type("array")) : .list(of: .reference("literal"))
        case .namedValues:
            return mayExpress ? orExpression(.type("object")) : .mapping(of: .reference("literal"))
        case .namedTexts: return .mapping(of: mayExpress ? .type(scalars + ["null"]) : .reference("text").orNull)
        case .list(let item): return .list(of: schema(of: item, mayExpress: mayExpress))
        case .oneOrList(let item):
            let item = schema(of: item, mayExpress: mayExpress)
            return .any(of: [item, .list(of: item)])
        case .either(let forms): return orExpression(.any(of: forms.map { schema(of: $0) }))
        case .shape(let name): return .reference(name.rawValue)
        case .type: return .reference("type")
        case .signature: return .reference("signature")
        case .needs: return .reference("needs")
        case .settings: return .reference("settings")
        case .node: return .reference("nodeOrName")
        case .nodes: return .list(of: .reference("nodeOrName"))
        case .nodeOrNodes: return .any(of: [.reference("nodeOrName"), .list(of: .reference("nodeOrName"))])
        case .named(let item): return named(item)
        }
    }

    private static func named(_ item: ValueForm) -> Schema {
        switch item {
        case .either([.shape(.parameter), .value]):
            // A mapping is a declaration; whatever else is a default.
            return [
                "type": "object", "propertyNames": .schema(.reference("identifier")), "patternProperties": userKeys,
                "additionalProperties": .schema([
                    "if": .schema(.type("object")), "then": .schema(.reference("parameter")),
                    "else": .schema(.reference("literal")),
                ]),
            ]
        case .shape(.task):
            return [
                "type": "object", "propertyNames": .schema(.not(["pattern": "^std\\."])),
                "patternProperties": userKeys, "additionalProperties": .schema(.reference("task")),
            ]
        case .shape:
            return .mapping(of: schema(of: item)).with("patternProperties", userKeys)
        default:
            return .mapping(of: schema(of: item)).with("propertyNames", .schema(.reference("identifier")))
        }
    }

    private static func whole(_ range: ClosedRange<Int64>) -> Schema {
        let schema: Schema = ["type": "integer", "minimum": .whole(range.lowerBound)]
        return range.upperBound == .max ? schema : schema.with("maximum", .whole(range.upperBound))
    }

    // MARK: Definitions

    /// What a plain scalar can be to a validator that is text to flowrun.
    static let scalars = ["string", "number", "boolean"]

    private static let number = "[0-9]+(?:\\.[0-9]+)?"
    /// A Python name; letters of all scripts are let through.
    private static let name = "[^\\u0000-@\\[-^`{-\\u007f][^\\u0000-/:-@\\[-^`{-\\u007f]*"
    private static var dottedName: String { "\(name)(?:\\.\(name))*" }

    /// The forms that many keys share.
    static var valueDefinitions: [Definition] {
        let notExpression: Schema.Value = .schema(.reference("expression"))
        return [
            ("expression", Schema.type("string").with("pattern", .text(expression)).described("holds ${{ … }}")),
            ("text", ["type": .texts(scalars), "not": notExpression]),
            ("path", ["type": .texts(scalars), "minLength": .whole(1), "not": notExpression]),
            ("literal", literal), ("identifier", .text(matching: "[A-Za-z_][A-Za-z0-9_-]*")),
            ("builtInTask", .words(BuiltinTask.allCases.map { "std.\($0.rawValue)" })),
            ("taskName", .any(of: [.reference("builtInTask"), ["type": "string", "not": notExpression]])),
            ("duration", duration), ("time", time), ("rate", rate), ("crontab", crontab),
            ("timezone", .words(TimeZoneNames.all)),
            ("signal", .text(matching: "(?:SIG)?(?:\(LanguageWords.signals.joined(separator: "|")))")),
            ("errorClass", errorClass), ("moduleFunction", .text(matching: "\(dottedName):\(dottedName)")),
            ("type", type), ("signature", signature), ("needs", needs),
        ]
    }

    /// `${{` without a third `$` before it.
    private static let expression = "(?:^|[^$])\\$\\{\\{"

    /// A value without expressions.
    private static var literal: Schema {
        [
            "not": .schema(.reference("expression")), "items": .schema(.reference("literal")),
            "additionalProperties": .schema(.reference("literal")),
        ]
    }

    private static var duration: Schema {
        let parts = ["w", "d", "h", "m", "s", "ms"].map { "(?:\(number)\($0))?" }.joined()
        return .any(of: [
            ["type": "number", "minimum": .whole(0)], .text(matching: parts).with("minLength", .whole(2)),
        ]).described(ValueForm.duration.words)
    }

    private static var time: Schema {
        let clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?"
        let offset = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):?(?:[0-9]{2})?)?"
        let (short, middle, long) = ("0[1-9]|1[0-9]|2[0-9]", "0[1-9]|[12][0-9]|30", "0[1-9]|[12][0-9]|3[01]")
        let days = "02-(?:\(short))|(?:0[469]|11)-(?:\(middle))|(?:0[13578]|1[02])-(?:\(long))"
        let date = "[0-9]{4}-(?:\(days))"
        return Schema.text(matching: "\(date)(?:[Tt ]\(clock)\(offset))?").described(ValueForm.time.words)
    }

    private static var rate: Schema {
        .any(of: [
            ["type": "number", "exclusiveMinimum": .whole(0)],
            .text(matching: "(?=[0-9.]*[1-9])(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)/[smh]"),
        ]).described(ValueForm.rate.words)
    }

    private static var crontab: Schema {
        func field(_ numbers: String, _ names: [String] = []) -> String {
            let words = names.map { "|\($0)[A-Za-z]*" }.joined()
            let value = "(?:0*(?:\(numbers))\(words))"
            let part = "(?:\\*|\(value)(?:-\(value))?)(?:/0*[1-9][0-9]*)?"
            return "\(part)(?:,\(part))*"
        }
        /// A short name in any case; what may follow it is left to `check`.
        func anyCase(_ names: [String]) -> [String] {
            names.map { $0.map { "[\($0.uppercased())\($0)]" }.joined() }
        }
        let months = anyCase([
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ])
        let days = anyCase(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
        let fields = [
            field("[1-5]?[0-9]"), field("1?[0-9]|2[0-3]"), field("[1-9]|[12][0-9]|3[01]"),
            field("[1-9]|1[0-2]", months), field("[0-7]", days),
        ]
        let macros = anyCase(["hourly", "daily", "midnight", "weekly", "monthly", "yearly", "annually"])
        return Schema.text(
            matching: "\\s*(?:@(?:\(macros.joined(separator: "|")))|\(fields.joined(separator: "\\s+")))\\s*"
        ).described(ValueForm.crontab.words)
    }

    private static var errorClass: Schema {
        .any(of: [
            .words(LanguageWords.errorClasses.map(\.name)),
            .text(matching: "exit:0*(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])"), .text(matching: dottedName),
        ])
    }

    private static var type: Schema {
        let word = "(?:\(LanguageWords.types.map(\.name).joined(separator: "|")))"
        let member = " *(?:list *< *)*\(word)(?: *>)* *"
        // What stands in braces is left to `check`: a pattern cannot count them.
        let text = "\(member)(?:\\|\(member))*|[^$]*\\{[^$]*\\}[^$]*"
        return .any(of: [.text(matching: text), .type("null"), .mapping(of: .reference("type"))])
            .described("a type such as int, list<string>, {name: string} or int|null")
    }

    private static var signature: Schema {
        let declaration: Schema = [
            "type": "object",
            "properties": .object([
                ("type", .reference("type")), ("default", .reference("literal")), ("description", .any),
            ]), "patternProperties": userKeys, "additionalProperties": .bool(false),
            "allOf": .schemas(
                typed([("string", "string"), ("int", "integer"), ("float", "number"), ("bool", "boolean")])),
        ]
        let argument: Schema = [
            "if": .schema(["type": "object", "required": .texts(["type"])]), "then": .schema(declaration),
            "else": .schema(
                .any(of: [
                    .reference("type"),
                    [
                        "type": "object", "properties": .object([("default", .reference("literal"))]),
                        "required": .texts(["default"]), "additionalProperties": .bool(false),
                    ],
                ])),
        ]
        return [
            "description": "names in order, each with a type or {type, default}; \"*rest\" and \"**extra\" take more",
            "type": "object",
            "patternProperties": .object([
                ("^[A-Za-z_][A-Za-z0-9_-]*$", argument), ("^\\*", .reference("type")),
            ]), "additionalProperties": .bool(false),
        ]
    }

    private static var needs: Schema {
        let step = Schema.text(matching: "[A-Za-z0-9_.-]+")
        let end = Schema.words(["success", "failure", "skipped", "done"])
        let ends = Schema.list(of: end).with("minItems", .whole(1))
        return .any(of: [step, .list(of: step), .mapping(of: .any(of: [end, ends]))])
            .described(ValueForm.needs.words)
    }
}
