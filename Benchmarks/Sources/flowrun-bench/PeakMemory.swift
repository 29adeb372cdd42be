/// flowrun's largest resident memory in each of its runs.
struct PeakMemory {
    private var peaks: [Int] = []
    private var floor = 0

    mutating func add(_ outcome: ChildProcess.Outcome) {
        peaks.append(outcome.peakMemoryInBytes)
        floor = max(floor, outcome.floorInBytes)
    }

    /// A row that judges the peaks, in megabytes or in bytes a step.
    func row(
        _ name: String, unit: FigureUnit, dividedBy divisor: Double = 1e6, atMost most: Double, notes: [String]
    ) -> Comparison {
        // The kernel counts our pages towards a child's peak: one that is not above them is only known to be no larger.
        let isHidden = (peaks.max() ?? 0) <= floor
        return Comparison(
            name: "\(name)/memory", evidence: .figures(peaks.map { Double($0) / divisor }, unit: unit),
            target: .atMost(most),
            notes: ["the peak" + (isHidden ? ", or less: the harness's own hides it" : "")] + notes)
    }
}
