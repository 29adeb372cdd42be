/// The difference of two versions of a file in the unified format, with 3 lines of context.
///
///     --- a/pipeline.yaml
///     +++ b/pipeline.yaml
///     @@ -1,2 +1,2 @@
///      version: 1
///     -step: []
///     +steps: []
///
/// `patch -p1` applies it. Lines end at LF only; a CR before it belongs to the line and stays.
///
/// Source: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/diff.html>, "Diff -u or -U Output Format". Names
/// are quoted as git does it, and the mark of a missing last end of line is GNU's.
package enum UnifiedDiff {
    /// How many edits are searched for a shortest script: bounds the memory, and the time to lines × limit.
    private static let searchLimit = 1000
    private static let context = 3

    /// The difference, empty if there is none.
    ///
    /// It is the shortest for up to a thousand changed lines; beyond that it is still right, but may show a line as
    /// replaced by itself.
    package static func bytes(from old: [UInt8], to new: [UInt8], name: String) -> [UInt8] {
        let oldLines = lines(old)
        let newLines = lines(new)
        let changes = changes(oldLines, newLines)
        guard !changes.isEmpty else { return [] }
        var text = Array("--- \(header("a/", name))\n+++ \(header("b/", name))\n".utf8)
        var first = 0
        while first < changes.count {
            var last = first
            // Hunks that would share a line of context are one.
            while last + 1 < changes.count,
                changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * context
            {
                last += 1
            }
            append(changes[first...last], oldLines, newLines, to: &text)
            first = last + 1
        }
        return text
    }

    /// A run of old lines that a run of new lines takes the place of; either may be empty.
    private struct Change {
        var old: Range<Int>
        var new: Range<Int>
    }

    private static func append(
        _ changes: ArraySlice<Change>, _ oldLines: [ArraySlice<UInt8>], _ newLines: [ArraySlice<UInt8>],
        to text: inout [UInt8]
    ) {
        guard let first = changes.first, let last = changes.last else { return }
        let before = min(context, first.old.lowerBound)
        let after = min(context, oldLines.count - last.old.upperBound)
        let old = first.old.lowerBound - before..<last.old.upperBound + after
        let new = first.new.lowerBound - before..<last.new.upperBound + after
        text += "@@ -\(place(old)) +\(place(new)) @@\n".utf8
        var index = old.lowerBound
        for change in changes {
            for line in oldLines[index..<change.old.lowerBound] { append(" ", line, to: &text) }
            for line in oldLines[change.old] { append("-", line, to: &text) }
            for line in newLines[change.new] { append("+", line, to: &text) }
            index = change.old.upperBound
        }
        for line in oldLines[index..<old.upperBound] { append(" ", line, to: &text) }
    }

    private static func append(_ mark: String, _ line: ArraySlice<UInt8>, to text: inout [UInt8]) {
        text += mark.utf8
        text += line
        if line.last != UInt8(ascii: "\n") { text += "\n\\ No newline at end of file\n".utf8 }
    }

    /// The start and length of a range of lines: an empty one is named by the line before it.
    private static func place(_ range: Range<Int>) -> String {
        switch range.count {
        case 0: "\(range.lowerBound),0"
        case 1: "\(range.lowerBound + 1)"
        default: "\(range.lowerBound + 1),\(range.count)"
        }
    }

    /// A name as in git's headers: `patch` strips the prefix, and reads a blank in a name only before a tab.
    private static func header(_ prefix: String, _ name: String) -> String {
        var path = prefix
        var needsQuotes = false
        for scalar in (name.hasPrefix("./") ? name.dropFirst(2) : name[...]).unicodeScalars {
            switch scalar {
            case "\"", "\\":
                needsQuotes = true
                path += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                needsQuotes = true
                let digits = String(scalar.value, radix: 8)
                path += "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
            default: path.unicodeScalars.append(scalar)
            }
        }
        if needsQuotes { return "\"\(path)\"" }
        return path.contains(" ") ? path + "\t" : path
    }

    /// The lines, each with its end.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            lines.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    // MARK: Which lines changed

    private static func changes(_ oldLines: [ArraySlice<UInt8>], _ newLines: [ArraySlice<UInt8>]) -> [Change] {
        // Fixes change a few lines of a file: what is alike at both ends needs no search.
        var start = 0
        var oldEnd = oldLines.count
        var newEnd = newLines.count
        while start < min(oldEnd, newEnd), oldLines[start] == newLines[start] { start += 1 }
        while oldEnd > start, newEnd > start, oldLines[oldEnd - 1] == newLines[newEnd - 1] {
            oldEnd -= 1
            newEnd -= 1
        }
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func numbered(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [Int] {
            lines.map { line in
                let number = numbers[line] ?? numbers.count
                numbers[line] = number
                return number
            }
        }
        let old = numbered(oldLines[start..<oldEnd])
        let new = numbered(newLines[start..<newEnd])
        let kept = shortest(old, new) ?? sameIndex(old, new)
        return changes(keeping: kept + [(old.count, new.count)], from: start)
    }

    /// The changes between pairs of equal lines, the last pair being the ends.
    private static func changes(keeping pairs: [(old: Int, new: Int)], from start: Int) -> [Change] {
        var changes: [Change] = []
        var old = 0
        var new = 0
        for pair in pairs {
            if old < pair.old || new < pair.new {
                changes.append(
                    Change(old: start + old..<start + pair.old, new: start + new..<start + pair.new))
            }
            old = pair.old + 1
            new = pair.new + 1
        }
        return changes
    }

    /// Pairs of equal lines that a shortest edit script keeps; nil if it has more edits than the limit.
    ///
    /// Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), the greedy algorithm.
    private static func shortest(_ old: [Int], _ new: [Int]) -> [(old: Int, new: Int)]? {
        let limit = min(searchLimit, old.count + new.count)
        // The furthest old line of each diagonal, which counts old lines less new ones; the first is -limit - 1.
        var furthest = [Int32](repeating: 0, count: 2 * limit + 3)
        let middle = limit + 1
        var rounds: [[Int32]] = []
        for edits in 0...limit {
            rounds.append(Array(furthest[(middle - edits - 1)...(middle + edits + 1)]))
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let place = middle + diagonal
                let isInsertion =
                    diagonal == -edits || (diagonal != edits && furthest[place - 1] < furthest[place + 1])
                var x = Int(isInsertion ? furthest[place + 1] : furthest[place - 1] + 1)
                while x < old.count, x - diagonal < new.count, old[x] == new[x - diagonal] { x += 1 }
                furthest[place] = Int32(x)
                if x >= old.count, x - diagonal >= new.count { return pairs(back: rounds, old.count, new.count) }
            }
        }
        return nil
    }

    /// Walks from the ends to the starts through what was furthest before each round; the last one reached the ends.
    private static func pairs(back rounds: [[Int32]], _ oldCount: Int, _ newCount: Int) -> [(old: Int, new: Int)] {
        var pairs: [(old: Int, new: Int)] = []
        var x = oldCount
        var y = newCount
        for edits in rounds.indices.reversed() {
            let furthest = rounds[edits]
            let diagonal = x - y
            let place = edits + 1 + diagonal
            let isInsertion =
                diagonal == -edits || (diagonal != edits && furthest[place - 1] < furthest[place + 1])
            let fromX = Int(isInsertion ? furthest[place + 1] : furthest[place - 1])
            let keptFrom = isInsertion ? fromX : fromX + 1
            while x > keptFrom {
                x -= 1
                y -= 1
                pairs.append((x, y))
            }
            x = fromX
            if isInsertion { y -= 1 }
        }
        return pairs.reversed()
    }

    /// Pairs of equal lines with equal numbers: fixes seldom add or remove a line.
    private static func sameIndex(_ old: [Int], _ new: [Int]) -> [(old: Int, new: Int)] {
        guard old.count == new.count else { return [] }
        return old.indices.filter { old[$0] == new[$0] }.map { ($0, $0) }
    }
}
