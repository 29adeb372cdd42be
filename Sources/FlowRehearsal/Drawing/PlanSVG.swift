extension PlanDrawing {
    /// A picture of the plan that needs nothing beside it: the graph above, the timeline below.
    ///
    /// It brings its own background, light or dark as the reader prefers, fonts by name only, no scripts and nothing
    /// from elsewhere. Everything has a tooltip with its full text.
    ///
    /// - Parameter limit: The most nodes to draw; see `folded(limit:)`.
    /// - Returns: An XML document in UTF-8.
    /// - Complexity: O((*n* + *e* · depth) log *n*).
    package func svg(limit: Int = readableLimit) -> String {
        let drawing = folded(limit: limit).bundled()
        let layout = NestedLayout(drawing)
        let timeline = PlanTimeline(drawing)
        let legend = PlanLegend(drawing)
        var page = SVGPage()
        let width = max(layout.width, timeline.leastWidth, 560)

        var top = 18.0
        page.text(
            TextWidth.fitted(DrawingText.line(title), size: 19, isBold: true, within: width),
            at: DrawingPoint(x: 0, y: top), class: "title")
        top += 22
        page.text(summary, at: DrawingPoint(x: 0, y: top), class: "summary")
        top += 16
        top = legend.draw(on: &page, top: top, width: width) + 22
        drawGraph(of: drawing, layout, on: &page, at: DrawingPoint(x: 0, y: top))
        top += layout.height
        if !timeline.bars.isEmpty { top = timeline.draw(on: &page, top: top + 36, width: min(width, 1400)) }

        return page.document(title: DrawingText.line(title), summary: summary, width: width, height: top)
    }

    private func drawGraph(
        of drawing: PlanDrawing, _ layout: NestedLayout, on page: inout SVGPage, at origin: DrawingPoint
    ) {
        // What comes later lies above: boxes around members, then arrows, the critical ones last, then cards.
        for (index, node) in drawing.nodes.enumerated() where layout.cards[index] == nil {
            page.box(node, index, layout.frames[index].moved(by: origin))
        }
        for isCritical in [false, true] {
            for (edge, route) in zip(drawing.edges, layout.routes) where edge.isCritical == isCritical {
                page.arrow(edge, drawing, route.moved(by: origin))
            }
        }
        for (index, node) in drawing.nodes.enumerated() {
            guard let card = layout.cards[index] else { continue }
            page.card(card, node, index, layout.frames[index].moved(by: origin))
        }
    }
}

extension NestedLayout.Frame {
    fileprivate func moved(by offset: DrawingPoint) -> Self {
        Self(origin: DrawingPoint(x: origin.x + offset.x, y: origin.y + offset.y), width: width, height: height)
    }
}

/// The elements of an SVG document, as they are drawn.
struct SVGPage {
    private var body = ""

    static let margin = 24.0

    /// Text for XML, in content or between quotes.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func number(_ number: Double) -> String {
        DrawingText.decimal(number, places: 1)
    }

    mutating func open(_ kind: String, attributes: String = "", tooltip: [String] = []) {
        body += "<g class=\"\(kind)\"\(attributes)>"
        if !tooltip.isEmpty { body += "<title>\(Self.escaped(tooltip.joined(separator: "\n")))</title>" }
    }

    mutating func close() {
        body += "</g>\n"
    }

    mutating func text(_ text: String, at point: DrawingPoint, class kind: String, extra: String = "") {
        body += "<text class=\"\(kind)\" x=\"\(Self.number(point.x))\" y=\"\(Self.number(point.y))\"\(extra)>"
        body += "\(Self.escaped(text))</text>\n"
    }

    mutating func rectangle(_ frame: NestedLayout.Frame, radius: Double, class kind: String) {
        body += "<rect class=\"\(kind)\" x=\"\(Self.number(frame.origin.x))\" y=\"\(Self.number(frame.origin.y))\""
        body += " width=\"\(Self.number(frame.width))\" height=\"\(Self.number(frame.height))\""
        body += " rx=\"\(Self.number(radius))\"/>"
    }

    mutating func path(_ path: String, class kind: String) {
        body += "<path class=\"\(kind)\" d=\"\(path)\"/>"
    }

    /// The whole document; `width` and `height` are those of what is drawn.
    func document(title: String, summary: String, width: Double, height: Double) -> String {
        let (fullWidth, fullHeight) = (Self.number(width + 2 * Self.margin), Self.number(height + 2 * Self.margin))
        let name = Self.escaped(title)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="flowrun-plan" width="\(fullWidth)" height="\(fullHeight)" \
            viewBox="0 0 \(fullWidth) \(fullHeight)" role="img" aria-label="\(name)">
            <title>\(name)</title>
            <desc>\(Self.escaped(summary))</desc>
            <style>
            \(SVGStyle.sheet)
            </style>
            <rect class="page" width="\(fullWidth)" height="\(fullHeight)"/>
            <g transform="translate(\(Self.number(Self.margin)) \(Self.number(Self.margin)))">
            \(body)</g>
            </svg>

            """
    }
}
