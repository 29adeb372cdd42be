import ArgumentParser
import FlowCheck
import FlowImport
import FlowModel
import FlowValue

/// Shows the settings, with their values and where these come from.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show every setting, its value and where it comes from.",
        discussion: """
            Later wins: default, flowrun.yaml, the workflow's settings, environment (FLOWRUN_NAME), command line.
            Example: flowrun config --origin task_time_limit
            """)

    @Argument(help: "A workflow whose own settings count too.")
    var file: String?

    @Option(help: ArgumentHelp("Show all levels of one setting.", valueName: "name"))
    var origin: String?

    @Flag(help: "Show only what differs from its default.")
    var changed = false

    @Option(
        name: .customLong("from-celeryconfig"),
        help: ArgumentHelp(
            "Write flowrun.yaml from a celeryconfig module, which is read and not run.", valueName: "file"))
    var celeryConfig: String?

    @Option(name: .shortAndLong, help: "Where --from-celeryconfig writes to; - is standard output.")
    var output = "flowrun.yaml"

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        if let celeryConfig { return try ImportedFile.celeryConfig(celeryConfig, to: output) }
        let project = Project(
            of: file.map { FileReader.folder(of: FileReader.absolute($0)) } ?? FileReader.currentFolder)
        var workflow: [SettingLevels.Assignment] = []
        if let file {
            let checked = try WorkflowFile.load(file, options: .lint()).checked
            workflow = (checked.spec?.settings ?? []).map {
                .init($0.name, $0.value, from: .workflow(path: file, line: 1))
            }
        }
        let levels = project.levels(workflow: workflow)
        for problem in levels.problems { Terminal.error("flowrun: \(problem.message)") }
        if let origin { return try showLevels(of: origin, levels) }
        let shown = levels.all.filter { !changed || $0.origin != .builtin }
        switch format {
        case .text:
            for (setting, value, origin) in shown {
                let use = Self.words(setting.use).map { "; \($0)" } ?? ""
                Terminal.print("\(setting.name) = \(Self.masked(value))  # \(Self.words(origin))\(use)")
            }
        case .json:
            let items = shown.map { entry in
                JSONValue.object([
                    "name": .string(entry.setting.name), "value": Self.maskedValue(entry.value),
                    "origin": .string(Self.words(entry.origin)), "use": .string(Self.name(entry.setting.use)),
                ])
            }
            Terminal.print(JSONWriter.text(.array(items)))
        }
    }

    private func showLevels(of name: String, _ levels: SettingLevels) throws {
        guard let setting = SettingCatalog.setting(named: name) else {
            let meant = SettingCatalog.currentName(ofOld: name)
            throw CommandFailure(.notFound, "there is no setting '\(name)'\(meant.map { "; it is '\($0)'" } ?? "")")
        }
        Terminal.print("\(name): \(setting.summary)")
        for (position, level) in levels.levels(of: name).enumerated() {
            Terminal.print("\(position == 0 ? "*" : " ") \(Self.masked(level.value))  # \(Self.words(level.origin))")
        }
        if let use = Self.words(setting.use) { Terminal.print(use) }
    }

    private static func words(_ origin: SettingLevels.Origin) -> String {
        switch origin {
        case .builtin: "default"
        case .project(let path, let line): "\(path):\(line)"
        case .workflow(let path, _): path
        case .environment(let variable): "environment \(variable)"
        case .commandLine: "command line"
        }
    }

    private static func words(_ use: Setting.Use) -> String? {
        switch use {
        case .native: nil
        case .wire: "used only on Celery's wire"
        case .notApplicable(let reason): "has no effect: \(reason)"
        }
    }

    private static func name(_ use: Setting.Use) -> String {
        switch use {
        case .native: "native"
        case .wire: "wire"
        case .notApplicable: "none"
        }
    }

    private static func masked(_ value: JSONValue) -> String { JSONWriter.text(maskedValue(value)) }

    /// The value without the passwords of URLs, and of keys that say that they hold one.
    private static func maskedValue(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(withoutPassword(text))
        case .array(let items): return .array(items.map { maskedValue($0) })
        case .object(let object):
            var masked = JSONObject()
            for member in object.members {
                let name = member.key.lowercased()
                let isSecret = name.hasSuffix("password") || name.hasSuffix("secret")
                masked.append(
                    member.key, isSecret && member.value != .null ? .string("***") : maskedValue(member.value))
            }
            return .object(masked)
        case .null, .bool, .int, .float: return value
        }
    }

    /// `amqp://user:***@host` for a URL with a password.
    private static func withoutPassword(_ text: String) -> String {
        guard let scheme = text.range(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@"),
            let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
        else { return text }
        return text[...colon] + "***" + text[at...]
    }
}

extension String {
    /// Where a text stands first.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(part) { return index..<self.index(index, offsetBy: part.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
