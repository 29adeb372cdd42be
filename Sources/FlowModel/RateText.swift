import FlowValue

/// `rate_limit` as text: `10/s`, `100/m`, `1000/h`; a bare number is per second, as in Celery.
package enum RateText {
    /// The least time between two starts; nil for no limit.
    package static func interval(_ text: String) -> Duration? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let count = Double(first), count > 0, count.isFinite else { return nil }
        let seconds: Double
        switch parts.count > 1 ? parts[1] : "s" {
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3600
        default: return nil
        }
        return .microseconds(Int64((seconds / count * 1_000_000).rounded()))
    }
}
