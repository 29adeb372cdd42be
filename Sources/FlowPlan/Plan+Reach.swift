import FlowModel

/// What a node needs, and what needs it.
extension Plan {
    /// Marks all nodes that must run for a node to run: what stands in it and what comes before it.
    ///
    /// Callbacks after failures belong to what they follow; callbacks after success do not.
    ///
    /// - Returns: A flag for each node of the plan.
    /// - Complexity: O(nodes).
    package func needed(by node: NodeIndex) -> [Bool] {
        var marks = [Bool](repeating: false, count: nodes.count)
        var queue = [node]
        while let next = queue.popLast() {
            guard !marks[Int(next.index)] || next == node else { continue }
            markInside(next, &marks)
            before(next, &marks, &queue)
        }
        if let onExit { forEachNode(from: onExit) { marks[Int($0.index)] = true } }
        return marks
    }

    /// Marks a node and what stands in it.
    private func markInside(_ node: NodeIndex, _ marks: inout [Bool]) {
        var stack = [node]
        while let next = stack.popLast() {
            marks[Int(next.index)] = true
            var cursor = firstChild(of: next)
            while let child = cursor {
                cursor = nextSibling(of: child)
                if self[child].role != .link { stack.append(child) }
            }
        }
    }

    /// Marks what encloses a node, and finds what comes before it there.
    private func before(_ node: NodeIndex, _ marks: inout [Bool], _ queue: inout [NodeIndex]) {
        var node = node
        for need in needs(of: node) where !marks[Int(need.node.index)] { queue.append(need.node) }
        while let parent = self[node].parent {
            if !isPart(node) {
                // A callback waits for what it follows.
                if !marks[Int(parent.index)] { queue.append(parent) }
                return
            }
            let wasMarked = marks[Int(parent.index)]
            marks[Int(parent.index)] = true
            for callback in children(of: parent, .linkError) { markInside(callback, &marks) }
            for sibling in earlier(than: node, in: parent) where !marks[Int(sibling.index)] { queue.append(sibling) }
            guard !wasMarked || self[parent].kind == .chain || self[parent].kind == .chord else { return }
            node = parent
            for need in needs(of: node) where !marks[Int(need.node.index)] { queue.append(need.node) }
        }
    }

    private func earlier(than node: NodeIndex, in parent: NodeIndex) -> [NodeIndex] {
        switch self[parent].kind {
        case .chain: members(of: parent).prefix { $0 != node }
        case .chord where self[node].role == .body: members(of: parent)
        case .chord, .group, .chunks, .fanOut, .steps, .workflow, .task, .map, .starmap: []
        }
    }

    /// The nodes that a node waits for directly, or that what it stands in waits for.
    ///
    /// - Complexity: O(depth), and O(members) after a chord's header.
    package func nodesBefore(_ node: NodeIndex) -> [NodeIndex] {
        var cursor = node
        while let parent = self[cursor].parent {
            switch self[cursor].role {
            case .link, .linkError: return [parent]
            case .body, .onExit: return members(of: parent)
            case .root, .member, .copy: break
            }
            let needs = needs(of: cursor)
            if !needs.isEmpty { return needs.map(\.node) }
            if self[parent].kind == .chain, let before = previousSibling(of: cursor) { return [before] }
            cursor = parent
        }
        return onExit == cursor ? [root] : []
    }

    /// Marks a node, what stands in it, and all that comes after it.
    ///
    /// - Returns: A flag for each node of the plan.
    /// - Complexity: O(nodes × depth).
    package func downstream(of node: NodeIndex) -> [Bool] {
        var marks = [Bool](repeating: false, count: nodes.count)
        var queue = [node]
        var seen: Set<NodeIndex> = []
        while let next = queue.popLast() {
            guard seen.insert(next).inserted else { continue }
            forEachNode(from: next) { marks[Int($0.index)] = true }
            var cursor = next
            while let parent = self[cursor].parent, isPart(cursor) {
                queue += later(than: cursor, in: parent)
                queue += children(of: parent, .link) + children(of: parent, .linkError)
                cursor = parent
            }
        }
        return marks
    }

    private func later(than node: NodeIndex, in parent: NodeIndex) -> [NodeIndex] {
        switch self[parent].kind {
        case .chain: Array(members(of: parent).drop { $0 != node }.dropFirst())
        case .chord where self[node].role != .body: children(of: parent, .body)
        case .steps: Array(dependents(of: node))
        case .workflow: children(of: parent, .onExit)
        case .chord, .group, .chunks, .fanOut, .task, .map, .starmap: []
        }
    }
}
