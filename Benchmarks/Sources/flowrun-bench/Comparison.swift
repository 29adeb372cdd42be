/// One measured pair: both programs on the same work, one right after the other.
struct Pair: Codable {
    let flowrunSeconds: Double
    let referenceSeconds: Double

    /// flowrun's time over the reference's; below 1 flowrun is the faster one.
    var timeRatio: Double { flowrunSeconds / referenceSeconds }
}

/// One row of the table: what was measured, and what it must come to.
///
/// Several rows may come of one benchmark, such as `group-10k/celery` and `group-10k/memory`.
struct Comparison {
    /// What was measured, in the order it ran; never empty.
    enum Evidence {
        /// Times: a ratio is flowrun's over the reference's.
        case times([Pair])
        /// Rates, work over time: a ratio is flowrun's over the reference's. A run is so much work.
        case rates([Pair], workUnits: Double)
        /// flowrun's figures alone.
        case figures([Double], unit: FigureUnit)
        /// Nothing, as this machine lacks what flowrun is compared with.
        case missing(MissingPeer)
        /// Nothing, as what flowrun is compared with failed: why.
        case failed(String)
    }

    /// What the median of the values must come to.
    enum Target {
        case atMost(Double)
        case atLeast(Double)
        /// Nothing: the row is there to be read.
        case none
    }

    let name: String
    let evidence: Evidence
    let target: Target
    /// What flowrun is compared with, as a reader would call it; nil where a figure stands alone.
    var reference: String?
    /// Further findings, one a line.
    var notes: [String] = []

    /// The ratio of each pair, or the figures.
    var values: [Double] {
        switch evidence {
        case .times(let pairs): pairs.map(\.timeRatio)
        case .rates(let pairs, _): pairs.map { 1 / $0.timeRatio }
        case .figures(let figures, _): figures
        case .missing, .failed: []
        }
    }

    var verdict: Verdict {
        switch evidence {
        case .missing(let peer): return .skipped("there is no \(peer.program) here")
        case .failed(let reason): return .failed(reason)
        case .times, .rates, .figures: break
        }
        switch target {
        case .atMost(let most): return median(values) <= most ? .met : .missed
        case .atLeast(let least): return median(values) >= least ? .met : .missed
        case .none: return .shown
        }
    }
}

/// What a plain figure counts.
enum FigureUnit: String, Codable {
    case bytesPerStep, megabytes, milliseconds, seconds, percent, factor, results

    /// As it stands behind a number.
    var symbol: String {
        switch self {
        case .bytesPerStep: " B/step"
        case .results: " results"
        case .megabytes: " MB"
        case .milliseconds: " ms"
        case .seconds: " s"
        case .percent: " %"
        case .factor: ""
        }
    }

    var digits: Int {
        switch self {
        case .bytesPerStep, .results: 0
        case .megabytes: 1
        case .milliseconds, .seconds, .percent, .factor: 2
        }
    }
}

/// The middle of the values, or the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "there is no median of nothing")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// The greatest of some costs over the smallest: 1 where they are all the same.
func unevenness(_ costs: [Double]) -> Double { (costs.max() ?? 0) / (costs.min() ?? 0) }
