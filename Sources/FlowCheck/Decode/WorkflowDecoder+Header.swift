import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    mutating func decodeHeader() {
        for entry in header.list where entry.isAccepted {
            let value = entry.value
            switch entry.key {
            case .name: spec.name = reader.document.text(value)
            case .description: spec.description = reader.string(value)
            case .params: decodeParameters(value)
            case .env: spec.env += environment(value)
            case .secrets: decodeSecrets(value)
            case .settings: decodeSettings(value)
            case .include: decodeIncludes(value)
            case .result: spec.result = reader.template(value)
            case .schedule:
                decodeSchedule(value)
                notBuilt(entry.keyNode)
            case .concurrency:
                decodeConcurrency(value)
                notBuilt(entry.keyNode)
            case .envFile: spec.envFiles = paths(value)
            default: break
            }
        }
    }

    func environment(_ node: YAMLNodeID) -> [EnvironmentEntry] {
        // Expressions that do not parse are reported where they are resolved.
        var reader = DocumentReader(document)
        return reader.document.entries(node).map {
            EnvironmentEntry(name: reader.document.text($0.key), value: reader.template($0.value))
        }
    }

    /// Paths in this file: one or a list.
    func paths(_ node: YAMLNodeID) -> [ProjectPath] {
        let folder = files.folder(of: reader.document.file)
        let reader = DocumentReader(document)
        return (reader.strings(node) ?? []).map { ProjectPath(folder: folder, path: $0) }
    }

    private mutating func decodeSchedule(_ node: YAMLNodeID) {
        let entries = entries(node, of: Language.shape(.schedule))
        guard !entries.present.intersects([.crontab, .every]), !entries.hasUnknown else {
            if let every = entries.value(.every), reader.duration(every) == .zero {
                reader.report(
                    Diagnostic(
                        .scheduleNeverFires, "'every' takes a duration above zero", at: reader.document.span(every)))
            }
            return
        }
        reader.report(
            Diagnostic(.missingKey, "a schedule needs 'crontab' or 'every'", at: firstKey(of: node)))
    }

    private mutating func decodeConcurrency(_ node: YAMLNodeID) {
        let entries = entries(node, of: Language.shape(.concurrency))
        if let key = entries.value(.key) { _ = reader.template(key) }
    }

    // MARK: Secrets

    private mutating func decodeSecrets(_ node: YAMLNodeID) {
        for (key, value) in reader.document.entries(node) where !reader.document.text(key).hasPrefix("x-") {
            let name = reader.document.text(key)
            declarations.secrets[name] = key
            guard reader.document.kind(value) == .mapping else {
                if !reader.document.isBroken(value) {
                    reader.wrongType(value, name, ValueForm.shape(.secret).words + ": where the secret comes from")
                }
                continue
            }
            let entries = entries(value, of: Language.shape(.secret))
            if let variable = entries.value(.env) {
                spec.secrets.append(SecretSpec(name: name, source: .environment(reader.document.text(variable))))
            } else if let file = entries.value(.file) {
                spec.secrets.append(SecretSpec(name: name, source: .file(reader.document.text(file))))
            } else if !entries.hasUnknown, !entries.present.intersects([.env, .file]) {
                reader.report(
                    Diagnostic(
                        .missingKey, "the secret '\(name)' needs 'env' or 'file'",
                        at: reader.document.childCount(value) == 0 ? reader.document.span(key) : firstKey(of: value)))
            }
        }
    }

    // MARK: Parameters

    private mutating func decodeParameters(_ node: YAMLNodeID) {
        for (key, value) in reader.document.entries(node) where !reader.document.text(key).hasPrefix("x-") {
            let name = reader.document.text(key)
            declarations.parameters[name] = key
            if !DocumentReader.isIdentifier(name) {
                reader.report(
                    Diagnostic(
                        .wrongValue, "a parameter takes \(ValueForm.identifier.words), not '\(name)'",
                        at: reader.document.span(key)))
            }
            decodeParameter(name, value)
        }
    }

    private mutating func decodeParameter(_ name: String, _ node: YAMLNodeID) {
        guard reader.document.kind(node) == .mapping else {
            var parameter = ParameterSpec(name: name, form: .json)
            if reader.accepts(node, .value, name) {
                let value = reader.value(node)
                parameter.form = form(of: value)
                parameter.defaultValue = value
            }
            spec.parameters.append(parameter)
            return
        }
        let entries = entries(node, of: Language.shape(.parameter))
        var parameter = ParameterSpec(name: name, form: .json)
        let defaultNode = entries.value(.default)
        if let value = defaultNode { parameter.defaultValue = reader.value(value) }
        if let type = entries[.type] {
            if type.isAccepted {
                parameter.form = ParameterSpec.Form(rawValue: reader.document.text(type.value)) ?? .json
            }
        } else {
            parameter.form = parameter.defaultValue.map { form(of: $0) } ?? .string
        }
        parameter.isRequired = entries.value(.required).flatMap { reader.bool($0) } ?? false
        if let values = entries.value(.enum), case .array(let values) = reader.value(values) {
            parameter.allowed = values
        }
        parameter.pattern = entries.value(.pattern).map { reader.document.text($0) }
        parameter.minimum = entries.value(.min).flatMap { reader.number($0) }
        parameter.maximum = entries.value(.max).flatMap { reader.number($0) }
        checkBounds(parameter, entries)
        if let value = parameter.defaultValue, let defaultNode,
            let problem = ParameterCheck(parameter).problem(value)
        {
            reader.report(
                Diagnostic(
                    .parameterValue, "the default of '\(name)' \(problem)", at: reader.document.span(defaultNode)))
        }
        spec.parameters.append(parameter)
    }

    /// Bounds that no value can meet, and values of `enum` that are of another type.
    private mutating func checkBounds(_ parameter: ParameterSpec, _ entries: Entries) {
        if let minimum = parameter.minimum, let maximum = parameter.maximum, minimum > maximum,
            let entry = entries[.max]
        {
            reader.report(
                Diagnostic(
                    .parameterValue, "'max' is less than 'min': no value of '\(parameter.name)' can be both",
                    at: reader.document.span(entry.value)))
        }
        guard let node = entries.value(.enum), let allowed = parameter.allowed else { return }
        var unbounded = parameter
        unbounded.allowed = nil
        for (item, value) in zip(reader.document.items(node), allowed) {
            guard let problem = ParameterCheck(unbounded).problem(value) else { continue }
            reader.report(
                Diagnostic(
                    .parameterValue, "the value \(JSONWriter.text(value)) of 'enum' \(problem)",
                    at: reader.document.span(item)))
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
