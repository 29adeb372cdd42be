extension TerminalLine {
    /// What cells of a bar stand for.
    private enum Fill {
        case done, failed, skipped, rest

        var symbol: String { self == .rest ? "─" : "━" }

        var ascii: String {
            switch self {
            case .done: "#"
            case .failed: "x"
            case .skipped: "-"
            case .rest: "."
            }
        }

        var style: Style {
            switch self {
            case .done: .green
            case .failed: .red
            case .skipped: .yellow
            case .rest: .dim
            }
        }
    }

    /// Adds a bar: a part of it for what is done, what failed and what was skipped of a total.
    ///
    /// What failed is never too little to be seen, and a bar is full only when nothing is left.
    ///
    /// - Precondition: It takes at least 3 columns.
    mutating func addBar(_ columns: Int, done: Int, failed: Int, skipped: Int, total: Int) {
        let cells = look.hasUnicode ? columns : columns - 2
        let finished = min(done + failed + skipped, total)
        func share(_ count: Int, of cells: Int) -> Int {
            total > 0 ? Int(Double(count) / Double(total) * Double(cells)) : 0
        }
        var halves = share(finished, of: cells * 2)
        if finished > 0 { halves = max(halves, 1) }
        if finished < total { halves = min(halves, cells * 2 - 1) }
        let full = halves / 2
        let failedCells = failed > 0 ? min(max(1, share(failed, of: cells)), full) : 0
        let skippedCells = min(share(skipped, of: cells), full - failedCells)
        let fills = [(Fill.done, full - failedCells - skippedCells), (.failed, failedCells), (.skipped, skippedCells)]
        let last = fills.last { $0.1 > 0 }?.0 ?? (done > 0 ? .done : failed > 0 ? .failed : .skipped)
        addBar(fills, half: halves % 2 == 1 ? last : nil, cells: cells)
    }

    /// Adds a bar of which is only known that it is not full: a part of it goes around once in 4 s.
    ///
    /// - Precondition: It takes at least 3 columns.
    mutating func addBar(_ columns: Int, elapsed: Duration) {
        let cells = look.hasUnicode ? columns : columns - 2
        let part = max(1, cells / 4)
        let (seconds, attoseconds) = max(.zero, elapsed).components
        let milliseconds = Int(seconds % 4 * 1000 + attoseconds / 1_000_000_000_000_000)
        let start = milliseconds * cells / 4000
        let wrapped = max(0, start + part - cells)
        addBar([(.done, wrapped), (.rest, start - wrapped), (.done, part - wrapped)], half: nil, cells: cells)
    }

    /// Adds runs of cells, half a cell if there are such, and the rest.
    private mutating func addBar(_ fills: [(Fill, Int)], half: Fill?, cells: Int) {
        var rest = cells
        if !look.hasUnicode { add("[") }
        for (fill, count) in fills {
            add(String(repeating: look.hasUnicode ? fill.symbol : fill.ascii, count: count), fill.style)
            rest -= count
        }
        if let half, look.hasUnicode {
            add("╸", half.style)
            rest -= 1
        }
        add(String(repeating: look.hasUnicode ? Fill.rest.symbol : Fill.rest.ascii, count: rest), Fill.rest.style)
        if !look.hasUnicode { add("]") }
    }
}
