import FlowDiagnostics
import FlowLanguage
import FlowModel
import FlowYAML

/// FR803: paths that lead out of the project; `include` and `workflow` are looked at where they are read.
enum ProjectPaths {
    static func check(_ decoder: inout WorkflowDecoder) {
        let document = decoder.document
        guard !document.isEmpty else { return }
        var found: [YAMLNodeID] = []
        func look(_ mapping: YAMLNodeID) {
            for (key, value) in document.entries(mapping) {
                switch document.text(key) {
                case "env_file":
                    found += document.kind(value) == .sequence ? document.items(value) : [value]
                case "cwd": found.append(value)
                case "cache":
                    for (_, paths) in document.entries(value) where document.text(key) != "key" {
                        found += document.kind(paths) == .sequence ? document.items(paths) : [paths]
                    }
                default: break
                }
            }
        }
        var seen: Set<YAMLNodeID> = []
        let mappings = [document.root] + decoder.taskPlaces.compactMap(\.node) + decoder.elaborateNodes
        for mapping in mappings where document.kind(mapping) == .mapping && seen.insert(mapping).inserted {
            look(mapping)
        }
        for node in found where decoder.reader.isText(node) && !decoder.reader.holdsExpression(node) {
            let path = document.text(node)
            // A working directory or a file of the system may be meant; what climbs out of the project is not.
            if !path.hasPrefix("/") { _ = decoder.reportEscape(path, at: document.span(node)) }
        }
    }
}
