/// The one rule of data flow (SPEC 5), asked of the written canvas: what hands a value to what.
package struct DataFlow {
    private let spec: WorkflowSpec

    package init(_ spec: WorkflowSpec) {
        self.spec = spec
    }

    /// Whether something is handed to the node at all; whether it takes it is for `s` and `si` to say.
    ///
    /// - Complexity: O(depth), and O(1) for a member that is not the first of a chain.
    package func receives(_ index: SpecIndex) -> Bool {
        var index = index
        while let parent = spec[index].parent {
            let node = spec[index]
            switch node.role {
            case .root, .copy, .onExit: return false
            case .body, .link, .linkError: return true
            case .member: break
            }
            switch spec[parent].kind {
            case .chain where index.index != parent.index + 1: return true
            case .steps where node.needsForm == .one || node.needsForm == .list: return true
            case .steps where node.needsForm == .ends: return false
            default: index = parent
            }
        }
        return false
    }
}
