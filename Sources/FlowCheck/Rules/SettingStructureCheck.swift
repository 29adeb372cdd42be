import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowSchedule
import FlowValue
import FlowYAML

/// FR107, FR109, FR602: what is wrong inside a setting that is a mapping or a list, such as `beat_schedule`.
enum SettingStructureCheck {
    static func check(_ setting: Setting, _ node: YAMLNodeID, _ reader: inout DocumentReader) {
        guard let structure = setting.structure else { return }
        for finding in structure.findings(in: reader.value(node)) {
            let place = Self.place(of: finding.path, in: node, reader.document)
            report(finding, setting.name, place, &reader)
        }
    }

    /// The key that a path ends at, if it ends at one, and the value there.
    private static func place(
        of path: [SettingShape.Step], in node: YAMLNodeID, _ document: YAMLDocument
    ) -> (key: YAMLNodeID?, value: YAMLNodeID) {
        var place: (key: YAMLNodeID?, value: YAMLNodeID) = (nil, node)
        for step in path {
            switch step {
            case .key(let name):
                guard let entry = document.entries(place.value).first(where: { document.text($0.key) == name }) else {
                    return place
                }
                place = (entry.key, entry.value)
            case .index(let index):
                let items = document.items(place.value)
                guard items.indices.contains(index) else { return place }
                place = (nil, items[index])
            }
        }
        return place
    }

    private static func report(
        _ finding: SettingShape.Finding, _ setting: String, _ place: (key: YAMLNodeID?, value: YAMLNodeID),
        _ reader: inout DocumentReader
    ) {
        let document = reader.document
        let name = place.key.map { document.text($0) } ?? setting
        switch finding.kind {
        case .unknownKey(let nearest):
            let span = document.span(place.key ?? place.value)
            let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
            let fixIt = nearest.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) }
            reader.report(
                Diagnostic(.unknownKey, "unknown key '\(name)' in '\(setting)'\(hint)", at: span, fixIt: fixIt))
        case .missingKey(let key):
            reader.report(
                Diagnostic(
                    .missingKey, "'\(name)' in '\(setting)' needs '\(key)'",
                    at: document.span(place.key ?? place.value)))
        case .wrongValue(let problem): reader.report(problem, of: name, at: place.value)
        case .crontab(let text):
            do throws(CrontabError) { _ = try Crontab(text) } catch { report(error, place.value, &reader) }
        case .crontabField(let text):
            do throws(CrontabError) {
                switch name {
                case "minute": _ = try Crontab(minute: text)
                case "hour": _ = try Crontab(hour: text)
                case "day_of_month": _ = try Crontab(dayOfMonth: text)
                case "month_of_year": _ = try Crontab(monthOfYear: text)
                default: _ = try Crontab(dayOfWeek: text)
                }
            } catch { reader.report(Diagnostic(.scheduleSyntax, error.message, at: document.span(place.value))) }
        }
    }

    private static func report(_ error: CrontabError, _ node: YAMLNodeID, _ reader: inout DocumentReader) {
        let span = reader.span(.init(error.range.lowerBound, error.range.upperBound), in: node)
        reader.report(Diagnostic(.scheduleSyntax, error.message, at: span))
    }
}

extension DocumentReader {
    /// Reports why a value is not one of a setting, at the item of a list that is to blame.
    mutating func report(_ problem: Setting.Problem, of name: String, at node: YAMLNodeID) {
        var node = node
        if let item = problem.item, document.items(node).indices.contains(item) { node = document.items(node)[item] }
        let span = document.span(node)
        let fixIt = problem.replacement.map { Diagnostic.FixIt("write \($0)", edits: [.init(span, $0)]) }
        let hint = problem.replacement.map { "; did you mean \($0)?" } ?? ""
        report(Diagnostic(.settingValue, "'\(name)' \(problem.message)\(hint)", at: span, fixIt: fixIt))
    }
}
