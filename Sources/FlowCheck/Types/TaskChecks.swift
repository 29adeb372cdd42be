import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowYAML

/// The expressions of the header and of the tasks of a file, which belong to no node.
enum TaskChecks {
    /// Checks the tasks of a file; in a library the names of a workflow are those of another file, and not known.
    static func check(_ decoder: inout WorkflowDecoder, isLibrary: Bool) {
        var walk = CanvasWalk(decoder, isStrict: false)
        check(&walk, isLibrary: isLibrary)
        decoder = walk.decoder
    }

    static func check(_ walk: inout CanvasWalk, isLibrary: Bool) {
        checkHeader(&walk, isLibrary)
        for index in walk.decoder.spec.tasks.indices {
            guard let node = walk.decoder.taskPlaces[index].node, walk.document.kind(node) == .mapping else { continue }
            checkTask(walk.decoder.spec.tasks[index], node, &walk, isLibrary)
        }
    }

    private static func checkHeader(_ walk: inout CanvasWalk, _ isLibrary: Bool) {
        var names = ExpressionNames()
        names.place = .header
        names.isLibrary = isLibrary
        let header = walk.decoder.header
        for entry in header.list where entry.isAccepted {
            var names = names
            switch entry.key {
            case .env:
                names.takesSecrets = true
                _ = walk.typed(entry.value, names)
            case .concurrency:
                if let key = walk.document.value(of: "key", in: entry.value) { _ = walk.typed(key, names) }
            case .result:
                names.hasEnded = true
                _ = walk.typed(entry.value, names)
            default: break
            }
        }
    }

    private static func checkTask(
        _ task: TaskSpec, _ node: YAMLNodeID, _ walk: inout CanvasWalk, _ isLibrary: Bool
    ) {
        var names = ExpressionNames()
        names.place = .task
        names.isLibrary = isLibrary
        names.signature = task.signature
        for (keyNode, value) in walk.document.entries(node) {
            guard let key = WorkflowKey(walk.document.text(keyNode)) else { continue }
            var names = names
            switch key {
            case .env, .stdin, .http:
                names.takesSecrets = true
                _ = walk.typed(value, names)
            case .exec, .cwd, .params, .cache: _ = walk.typed(value, names)
            case .queue, .shadow, .countdown, .eta, .expires, .priority:
                let type = walk.typed(value, names)
                if walk.decoder.reader.holdsExpression(value) { walk.check(type, of: key, value) }
            default: continue
            }
        }
    }
}
