import FlowModel
import FlowPattern
import FlowValue

/// The parameters of a workflow that stand for Director's payload.
struct PayloadParameters {
    struct Parameter {
        /// The key in the payload.
        let key: String
        let name: String
        var attributes: JSONObject
    }

    /// One parameter for each property of the schema; empty where one parameter `payload` stands for all.
    private(set) var parameters: [Parameter] = []
    private(set) var notes: [(message: String, line: Int)] = []

    init(_ workflow: DirectorWorkflow) {
        guard let (schema, line) = workflow.schema else { return }
        read(schema, line, workflow)
    }

    private mutating func read(_ schema: JSONObject, _ line: Int, _ workflow: DirectorWorkflow) {
        guard case .object(let properties)? = schema["properties"], properties.count > 0 else {
            return note("the schema names no properties; the payload is not checked", line)
        }
        var required: [String] = []
        if case .array(let names)? = schema["required"] {
            for case .string(let name) in names.prefix(200) where !required.contains(name) { required.append(name) }
        }
        if let why = obstacle(properties, required, workflow) {
            return note("the schema is not kept, the payload is one parameter: \(why)", line)
        }
        for member in properties.members {
            add(member.key, member.value, isRequired: required.contains(member.key), workflow, line)
        }
        for name in required where properties[name] == nil {
            add(name, .object(JSONObject()), isRequired: true, workflow, line)
        }
        noteRest(of: schema, line)
    }

    /// Why the properties cannot be parameters.
    private func obstacle(_ properties: JSONObject, _ required: [String], _ workflow: DirectorWorkflow) -> String? {
        guard properties.count + required.count <= 200 else { return "it names more than 200 properties" }
        for key in properties.members.map(\.key) + required where key.isEmpty || key.utf8.count > 100 {
            return "it names a property that cannot be a parameter"
        }
        guard workflow.schedule != nil else { return nil }
        for member in workflow.payload.members where properties[member.key] == nil && !required.contains(member.key) {
            return "'periodic' gives '\(member.key)', which the schema does not name"
        }
        for name in required where workflow.payload[name] == nil {
            return "'periodic' gives no '\(name)', which the schema requires"
        }
        return nil
    }

    private mutating func note(_ message: String, _ line: Int) {
        notes.append((message, line))
    }

    // MARK: Properties

    private mutating func add(
        _ key: String, _ schema: JSONValue, isRequired: Bool, _ workflow: DirectorWorkflow, _ line: Int
    ) {
        var name = DirectorNames.identifier(key)
        if name.hasPrefix("x-") { name = "_" + name }
        while parameters.contains(where: { $0.name == name }) { name += "_" }
        if name != key { note("'\(key)' of the payload is the parameter '\(name)'", line) }
        var schemaMembers = JSONObject()
        if case .object(let object) = schema { schemaMembers = object }
        let form = form(schemaMembers["type"])
        var check = ParameterSpec(name: name, form: form)
        var attributes: JSONObject = ["type": .string(form.rawValue)]
        if case .string(let text)? = schemaMembers["description"] { attributes["description"] = .string(text) }
        for member in schemaMembers.members {
            switch (member.key, member.value) {
            case ("type", _), ("description", _), ("title", _), ("default", _), ("examples", _), ("$comment", _): break
            case ("enum", .array(let values)) where !values.isEmpty:
                attributes["enum"] = member.value
                check.allowed = values
            case ("pattern", .string(let pattern)) where form == .string && (try? Pattern(pattern)) != nil:
                attributes["pattern"] = member.value
                check.pattern = pattern
            case ("minimum", .int), ("minimum", .float):
                attributes["min"] = member.value
                check.minimum = Self.number(member.value)
            case ("maximum", .int), ("maximum", .float):
                attributes["max"] = member.value
                check.maximum = Self.number(member.value)
            default: note("'\(member.key)' of '\(key)' is not checked", line)
            }
        }
        let given = workflow.schedule == nil ? nil : workflow.payload[key]
        if let value = given ?? schemaMembers["default"] {
            if let problem = ParameterCheck(check).problem(value) {
                note("the default of '\(key)' is left out: it \(problem)", line)
            } else {
                attributes["default"] = value
            }
        }
        if isRequired, attributes["default"] == nil {
            attributes["required"] = .bool(true)
        } else if attributes["default"] == nil {
            note("'\(key)' is null in the payload where it is not given; Director leaves it out", line)
        }
        parameters.append(Parameter(key: key, name: name, attributes: attributes))
    }

    private func form(_ type: JSONValue?) -> ParameterSpec.Form {
        guard case .string(let name)? = type else { return .json }
        switch name {
        case "string": return .string
        case "integer": return .int
        case "number": return .float
        case "boolean": return .bool
        case "array": return .list
        case "object": return .object
        default: return .json
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .int(let value): Double(value)
        case .float(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    private mutating func noteRest(of schema: JSONObject, _ line: Int) {
        for member in schema.members {
            switch member.key {
            case "type", "properties", "required", "title", "description", "$schema", "$id", "$comment", "examples",
                "additionalProperties":
                break
            default: note("'\(member.key)' of the schema is not checked", line)
            }
        }
        if schema["additionalProperties"] != .bool(false) {
            note("the payload can have no other keys than those that the schema names", line)
        }
    }
}
