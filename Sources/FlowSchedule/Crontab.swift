/// The minutes at which something runs, as five fields say them: `*/15 8-18 * * mon-fri`.
///
/// The fields are minute, hour, day-of-month, month and day-of-week, as cron and Celery's `crontab` understand them.
/// Where the two differ, the meaning is Celery's: when both day fields are restricted, a day must match **both**,
/// whereas Unix cron takes a day that matches either. A range that runs backwards, which Celery wraps around and cron
/// refuses, is refused; the message shows how to write it. The macros are those of cron.
///
/// Source: [Celery's crontab](https://docs.celeryq.dev/en/stable/reference/celery.schedules.html), crontab(5).
package struct Crontab: Hashable, Sendable {
    private var minutes: UInt64
    private var hours: UInt64
    private var days: UInt64
    private var months: UInt64
    /// Bit 0 is Sunday; bit 7 is never set.
    private var weekdays: UInt64

    /// Reads five fields between white space, or a macro such as `@daily`.
    ///
    /// - Throws: The first mistake; its range is that of the wrong part in `text`.
    package init(_ text: String) throws(CrontabError) {
        let bytes = Array(text.utf8)
        let whole = 0..<bytes.count
        var words: [Range<Int>] = []
        var start: Int?
        for index in 0...bytes.count {
            let isSpace = index == bytes.count || bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index])
            if isSpace, let first = start { words.append(first..<index) }
            start = isSpace ? nil : start ?? index
        }
        if let first = words.first, bytes[first.lowerBound] == UInt8(ascii: "@") {
            let macro = String(decoding: bytes[first], as: UTF8.self)
            guard words.count == 1 else { throw CrontabError("nothing can follow '\(macro)'", at: whole) }
            self = try Self.macro(macro, at: first)
            return
        }
        guard words.count == CrontabField.allCases.count else {
            throw CrontabError(Self.message(forFieldCount: words.count), at: whole)
        }
        minutes = try CrontabFieldParser(bytes, words[0], .minute).mask()
        hours = try CrontabFieldParser(bytes, words[1], .hour).mask()
        days = try CrontabFieldParser(bytes, words[2], .dayOfMonth).mask()
        months = try CrontabFieldParser(bytes, words[3], .month).mask()
        weekdays = try CrontabFieldParser(bytes, words[4], .dayOfWeek).mask()
    }

    /// Reads the fields of Celery's keyword form; white space around the parts of a list is allowed.
    ///
    /// - Throws: The first mistake; its range is within the text of the field that it names.
    package init(
        minute: String = "*", hour: String = "*", dayOfMonth: String = "*", monthOfYear: String = "*",
        dayOfWeek: String = "*"
    ) throws(CrontabError) {
        minutes = try CrontabFieldParser(minute, .minute).mask()
        hours = try CrontabFieldParser(hour, .hour).mask()
        days = try CrontabFieldParser(dayOfMonth, .dayOfMonth).mask()
        months = try CrontabFieldParser(monthOfYear, .month).mask()
        weekdays = try CrontabFieldParser(dayOfWeek, .dayOfWeek).mask()
    }

    private static func macro(_ name: String, at range: Range<Int>) throws(CrontabError) -> Crontab {
        switch name.lowercased() {
        case "@hourly": try Crontab(minute: "0")
        case "@daily", "@midnight": try Crontab(minute: "0", hour: "0")
        case "@weekly": try Crontab(minute: "0", hour: "0", dayOfWeek: "0")
        case "@monthly": try Crontab(minute: "0", hour: "0", dayOfMonth: "1")
        case "@yearly", "@annually": try Crontab(minute: "0", hour: "0", dayOfMonth: "1", monthOfYear: "1")
        case "@reboot": throw CrontabError("'@reboot' is no time", at: range)
        default:
            throw CrontabError(
                "'\(name)' is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually", at: range)
        }
    }

    private static func message(forFieldCount count: Int) -> String {
        let fields = "minute hour day-of-month month day-of-week"
        return switch count {
        case 0: "a crontab has five fields: \(fields)"
        case 1: "a crontab has five fields (\(fields)), not one"
        case 6: "a crontab has five fields (\(fields)), not six: there are no seconds and no years"
        default: "a crontab has five fields (\(fields)), not \(count)"
        }
    }

    /// Whether there is any minute at which it fires; false for `0 0 30 2 *`.
    ///
    /// A day that a month has falls on every day of the week in some year, February 29 too, so the days of the week
    /// decide nothing.
    package var canFire: Bool {
        // 2000 is a leap year: every month has the most days that it can have.
        (1...12).contains { month in
            Self.contains(months, month)
                && (1...CivilTime.length(ofMonth: month, in: 2000)).contains { Self.contains(days, $0) }
        }
    }

    /// Whether it fires at a minute.
    package func fires(at time: CivilTime) -> Bool {
        matches(year: time.year, month: time.month, day: time.day) && Self.contains(hours, time.hour)
            && Self.contains(minutes, time.minute)
    }

    /// The first minute after another at which it fires; nil if it never does, or not before the year 10000.
    ///
    /// - Complexity: O(1): it looks at the days of 41 years at most, since February 29 falls on a given day of the week
    ///   at least once in 40 years.
    package func next(after time: CivilTime) -> CivilTime? {
        guard canFire else { return nil }
        if matches(year: time.year, month: time.month, day: time.day), let later = laterMinute(on: time) {
            return later
        }
        for year in time.year...time.year + 41 {
            for month in (year == time.year ? time.month : 1)...12 where Self.contains(months, month) {
                let first = year == time.year && month == time.month ? time.day + 1 : 1
                let last = CivilTime.length(ofMonth: month, in: year)
                guard first <= last else { continue }
                for day in first...last where matches(year: year, month: month, day: day) {
                    return CivilTime(
                        year: year, month: month, day: day, hour: hours.trailingZeroBitCount,
                        minute: minutes.trailingZeroBitCount)
                }
            }
        }
        return nil
    }

    /// The first minute of the same day, after the given one, of those that match.
    private func laterMinute(on time: CivilTime) -> CivilTime? {
        let laterMinutes = minutes & ~0 << UInt64(time.minute + 1)
        let laterHours = hours & ~0 << UInt64(time.hour + 1)
        let (hour, minute): (Int, Int)
        if Self.contains(hours, time.hour), laterMinutes != 0 {
            (hour, minute) = (time.hour, laterMinutes.trailingZeroBitCount)
        } else if laterHours != 0 {
            (hour, minute) = (laterHours.trailingZeroBitCount, minutes.trailingZeroBitCount)
        } else {
            return nil
        }
        return CivilTime(year: time.year, month: time.month, day: time.day, hour: hour, minute: minute)
    }

    private func matches(year: Int, month: Int, day: Int) -> Bool {
        Self.contains(months, month) && Self.contains(days, day)
            && Self.contains(weekdays, CivilTime.weekday(year: year, month: month, day: day))
    }

    private static func contains(_ mask: UInt64, _ number: Int) -> Bool {
        mask >> UInt64(number) & 1 == 1
    }
}

/// Why a text is no crontab.
package struct CrontabError: Error, Hashable, Sendable {
    /// Names the field, the wrong part and what is legal; lower case, no full stop.
    package let message: String
    /// UTF-8 offsets of the wrong part; the whole text where the number of fields is wrong.
    package let range: Range<Int>
    /// The field that is wrong; nil for the whole.
    package let field: CrontabField?

    init(_ message: String, at range: Range<Int>, in field: CrontabField? = nil) {
        self.message = message
        self.range = range
        self.field = field
    }
}
