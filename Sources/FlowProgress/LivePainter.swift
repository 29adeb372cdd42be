import FlowDiagnostics

/// Writes a block of lines to a terminal again and again in its place, and permanent lines above it.
///
/// The cursor rests at the start of the line below the block, so a process that dies leaves a tidy screen. The block
/// has to leave one line of the terminal free for that; what appears there meanwhile, such as `^C`, goes with the next
/// frame. Each frame is one synchronized update, and lines are cut at the terminal's edge: one that a terminal draws
/// wider than it was measured shifts nothing.
///
/// The result of each function is to be written whole, in order, to a terminal that nothing else is written to.
///
/// Source: ECMA-48, 8.3.22 (CUU), 8.3.39 (ED), 8.3.41 (EL); DECAWM (`?7`) of the VT510 manual;
/// <https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036> (`?2026`).
package struct LivePainter: Sendable {
    private var lines: [String] = []
    /// The columns that the terminal had when these were written.
    private var width = 0

    package init() {}

    /// Replaces the block, which may have more or fewer lines than the one before.
    ///
    /// - Parameters:
    ///   - lines: The block, without controls but SGR sequences.
    ///   - width: The columns of the terminal now.
    /// - Returns: Nothing if the terminal shows just that.
    package mutating func paint(_ lines: [String], width: Int) -> [UInt8] {
        guard lines != self.lines || width != self.width else { return [] }
        return frame([], lines, width: width)
    }

    /// Writes lines that stay, above the block.
    ///
    /// - Parameters:
    ///   - permanent: The lines, of any length, without controls but SGR sequences.
    ///   - width: The columns of the terminal now.
    /// - Returns: Nothing if there are no lines.
    package mutating func print(_ permanent: [String], width: Int) -> [UInt8] {
        permanent.isEmpty ? [] : frame(permanent, lines, width: width)
    }

    /// Takes the block away: what is written next stands in its place.
    ///
    /// - Parameter width: The columns of the terminal now.
    /// - Returns: Nothing if there is no block.
    package mutating func erase(width: Int) -> [UInt8] {
        lines.isEmpty ? [] : frame([], [], width: width)
    }

    private mutating func frame(_ permanent: [String], _ lines: [String], width: Int) -> [UInt8] {
        var text = "\u{1B}[?2026h\r"
        let height = height(at: width)
        if height > 0 { text += "\u{1B}[\(height)A" }
        // Erased is before writing: behind the last column of a line the cursor would still stand on that.
        if !permanent.isEmpty { text += "\u{1B}[J" }
        for line in permanent { text += "\(line)\r\n" }
        if !lines.isEmpty { text += "\u{1B}[?7l" }
        for line in lines { text += "\u{1B}[2K\(line)\r\n" }
        if !lines.isEmpty { text += "\u{1B}[?7h" }
        text += "\u{1B}[J\u{1B}[?2026l"
        self.lines = lines
        self.width = width
        return Array(text.utf8)
    }

    /// How many lines the block takes now: a terminal that got narrower has broken those that are too long for it.
    private func height(at width: Int) -> Int {
        guard width > 0, width < self.width else { return lines.count }
        return lines.reduce(0) { $0 + max(1, (TerminalText.columns(of: $1) + width - 1) / width) }
    }
}
