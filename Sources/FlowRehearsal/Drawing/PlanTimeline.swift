/// The tasks of a plan as bars on the virtual clock.
struct PlanTimeline {
    /// By start.
    let bars: [Bar]
    /// What is left out, where there are too many; nil where all are shown.
    let rest: String?
    /// The end of the axis, in seconds; more than 0.
    let length: Double

    struct Bar {
        let node: PlanDrawing.Node
        let start: Double
        let end: Double
        /// Seconds; nil where the task does not end.
        let duration: Double?
    }

    static let mostRows = 60
    private static let rowHeight = 19.0
    private static let mostLabel = 190.0
    private static let durationRoom = 56.0

    /// The bars of all that starts.
    ///
    /// Where there are more than fit, the failed, the critical and then the longest are shown.
    ///
    /// - Complexity: O(*n* log *n*).
    init(_ drawing: PlanDrawing) {
        let tree = MemberTree(drawing.nodes)
        let ends = drawing.nodes.flatMap { [$0.startsAt, $0.endsAt] }.compactMap { $0 }.filter(\.isFinite)
        let length = max(ends.max() ?? 0, drawing.lengthInSeconds.isFinite ? drawing.lengthInSeconds : 0)
        var bars: [(bar: Bar, index: Int)] = []
        for (index, node) in drawing.nodes.enumerated() where !tree.isBox(index) {
            guard let start = node.startsAt, start.isFinite else { continue }
            let end = max(start, node.endsAt.flatMap { $0.isFinite ? $0 : nil } ?? length)
            bars.append((Bar(node: node, start: start, end: end, duration: node.endsAt.map { $0 - start }), index))
        }
        if bars.count > Self.mostRows {
            bars.sort { Self.rank($0) < Self.rank($1) }
            let left = bars[(Self.mostRows - 1)...].map(\.bar)
            let first = DrawingText.duration(left.map(\.start).min() ?? 0)
            let last = DrawingText.duration(left.map(\.end).max() ?? 0)
            rest = "… and \(left.count) more between \(first) and \(last)"
            bars.removeSubrange((Self.mostRows - 1)...)
        } else {
            rest = nil
        }
        bars.sort { ($0.bar.start, $0.bar.end, $0.index) < ($1.bar.start, $1.bar.end, $1.index) }
        self.bars = bars.map(\.bar)
        self.length = length > 0 ? length : 1
    }

    private static func rank(_ entry: (bar: Bar, index: Int)) -> (Int, Double, Int) {
        let node = entry.bar.node
        return (node.look == .failed ? 0 : node.isCritical ? 1 : 2, entry.bar.start - entry.bar.end, entry.index)
    }

    private func label(_ bar: Bar) -> String {
        TextWidth.fitted(DrawingText.line(bar.node.id), size: 11, within: Self.mostLabel)
    }

    private var labelWidth: Double {
        (bars.map { TextWidth.of(label($0), size: 11) }.max() ?? 0).rounded(.up) + 12
    }

    var leastWidth: Double { bars.isEmpty ? 0 : labelWidth + 360 + Self.durationRoom }

    /// Draws the bars and their axis.
    ///
    /// - Returns: The bottom.
    func draw(on page: inout SVGPage, top: Double, width: Double) -> Double {
        let left = labelWidth
        let scale = (width - left - Self.durationRoom) / length
        let axis = top + 24
        let first = axis + 20
        let rows = bars.count + (rest == nil ? 0 : 1)
        let bottom = first + Double(rows) * Self.rowHeight + 4

        page.open("timeline")
        page.text("Timeline", at: DrawingPoint(x: 0, y: top), class: "subtitle")
        for tick in ticks() {
            let x = left + tick * scale
            page.path("M\(SVGPage.number(x)),\(SVGPage.number(first - 8))V\(SVGPage.number(bottom))", class: "axis")
            page.text(
                DrawingText.duration(tick), at: DrawingPoint(x: x, y: axis), class: "tick",
                extra: " text-anchor=\"middle\"")
        }
        for (row, bar) in bars.enumerated() {
            let y = first + Double(row) * Self.rowHeight
            page.open(bar.node.styleClasses, tooltip: bar.node.tooltip)
            page.text(label(bar), at: DrawingPoint(x: 0, y: y + 10.5), class: "row")
            let frame = NestedLayout.Frame(
                origin: DrawingPoint(x: left + bar.start * scale, y: y + 1),
                // What takes no time is a mark.
                width: max(3, (bar.end - bar.start) * scale), height: 12)
            page.rectangle(frame, radius: 2.5, class: "bar")
            page.text(
                bar.duration.map(DrawingText.duration) ?? "…", at: DrawingPoint(x: frame.right + 5, y: y + 10.5),
                class: "tick")
            page.close()
        }
        if let rest {
            page.text(
                rest, at: DrawingPoint(x: 0, y: first + Double(bars.count) * Self.rowHeight + 10.5), class: "tick")
        }
        page.close()
        return bottom
    }

    /// Round times along the axis, at most about ten.
    private func ticks() -> [Double] {
        let steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400.0]
        let least = length / 9
        var step = 86400.0
        if least <= 1 {
            // Decades below a second.
            step = 1
            while step / 10 >= least { step /= 10 }
            step = [0.2, 0.5, 1].map { $0 * step }.first { $0 >= least } ?? step
        } else if let round = steps.first(where: { $0 >= least }) {
            step = round
        } else {
            while step < least { step *= 2 }
        }
        return (0...Int(length / step)).map { Double($0) * step }
    }
}
