import FlowCheck
import FlowDiagnostics
import FlowModel
import FlowValue
import FlowWorker

/// The project that a file belongs to: its root and the settings that hold for all its workflows.
struct Project {
    let root: String
    /// What `flowrun.yaml` says, and what is wrong with it; nil where there is none.
    let file: SettingsFile?
    let environment: [String: String]

    /// The project of a folder.
    init(of folder: String) {
        root = WorkflowFile.projectRoot(from: folder)
        environment = Dictionary(
            ProcessEnvironment.own().map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let path = "\(root)/flowrun.yaml"
        guard let bytes = FileReader.contents(of: path) else {
            file = nil
            return
        }
        let shown = root == FileReader.currentFolder ? "flowrun.yaml" : path
        let files = FileTable(
            main: SourceFile(name: shown, bytes: bytes), workingFolder: root, root: root, load: { _ in nil })
        file = SettingsFile(files, options: CheckOptions())
    }

    /// All levels of the settings.
    ///
    /// - Parameters:
    ///   - workflow: What a workflow's own file says.
    ///   - commandLine: What the command line says.
    /// - Returns: The levels, the project's own file and the environment included.
    func levels(
        workflow: [SettingLevels.Assignment] = [], commandLine: [SettingLevels.Assignment] = []
    ) -> SettingLevels {
        let path = file?.checked.files.first?.name ?? "flowrun.yaml"
        let own = (file?.entries ?? []).map {
            SettingLevels.Assignment($0.setting.name, $0.setting.value, from: .project(path: path, line: $0.line))
        }
        return SettingLevels(own + workflow + commandLine, environment: environment)
    }

    /// The settings from outside a workflow's file.
    var outerSettings: OuterSettings {
        var settings = OuterSettings()
        settings.below = (file?.entries ?? []).map(\.setting)
        guard !environment.isEmpty else { return settings }
        for (setting, value, origin) in levels().all {
            if case .environment = origin { settings.above.append(.init(name: setting.name, value: value)) }
        }
        return settings
    }

    /// Ends a command that would run something with settings that are wrong.
    func refuseFaults(_ format: OutputFormat) throws {
        if let checked = file?.checked, checked.diagnostics.hasErrors {
            try Acceptance.refuse(checked.diagnostics, of: checked.files, format)
        }
        guard !environment.isEmpty, let problem = levels().problems.first else { return }
        throw CommandFailure(.usage, "environment: \(problem.message)")
    }
}
