/// Finds the name that was probably meant.
package enum Suggestion {
    /// The nearest of the candidates, and of equally near ones the first.
    ///
    /// It is at most 2 edits away (an adjacent swap counts as one) and at most a third of the longer name, but at least 1
    /// from three letters up.
    ///
    /// - Complexity: O(candidates × length²), after a cheap test on the lengths.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        allNearest(to: name, among: candidates).first
    }

    /// All candidates that are equally near, in their order; empty if none is near enough.
    package static func allNearest(to name: String, among candidates: some Sequence<String>) -> [String] {
        let name = Array(name.unicodeScalars)
        var best: [String] = []
        var bestDistance = Int.max
        for candidate in candidates {
            let other = Array(candidate.unicodeScalars)
            let longest = max(name.count, other.count)
            let limit = min(2, max(longest / 3, longest >= 3 ? 1 : 0), bestDistance)
            guard abs(name.count - other.count) <= limit else { continue }
            let distance = distance(name, other)
            guard distance <= limit, distance > 0 else { continue }
            if distance < bestDistance { best = [] }
            bestDistance = distance
            best.append(candidate)
        }
        return best
    }

    /// The optimal string alignment distance.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [Int](repeating: row + 1, count: right.count + 1)
            for column in 0..<right.count {
                let cost = left[row] == right[column] ? 0 : 1
                var value = min(previous[column] + cost, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    value = min(value, beforePrevious[column - 1] + 1)
                }
                current[column + 1] = value
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
