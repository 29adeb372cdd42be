extension TimeZoneRules {
    /// The rule at the end of a file: one offset, or two that take turns every year.
    ///
    ///     CET-1CEST,M3.5.0,M10.5.0/3     from the last Sunday of March at 2:00 to that of October at 3:00, both local
    ///     <-02>2<-01>,M3.5.0/-1,M10.5.0/0     names of other characters than letters, and a time on the day before
    ///     EET-2EEST,J60,299/50     from March 1, to two days and two hours after the 300th day of the year
    ///     MST7     7 hours west at all times
    ///
    /// Source: RFC 8536, section 3.3, and POSIX.1-2017, section 8.3, `TZ`.
    struct Footer: Sendable, Hashable {
        private let standard: Int
        private let daylight: Daylight?

        /// The other offset of the year, and when clocks are set to it and back.
        private struct Daylight: Sendable, Hashable {
            let offset: Int
            let start: YearlyTime
            let end: YearlyTime
        }

        init(fixed offset: Int) {
            standard = offset
            daylight = nil
        }

        /// Nil unless all of the text is a rule.
        ///
        /// Hours of a change range from -167 to 167 in files of all versions. A second name needs both of its days:
        /// there is no rule that all systems would take in their place.
        init?(_ text: ArraySlice<UInt8>) {
            var reader = RuleReader(text)
            guard reader.skipName(), let west = reader.time(hours: 24) else { return nil }
            standard = -west
            if reader.isAtEnd {
                daylight = nil
                return
            }
            guard reader.skipName() else { return nil }
            var offset = standard + 3600
            if !reader.take(",") {
                guard let west = reader.time(hours: 24), reader.take(",") else { return nil }
                offset = -west
            }
            guard let start = reader.yearlyTime(), reader.take(","), let end = reader.yearlyTime(), reader.isAtEnd
            else { return nil }
            daylight = Daylight(offset: offset, start: start, end: end)
        }

        /// The period that holds a moment, in seconds since 1970.
        func period(at seconds: Int64) -> Period {
            guard let daylight else { return Period(offset: standard, end: nil) }
            let year = CivilDate.date(ofDay: seconds.flooringQuotient(86_400)).year
            var offset = standard
            var latest = Int64.min
            var next = Int64.max
            // A change may lie a week outside of its year, so the latest one may be of the year before last. Of two
            // at once the later in this order counts: where one summer ends as the next starts, it is always summer.
            for year in year - 2...year + 1 {
                let end = daylight.end.seconds(in: year) - Int64(daylight.offset)
                let start = daylight.start.seconds(in: year) - Int64(standard)
                let isEndFirst = end <= start
                for isEnd in [isEndFirst, !isEndFirst] {
                    let change = isEnd ? end : start
                    if change > seconds {
                        next = min(next, change)
                    } else if change >= latest {
                        latest = change
                        offset = isEnd ? standard : daylight.offset
                    }
                }
            }
            return Period(offset: offset, end: next)
        }
    }

    /// A day of every year, and a time on the clock as it was until then.
    fileprivate struct YearlyTime: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// A weekday, 0 for Sunday, and which of those of the month: from 1, where 5 is the last.
            case weekday(Int, week: Int, month: Int)
            case date(month: Int, day: Int)
            /// The days since January 1.
            case day(Int)
        }

        let day: Day
        /// The seconds since midnight, within a week of it.
        let time: Int

        /// The seconds from 1970 to the time, as if it were in UTC.
        func seconds(in year: Int) -> Int64 {
            day(in: year) * 86_400 + Int64(time)
        }

        private func day(in year: Int) -> Int64 {
            switch day {
            case .weekday(let weekday, let week, let month):
                let first = CivilDate.day(year: year, month: month, day: 1)
                let following = CivilDate.day(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
                // The first day of 1970 was a Thursday.
                let firstWeekday = ((first + 4) % 7 + 7) % 7
                let day = first + (Int64(weekday) - firstWeekday + 7) % 7 + Int64(week - 1) * 7
                return day < following ? day : day - 7
            case .date(let month, let day):
                return CivilDate.day(year: year, month: month, day: day)
            case .day(let days):
                return CivilDate.day(year: year, month: 1, day: 1) + Int64(days)
            }
        }
    }
}

/// Reads the parts of a rule, each of which is nil where something else stands.
private struct RuleReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Skips three letters or more, or as many letters, digits and signs between `<` and `>`.
    mutating func skipName() -> Bool {
        let isQuoted = take("<")
        let name = rest.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): isQuoted
            default: false
            }
        }
        rest = rest[name.endIndex...]
        return name.count >= 3 && (!isQuoted || take(">"))
    }

    /// A number of as many digits as there are, up to three.
    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(3).prefix { $0 &- UInt8(ascii: "0") < 10 }
        rest = rest[digits.endIndex...]
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return !digits.isEmpty && range.contains(number) ? number : nil
    }

    /// The seconds of `[+-]h[:m[:s]]`.
    mutating func time(hours: Int) -> Int? {
        let sign = take("-") ? -1 : 1
        if sign > 0 { _ = take("+") }
        guard let hour = number(0...hours) else { return nil }
        var seconds = hour * 3600
        if take(":") {
            guard let minute = number(0...59) else { return nil }
            seconds += minute * 60
            if take(":") {
                guard let second = number(0...59) else { return nil }
                seconds += second
            }
        }
        return sign * seconds
    }

    /// `Mm.w.d`, `Jn` or `n`, and perhaps `/time`, without which it is two o'clock.
    mutating func yearlyTime() -> TimeZoneRules.YearlyTime? {
        guard let day = day() else { return nil }
        guard take("/") else { return TimeZoneRules.YearlyTime(day: day, time: 7200) }
        return time(hours: 167).map { TimeZoneRules.YearlyTime(day: day, time: $0) }
    }

    private mutating func day() -> TimeZoneRules.YearlyTime.Day? {
        if take("M") {
            guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(weekday, week: week, month: month)
        }
        // February 29 is never counted, so that the number is a date, as in 1970.
        if take("J") {
            return number(1...365).map { number in
                let (_, month, day) = CivilDate.date(ofDay: Int64(number - 1))
                return .date(month: month, day: day)
            }
        }
        return number(0...365).map { .day($0) }
    }
}
