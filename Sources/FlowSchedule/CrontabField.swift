/// A field of a crontab, in written order; the raw value is the keyword of Celery's `crontab`.
package enum CrontabField: String, CaseIterable, Hashable, Sendable {
    case minute
    case hour
    case dayOfMonth = "day_of_month"
    case month = "month_of_year"
    case dayOfWeek = "day_of_week"

    /// The name in messages.
    package var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day-of-month"
        case .month: "month"
        case .dayOfWeek: "day-of-week"
        }
    }

    /// The numbers that can be written; 7 is Sunday too.
    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// The numbers that `*` stands for.
    var star: ClosedRange<Int> { self == .dayOfWeek ? 0...6 : range }

    /// The legal values in messages.
    var rangeText: String {
        switch self {
        case .month: "1-12 or jan-dec"
        case .dayOfWeek: "0-7 or sun-sat"
        case .minute, .hour, .dayOfMonth: "\(range.lowerBound)-\(range.upperBound)"
        }
    }

    /// The number of a name, lower-case, short or whole.
    func number(named name: String) -> Int? {
        let names: [String]
        switch self {
        case .minute, .hour, .dayOfMonth: return nil
        case .month:
            names = [
                "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december",
            ]
        case .dayOfWeek: names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
        }
        return names.firstIndex { $0 == name || $0.prefix(3) == name }.map { $0 + range.lowerBound }
    }
}
