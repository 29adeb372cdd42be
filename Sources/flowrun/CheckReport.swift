import ArgumentParser
import FlowCheck
import FlowDiagnostics

/// The findings of one command over all its files, and how they are printed.
struct CheckReport {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif, github, gitlab, junit
    }

    private(set) var files: [SourceFile] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The files that were asked for; the others were brought in by them.
    private(set) var checkedFiles: [FileID] = []
    private var known: [String: FileID] = [:]
    private var seen: Set<Diagnostic> = []

    /// Adds the findings of one file; what another file has already said of an included one is not said twice.
    mutating func add(_ files: [SourceFile], _ findings: [Diagnostic]) {
        let ids = files.map { id(of: $0) }
        if let main = ids.first { checkedFiles.append(main) }
        for finding in findings {
            let finding = finding.mapped { ids[Int($0.index)] }
            if seen.insert(finding).inserted { diagnostics.append(finding) }
        }
    }

    private mutating func id(of file: SourceFile) -> FileID {
        if let id = known[file.name] { return id }
        let id = FileID(files.count)
        known[file.name] = id
        files.append(file)
        return id
    }

    /// The text of the findings in a format.
    func rendered(_ format: Format, colors: Bool) -> String {
        switch format {
        case .text:
            var renderer = TextRenderer(files: files, colors: colors)
            return renderer.render(diagnostics)
        case .json:
            var renderer = JSONRenderer(files: files)
            return renderer.render(diagnostics) + "\n"
        case .sarif:
            var renderer = SARIFRenderer(files: files, version: Flowrun.version) {
                DiagnosticPage.page(for: $0).summary
            }
            return renderer.render(diagnostics) + "\n"
        case .github:
            var renderer = GitHubRenderer(files: files)
            return renderer.render(diagnostics)
        case .gitlab:
            var renderer = GitLabRenderer(files: files)
            return renderer.render(diagnostics) + "\n"
        case .junit:
            var renderer = JUnitRenderer(files: files)
            return renderer.render(diagnostics)
        }
    }

    /// `2 errors, 1 warning in 3 files`.
    var summary: String {
        func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
        let found = parts.isEmpty ? "nothing to say" : parts.joined(separator: ", ")
        return "\(found) in \(counted(checkedFiles.count, "file"))"
    }
}

extension Diagnostic {
    /// The same finding with other numbers for its files.
    fileprivate func mapped(_ id: (FileID) -> FileID) -> Diagnostic {
        func moved(_ span: SourceSpan) -> SourceSpan {
            SourceSpan(file: id(span.file), start: Int(span.start), end: Int(span.end))
        }
        var copy = self
        copy.span = moved(span)
        copy.notes = notes.map { Note($0.message, at: moved($0.span)) }
        copy.fixIt?.edits = (fixIt?.edits ?? []).map { Edit(moved($0.span), $0.text) }
        return copy
    }
}
