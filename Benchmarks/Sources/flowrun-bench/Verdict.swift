/// What became of a row.
enum Verdict {
    case met, missed
    /// Nothing was asked of it.
    case shown
    case skipped(String)
    case failed(String)

    /// The word in the last column.
    var word: String {
        switch self {
        case .met: "PASS"
        case .missed: "MISS"
        case .shown: "-"
        case .skipped: "SKIP"
        case .failed: "FAIL"
        }
    }

    /// Why there are no figures.
    var reason: String? {
        switch self {
        case .met, .missed, .shown: nil
        case .skipped(let reason), .failed(let reason): reason
        }
    }

    /// What it makes of the harness's exit status.
    var exitStatus: Int32 {
        switch self {
        case .met, .shown, .skipped: 0
        case .missed: 1
        case .failed: 3
        }
    }
}

/// A row of the table, and what became of it; one without figures has no comparison.
struct Finding {
    let name: String
    let verdict: Verdict
    var comparison: Comparison?

    init(_ comparison: Comparison) {
        name = comparison.name
        verdict = comparison.verdict
        if verdict.reason == nil { self.comparison = comparison }
    }

    /// A benchmark that gave no rows.
    init(name: String, verdict: Verdict) {
        self.name = name
        self.verdict = verdict
    }
}
