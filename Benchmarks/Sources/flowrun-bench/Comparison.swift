/// One measured pair: both programs on the same work, one right after the other.
struct Pair: Codable {
    let flowrunSeconds: Double
    let referenceSeconds: Double

    /// flowrun's time over the reference's; below 1 flowrun is the faster one.
    var timeRatio: Double { flowrunSeconds / referenceSeconds }
}

/// What a benchmark found: the pairs and how they read.
struct Comparison {
    /// What a ratio compares, and which side of the target is good.
    enum Measure: String, Codable {
        /// Times: flowrun's over the reference's, at most the target.
        case time
        /// Rates, work over time: flowrun's over the reference's, at least the target.
        case rate
    }

    let name: String
    let measure: Measure
    let target: Double
    /// How much work a run is, in the unit of a rate: 1 where times are shown.
    var workUnits = 1.0
    /// What flowrun is compared with, as a reader would call it.
    let reference: String
    /// Never empty.
    let pairs: [Pair]
    /// Whether a miss leaves the exit status alone.
    var isInformational = false
    /// Further findings, one a line.
    var notes: [String] = []

    /// The ratio of each pair, in the order they ran.
    var ratios: [Double] {
        pairs.map { measure == .time ? $0.timeRatio : 1 / $0.timeRatio }
    }

    var medianRatio: Double { median(ratios) }

    var meetsTarget: Bool {
        switch measure {
        case .time: medianRatio <= target
        case .rate: medianRatio >= target
        }
    }

    var flowrunFigure: Double { figure(\.flowrunSeconds) }
    var referenceFigure: Double { figure(\.referenceSeconds) }

    /// The median time, or the rate that goes with it.
    private func figure(_ side: KeyPath<Pair, Double>) -> Double {
        let seconds = median(pairs.map { $0[keyPath: side] })
        return measure == .time ? seconds : workUnits / seconds
    }
}

/// The middle of the values, or the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "there is no median of nothing")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}
