import FlowPlan

// What the engine asks of every node, asked of what is stored: a function of another module is handed a copy of all that
// it belongs to, which took a tenth of a large run.

extension Plan {
    @inline(__always) subscript(_ node: NodeIndex) -> PlannedNode { nodes[Int(node.index)] }

    @inline(__always) func isTask(_ node: NodeIndex) -> Bool {
        switch nodes[Int(node.index)].kind {
        case .task, .map, .starmap: true
        case .chain, .group, .chord, .chunks, .steps, .fanOut, .workflow: false
        }
    }

    @inline(__always) func firstChild(of node: NodeIndex) -> NodeIndex? {
        NodeIndex(stored: nodes[Int(node.index)].firstChildIndex)
    }

    @inline(__always) func nextSibling(of node: NodeIndex) -> NodeIndex? {
        NodeIndex(stored: nodes[Int(node.index)].nextSiblingIndex)
    }
}

extension PlannedNode {
    @inline(__always) var parent: NodeIndex? { NodeIndex(stored: parentIndex) }
}

extension NodeIndex {
    @inline(__always) fileprivate init?(stored index: UInt32) {
        guard index != .max else { return nil }
        self.init(Int(index))
    }
}
