extension PlanDrawing {
    /// The plan as a Mermaid flowchart, with a subgraph for each box.
    ///
    /// Source: <https://mermaid.js.org/syntax/flowchart.html>. Mermaid as it is on GitHub and GitLab refuses more than
    /// 500 arrows or 50 000 characters, so what is larger is folded further.
    ///
    /// - Parameter limit: The most nodes to draw; see `folded(limit:)`.
    /// - Returns: A flowchart with its title, a statement a line.
    /// - Complexity: O((*n* log *n* + *e* · depth) · log *n*).
    package func mermaid(limit: Int = readableLimit) -> String {
        var limit = limit
        while true {
            let drawing = folded(limit: limit).bundled()
            let text = flowchart(of: drawing)
            if limit <= 20 || (drawing.edges.count <= 500 && text.utf16.count < 50_000) { return text }
            limit /= 2
        }
    }

    private func flowchart(of drawing: PlanDrawing) -> String {
        let tree = MemberTree(drawing.nodes)
        // Mermaid 11 fails on an arrow at a box after one at a box around it, so the inner ones come first.
        let depths = drawing.edges.map { tree.depths[$0.from] + tree.depths[$0.to] }
        let edges = drawing.edges.indices.sorted { (-depths[$0], $0) < (-depths[$1], $1) }.map { drawing.edges[$0] }
        var isEntered = [Bool](repeating: false, count: drawing.nodes.count)
        for edge in edges {
            guard let meeting = tree.meeting(edge.from, edge.to) else { continue }
            for end in [edge.from, edge.to] {
                var box = tree.parents[end]
                while box != meeting.box {
                    isEntered[box] = true
                    box = tree.parents[box]
                }
            }
        }
        var text = "---\ntitle: \(Self.yaml("\(DrawingText.line(title)) · \(summary)"))\n---\nflowchart LR\n"
        tree.walk { visit, depth in
            let indent = String(repeating: "    ", count: min(depth, 20) + 1)
            switch visit {
            case .enter(let box):
                let node = drawing.nodes[box]
                text += "\(indent)subgraph n\(box)[\"\(Self.label([node.heading, node.detail], " · "))\"]\n"
                // Mermaid lets arrows end at the border of a box with a direction of its own; without one, a box
                // that no arrow enters has its members below one another.
                if !isEntered[box] { text += "\(indent)    direction LR\n" }
            case .leaf(let leaf):
                let node = drawing.nodes[leaf]
                let name = node.kind.isComposite ? node.heading : node.name
                let label = "\"\(Self.label([name, node.detail], "<br/>"))\""
                let shape: (String, String) =
                    switch node.kind {
                    case .callback: ("([", "])")
                    case .more, .fanOut: ("[[", "]]")
                    case .task, .chain, .group, .chord, .chunks, .steps, .workflow: ("(", ")")
                    }
                text += "\(indent)n\(leaf)\(shape.0)\(label)\(shape.1)\n"
            case .leave:
                text += "\(indent)end\n"
            }
        }
        for edge in edges { text += "    n\(edge.from) \(Self.arrow(edge)) n\(edge.to)\n" }
        return text + drawing.styles(tree, edges)
    }

    private static func arrow(_ edge: Edge) -> String {
        switch edge.kind {
        case .data: edge.isCritical ? "==>" : "-->"
        case .order: edge.isCritical ? "== then ==>" : "-- then -->"
        case .link: "-. link .->"
        case .linkError: "-. link_error .->"
        }
    }

    private func styles(_ tree: MemberTree, _ edges: [Edge]) -> String {
        var text = ""
        func style(_ name: String, _ rule: String, _ isMeant: (_ node: Node, _ isBox: Bool) -> Bool) {
            let meant = nodes.indices.filter { isMeant(nodes[$0], tree.isBox($0)) }
            guard !meant.isEmpty else { return }
            text += "    classDef \(name) \(rule)\n"
            text += "    class \(meant.map { "n\($0)" }.joined(separator: ",")) \(name)\n"
        }
        // Colours that can be read in each of Mermaid's themes.
        style("box", "fill:#64748b14,stroke:#94a3b8") { $1 && $0.look == .runs }
        style("failedBox", "fill:#64748b14,stroke:#dc2626") { $1 && $0.look == .failed }
        style("skippedBox", "fill:#64748b14,stroke:#94a3b8,stroke-dasharray:5 4") { $1 && $0.look == .skipped }
        style("critical", "stroke:#4f46e5,stroke-width:3px") { !$1 && $0.isCritical && $0.look == .runs }
        style("skipped", "stroke:#94a3b8,stroke-dasharray:5 4,fill:#64748b14,color:#7c8798") {
            !$1 && $0.look == .skipped
        }
        style("failed", "stroke:#dc2626,stroke-width:2px,fill:#fef2f2,color:#b91c1c") { !$1 && $0.look == .failed }
        let critical = edges.indices.filter { edges[$0].isCritical }.map(String.init).joined(separator: ",")
        if !critical.isEmpty { text += "    linkStyle \(critical) stroke:#4f46e5\n" }
        return text
    }

    /// Text between quotes, where Mermaid reads character codes (`#35;`) and Markdown.
    ///
    /// A `:` is a code because a line with `style`, `:` and a code would lose its last character.
    static func label(_ lines: [String], _ separator: String) -> String {
        lines.filter { !$0.isEmpty }.map { line in
            var label = ""
            var previous: Unicode.Scalar = " "
            let scalars = Array(DrawingText.line(line).unicodeScalars)
            for (index, scalar) in scalars.enumerated() {
                let next = index + 1 < scalars.count ? scalars[index + 1] : " "
                if isPlain(scalar, after: previous, before: next) {
                    label.unicodeScalars.append(scalar)
                } else {
                    label += "#\(scalar.value);"
                }
                previous = scalar
            }
            return label
        }.joined(separator: separator)
    }

    /// Whether Mermaid takes a character as it is.
    private static func isPlain(
        _ scalar: Unicode.Scalar, after previous: Unicode.Scalar, before next: Unicode.Scalar
    ) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ", ",", "(", ")", "[", "]", "/", "=", "?", "@": true
        // Inside a word these are no Markdown; at its edge `_` is emphasis, `1.`, `-` and `+` are lists.
        case "_", ".", "-", "+": isWord(previous) && isWord(next)
        default: !scalar.isASCII
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }

    /// A YAML string in quotes, for the title.
    private static func yaml(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return "\"\(quoted)\""
    }
}
