import FlowDiagnostics
import FlowLanguage
import FlowModel
import FlowYAML

/// FR903 and FR904, under `--strict`: what a file that runs for years should have.
enum Hygiene {
    static func check(_ decoder: inout WorkflowDecoder) {
        guard !decoder.document.isEmpty else { return }
        if !decoder.header.present.contains(.flowrun) {
            decoder.reader.report(
                Diagnostic(
                    .missingVersion,
                    "'flowrun: 1' is missing: a later version of the language could read the file otherwise",
                    at: decoder.firstKey(of: decoder.document.root)))
        }
        guard case .absent = decoder.spec.defaultOptions.timeLimit else { return }
        for (index, node) in decoder.spec.nodes.enumerated() {
            guard let task = node.task.map({ decoder.spec.tasks[Int($0.index)] }), task.kind.runsOutside,
                case .absent = decoder.spec.modifiers(of: node).options.timeLimit.or(task.options.timeLimit)
            else { continue }
            let place = decoder.places[index]
            let span = decoder.document.span(place.kind == place.node ? place.node : place.callee)
            decoder.reader.report(
                Diagnostic(
                    .missingTimeLimit, "'\(node.id)' has no 'time_limit' at any level: it may hang for ever", at: span))
        }
    }
}

extension TaskSpec.Kind {
    /// Whether the task is a process or a request, which may hang.
    fileprivate var runsOutside: Bool {
        switch self {
        case .run, .exec, .python, .http, .celery: true
        case .builtin, .workflow: false
        }
    }
}
