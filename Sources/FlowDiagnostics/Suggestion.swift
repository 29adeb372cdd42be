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
        let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        let scalars = name.unicodeScalars.map(\.value)
        var rows = Rows()
        var best: [String] = []
        var bestDistance = Int.max
        for candidate in candidates {
            // Of nearly all candidates the length says that they are too far.
            let length = candidate.utf8.count
            if isASCII, length - scalars.count > 8 || scalars.count - length > 2 { continue }
            let other = candidate.unicodeScalars.map(\.value)
            let longest = max(scalars.count, other.count)
            let limit = min(2, max(longest / 3, longest >= 3 ? 1 : 0), bestDistance)
            guard abs(scalars.count - other.count) <= limit else { continue }
            let distance = rows.distance(scalars, other, atMost: limit)
            guard distance <= limit, distance > 0 else { continue }
            if distance < bestDistance { best = [] }
            bestDistance = distance
            best.append(candidate)
        }
        return best
    }

    /// The rows of the table of distances, kept from one candidate to the next.
    private struct Rows {
        private var beforePrevious: [Int] = []
        private var previous: [Int] = []
        private var current: [Int] = []

        /// The optimal string alignment distance; more than the limit where it is above that.
        mutating func distance(_ left: [UInt32], _ right: [UInt32], atMost limit: Int) -> Int {
            if previous.count <= right.count {
                beforePrevious = [Int](repeating: 0, count: right.count + 1)
                previous = beforePrevious
                current = beforePrevious
            }
            for column in 0...right.count { previous[column] = column }
            for row in 0..<left.count {
                current[0] = row + 1
                var least = row + 1
                for column in 0..<right.count {
                    let cost = left[row] == right[column] ? 0 : 1
                    var value = min(previous[column] + cost, previous[column + 1] + 1, current[column] + 1)
                    if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                        value = min(value, beforePrevious[column - 1] + 1)
                    }
                    current[column + 1] = value
                    least = min(least, value)
                }
                // A swap looks two rows back, and adds at most one.
                guard least <= limit + 1 else { return least }
                (beforePrevious, previous, current) = (previous, current, beforePrevious)
            }
            return previous[right.count]
        }
    }
}
