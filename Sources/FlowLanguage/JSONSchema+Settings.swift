internal import FlowModel
internal import FlowValue

extension JSONSchema {
    /// A mapping of settings.
    static var settings: Schema {
        [
            "description": "Celery's settings and flowrun's own.", "type": "object",
            "properties": .object(SettingCatalog.all.map { ($0.name, schema(of: $0)) }),
            "patternProperties": userKeys, "additionalProperties": .bool(false),
        ]
    }

    private static func schema(of setting: Setting) -> Schema {
        let form = setting.structure.map { schema(of: $0) } ?? schema(of: setting.form, named: setting.name)
        var result = (setting.isNullable ? form.orNull : form).described(description(of: setting))
        if let value = try? JSONReader.read(setting.defaultText) { result = result.with("default", .json(value)) }
        if case .notApplicable = setting.use { result = result.with("deprecated", .bool(true)) }
        return result
    }

    private static func description(of setting: Setting) -> String {
        switch setting.use {
        case .native: setting.summary
        case .wire: "\(setting.summary) (only on Celery's wire)"
        case .notApplicable(let reason): "\(setting.summary) (no effect: \(reason))"
        }
    }

    // MARK: Forms

    private static func schema(of form: Setting.Form, named name: String = "") -> Schema {
        switch form {
        case .bool: return .type("boolean")
        case .int(let min, let max): return whole(min, max)
        case .intOrAuto: return .any(of: [whole(1, nil), ["const": "auto"]])
        case .float: return .type("number")
        case .seconds: return .reference("duration")
        case .rate:
            let number = "(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
            return .any(of: [
                ["type": "number", "exclusiveMinimum": .whole(0)],
                .text(matching: "(?=[0-9.]*[1-9])\(number)(?:/[smh])?"),
            ])
        case .text: return text
        case .url where name == "result_backend": return .text(matching: "disabled|\(url)\\S*")
        case .url: return .text(matching: "https?://\\S*")
        case .urls:
            let urls = "\(url)[^\\s;]*"
            return .any(of: [
                .text(matching: "\(urls)(?:;\(urls))*"),
                Schema.list(of: .text(matching: "\(url)\\S*")).with("minItems", .whole(1)),
            ])
        case .storeURL:
            return .text(matching: "memory://|sqlite:///.+|(?!(?:[mM][eE][mM][oO][rR][yY]|:memory:)$|\(url)).+")
        case .timezone: return .reference("timezone")
        case .choice(let words): return choice(words)
        case .choices(let words): return .list(of: choice(words))
        case .textList: return .list(of: text)
        case .mapping: return .mapping(of: .reference("literal"))
        case .mappingOrList: return .any(of: [.mapping(of: .reference("literal")), .list(of: .reference("literal"))])
        case .boolOrMapping: return .any(of: [.type("boolean"), .mapping(of: .reference("literal"))])
        case .any: return .reference("literal")
        }
    }

    private static let url = "[A-Za-z][A-Za-z0-9+.-]*://"

    /// Text, and no number or word that looks like one.
    private static var text: Schema { ["type": "string", "not": .schema(.reference("expression"))] }

    private static func whole(_ min: Int?, _ max: Int?) -> Schema {
        var schema = Schema.type("integer")
        if let min { schema = schema.with("minimum", .whole(Int64(min))) }
        if let max { schema = schema.with("maximum", .whole(Int64(max))) }
        return schema
    }

    /// Words; one that is a number may be written as one.
    private static func choice(_ words: [String]) -> Schema {
        let values = words.flatMap { word -> [JSONValue] in
            [.string(word)] + (Int64(word).map { [.int($0)] } ?? [])
        }
        return ["enum": .json(.array(values))]
    }

    // MARK: Structures

    private static func schema(of shape: SettingShape) -> Schema {
        switch shape {
        case .value(let form): return schema(of: form)
        case .null: return .type("null")
        case .time: return .reference("time")
        case .schedule: return schedule
        case .keys(let keys, let isOpen):
            var schema: Schema = [
                "type": "object", "properties": .object(keys.map { ($0.name, self.schema(of: $0.shape)) }),
            ]
            let required = keys.filter(\.isRequired).map(\.name)
            if !required.isEmpty { schema = schema.with("required", .texts(required)) }
            return isOpen ? schema : schema.with("additionalProperties", .bool(false))
        case .names(_, let inner): return .mapping(of: schema(of: inner))
        case .list(let inner): return .list(of: schema(of: inner))
        case .pair(_, let inner):
            return [
                "type": "array", "prefixItems": .schemas([.type("string"), schema(of: inner)]),
                "minItems": .whole(2), "maxItems": .whole(2),
            ]
        case .either(let shapes): return .any(of: shapes.map { schema(of: $0) })
        }
    }

    /// When a periodic task runs.
    private static var schedule: Schema {
        let fields = ["minute", "hour", "day_of_week", "day_of_month", "month_of_year"]
        return .any(of: [
            ["type": "number", "exclusiveMinimum": .whole(0)], .reference("duration"),
            .text(matching: "@\\S+|\\s*\\S+(?:\\s+\\S+){4}\\s*"),
            [
                "type": "object", "properties": .object(fields.map { ($0, .type(["string", "integer"])) }),
                "minProperties": .whole(1), "additionalProperties": .bool(false),
            ],
        ])
    }
}
