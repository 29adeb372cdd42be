/// Rectangles packed in rows, on a page about as wide as high.
struct DrawingGrid {
    private(set) var places: [DrawingPoint]
    private(set) var width = 0.0
    private(set) var height = 0.0

    private static let spacing = 16.0
    /// A stack up to this height needs no second column.
    private static let readableHeight = 440.0

    /// Packs rectangles: in columns where they are alike, else the widest first and the others in rows below.
    ///
    /// What is alike is in its order, row by row.
    ///
    /// - Complexity: O(columns · *n* + *n* log *n*).
    init(_ sizes: [(width: Double, height: Double)], mostColumns: Int) {
        places = [DrawingPoint](repeating: DrawingPoint(x: 0, y: 0), count: sizes.count)
        let widths = sizes.map(\.width).sorted()
        guard let widest = widths.last else { return }
        let isMixed = widest > 2 * widths[widths.count / 2]
        var best = Double.infinity
        for count in 1...min(mostColumns, sizes.count) {
            var grid = self
            if isMixed && mostColumns > 1 {
                grid.shelve(sizes, within: widest * Double(count))
            } else {
                grid.align(sizes, columns: count)
            }
            let side = max(grid.width / 1.1, grid.height, Self.readableHeight)
            if side < best {
                best = side
                self = grid
            }
        }
    }

    /// Every column as wide as its widest, every row as high as its highest.
    private mutating func align(_ sizes: [(width: Double, height: Double)], columns: Int) {
        var widths = [Double](repeating: 0, count: columns)
        var heights = [Double](repeating: 0, count: (sizes.count + columns - 1) / columns)
        for (index, size) in sizes.enumerated() {
            widths[index % columns] = max(widths[index % columns], size.width)
            heights[index / columns] = max(heights[index / columns], size.height)
        }
        let (lefts, tops) = (Self.starts(widths), Self.starts(heights))
        places = sizes.indices.map { DrawingPoint(x: lefts[$0 % columns], y: tops[$0 / columns]) }
        width = (lefts.last ?? 0) + (widths.last ?? 0)
        height = (tops.last ?? 0) + (heights.last ?? 0)
    }

    private static func starts(_ lengths: [Double]) -> [Double] {
        var start = 0.0
        return lengths.map { length in
            defer { start += length + spacing }
            return start
        }
    }

    /// Rows that are filled from the left.
    private mutating func shelve(_ sizes: [(width: Double, height: Double)], within limit: Double) {
        let sorted = sizes.indices.sorted { (-sizes[$0].width, $0) < (-sizes[$1].width, $1) }
        var (left, top, bottom) = (0.0, 0.0, 0.0)
        for index in sorted {
            if left > 0, left + sizes[index].width > limit { (left, top) = (0, bottom + Self.spacing) }
            places[index] = DrawingPoint(x: left, y: top)
            width = max(width, left + sizes[index].width)
            left += sizes[index].width + Self.spacing
            bottom = max(bottom, top + sizes[index].height)
        }
        height = bottom
    }
}
