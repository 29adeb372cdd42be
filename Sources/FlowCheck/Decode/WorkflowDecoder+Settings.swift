import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

extension WorkflowDecoder {
    mutating func decodeSettings(_ node: YAMLNodeID) {
        for (key, value) in reader.document.entries(node) where !reader.document.text(key).hasPrefix("x-") {
            guard let setting = setting(named: key) else { continue }
            if let other = declarations.settings[setting.name] {
                reader.report(
                    Diagnostic(
                        .duplicateKey, "'\(setting.name)' is given twice", at: reader.document.span(key),
                        notes: [.init("first here", at: reader.document.span(other.key))]))
                continue
            }
            declarations.settings[setting.name] = (key, value)
            decode(setting, key, value)
        }
        checkConflicts()
    }

    /// The setting that a key names, or the one that it resembles.
    private mutating func setting(named key: YAMLNodeID) -> Setting? {
        let name = reader.document.text(key)
        if let setting = SettingCatalog.setting(named: name) { return setting }
        let span = reader.document.span(key)
        guard let current = SettingCatalog.currentName(ofOld: name) else {
            let finding = Names.finding(
                .unknownSetting, "unknown setting '\(name)'", name, among: SettingCatalog.all.lazy.map(\.name), at: span
            )
            reader.report(finding)
            return finding.fixIt?.edits.first.flatMap { SettingCatalog.setting(named: $0.text) }
        }
        reader.report(
            Diagnostic(
                .unknownSetting, "'\(name)' is an old name; it is '\(current)' now, did you mean '\(current)'?",
                at: span, fixIt: .init("replace with '\(current)'", edits: [.init(span, current)])))
        return SettingCatalog.setting(named: current)
    }

    private mutating func decode(_ setting: Setting, _ key: YAMLNodeID, _ value: YAMLNodeID) {
        guard !reader.document.isBroken(value), reader.accepts(value, .value, setting.name) else { return }
        let json = reader.value(value)
        if case .notApplicable(let reason) = setting.use {
            reader.report(
                Diagnostic(
                    .settingWithoutEffect, "'\(setting.name)' has no effect: \(reason)", at: reader.document.span(key)))
        }
        if let problem = setting.problem(with: json) {
            reader.report(problem, of: setting.name, at: value)
            return
        }
        SettingStructureCheck.check(setting, value, &reader)
        adopt(.init(name: setting.name, value: json))
    }

    /// Takes over a setting that has been checked, and the option for all tasks that it may be.
    mutating func adopt(_ setting: WorkflowSpec.Setting) {
        spec.settings.append(setting)
        decodeDefault(setting.name, setting.value)
    }

    /// A setting that is an option for all tasks.
    private mutating func decodeDefault(_ name: String, _ value: JSONValue) {
        switch name {
        case "task_time_limit": spec.defaultOptions.timeLimit = Self.duration(value)
        case "task_soft_time_limit": spec.defaultOptions.softTimeLimit = Self.duration(value)
        case "task_acks_late": spec.defaultOptions.acksLate = Self.bool(value)
        case "task_ignore_result": spec.defaultOptions.ignoreResult = Self.bool(value)
        case "task_default_rate_limit":
            spec.defaultOptions.rateLimit = TaskOptions(annotation: ["rate_limit": value]).rateLimit
        case "task_store_errors_even_if_ignored": spec.defaultOptions.storeErrorsEvenIfIgnored = Self.bool(value)
        case "task_acks_on_failure_or_timeout": spec.defaultOptions.acksOnFailureOrTimeout = Self.bool(value)
        case "task_reject_on_worker_lost": spec.defaultOptions.rejectOnWorkerLost = Self.bool(value)
        case "task_track_started": spec.defaultOptions.trackStarted = Self.bool(value)
        case "task_annotations": spec.annotations = Self.annotations(value)
        case "task_routes": spec.routes = TaskRoute.routes(value)
        case "task_default_priority":
            spec.defaultOptions.priority = value == .null ? .absent : .value(.literal(value))
        default: break
        }
    }

    private static func bool(_ value: JSONValue) -> Given<Bool> {
        guard case .bool(let value) = value else { return .absent }
        return .value(value)
    }

    /// By the name of a task: a mapping, or a list of mappings of which the first that names a task decides.
    private static func annotations(_ value: JSONValue) -> [String: TaskOptions] {
        let mappings: [JSONValue] = if case .array(let list) = value { list } else { [value] }
        var annotations: [String: TaskOptions] = [:]
        for case .object(let mapping) in mappings {
            for member in mapping.members where annotations[member.key] == nil {
                if case .object(let options) = member.value {
                    annotations[member.key] = TaskOptions(annotation: options)
                }
            }
        }
        return annotations
    }

    private static func duration(_ value: JSONValue) -> Given<Duration> {
        let duration: Duration? =
            switch value {
            case .int(let seconds): DurationText.seconds(Double(seconds))
            case .float(let seconds): DurationText.seconds(seconds)
            case .string(let text): DurationText.duration(text)
            case .null, .bool, .array, .object: nil
            }
        return duration.map { .value($0) } ?? .absent
    }

    /// Settings that contradict each other.
    private mutating func checkConflicts() {
        for conflict in SettingCatalog.conflicts(spec.settings.map { ($0.name, $0.value) }) {
            let places = conflict.names.compactMap { declarations.settings[$0] }.sorted { $0.key.index < $1.key.index }
            guard let last = places.last else { continue }
            reader.report(
                Diagnostic(
                    .softLimit, conflict.message, at: reader.document.span(last.value),
                    notes: places.dropLast().map { .init("the other is here", at: reader.document.span($0.key)) }))
        }
    }
}
