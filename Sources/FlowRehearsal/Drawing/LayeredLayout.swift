/// A connected graph of boxes in columns from left to right, so that its arrows do not cross boxes.
///
/// The way of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981):
/// columns by longest path, rows by barycenters, then coordinates by least squares (Brandes and Köpf, "Fast and Simple
/// Horizontal Coordinate Assignment", 2001, name the aims). An arrow that skips columns bends around what stands there.
/// What would be too wide goes on in a second row, where few arrows are cut.
///
/// Coordinates are pixels from the top left of the graph. Work and memory are O((*n* + *a*) log *n*) for *n* items and
/// *a* arcs: passes are bounded, and arcs that would need too many bends are drawn straight.
struct LayeredLayout {
    struct Item {
        let width: Double
        let height: Double
        /// Whether it goes below what else stands in its column, such as a callback.
        let isAside: Bool
    }

    /// An arrow between two items.
    struct Arc {
        let from: Int
        let to: Int
        /// Where it leaves and arrives: pixels below the top of the item.
        let fromPort: Double
        let toPort: Double
        /// How strongly it pulls its ends to one height.
        let pull: Double

        init(from: Int, to: Int, fromPort: Double = 0, toPort: Double = 0, pull: Double = 1) {
            self.from = from
            self.to = to
            self.fromPort = fromPort
            self.toPort = toPort
            self.pull = pull
        }
    }

    /// The way from an item to the right edge of the graph, or from the left edge to it.
    struct Lane {
        let item: Int
        let port: Double
        let isExit: Bool
    }

    /// An item, or a bend of an arc that passes through a column.
    struct Cell {
        let layer: Int
        let width: Double
        let height: Double
        let isAside: Bool
        let isBend: Bool

        static let bendHeight = 12.0
    }

    /// A part of an arc, between neighbouring columns.
    struct Link {
        let from: Int
        let to: Int
        let fromPort: Double
        let toPort: Double
        let pull: Double
    }

    /// Items first, in their order, then bends.
    private(set) var cells: [Cell]
    private(set) var links: [Link] = []
    /// The cells that each arc goes through; empty for one that is drawn straight.
    private(set) var arcPaths: [[Int]] = []
    private(set) var lanePaths: [[Int]] = []
    let arcs: [Arc]
    let lanes: [Lane]
    let layerCount: Int

    /// By layer: its cells from top to bottom.
    var rows: [[Int]] = []
    /// The top left of each cell.
    var positions: [DrawingPoint] = []
    var columns: [Column] = []
    var width = 0.0
    var height = 0.0

    struct Column {
        var left = 0.0
        var right = 0.0
        /// The row of columns that it stands in.
        var band = 0
        /// The height, above its band, at which arrows come back from the band before.
        var corridor = 0.0
    }

    init(items: [Item], arcs: [Arc], lanes: [Lane]) {
        let layering = Self.layers(count: items.count, arcs: arcs)
        self.arcs = arcs
        self.lanes = lanes
        layerCount = (layering.layers.max() ?? 0) + 1
        cells = zip(items, layering.layers).map {
            Cell(layer: $1, width: $0.width, height: $0.height, isAside: $0.isAside, isBend: false)
        }
        expand(layering.isForward)
        orderRows()
        place()
    }

    /// The column of each item: the longest way to it.
    ///
    /// Where arcs run in circles, each circle is cut at its first item in order, and the arcs that close it are not
    /// forward.
    ///
    /// - Complexity: O(*n* + *a*).
    static func layers(count: Int, arcs: [Arc]) -> (layers: [Int], isForward: [Bool]) {
        var layers = [Int](repeating: 0, count: count)
        var isForward = [Bool](repeating: false, count: arcs.count)
        var unmet = [Int](repeating: 0, count: count)
        var outgoing = [[Int]](repeating: [], count: count)
        for (index, arc) in arcs.enumerated() {
            unmet[arc.to] += 1
            outgoing[arc.from].append(index)
        }
        var isReady = unmet.map { $0 == 0 }
        var ready = (0..<count).filter { isReady[$0] }
        var isPlaced = [Bool](repeating: false, count: count)
        var (head, stuck) = (0, 0)
        while true {
            if head == ready.count {
                while stuck < count, isReady[stuck] { stuck += 1 }
                guard stuck < count else { break }
                isReady[stuck] = true
                ready.append(stuck)
            }
            let item = ready[head]
            head += 1
            isPlaced[item] = true
            for index in outgoing[item] {
                let next = arcs[index].to
                unmet[next] -= 1
                guard !isPlaced[next] else { continue }
                isForward[index] = true
                layers[next] = max(layers[next], layers[item] + 1)
                if unmet[next] == 0, !isReady[next] {
                    isReady[next] = true
                    ready.append(next)
                }
            }
        }
        return (layers, isForward)
    }

    /// Cuts arcs and lanes into links between neighbouring columns.
    private mutating func expand(_ isForward: [Bool]) {
        // What skips very many columns is not worth its bends: they would make the work quadratic.
        var bendsLeft = 64 + 8 * (cells.count + arcs.count + lanes.count)
        for (index, arc) in arcs.enumerated() {
            let between = (cells[arc.from].layer + 1)..<max(cells[arc.from].layer + 1, cells[arc.to].layer)
            guard isForward[index], between.count <= bendsLeft else {
                arcPaths.append([])
                continue
            }
            bendsLeft -= between.count
            let path = [arc.from] + between.map { bend($0) } + [arc.to]
            join(path, fromPort: arc.fromPort, toPort: arc.toPort, pull: arc.pull)
            arcPaths.append(path)
        }
        for lane in lanes {
            let layer = cells[lane.item].layer
            let beside = lane.isExit ? (layer + 1)..<layerCount : 0..<layer
            guard beside.count <= bendsLeft else {
                lanePaths.append([lane.item])
                continue
            }
            bendsLeft -= beside.count
            let bends = beside.map { bend($0) }
            let path = lane.isExit ? [lane.item] + bends : bends + [lane.item]
            join(path, fromPort: lane.port, toPort: lane.port, pull: 1)
            lanePaths.append(path)
        }
    }

    private mutating func bend(_ layer: Int) -> Int {
        cells.append(Cell(layer: layer, width: 0, height: Cell.bendHeight, isAside: false, isBend: true))
        return cells.count - 1
    }

    private mutating func join(_ path: [Int], fromPort: Double, toPort: Double, pull: Double) {
        for (from, to) in zip(path, path.dropFirst()) {
            links.append(
                Link(
                    from: from, to: to, fromPort: cells[from].isBend ? Cell.bendHeight / 2 : fromPort,
                    toPort: cells[to].isBend ? Cell.bendHeight / 2 : toPort,
                    // Long arrows should be straight lines.
                    pull: cells[from].isBend && cells[to].isBend ? pull * 4 : pull))
        }
    }
}
