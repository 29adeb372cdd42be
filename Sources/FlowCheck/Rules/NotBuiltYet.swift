import FlowDiagnostics
import FlowModel
import FlowYAML

/// FR108, before a run only: parts of the language that this version checks and cannot run yet.
enum NotBuiltYet {
    static func check(_ decoder: inout WorkflowDecoder) {
        var seen: Set<YAMLNodeID> = []
        for node in decoder.unbuilt where seen.insert(node).inserted {
            let name = decoder.document.kind(node) == .scalar ? "'\(decoder.document.text(node))'" : "this"
            decoder.reader.report(
                Diagnostic(
                    .notBuiltYet, "\(name) is part of the language, but this version cannot run it yet",
                    at: decoder.document.span(node)))
        }
    }
}
