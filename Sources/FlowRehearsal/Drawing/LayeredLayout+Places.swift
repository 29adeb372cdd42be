extension LayeredLayout {
    static let boxSpacing = 18.0
    static let bendSpacing = 10.0
    /// A graph that is wider goes on in another row, if it can be cut well.
    static let readableWidth = 1300.0
    /// Cutting through more arrows than this makes a tangle.
    static let mostCutArrows = 3
    /// Between arrows that run beside each other.
    static let laneSpacing = 7.0
    static let gutter = 16.0

    /// Gives every cell its place.
    ///
    /// - Complexity: O(passes · (*n* + *l*)).
    mutating func place() {
        positions = [DrawingPoint](repeating: DrawingPoint(x: 0, y: 0), count: cells.count)
        columns = [Column](repeating: Column(), count: layerCount)
        var widths = [Double](repeating: 0, count: layerCount)
        for cell in cells { widths[cell.layer] = max(widths[cell.layer], cell.width) }
        var crossing = [Int](repeating: 0, count: layerCount)
        for link in links { crossing[cells[link.from].layer] += 1 }
        // Many arrows between two columns need room to bend.
        let gaps = crossing.map { 44 + min(44, 3 * Double($0 - 1)) }

        let bands = Self.bands(widths: widths, gaps: gaps, crossing: crossing)
        let mostCut = bands.dropLast().map { crossing[$0.upperBound - 1] }.max() ?? 0
        let margin = bands.count == 1 ? 0 : Self.gutter + Self.laneSpacing * Double(mostCut) + 8
        var incoming = [[Int]](repeating: [], count: cells.count)
        var outgoing = [[Int]](repeating: [], count: cells.count)
        for (index, link) in links.enumerated() {
            incoming[link.to].append(index)
            outgoing[link.from].append(index)
        }
        var top = 0.0
        for (number, band) in bands.enumerated() {
            var left = margin
            if number > 0 { top += 2 * Self.gutter + Self.laneSpacing * Double(crossing[band.lowerBound - 1]) }
            for layer in band {
                columns[layer] = Column(left: left, right: left + widths[layer], band: number, corridor: top - 12)
                left += widths[layer] + gaps[layer]
            }
            width = max(width, columns[band.upperBound - 1].right + margin)
            top = settle(band, incoming, outgoing, top: top)
        }
        height = top
    }

    /// Cuts columns that are too wide together into rows of about equal width.
    static func bands(widths: [Double], gaps: [Double], crossing: [Int]) -> [Range<Int>] {
        let total = zip(widths, gaps).reduce(0) { $0 + $1.0 + $1.1 }
        // Beside one wide box, a row to itself would save nothing.
        let most = max(readableWidth, 1.3 * (widths.max() ?? 0))
        guard total > most * 1.25 else { return [0..<widths.count] }
        let target = total / (total / most).rounded(.up)
        var bands: [Range<Int>] = []
        var (start, used) = (0, 0.0)
        for layer in widths.indices {
            used += widths[layer] + gaps[layer]
            let isWide = used + (layer + 1 < widths.count ? widths[layer + 1] / 2 : 0) > target
            if isWide, layer + 1 < widths.count, crossing[layer] <= mostCutArrows {
                bands.append(start..<(layer + 1))
                (start, used) = (layer + 1, 0)
            }
        }
        bands.append(start..<widths.count)
        return bands
    }

    /// Places the cells of one row of columns, its highest at `top`.
    ///
    /// - Returns: The bottom of the lowest.
    private mutating func settle(
        _ band: Range<Int>, _ incoming: [[Int]], _ outgoing: [[Int]], top: Double
    ) -> Double {
        for layer in band {
            var bottom = 0.0
            for (place, cell) in rows[layer].enumerated() {
                if place > 0 { bottom += spacing(rows[layer][place - 1], cell) }
                positions[cell] = DrawingPoint(x: columns[layer].left, y: bottom)
                bottom += cells[cell].height
            }
            for cell in rows[layer] { positions[cell].y -= bottom / 2 }
        }
        // Each column moves to where its arrows are straight, as far as its order lets it: from the left, from the
        // right, and at last between both sides.
        for pass in 0..<10 where band.count > 1 {
            let isRightward = pass.isMultiple(of: 2)
            for step in band.indices {
                let layer = isRightward ? step : band.upperBound - 1 - (step - band.lowerBound)
                let seesLeft = isRightward || pass >= 6
                let seesRight = !isRightward || pass >= 6
                settleRow(layer, band, seesLeft ? incoming : nil, seesRight ? outgoing : nil)
            }
        }
        let placed = rows[band].flatMap { $0 }
        let highest = placed.map { positions[$0].y }.min() ?? 0
        var bottom = top
        for cell in placed {
            // Whole pixels keep straight lines straight and edges sharp.
            positions[cell].y = (positions[cell].y - highest).rounded() + top
            bottom = max(bottom, positions[cell].y + cells[cell].height)
        }
        return bottom
    }

    private func spacing(_ upper: Int, _ lower: Int) -> Double {
        cells[upper].isBend || cells[lower].isBend ? Self.bendSpacing : Self.boxSpacing
    }

    private mutating func settleRow(_ layer: Int, _ band: Range<Int>, _ incoming: [[Int]]?, _ outgoing: [[Int]]?) {
        let row = rows[layer]
        guard let first = row.first else { return }
        var wished: [(height: Double, weight: Double)] = []
        wished.reserveCapacity(row.count)
        for cell in row {
            var (sum, weight) = (0.0, 0.0)
            for index in incoming?[cell] ?? [] where band.contains(cells[links[index].from].layer) {
                let link = links[index]
                sum += link.pull * (positions[link.from].y + link.fromPort - link.toPort)
                weight += link.pull
            }
            for index in outgoing?[cell] ?? [] where band.contains(cells[links[index].to].layer) {
                let link = links[index]
                sum += link.pull * (positions[link.to].y + link.toPort - link.fromPort)
                weight += link.pull
            }
            wished.append(weight > 0 ? (sum / weight, weight) : (positions[cell].y, 0.01))
        }
        // The least squares under "each below the one before" are an isotonic regression, once the heights above are
        // taken off: pool adjacent violators (Ayer et al., 1955).
        var blocks: [(sum: Double, weight: Double, count: Int)] = []
        var above = 0.0
        for (place, wish) in wished.enumerated() {
            if place > 0 { above += cells[row[place - 1]].height + spacing(row[place - 1], row[place]) }
            blocks.append((wish.weight * (wish.height - above), wish.weight, 1))
            while blocks.count > 1 {
                let (upper, lower) = (blocks[blocks.count - 2], blocks[blocks.count - 1])
                guard upper.sum / upper.weight > lower.sum / lower.weight else { break }
                blocks.removeLast()
                blocks[blocks.count - 1] = (
                    upper.sum + lower.sum, upper.weight + lower.weight, upper.count + lower.count
                )
            }
        }
        above = 0
        var place = 0
        var previous = first
        for block in blocks {
            for _ in 0..<block.count {
                if place > 0 { above += cells[previous].height + spacing(previous, row[place]) }
                positions[row[place]].y = block.sum / block.weight + above
                previous = row[place]
                place += 1
            }
        }
    }
}
