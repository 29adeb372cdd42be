import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowPattern
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    mutating func decodeHeader(_ header: [WorkflowKey: (key: YAMLNodeID, value: YAMLNodeID)]) {
        for (key, (keyNode, value)) in header.sorted(by: { $0.value.key.index < $1.value.key.index }) {
            switch key {
            case .flowrun:
                if document.scalar(value) != .int(1) {
                    reader.report(
                        Diagnostic(
                            .wrongValue, "'flowrun' is the version of the language, which is 1",
                            at: document.span(value)))
                }
            case .name: decodeName(value)
            case .description: spec.description = reader.string(value, "description")
            case .params: decodeParameters(value)
            case .env: spec.env = environment(value)
            case .settings: decodeSettings(value)
            case .result: spec.result = reader.template(value)
            case .labels, .tasks: break
            case .envFile, .secrets, .include, .schedule, .concurrency, .onExit: notBuilt(keyNode)
            default: break
            }
        }
    }

    private mutating func decodeName(_ value: YAMLNodeID) {
        guard let name = reader.string(value, "name") else { return }
        let isLegal = name.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || "_.-".utf8.contains(byte)
        }
        guard isLegal, let first = name.utf8.first, !"_.-".utf8.contains(first) else {
            reader.report(
                Diagnostic(
                    .wrongValue,
                    "a name has lower-case letters, digits, '_', '.' and '-', and begins with a letter or digit",
                    at: document.span(value)))
            return
        }
        spec.name = name
    }

    mutating func environment(_ node: YAMLNodeID) -> [EnvironmentEntry] {
        guard document.kind(node) == .mapping else {
            reader.wrongType(node, "env", "a mapping")
            return []
        }
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append(($0, $1)) }
        return entries.map { EnvironmentEntry(name: document.text($0.0), value: reader.template($0.1)) }
    }

    private mutating func decodeSettings(_ node: YAMLNodeID) {
        guard document.kind(node) == .mapping else { return reader.wrongType(node, "settings", "a mapping") }
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append(($0, $1)) }
        for (key, value) in entries {
            let name = document.text(key)
            let span = document.span(key)
            if SettingCatalog.setting(named: name) != nil {
                spec.settings.append(.init(name: name, value: reader.value(value)))
                decodeDefault(name, value)
                continue
            }
            let meant =
                SettingCatalog.currentName(ofOld: name)
                ?? Suggestion.nearest(to: name, among: SettingCatalog.all.lazy.map(\.name))
            let hint = meant.map { "; did you mean '\($0)'?" } ?? ""
            let fixIt = meant.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) }
            reader.report(Diagnostic(.unknownSetting, "unknown setting '\(name)'\(hint)", at: span, fixIt: fixIt))
        }
    }

    /// A setting that is an option for all tasks.
    private mutating func decodeDefault(_ name: String, _ node: YAMLNodeID) {
        guard !reader.isNull(node) else { return }
        func given<Value>(_ value: Value?) -> Given<Value> { value.map { .value($0) } ?? .absent }
        switch name {
        case "task_time_limit": spec.defaultOptions.timeLimit = given(reader.duration(node, name))
        case "task_soft_time_limit": spec.defaultOptions.softTimeLimit = given(reader.duration(node, name))
        case "task_acks_late": spec.defaultOptions.acksLate = given(reader.bool(node, name))
        case "task_ignore_result": spec.defaultOptions.ignoreResult = given(reader.bool(node, name))
        case "task_default_priority":
            spec.defaultOptions.priority = given(reader.int(node, name, 0...9).map { .literal(.int(Int64($0))) })
        default: break
        }
    }

    // MARK: Parameters

    private mutating func decodeParameters(_ node: YAMLNodeID) {
        guard document.kind(node) == .mapping else { return reader.wrongType(node, "params", "a mapping") }
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append(($0, $1)) }
        for (key, value) in entries where !document.text(key).hasPrefix("x-") {
            decodeParameter(document.text(key), value)
        }
    }

    private mutating func decodeParameter(_ name: String, _ node: YAMLNodeID) {
        guard document.kind(node) == .mapping else {
            let value = reader.value(node)
            var parameter = ParameterSpec(name: name, form: form(of: value))
            parameter.defaultValue = value
            spec.parameters.append(parameter)
            return
        }
        var parameter = ParameterSpec(name: name, form: .string)
        var typeNode: YAMLNodeID?
        var defaultNode: YAMLNodeID?
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append(($0, $1)) }
        let legal = ["type", "default", "required", "enum", "pattern", "min", "max", "description"]
        for (key, value) in entries {
            switch document.text(key) {
            case "type": typeNode = value
            case "default":
                parameter.defaultValue = reader.value(value)
                defaultNode = value
            case "required": parameter.isRequired = reader.bool(value, "required") ?? false
            case "enum":
                if case .array(let values) = reader.value(value) { parameter.allowed = values }
            case "pattern":
                parameter.pattern = pattern(value)
            case "min": parameter.minimum = number(value, "min")
            case "max": parameter.maximum = number(value, "max")
            case "description": _ = reader.string(value, "description")
            case let other:
                guard !other.hasPrefix("x-") else { continue }
                let nearest = Suggestion.nearest(to: other, among: legal)
                let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
                let span = document.span(key)
                let fixIt = nearest.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) }
                reader.report(
                    Diagnostic(.unknownKey, "unknown key '\(other)' in a parameter\(hint)", at: span, fixIt: fixIt))
            }
        }
        if let typeNode {
            if let form = ParameterSpec.Form(rawValue: document.text(typeNode)) {
                parameter.form = form
            } else {
                let names = ParameterSpec.Form.allCases.map(\.rawValue).joined(separator: ", ")
                reader.wrongType(typeNode, "type", "one of \(names)")
            }
        } else if let value = parameter.defaultValue {
            parameter.form = form(of: value)
        }
        if let value = parameter.defaultValue, let defaultNode,
            let problem = ParameterCheck(parameter).problem(value)
        {
            reader.report(
                Diagnostic(.parameterValue, "the default of '\(name)' \(problem)", at: document.span(defaultNode)))
        }
        spec.parameters.append(parameter)
    }

    /// The text of a pattern that compiles.
    private mutating func pattern(_ node: YAMLNodeID) -> String? {
        guard let text = reader.string(node, "pattern") else { return nil }
        do {
            _ = try Pattern(text)
            return text
        } catch {
            reader.report(
                Diagnostic(
                    .wrongValue, "'\(text)' is no pattern of RE2's syntax: \(error.message)", at: document.span(node)))
            return nil
        }
    }

    private mutating func number(_ node: YAMLNodeID, _ key: String) -> Double? {
        switch reader.value(node) {
        case .int(let value): return Double(value)
        case .float(let value): return value
        default:
            reader.wrongType(node, key, "a number")
            return nil
        }
    }

    private func form(of value: JSONValue) -> ParameterSpec.Form {
        switch value {
        case .bool: .bool
        case .int: .int
        case .float: .float
        case .string: .string
        case .array: .list
        case .object: .object
        case .null: .json
        }
    }
}
