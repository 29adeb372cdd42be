extension LayeredLayout {
    /// Orders each column so that few arrows cross.
    ///
    /// A bounded number of passes to and fro, each column sorted by the mean height of its neighbours; the best order
    /// seen is kept. Equal means keep their order, so members stay as written.
    ///
    /// - Complexity: O(passes · (*n* + *l*) log *n*).
    mutating func orderRows() {
        rows = [[Int]](repeating: [], count: layerCount)
        for (index, cell) in cells.enumerated() where !cell.isAside { rows[cell.layer].append(index) }
        for (index, cell) in cells.enumerated() where cell.isAside { rows[cell.layer].append(index) }
        guard layerCount > 1 else { return }

        var incoming = [[Int]](repeating: [], count: cells.count)
        var outgoing = [[Int]](repeating: [], count: cells.count)
        var byLayer = [[Int]](repeating: [], count: layerCount)
        for (index, link) in links.enumerated() {
            incoming[link.to].append(index)
            outgoing[link.from].append(index)
            byLayer[cells[link.from].layer].append(index)
        }
        var best: (rows: [[Int]], crossings: Int)?
        for pass in 0..<12 {
            let isRightward = pass.isMultiple(of: 2)
            for step in 1..<layerCount {
                let layer = isRightward ? step : layerCount - 1 - step
                sortRow(layer, isRightward ? incoming : outgoing, isRightward: isRightward)
            }
            let crossings = countCrossings(byLayer)
            if crossings < best?.crossings ?? .max { best = (rows, crossings) }
            // A pass in each direction has been made when it is 1.
            if crossings == 0 && pass > 0 { break }
        }
        if let best { rows = best.rows }
    }

    private mutating func sortRow(_ layer: Int, _ neighbours: [[Int]], isRightward: Bool) {
        let neighbourLayer = isRightward ? layer - 1 : layer + 1
        var places: [Int: Int] = [:]
        for (place, cell) in rows[neighbourLayer].enumerated() { places[cell] = place }
        let row = rows[layer]
        var keys = [Double](repeating: 0, count: row.count)
        for (place, cell) in row.enumerated() {
            var (sum, count) = (0.0, 0.0)
            for index in neighbours[cell] {
                let link = links[index]
                let other = isRightward ? link.from : link.to
                sum += height(isRightward ? link.fromPort : link.toPort, of: other, at: places[other] ?? 0)
                count += 1
            }
            // What has no neighbours stays about where it is.
            keys[place] = count == 0 ? Double(place) + 0.5 : sum / count
            // Callbacks hang below what goes on.
            if cells[cell].isAside { keys[place] += 0.4 }
        }
        rows[layer] = row.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { row[$0] }
    }

    /// Where a port stands in its column, counted in cells.
    private func height(_ port: Double, of cell: Int, at place: Int) -> Double {
        Double(place) + min(1, max(0, port / max(1, cells[cell].height)))
    }

    /// How many pairs of links cross.
    ///
    /// - Complexity: O(*l* log *l*), by counting inversions with a Fenwick tree.
    private func countCrossings(_ byLayer: [[Int]]) -> Int {
        var places = [Int](repeating: 0, count: cells.count)
        for row in rows {
            for (place, cell) in row.enumerated() { places[cell] = place }
        }
        var crossings = 0
        for layer in byLayer where layer.count > 1 {
            let starts = layer.map { height(links[$0].fromPort, of: links[$0].from, at: places[links[$0].from]) }
            let ends = layer.map { height(links[$0].toPort, of: links[$0].to, at: places[links[$0].to]) }
            var ranks = [Int](repeating: 0, count: layer.count)
            var rank = 0
            var last: Double?
            for link in layer.indices.sorted(by: { (ends[$0], $0) < (ends[$1], $1) }) {
                if let last, ends[link] > last { rank += 1 }
                last = ends[link]
                ranks[link] = rank
            }
            var tree = [Int](repeating: 0, count: rank + 2)
            // Of links from one place none crosses another: the higher end comes first.
            let sorted = layer.indices.sorted { (starts[$0], ends[$0], $0) < (starts[$1], ends[$1], $1) }
            for (before, link) in sorted.enumerated() {
                var below = 0
                var slot = ranks[link] + 1
                while slot > 0 {
                    below += tree[slot]
                    slot &= slot - 1
                }
                crossings += before - below
                slot = ranks[link] + 1
                while slot < tree.count {
                    tree[slot] += 1
                    slot += slot & -slot
                }
            }
        }
        return crossings
    }
}
