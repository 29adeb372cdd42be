import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowValue
import FlowYAML

/// FR701: a queue that is not among those that `task_queues` declares, so that nobody consumes it.
enum Queues {
    static func check(_ decoder: inout WorkflowDecoder) {
        guard let setting = decoder.spec.setting("task_queues"), let declared = names(setting) else { return }
        var known = Set(declared)
        if case .string(let queue)? = decoder.spec.setting("task_default_queue") { known.insert(queue) }
        if decoder.spec.setting("task_default_queue") == nil { known.insert("celery") }
        let document = decoder.document
        var mappings = decoder.taskPlaces.compactMap(\.node)
        mappings += decoder.places.indices.filter { decoder.spec.nodes[$0].modifiers > 0 }.map {
            decoder.places[$0].node
        }
        var seen: Set<YAMLNodeID> = []
        for mapping in mappings where seen.insert(mapping).inserted {
            guard let queue = document.value(of: "queue", in: mapping), decoder.reader.isText(queue),
                !decoder.reader.holdsExpression(queue)
            else { continue }
            report(queue, known, &decoder)
        }
        if let queue = decoder.declarations.settings["task_default_queue"]?.value,
            !declared.contains(document.text(queue))
        {
            report(queue, Set(declared), &decoder)
        }
        if let routes = decoder.declarations.settings["task_routes"]?.value {
            for (_, route) in document.entries(routes) {
                let queue = document.kind(route) == .mapping ? document.value(of: "queue", in: route) : route
                if let queue, decoder.reader.isText(queue) { report(queue, known, &decoder) }
            }
        }
    }

    private static func report(_ queue: YAMLNodeID, _ known: Set<String>, _ decoder: inout WorkflowDecoder) {
        let name = decoder.document.text(queue)
        guard !known.contains(name) else { return }
        let notes = decoder.declarations.settings["task_queues"].map {
            [Diagnostic.Note("the queues are declared here", at: decoder.document.span($0.key))]
        }
        decoder.reader.report(
            Names.finding(
                .unknownQueue, "'task_queues' declares no queue '\(name)': no worker would consume it", name,
                among: decoder.candidates { _ in known.sorted() }, at: decoder.document.span(queue), notes: notes ?? [])
        )
    }

    /// The names of the queues; nil where they cannot be told.
    private static func names(_ setting: JSONValue) -> [String]? {
        switch setting {
        case .object(let object): return object.members.map(\.key)
        case .array(let items):
            var names: [String] = []
            for item in items {
                switch item {
                case .string(let name): names.append(name)
                case .object(let object):
                    guard case .string(let name)? = object["name"] else { return nil }
                    names.append(name)
                default: return nil
                }
            }
            return names
        default: return nil
        }
    }
}
