/// How times and counts read in a drawing.
enum DrawingText {
    /// `250ms`, `1.5s`, `1m30s`, `2h5m`, `3d4h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return "?" }
        if seconds < 0 { return "-" + duration(-seconds) }
        let milliseconds = Int((seconds * 1000).rounded())
        if milliseconds == 0 { return "0s" }
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        if milliseconds < 60_000 { return decimal(seconds, places: 2) + "s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return pair(whole / 60, "m", whole % 60, "s") }
        if whole < 86_400 { return pair(whole / 3600, "h", whole % 3600 / 60, "m") }
        return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
    }

    private static func pair(_ big: Int, _ bigUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(big)\(bigUnit)" : "\(big)\(bigUnit)\(small)\(smallUnit)"
    }

    /// A number without superfluous zeros; 0 for what is no number.
    static func decimal(_ number: Double, places: Int) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "0" }
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((abs(number) * Double(scale)).rounded())
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard scaled % scale != 0 else { return "\(sign)\(scaled / scale)" }
        var fraction = String(scaled % scale + scale).dropFirst()
        while fraction.last == "0" { fraction = fraction.dropLast() }
        return "\(sign)\(scaled / scale).\(fraction)"
    }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Text for one line: line ends are spaces, and what would hide, reorder or break text is U+FFFD.
    ///
    /// XML knows no control characters, and a direction override would make a label read as what it is not.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { replacement($0) != nil }) else { return text }
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { line.append(replacement(scalar) ?? scalar) }
        return String(line)
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: " "
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: "\u{FFFD}"
        default: nil
        }
    }
}

extension PlanDrawing.Node {
    /// What happens to a node, as far as a drawing tells it apart.
    enum Look {
        case runs, skipped, failed
    }

    var look: Look {
        switch state {
        case "SKIPPED", "IGNORED": .skipped
        case "FAILURE", "REVOKED": .failed
        default: .runs
        }
    }

    /// `0s–2s`; nil where the node does not run.
    var times: String? {
        guard let startsAt else { return nil }
        guard let endsAt else { return DrawingText.duration(startsAt) + "–" }
        let (start, end) = (DrawingText.duration(startsAt), DrawingText.duration(endsAt))
        return start == end ? "at \(start)" : "\(start)–\(end)"
    }

    /// The small line: times, a state that is not success, the note.
    ///
    /// Empty where there is nothing to say.
    var detail: String {
        var parts: [String] = []
        if let times { parts.append(times) }
        if !["SUCCESS", "PENDING", ""].contains(state) { parts.append(state) }
        if let note, !note.isEmpty { parts.append(note) }
        return DrawingText.line(parts.joined(separator: " · "))
    }

    /// The label, in one line; the id where there is none.
    var name: String {
        DrawingText.line(label.isEmpty ? id : label)
    }

    /// The name of a box: its kind, and its label where that says more.
    var heading: String {
        name == kind.rawValue ? name : "\(kind.rawValue) \(name)"
    }

    /// All that is known of a node, a line each.
    var tooltip: [String] {
        var lines = ["\(DrawingText.line(id)) (\(kind.rawValue))"]
        if name != DrawingText.line(id) { lines.append(name) }
        if !detail.isEmpty { lines.append(detail) }
        if isCritical { lines.append("on the critical path") }
        return lines
    }
}

extension PlanDrawing {
    /// `5 tasks · 12s on the virtual clock · 2 skipped`.
    ///
    /// Callbacks whose occasion did not come are not counted.
    ///
    /// - Complexity: O(*n* + *e*).
    var summary: String {
        let tree = MemberTree(nodes)
        var isIdle = [Bool](repeating: false, count: nodes.count)
        for edge in edges where edge.kind.isCallback && nodes[edge.to].look == .skipped { isIdle[edge.to] = true }
        for (index, parent) in tree.parents.enumerated() where parent != MemberTree.page && isIdle[parent] {
            isIdle[index] = true
        }
        let counted = nodes.indices.filter { !tree.isBox($0) && !isIdle[$0] }
        let failed = counted.count { nodes[$0].look == .failed }
        let skipped = counted.count { nodes[$0].look == .skipped }
        var parts = [
            DrawingText.count(counted.count, "task"),
            "\(DrawingText.duration(lengthInSeconds)) on the virtual clock",
        ]
        if failed > 0 { parts.append("\(failed) failed") }
        if skipped > 0 { parts.append("\(skipped) skipped") }
        return parts.joined(separator: " · ")
    }
}
