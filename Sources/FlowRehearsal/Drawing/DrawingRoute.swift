/// A place on the page, in pixels from its top left.
struct DrawingPoint: Hashable {
    var x: Double
    var y: Double
}

/// The way of an arrow over the page.
struct DrawingRoute {
    private(set) var start: DrawingPoint
    private(set) var steps: [Step] = []

    enum Step {
        case line(DrawingPoint)
        /// An S that leaves and arrives level.
        case swerve(DrawingPoint)
        /// A round corner.
        case turn(around: DrawingPoint, to: DrawingPoint)

        var end: DrawingPoint {
            switch self {
            case .line(let end), .swerve(let end), .turn(_, let end): end
            }
        }
    }

    init(start: DrawingPoint) {
        self.start = start
    }

    var end: DrawingPoint { steps.last?.end ?? start }

    mutating func line(to point: DrawingPoint) {
        guard point != end else { return }
        if case .line(let last)? = steps.last, last.y == point.y {
            let before = steps.count > 1 ? steps[steps.count - 2].end : start
            if before.y == point.y { steps.removeLast() }
        }
        steps.append(.line(point))
    }

    mutating func swerve(to point: DrawingPoint) {
        if point.y == end.y, point.x >= end.x { line(to: point) } else { steps.append(.swerve(point)) }
    }

    /// Level and upright lines with round corners.
    mutating func bends(through points: [DrawingPoint]) {
        for (index, corner) in points.enumerated() {
            guard index + 1 < points.count else { return line(to: corner) }
            let next = points[index + 1]
            let radius = min(8, Self.distance(end, corner) / 2, Self.distance(corner, next) / 2)
            line(to: Self.point(radius, from: corner, towards: end))
            steps.append(.turn(around: corner, to: Self.point(radius, from: corner, towards: next)))
        }
    }

    /// On level and upright lines only.
    private static func distance(_ one: DrawingPoint, _ other: DrawingPoint) -> Double {
        abs(one.x - other.x) + abs(one.y - other.y)
    }

    private static func point(_ distance: Double, from: DrawingPoint, towards: DrawingPoint) -> DrawingPoint {
        let length = Self.distance(from, towards)
        guard length > 0 else { return from }
        let share = distance / length
        return DrawingPoint(x: from.x + (towards.x - from.x) * share, y: from.y + (towards.y - from.y) * share)
    }

    func moved(by offset: DrawingPoint) -> DrawingRoute {
        func moved(_ point: DrawingPoint) -> DrawingPoint {
            DrawingPoint(x: point.x + offset.x, y: point.y + offset.y)
        }
        var route = DrawingRoute(start: moved(start))
        route.steps = steps.map { step in
            switch step {
            case .line(let end): .line(moved(end))
            case .swerve(let end): .swerve(moved(end))
            case .turn(let corner, let end): .turn(around: moved(corner), to: moved(end))
            }
        }
        return route
    }

    /// Goes on with another route, which starts at the same height.
    mutating func append(_ other: DrawingRoute) {
        line(to: other.start)
        steps += other.steps
    }

    /// The `d` of an SVG path that stops short of the end, where the head of the arrow is.
    func path(shortBy gap: Double) -> String {
        var path = "M\(Self.text(start))"
        var last = start
        for (index, step) in steps.enumerated() {
            var end = step.end
            if index == steps.count - 1 { end.x -= gap }
            switch step {
            case .line: path += "L\(Self.text(end))"
            case .swerve:
                // A way back to the left is a wide loop, not a knot.
                let middle = end.x >= last.x ? (end.x - last.x) / 2 : 60
                let out = DrawingPoint(x: last.x + middle, y: last.y)
                let into = DrawingPoint(x: end.x - middle, y: end.y)
                path += "C\(Self.text(out)) \(Self.text(into)) \(Self.text(end))"
            case .turn(let corner, _): path += "Q\(Self.text(corner)) \(Self.text(end))"
            }
            last = end
        }
        return path
    }

    private static func text(_ point: DrawingPoint) -> String {
        "\(DrawingText.decimal(point.x, places: 1)),\(DrawingText.decimal(point.y, places: 1))"
    }
}
