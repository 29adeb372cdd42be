/// A minute of the proleptic Gregorian calendar, as a clock on a wall shows it: without a time zone.
package struct CivilTime: Hashable, Comparable, Sendable {
    /// From 1 to 9999.
    package let year: Int
    /// From 1 to 12.
    package let month: Int
    /// From 1 to the length of the month.
    package let day: Int
    /// From 0 to 23.
    package let hour: Int
    /// From 0 to 59.
    package let minute: Int

    /// Nil where there is no such minute, as on February 30.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, in: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute)
        else { return nil }
        (self.year, self.month, self.day, self.hour, self.minute) = (year, month, day, hour, minute)
    }

    /// The day of the week: 0 is Sunday, 6 is Saturday.
    package var weekday: Int {
        Self.weekday(year: year, month: month, day: day)
    }

    package static func < (left: CivilTime, right: CivilTime) -> Bool {
        (left.year, left.month, left.day, left.hour, left.minute)
            < (right.year, right.month, right.day, right.hour, right.minute)
    }

    /// The number of days of a month.
    static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day of the week of a date, 0 for Sunday.
    ///
    /// Source: Sakamoto's method.
    static func weekday(year: Int, month: Int, day: Int) -> Int {
        let offsets = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let year = month < 3 ? year - 1 : year
        return (year + year / 4 - year / 100 + year / 400 + offsets[month - 1] + day) % 7
    }
}
