extension LayeredLayout {
    /// The way of each arc, from the right side of an item to the left side of another.
    func arcRoutes() -> [DrawingRoute] {
        let cuts = cutOrder()
        return arcs.indices.map { index in
            let arc = arcs[index]
            guard arcPaths[index].isEmpty else {
                return route(arcPaths[index], fromPort: arc.fromPort, toPort: arc.toPort, cuts)
            }
            var route = DrawingRoute(start: exit(of: arc.from, arc.fromPort))
            route.swerve(to: entry(of: arc.to, arc.toPort))
            return route
        }
    }

    /// The way of each lane, but for the straight piece between the graph and the edge of what is around it.
    func laneRoutes() -> [DrawingRoute] {
        let cuts = cutOrder()
        return lanes.indices.map { index in
            let lane = lanes[index]
            let path = lanePaths[index]
            guard path.count > 1 else {
                return DrawingRoute(start: (lane.isExit ? exit : entry)(lane.item, lane.port))
            }
            return route(path, fromPort: lane.port, toPort: lane.port, cuts)
        }
    }

    private func entry(of cell: Int, _ port: Double) -> DrawingPoint {
        DrawingPoint(x: positions[cell].x, y: positions[cell].y + (cells[cell].isBend ? Cell.bendHeight / 2 : port))
    }

    private func exit(of cell: Int, _ port: Double) -> DrawingPoint {
        var point = entry(of: cell, port)
        point.x += cells[cell].width
        return point
    }

    private func route(_ path: [Int], fromPort: Double, toPort: Double, _ cuts: [Pair: Cut]) -> DrawingRoute {
        let isExit = !cells[path[0]].isBend
        var route = DrawingRoute(
            start: isExit ? exit(of: path[0], fromPort) : entry(of: path[0], fromPort))
        for (from, to) in zip(path, path.dropFirst()) {
            let (column, next) = (columns[cells[from].layer], columns[cells[to].layer])
            route.line(to: DrawingPoint(x: column.right, y: route.end.y))
            let end = entry(of: to, toPort)
            guard column.band != next.band, let cut = cuts[Pair(from: from, to: to)] else {
                route.swerve(to: end)
                continue
            }
            // Out to the right, back between the two rows, and in from the left. The highest is outermost on the
            // right and innermost on the left, so that none crosses another.
            let right = column.right + Self.gutter + Self.laneSpacing * Double(cut.count - 1 - cut.place)
            let back = next.corridor - Self.laneSpacing * Double(cut.place)
            let left = next.left - Self.gutter - Self.laneSpacing * Double(cut.place)
            route.bends(through: [
                DrawingPoint(x: right, y: route.end.y), DrawingPoint(x: right, y: back),
                DrawingPoint(x: left, y: back), DrawingPoint(x: left, y: end.y), end,
            ])
        }
        return route
    }

    private struct Pair: Hashable {
        let from: Int
        let to: Int
    }

    /// The place of a link among those that are cut with it, from the top.
    private struct Cut {
        let place: Int
        let count: Int
    }

    private func cutOrder() -> [Pair: Cut] {
        var cut: [Int: [Int]] = [:]
        for (index, link) in links.enumerated() {
            let layer = cells[link.from].layer
            if columns[layer].band != columns[layer + 1].band { cut[layer, default: []].append(index) }
        }
        var order: [Pair: Cut] = [:]
        for links in cut.values {
            let sorted = links.sorted {
                let (one, other) = (self.links[$0], self.links[$1])
                return (exit(of: one.from, one.fromPort).y, $0) < (exit(of: other.from, other.fromPort).y, $1)
            }
            for (place, index) in sorted.enumerated() {
                order[Pair(from: self.links[index].from, to: self.links[index].to)] = Cut(
                    place: place, count: sorted.count)
            }
        }
        return order
    }
}
