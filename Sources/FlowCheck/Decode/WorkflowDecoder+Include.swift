import FlowDiagnostics
import FlowLanguage
import FlowModel
import FlowYAML

extension WorkflowDecoder {
    /// Brings in the tasks, env and settings of other files.
    mutating func decodeIncludes(_ node: YAMLNodeID) {
        let paths = reader.document.kind(node) == .sequence ? reader.document.items(node) : [node]
        for path in paths where !reader.document.isBroken(path) { include(path) }
    }

    private static let deepestInclude = 32

    private mutating func include(_ node: YAMLNodeID) {
        let path = reader.document.text(node)
        let span = reader.document.span(node)
        guard !reportEscape(path, at: span) else {
            missesTasks = true
            return
        }
        let name = files.name(of: path, in: reader.document.file)
        guard let file = files.read(name) else {
            reader.report(Diagnostic(.missingFile, "there is no file '\(path)' to include", at: span))
            missesTasks = true
            return
        }
        guard !includeStack.contains(file), file != reader.document.file else {
            reader.report(Diagnostic(.fileCycle, "'\(path)' includes itself, by way of this file", at: span))
            return
        }
        guard includeStack.count < Self.deepestInclude else {
            reader.report(
                Diagnostic(.fileCycle, "files include one another more than \(Self.deepestInclude) deep", at: span))
            missesTasks = true
            return
        }
        // What two files include is included once.
        guard includedFiles.insert(file).inserted else { return }
        switch YAMLComposer.compose(files[file].bytes, file: file) {
        case .failure(let error):
            reader.report(error.diagnostic)
            missesTasks = true
        case .success(let library):
            var decoder = WorkflowDecoder(library, files: files)
            decoder.includeStack = includeStack + [reader.document.file]
            decoder.includedFiles = includedFiles
            decoder.taskIndices = [:]
            decoder.called = called
            decoder.decodeLibrary(at: span, from: self)
            SubWorkflows.check(&decoder)
            called = decoder.called
            unbuilt += decoder.unbuilt.isEmpty ? [] : [node]
            merge(decoder)
        }
    }

    /// Decodes a file that contributes what a library has.
    private mutating func decodeLibrary(at place: SourceSpan, from outer: WorkflowDecoder) {
        guard !reader.document.isEmpty, reader.document.kind(reader.document.root) == .mapping else { return }
        header = entries(reader.document.root, of: Language.shape(.workflow))
        for entry in header.list where entry.isAccepted {
            switch entry.key {
            case .env: spec.env += environment(entry.value)
            case .envFile: spec.envFiles += paths(entry.value)
            case .settings: decodeSettings(entry.value)
            case .include: decodeIncludes(entry.value)
            default: break
            }
        }
        spec.env = outer.spec.env + spec.env
        decodeTasks()
        TaskChecks.check(&self, isLibrary: true)
    }

    private mutating func merge(_ library: WorkflowDecoder) {
        includedFiles = library.includedFiles
        // Its warnings are said when the file itself is checked.
        reader.diagnostics += library.reader.diagnostics.filter { $0.severity == .error }
        let known = spec.env.count
        spec.env += library.spec.env.dropFirst(known)
        spec.envFiles += library.spec.envFiles
        spec.settings = library.spec.settings + spec.settings
        spec.defaultOptions = spec.defaultOptions.or(library.spec.defaultOptions)
        spec.annotations.merge(library.spec.annotations) { own, _ in own }
        spec.routes += library.spec.routes
        for (task, places) in zip(library.spec.tasks, library.taskPlaces) where !task.isInline {
            if case .builtin = task.kind, task.name.hasPrefix("std.") { continue }
            var places = places
            places.node = nil
            places.isIncluded = true
            if let first = taskIndices[task.name] {
                reportTwice(task.name, at: places.name, first: taskPlaces[Int(first.index)].name)
            } else {
                addTask(task, places)
            }
        }
    }

    mutating func reportTwice(_ name: String, at span: SourceSpan, first: SourceSpan) {
        reader.report(
            Diagnostic(
                .duplicateTask, "the task '\(name)' is defined twice", at: span,
                notes: [.init("first here", at: first)]))
    }

    /// Reports a path that leads out of the project.
    mutating func reportEscape(_ path: String, at span: SourceSpan) -> Bool {
        guard files.leavesProject(path, in: reader.document.file) else { return false }
        reader.report(
            Diagnostic(.pathLeavesProject, "the path '\(path)' leads out of the project", at: span))
        return true
    }
}
