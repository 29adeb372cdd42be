import FlowDiagnostics
import FlowProgress
import Testing

@Suite struct `A painter of live blocks` {
    private func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).replacing("\u{1B}[", with: "^")
    }

    @Test func `writes each frame in place of the last`() {
        var painter = LivePainter()
        #expect(text(painter.paint(["a", "b"], width: 80)) == "^?2026h\r^?7l^2Ka\r\n^2Kb\r\n^?7h^J^?2026l")
        #expect(painter.paint(["a", "b"], width: 80).isEmpty)
        #expect(text(painter.paint(["c"], width: 80)) == "^?2026h\r^2A^?7l^2Kc\r\n^?7h^J^?2026l")
        #expect(text(painter.print(["done"], width: 80)) == "^?2026h\r^1A^Jdone\r\n^?7l^2Kc\r\n^?7h^J^?2026l")
        #expect(text(painter.erase(width: 80)) == "^?2026h\r^1A^J^?2026l")
        #expect(painter.erase(width: 80).isEmpty)
        #expect(painter.print([], width: 80).isEmpty)
    }

    @Test func `leaves what is permanent, and nothing else`() {
        var painter = LivePainter()
        var screen = Screen(width: 10, height: 5)
        screen.write(Array("$ apply\r\n".utf8))
        screen.write(painter.paint(["one", "two"], width: 10))
        #expect(screen.lines == ["$ apply", "one", "two", "", ""])
        screen.write(painter.paint(["1234567890", "漢字漢字漢字", "3"], width: 10))
        #expect(screen.lines == ["$ apply", "1234567890", "漢字漢字漢", "3", ""])
        screen.write(painter.print(["a permanent line"], width: 10))
        #expect(screen.lines == ["t line", "1234567890", "漢字漢字漢", "3", ""])
        screen.write(Array("^C".utf8))
        screen.write(painter.paint(["x"], width: 10))
        #expect(screen.lines == ["t line", "x", "", "", ""])
        screen.write(painter.print(["p", "q"], width: 10))
        #expect(screen.lines == ["t line", "p", "q", "x", ""])
        screen.write(painter.erase(width: 10))
        screen.write(Array("end\r\n".utf8))
        #expect(screen.lines == ["t line", "p", "q", "end", ""])
        #expect(screen.history == ["$ apply", "a permanen"])
    }

    @Test func `finds its place on a terminal that got narrower`() {
        var painter = LivePainter()
        _ = painter.paint(["\u{1B}[1m1234567890\u{1B}[0m", "12", ""], width: 10)
        // The first line takes three rows of four columns now.
        #expect(text(painter.paint(["1234"], width: 4)) == "^?2026h\r^5A^?7l^2K1234\r\n^?7h^J^?2026l")
        #expect(text(painter.paint(["1234"], width: 9)) == "^?2026h\r^1A^?7l^2K1234\r\n^?7h^J^?2026l")
    }

    @Test(arguments: 0..<100)
    func `shows the last block below the permat lines`(_ seed: Int) {
        var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761 &+ 1)
        func random(_ limit: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) % limit
        }
        var painter = LivePainter()
        var screen = Screen(width: 8, height: 7)
        var permanent: [String] = []
        var block: [String] = []
        for step in 0..<30 {
            switch random(3) {
            case 0:
                permanent.append("p\(step)")
                screen.write(painter.print(["p\(step)"], width: 8))
            case 1 where random(4) == 0:
                block = []
                screen.write(painter.erase(width: 8))
            default:
                block = (0..<random(7)).map { String(repeating: "b", count: 1 + ($0 + step) % 8) }
                screen.write(painter.paint(block, width: 8))
            }
            let shown = (screen.history + screen.lines).reversed().drop { $0.isEmpty }.reversed()
            #expect(Array(shown) == permanent + block)
        }
    }
}

/// A terminal of the few sequences that a painter uses; lines that leave it at the top are its history.
private struct Screen {
    let width: Int
    let height: Int
    private var cells: [[Character?]]
    private(set) var history: [String] = []
    private var row = 0
    private var column = 0
    private var wraps = true

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        cells = Array(repeating: Array(repeating: nil, count: width), count: height)
    }

    /// What stands on the screen, without blanks at the ends of lines.
    var lines: [String] { cells.map(Self.text) }

    private static func text(_ cells: [Character?]) -> String {
        let text = String(cells.map { $0 ?? " " }.filter { $0 != "\0" })
        return text.lastIndex { $0 != " " }.map { String(text[...$0]) } ?? ""
    }

    mutating func write(_ bytes: [UInt8]) {
        var rest = String(decoding: bytes, as: UTF8.self)[...]
        while let character = rest.popFirst() {
            switch character {
            case "\u{1B}":
                let end = rest.dropFirst().firstIndex { $0.isLetter } ?? rest.startIndex
                obey(rest[..<end].dropFirst(), rest[end])
                rest = rest[end...].dropFirst()
            case "\r": column = 0
            case "\r\n":
                column = 0
                newLine()
            default: put(character)
            }
        }
    }

    private mutating func obey(_ parameters: Substring, _ final: Character) {
        switch (parameters, final) {
        case ("?7", "l"): wraps = false
        case ("?7", "h"): wraps = true
        case (_, "A"): row = max(0, row - (Int(parameters) ?? 1))
        case ("2", "K"): cells[row] = Array(repeating: nil, count: width)
        case ("", "J"):
            for column in column..<width { cells[row][column] = nil }
            for row in (row + 1)..<max(height, row + 1) { cells[row] = Array(repeating: nil, count: width) }
        default: precondition(parameters == "?2026", "a sequence that the painter does not use")
        }
    }

    private mutating func put(_ character: Character) {
        let columns = TerminalText.width(character)
        if column + columns > width {
            guard wraps else { return }
            column = 0
            newLine()
        }
        cells[row][column] = character
        if columns == 2 { cells[row][column + 1] = "\0" }
        column += columns
    }

    private mutating func newLine() {
        if row < height - 1 {
            row += 1
        } else {
            history.append(Self.text(cells.removeFirst()))
            cells.append(Array(repeating: nil, count: width))
        }
    }
}
