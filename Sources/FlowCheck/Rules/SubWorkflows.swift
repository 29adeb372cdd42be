import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

/// FR207, FR214 to FR216, FR803: the workflows that `workflow:` calls, and the parameters that they are given.
enum SubWorkflows {
    static func check(_ decoder: inout WorkflowDecoder) {
        for use in decoder.subWorkflows where use.isAccepted { check(use, &decoder) }
    }

    private static func check(_ use: WorkflowDecoder.SubWorkflowUse, _ decoder: inout WorkflowDecoder) {
        let path = decoder.document.text(use.path)
        let span = decoder.document.span(use.path)
        guard !decoder.reportEscape(path, at: span) else { return }
        let name = decoder.files.name(of: path, in: decoder.document.file)
        guard let file = decoder.files.read(name) else {
            decoder.reader.report(Diagnostic(.missingFile, "there is no file '\(path)'", at: span))
            return
        }
        guard file != decoder.document.file, !decoder.includeStack.contains(file) else {
            decoder.reader.report(Diagnostic(.fileCycle, "'\(path)' calls itself, by way of this file", at: span))
            return
        }
        guard let called = call(file, &decoder) else {
            decoder.reader.report(Diagnostic(.missingFile, "'\(path)' is no workflow", at: span))
            return
        }
        if let error = called.firstError {
            let isCycle = error.code == .fileCycle
            decoder.reader.report(
                Diagnostic(
                    isCycle ? .fileCycle : .missingFile,
                    isCycle ? "'\(path)' calls this file again" : "'\(path)' has errors of its own", at: span,
                    notes: Self.notes(of: error)))
            return
        }
        guard !called.isLibrary else {
            decoder.reader.report(
                Diagnostic(.missingFile, "'\(path)' is a library: it has tasks and no canvas", at: span))
            return
        }
        if decoder.unbuiltFiles.contains(file) { decoder.notBuilt(use.path) }
        decoder.subWorkflowResults[path] = called.resultType
        checkParameters(use, called.parameters, span, &decoder)
    }

    /// Where an error of a called file is; of one that a file further down has, where that is.
    private static func notes(of error: Diagnostic) -> [Diagnostic.Note] {
        if error.code == .missingFile, let note = error.notes.last { return [note] }
        return [.init("\(error.message) [\(error.code.text)]", at: error.span)]
    }

    /// Checks a file that is called, once.
    private static func call(_ file: FileID, _ decoder: inout WorkflowDecoder) -> CalledWorkflow? {
        if let known = decoder.called[file] { return known }
        guard decoder.includeStack.count < 32 else { return nil }
        let document: YAMLDocument
        switch YAMLComposer.compose(decoder.files[file].bytes, file: file) {
        case .success(let composed): document = composed
        case .failure(let error):
            let broken = CalledWorkflow(
                spec: WorkflowSpec(), resultType: .any, isLibrary: false, firstError: error.diagnostic)
            decoder.called[file] = broken
            return broken
        }
        var inner = WorkflowDecoder(document, files: decoder.files)
        inner.includeStack = decoder.includeStack + [decoder.document.file]
        inner.called = decoder.called
        inner.decode(OuterSettings())
        let resultType = Rules.check(&inner, CheckOptions())
        decoder.called = inner.called
        decoder.unbuiltFiles.formUnion(inner.unbuiltFiles)
        if !inner.unbuilt.isEmpty { decoder.unbuiltFiles.insert(file) }
        var spec = inner.spec
        spec.folder = decoder.files.folder(of: file)
        if spec.name.isEmpty { spec.name = Checker.name(decoder.files.stem(of: file)) }
        let called = CalledWorkflow(
            spec: spec, resultType: resultType, isLibrary: inner.spec.isLibrary,
            firstError: inner.reader.diagnostics.inSourceOrder().first { $0.severity == .error })
        decoder.called[file] = called
        return called
    }

    private static func checkParameters(
        _ use: WorkflowDecoder.SubWorkflowUse, _ parameters: [ParameterSpec], _ span: SourceSpan,
        _ decoder: inout WorkflowDecoder
    ) {
        let document = decoder.document
        let given = use.parameters.map { document.entries($0) } ?? []
        let byName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var hasUnknown = false
        for (key, value) in given {
            let name = document.text(key)
            guard let parameter = byName[name] else {
                hasUnknown = true
                let finding = Names.finding(
                    .unknownParameter, "'\(document.text(use.path))' has no parameter '\(name)'", name,
                    among: decoder.candidates { _ in parameters.map(\.name) }, at: document.span(key))
                decoder.reader.report(finding)
                continue
            }
            let template = decoder.reader.template(value)
            guard case .literal(let json) = template, let problem = ParameterCheck(parameter).problem(json) else {
                continue
            }
            decoder.reader.report(
                Diagnostic(.parameterValue, "the parameter '\(name)' \(problem)", at: document.span(value)))
        }
        let names = Set(given.map { document.text($0.key) })
        let missing = parameters.filter { $0.isRequired && $0.defaultValue == nil && !names.contains($0.name) }
        guard let first = missing.first, !hasUnknown else { return }
        let place = use.parameters.map { document.span($0) } ?? span
        decoder.reader.report(
            Diagnostic(
                .parameterValue, "'\(document.text(use.path))' needs the parameter '\(first.name)'", at: place))
    }
}

/// What is known of a workflow that another one calls.
struct CalledWorkflow {
    let spec: WorkflowSpec
    let resultType: StaticType
    let isLibrary: Bool
    let firstError: Diagnostic?

    var parameters: [ParameterSpec] { spec.parameters }
}
