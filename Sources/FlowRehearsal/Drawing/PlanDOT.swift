extension PlanDrawing {
    /// The plan in Graphviz' language, with a cluster for each box.
    ///
    /// Source: <https://graphviz.org/doc/info/lang.html>. An arrow to a box goes to a member and is cut at its border
    /// (`lhead`, `ltail`), as Graphviz knows no arrows between clusters.
    ///
    /// - Parameter limit: The most nodes to draw; see `folded(limit:)`.
    /// - Returns: One `digraph`, a statement a line.
    /// - Complexity: O(*n* log *n* + *e* · depth).
    package func dot(limit: Int = readableLimit) -> String {
        let drawing = folded(limit: limit)
        let tree = MemberTree(drawing.nodes)
        var dot = """
            digraph \(Self.quoted([DrawingText.line(title)])) {
                graph [rankdir=LR, compound=true, labelloc=t, fontname="Helvetica", nodesep=0.3, ranksep=0.6,
                    label=\(Self.quoted([DrawingText.line(title), summary]))];
                node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=12, margin="0.16,0.08",
                    color="#94a3b8", fillcolor="#ffffff", fontcolor="#1e293b"];
                edge [color="#64748b", arrowsize=0.7];

            """
        tree.walk { visit, depth in
            let indent = String(repeating: "    ", count: min(depth, 20) + 1)
            switch visit {
            case .enter(let box):
                let node = drawing.nodes[box]
                dot += "\(indent)subgraph cluster_\(box) {\n"
                dot += "\(indent)    label=\(Self.quoted([node.heading, node.detail])); labeljust=l; fontsize=11;\n"
                dot += "\(indent)    tooltip=\(Self.quoted(node.tooltip));\n"
                dot += "\(indent)    style=\"\(Self.boxStyle(node))\"; color=\"\(Self.colour(node))\";\n"
            case .leaf(let leaf):
                let node = drawing.nodes[leaf]
                let kind = node.kind.isComposite ? node.heading : node.name
                dot += "\(indent)n\(leaf) [label=\(Self.quoted([kind, node.detail])), "
                dot += "tooltip=\(Self.quoted(node.tooltip))\(Self.nodeStyle(node))];\n"
            case .leave:
                dot += "\(indent)}\n"
            }
        }
        let anchors = Anchors(tree, count: drawing.nodes.count)
        for edge in drawing.edges {
            dot += "    n\(anchors.last[edge.from]) -> n\(anchors.first[edge.to])"
            var attributes: [String] = []
            if tree.isBox(edge.from) { attributes.append("ltail=cluster_\(edge.from)") }
            if tree.isBox(edge.to) { attributes.append("lhead=cluster_\(edge.to)") }
            attributes += drawing.style(edge)
            dot += attributes.isEmpty ? ";\n" : " [\(attributes.joined(separator: ", "))];\n"
        }
        return dot + "}\n"
    }

    /// The first and last node without members inside each node.
    private struct Anchors {
        var first: [Int]
        var last: [Int]

        init(_ tree: MemberTree, count: Int) {
            first = Array(0..<count)
            last = first
            for node in first.indices.reversed() where tree.isBox(node) {
                if let member = tree.members(of: node).first { first[node] = first[member] }
                if let member = tree.members(of: node).last { last[node] = last[member] }
            }
        }
    }

    private static func colour(_ node: Node) -> String {
        switch node.look {
        case .failed: "#dc2626"
        case .skipped: "#94a3b8"
        case .runs: node.isCritical ? "#4f46e5" : "#94a3b8"
        }
    }

    private static func boxStyle(_ node: Node) -> String {
        node.look == .skipped ? "rounded,dashed" : "rounded"
    }

    private static func nodeStyle(_ node: Node) -> String {
        var style = ""
        switch node.look {
        case .failed: style += ", color=\"#dc2626\", fillcolor=\"#fef2f2\", fontcolor=\"#b91c1c\""
        case .skipped: style += ", style=\"rounded,dashed\", fontcolor=\"#7c8798\""
        case .runs: if node.isCritical { style += ", color=\"#4f46e5\", fillcolor=\"#eef2ff\"" }
        }
        if node.isCritical { style += ", penwidth=2" }
        if node.kind == .more || node.kind == .fanOut { style += ", peripheries=2" }
        return style
    }

    private func style(_ edge: Edge) -> [String] {
        let isSkipped = nodes[edge.from].look == .skipped || nodes[edge.to].look == .skipped
        var style: [String] = []
        if edge.isCritical { style.append("color=\"#4f46e5\", penwidth=2.2") }
        switch edge.kind {
        case .data:
            if isSkipped && !edge.isCritical { style.append("style=dashed, color=\"#a8b3c2\"") }
        case .order:
            style.append("arrowhead=vee")
            if isSkipped && !edge.isCritical { style.append("style=dashed, color=\"#a8b3c2\"") }
        case .link: style.append(edge.isCritical ? "style=dotted" : "style=dotted, color=\"#0d9488\"")
        case .linkError: style.append(edge.isCritical ? "style=dotted" : "style=dotted, color=\"#dc2626\"")
        }
        return style
    }

    /// Lines as a quoted string; empty ones are left out.
    ///
    /// Graphviz reads `\N` and its like in labels, and character references such as `&lt;` too, so `\` and `&` are
    /// escaped as well as `"`.
    static func quoted(_ lines: [String]) -> String {
        var quoted = ""
        for line in lines where !line.isEmpty {
            if !quoted.isEmpty { quoted += "\\n" }
            for scalar in DrawingText.line(line).unicodeScalars {
                switch scalar {
                case "\"": quoted += "\\\""
                case "\\": quoted += "\\\\"
                case "&": quoted += "&amp;"
                default: quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return "\"\(quoted)\""
    }
}
