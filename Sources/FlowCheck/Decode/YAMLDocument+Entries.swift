import FlowYAML

extension YAMLDocument {
    /// The keys and values of a mapping, those included that `<<` brings in; empty for any other node.
    func entries(_ node: YAMLNodeID) -> [(key: YAMLNodeID, value: YAMLNodeID)] {
        var entries: [(key: YAMLNodeID, value: YAMLNodeID)] = []
        entries.reserveCapacity(childCount(node))
        forEachEntry(node) { entries.append((key: $0, value: $1)) }
        return entries
    }

    /// The value of a key of a mapping.
    func value(of key: String, in node: YAMLNodeID) -> YAMLNodeID? {
        entries(node).first { text($0.key) == key }?.value
    }
}
