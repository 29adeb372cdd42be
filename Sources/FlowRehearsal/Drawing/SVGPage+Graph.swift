extension PlanDrawing.Node {
    /// The style of a node: its kind, and what sets it apart.
    var styleClasses: String {
        var classes = kind.isComposite ? "composite" : kind.rawValue
        switch look {
        case .runs: break
        case .skipped: classes += " skipped"
        case .failed: classes += " failed"
        }
        if isCritical { classes += " critical" }
        return classes
    }
}

extension SVGPage {
    /// A composite, behind its members.
    mutating func box(_ node: PlanDrawing.Node, _ index: Int, _ frame: NestedLayout.Frame) {
        open("box \(node.styleClasses)", attributes: " data-node=\"\(index)\"", tooltip: node.tooltip)
        rectangle(frame, radius: 10, class: "shape")
        let size = DrawingCard.detailSize
        let room = frame.width - 24
        let heading = TextWidth.fitted(node.heading, size: size, isBold: true, within: room)
        let used = TextWidth.of(heading, size: size, isBold: true) + 8
        let baseline = frame.origin.y + 19
        text(heading, at: DrawingPoint(x: frame.origin.x + 12, y: baseline), class: "heading")
        let detail = TextWidth.fitted(node.detail, size: size, within: room - used)
        // A lone ellipsis tells nothing.
        if detail.count > 1 {
            text(detail, at: DrawingPoint(x: frame.origin.x + 12 + used, y: baseline), class: "detail")
        }
        close()
    }

    /// A node without members.
    mutating func card(
        _ card: DrawingCard, _ node: PlanDrawing.Node, _ index: Int, _ frame: NestedLayout.Frame
    ) {
        open("node \(node.styleClasses)", attributes: " data-node=\"\(index)\"", tooltip: node.tooltip)
        var front = frame
        front.width -= card.pile
        front.height -= card.pile
        let radius = node.kind == .callback ? front.height / 2 : 8
        var behind = card.pile
        while behind > 0 {
            var back = front
            back.origin.x += behind
            back.origin.y += behind
            rectangle(back, radius: radius, class: "shape back")
            behind -= 3
        }
        rectangle(front, radius: radius, class: "shape")
        let middle = front.origin.x + front.width / 2
        let centred = " text-anchor=\"middle\""
        let hasDetail = !card.detail.isEmpty
        let baseline = front.origin.y + (hasDetail ? 20 : 21.5)
        text(card.label, at: DrawingPoint(x: middle, y: baseline), class: "label", extra: centred)
        if hasDetail {
            text(card.detail, at: DrawingPoint(x: middle, y: baseline + 16), class: "detail", extra: centred)
        }
        close()
    }

    mutating func arrow(_ edge: PlanDrawing.Edge, _ drawing: PlanDrawing, _ route: DrawingRoute) {
        let (from, to) = (drawing.nodes[edge.from], drawing.nodes[edge.to])
        var classes = "edge \(edge.kind.rawValue)"
        if edge.isCritical {
            classes += " critical"
        } else if from.look == .skipped || to.look == .skipped {
            classes += " skipped"
        }
        open(classes, tooltip: ["\(DrawingText.line(from.id)) → \(DrawingText.line(to.id)): \(edge.kind.meaning)"])
        arrow(route, isOpen: edge.kind == .order)
        close()
    }

    mutating func arrow(_ route: DrawingRoute, isOpen: Bool) {
        path(route.path(shortBy: isOpen ? 1 : 6), class: "line")
        let (x, y) = (route.end.x, route.end.y)
        let back = Self.number(x - (isOpen ? 7 : 9))
        let tip = "\(Self.number(x - 0.5)),\(Self.number(y))"
        let head = "M\(back),\(Self.number(y - 4))L\(tip)L\(back),\(Self.number(y + 4))"
        path(isOpen ? head : head + "Z", class: isOpen ? "open head" : "head")
    }
}

extension PlanDrawing.Edge.Kind {
    var meaning: String {
        switch self {
        case .data: "hands its result on"
        case .order: "only comes first"
        case .link: "link, after success"
        case .linkError: "link_error, after a failure"
        }
    }
}
