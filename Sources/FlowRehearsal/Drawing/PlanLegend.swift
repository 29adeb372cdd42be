/// What the shapes and lines of a picture mean; only what it uses.
struct PlanLegend {
    private let entries: [Entry]

    private struct Entry {
        let text: String
        let classes: String
        let shape: Shape

        enum Shape {
            case card, pill, arrow, openArrow
        }
    }

    private static let size = 11.0
    private static let swatch = 30.0

    init(_ drawing: PlanDrawing) {
        let nodes = drawing.nodes
        var entries: [Entry] = []
        if nodes.contains(where: \.isCritical) || drawing.edges.contains(where: \.isCritical) {
            entries.append(Entry(text: "critical path", classes: "edge data critical", shape: .arrow))
        }
        for kind in PlanDrawing.Edge.Kind.allCases
        where drawing.edges.contains(where: { $0.kind == kind && !($0.isCritical && kind == .data) }) {
            entries.append(
                Entry(
                    text: kind.meaning, classes: "edge \(kind.rawValue)", shape: kind == .order ? .openArrow : .arrow))
        }
        if nodes.contains(where: { $0.kind == .callback }) {
            entries.append(Entry(text: "callback", classes: "node callback", shape: .pill))
        }
        if nodes.contains(where: { $0.look == .failed }) {
            entries.append(Entry(text: "fails", classes: "node failed", shape: .card))
        }
        if nodes.contains(where: { $0.look == .skipped }) {
            entries.append(Entry(text: "skipped", classes: "node skipped", shape: .card))
        }
        self.entries = entries
    }

    /// Draws the entries in lines no longer than `width`.
    ///
    /// - Returns: The bottom; the top where there are none.
    func draw(on page: inout SVGPage, top: Double, width: Double) -> Double {
        guard !entries.isEmpty else { return top }
        var (x, y) = (0.0, top + 9)
        page.open("legend")
        for entry in entries {
            let length = Self.swatch + TextWidth.of(entry.text, size: Self.size).rounded(.up) + 22
            if x > 0, x + length - 22 > width {
                (x, y) = (0, y + 20)
            }
            page.open(entry.classes)
            switch entry.shape {
            case .card, .pill:
                let frame = NestedLayout.Frame(origin: DrawingPoint(x: x, y: y - 6.5), width: 23, height: 13)
                page.rectangle(frame, radius: entry.shape == .pill ? 6.5 : 3, class: "shape")
            case .arrow, .openArrow:
                var route = DrawingRoute(start: DrawingPoint(x: x, y: y))
                route.line(to: DrawingPoint(x: x + 23, y: y))
                page.arrow(route, isOpen: entry.shape == .openArrow)
            }
            page.close()
            page.text(entry.text, at: DrawingPoint(x: x + Self.swatch, y: y + 4), class: "tick")
            x += length
        }
        page.close()
        return y + 8
    }
}
