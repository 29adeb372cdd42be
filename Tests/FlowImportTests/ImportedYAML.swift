import FlowDiagnostics
import FlowValue
import FlowYAML
import Testing

/// What flowrun reads in a YAML text: objects, lists and scalars of the core schema.
func value(ofYAML text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
    let document: YAMLDocument
    switch YAMLComposer.compose(Array(text.utf8), file: FileID(0)) {
    case .success(let composed): document = composed
    case .failure(let error):
        Issue.record("\(error.diagnostic.message) in:\n\(text)", sourceLocation: sourceLocation)
        throw error
    }
    func value(_ node: YAMLNodeID) -> JSONValue {
        switch document.kind(node) {
        case .sequence: return .array(document.items(node).map(value))
        case .mapping:
            var object = JSONObject()
            document.forEachEntry(node) { key, node in object.append(document.text(key), value(node)) }
            return .object(object)
        case .scalar, .alias:
            switch document.scalar(node) {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .int(let value): return .int(value)
            case .float(let value): return .float(value)
            case .string, .outOfRange: return .string(document.text(node))
            }
        }
    }
    return value(document.root)
}
