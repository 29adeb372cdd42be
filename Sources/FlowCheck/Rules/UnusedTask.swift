import FlowDiagnostics
import FlowModel
import FlowYAML

/// FR205: a task that no node names is left over, or a name is wrong somewhere.
enum UnusedTask {
    static func check(_ decoder: inout WorkflowDecoder) {
        guard !decoder.spec.isLibrary else { return }
        for (task, places) in zip(decoder.spec.tasks, decoder.taskPlaces) where !places.isUsed && !task.isInline {
            decoder.reader.report(
                Diagnostic(.unusedTask, "no node uses the task '\(task.name)'", at: decoder.document.span(places.name)))
        }
    }
}
