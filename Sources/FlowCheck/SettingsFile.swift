internal import FlowDiagnostics
package import FlowModel
internal import FlowYAML

/// A project's `flowrun.yaml`: a mapping of settings.
///
///     timezone: Europe/Oslo
///     task_time_limit: 10m
package struct SettingsFile: Sendable {
    /// One setting with its line, from 1.
    package struct Entry: Sendable {
        package let setting: WorkflowSpec.Setting
        package let line: Int
    }

    package let entries: [Entry]
    /// What is wrong with it, in the form in which a workflow's findings are.
    package let checked: CheckedWorkflow

    /// Reads and checks the file.
    package init(_ files: FileTable, options: CheckOptions) {
        let file = FileID(0)
        switch YAMLComposer.compose(files[file].bytes, file: file) {
        case .failure(let error):
            entries = []
            checked = CheckedWorkflow(spec: nil, diagnostics: [error.diagnostic], files: files.files, scripts: [])
        case .success(let document):
            var decoder = WorkflowDecoder(document, files: files)
            decoder.decodeSettingsFile()
            OldYAMLWords.check(&decoder)
            let findings = Findings(decoder.reader.diagnostics, of: document, options).settled
            checked = CheckedWorkflow(spec: nil, diagnostics: findings, files: files.files, scripts: [])
            let table = LineTable(files[file])
            let declarations = decoder.declarations.settings
            entries = decoder.spec.settings.map { setting in
                let place = declarations[setting.name].map { Int(document.span($0.key).start) } ?? 0
                return Entry(setting: setting, line: table.position(of: place).line)
            }
        }
    }
}

extension WorkflowDecoder {
    /// Decodes a file that is a mapping of settings.
    fileprivate mutating func decodeSettingsFile() {
        guard !document.isEmpty else { return }
        guard document.kind(document.root) == .mapping else {
            let span = SourceSpan(file: document.file, start: 0, end: 0)
            reader.report(Diagnostic(.wrongType, "flowrun.yaml is a mapping of settings", at: span))
            return
        }
        decodeSettings(document.root)
    }
}
