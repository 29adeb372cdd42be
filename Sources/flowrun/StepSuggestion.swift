import FlowDiagnostics
import FlowPlan

extension Plan {
    /// `; did you mean 'build'?` for an id that no node has; nothing where none is near.
    func suggestion(for id: String) -> String {
        var ids: [String] = []
        forEachNode { node in
            if ids.count < 10_000 { ids.append(self.id(of: node)) }
        }
        return Suggestion.nearest(to: id, among: ids).map { "; did you mean '\($0)'?" } ?? ""
    }
}
