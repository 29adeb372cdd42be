import FlowSchedule
import Testing

struct CrontabTests {
    private static func time(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) throws
        -> CivilTime
    {
        try #require(CivilTime(year: year, month: month, day: day, hour: hour, minute: minute))
    }

    /// The first times after the start of 2026, a Thursday.
    private static func times(_ text: String, _ count: Int = 3) throws -> [String] {
        let crontab = try Crontab(text)
        var time = try time(2025, 12, 31, 23, 59)
        var texts: [String] = []
        while texts.count < count, let next = crontab.next(after: time) {
            #expect(next > time && crontab.fires(at: next))
            texts.append("\(next.year)-\(next.month)-\(next.day) \(next.hour):\(next.minute)")
            time = next
        }
        return texts
    }

    @Test(arguments: [
        ("* * * * *", "2026-1-1 0:0|2026-1-1 0:1|2026-1-1 0:2"),
        ("*/15 * * * *", "2026-1-1 0:0|2026-1-1 0:15|2026-1-1 0:30"),
        ("1-30/5 6 * * *", "2026-1-1 6:1|2026-1-1 6:6|2026-1-1 6:11"),
        ("0 22,6 * * *", "2026-1-1 6:0|2026-1-1 22:0|2026-1-2 6:0"),
        ("30 8 * * mon-fri", "2026-1-1 8:30|2026-1-2 8:30|2026-1-5 8:30"),
        ("0 0 * * 0", "2026-1-4 0:0|2026-1-11 0:0|2026-1-18 0:0"),
        ("0 0 * * 7", "2026-1-4 0:0|2026-1-11 0:0|2026-1-18 0:0"),
        ("0 0 * * FRI-Sun", "2026-1-2 0:0|2026-1-3 0:0|2026-1-4 0:0"),
        ("0 0 * * 5-0", "2026-1-2 0:0|2026-1-3 0:0|2026-1-4 0:0"),
        ("0 0 * * saturday", "2026-1-3 0:0|2026-1-10 0:0|2026-1-17 0:0"),
        ("0 0 1 jan,JUL *", "2026-1-1 0:0|2026-7-1 0:0|2027-1-1 0:0"),
        ("0 0 31 * *", "2026-1-31 0:0|2026-3-31 0:0|2026-5-31 0:0"),
        ("0 0 29 2 *", "2028-2-29 0:0|2032-2-29 0:0|2036-2-29 0:0"),
        ("0 0 29 2 mon", "2044-2-29 0:0|2072-2-29 0:0|2112-2-29 0:0"),
        ("\t5  4 *\n* * ", "2026-1-1 4:5|2026-1-2 4:5|2026-1-3 4:5"),
        ("59 23 31 12 *", "2026-12-31 23:59|2027-12-31 23:59|2028-12-31 23:59"),
        ("@hourly", "2026-1-1 0:0|2026-1-1 1:0|2026-1-1 2:0"),
        ("@daily", "2026-1-1 0:0|2026-1-2 0:0|2026-1-3 0:0"),
        ("@MIDNIGHT", "2026-1-1 0:0|2026-1-2 0:0|2026-1-3 0:0"),
        ("@weekly", "2026-1-4 0:0|2026-1-11 0:0|2026-1-18 0:0"),
        ("@monthly", "2026-1-1 0:0|2026-2-1 0:0|2026-3-1 0:0"),
        (" @yearly ", "2026-1-1 0:0|2027-1-1 0:0|2028-1-1 0:0"),
        ("@annually", "2026-1-1 0:0|2027-1-1 0:0|2028-1-1 0:0"),
    ])
    func `a crontab fires at the minutes that it names`(_ text: String, _ expected: String) throws {
        #expect(try Self.times(text).joined(separator: "|") == expected)
    }

    @Test func `a day must match both day fields, as in Celery`() throws {
        #expect(try Self.times("0 0 13 * fri", 2) == ["2026-2-13 0:0", "2026-3-13 0:0"])
    }

    @Test(arguments: [
        ("61 * * * *", "minute '61' is not within 0-59", 0..<2),
        ("0 5,24 * * *", "hour '24' is not within 0-23", 4..<6),
        ("0 0 0 * *", "day-of-month '0' is not within 1-31", 4..<5),
        ("0 0 1 13 *", "month '13' is not within 1-12 or jan-dec", 6..<8),
        ("0 0 * * 8", "day-of-week '8' is not within 0-7 or sun-sat", 8..<9),
        ("0 0 * * mon-fry", "day-of-week 'fry' is not within 0-7 or sun-sat", 12..<15),
        ("99999999999999999999 0 * * *", "minute '99999999999999999999' is not within 0-59", 0..<20),
        ("-5 0 * * *", "minute '-5' is not within 0-59", 0..<2),
        ("é 0 * * *", "minute 'é' is not within 0-59", 0..<2),
        ("30-10 * * * *", "minute '30-10' runs backwards; write '30-59,0-10'", 0..<5),
        ("0 22-6 * * *", "hour '22-6' runs backwards; write '22-23,0-6'", 2..<6),
        ("0 0 * nov-jan *", "month 'nov-jan' runs backwards; write 'nov-dec,jan'", 6..<13),
        ("0 0 * * sat-tue", "day-of-week 'sat-tue' runs backwards; write 'sat-sun,mon-tue'", 8..<15),
        ("*/0 * * * *", "minute '*/0' has a step of 0; the least is 1", 0..<3),
        ("*/ * * * *", "minute '*/' has no number as its step, after the '/'", 0..<2),
        ("*/5/5 * * * *", "minute '*/5/5' has no number as its step, after the '/'", 0..<5),
        ("5/15 * * * *", "minute '5/15' has a step without a range; write '5-59/15'", 0..<4),
        ("1,,2 * * * *", "minute '1,,2' has an empty part between its commas", 0..<4),
        ("0 0 ? * mon", "day-of-month '?' is Quartz's, which cron and Celery do not know; write '*'", 4..<5),
        (
            "0 0 L * *", "day-of-month 'L' (the last one of the month) is Quartz's, which cron and Celery do not know",
            4..<5
        ),
        (
            "0 0 15W * *",
            "day-of-month '15W' (the nearest working day) is Quartz's, which cron and Celery do not know", 4..<7
        ),
        (
            "0 0 LW * *", "day-of-month 'LW' (the nearest working day) is Quartz's, which cron and Celery do not know",
            4..<6
        ),
        (
            "0 0 L-3 * *",
            "day-of-month 'L-3' (the last one of the month) is Quartz's, which cron and Celery do not know", 4..<7
        ),
        (
            "0 0 * * 5L", "day-of-week '5L' (the last one of the month) is Quartz's, which cron and Celery do not know",
            8..<10
        ),
        (
            "0 0 * * friL",
            "day-of-week 'friL' (the last one of the month) is Quartz's, which cron and Celery do not know", 8..<12
        ),
        (
            "0 0 * * fri#2",
            "day-of-week 'fri#2' (a weekday's place in the month) is Quartz's, which cron and Celery do not know",
            8..<13
        ),
        ("", "a crontab has five fields: minute hour day-of-month month day-of-week", 0..<0),
        ("hourly", "a crontab has five fields (minute hour day-of-month month day-of-week), not one", 0..<6),
        ("* * * *", "a crontab has five fields (minute hour day-of-month month day-of-week), not 4", 0..<7),
        (
            "0 0 5 * * *",
            """
            a crontab has five fields (minute hour day-of-month month day-of-week), not six: \
            there are no seconds and no years
            """,
            0..<11
        ),
        (
            "@dayly",
            "'@dayly' is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually", 0..<6
        ),
        ("@reboot", "'@reboot' is no time", 0..<7),
        ("@daily 5", "nothing can follow '@daily'", 0..<8),
    ])
    func `a mistake is named at its place`(_ text: String, _ message: String, _ range: Range<Int>) {
        let error = #expect(throws: CrontabError.self) { try Crontab(text) }
        #expect(error?.message == message)
        #expect(error?.range == range)
    }

    @Test(arguments: [
        ("0 0 30 2 *", false), ("0 0 31 2,4,6,9,11 *", false), ("0 0 31 4-6 *", true), ("0 0 29 2 *", true),
        ("0 0 29 feb sun", true), ("* * * * *", true), ("0 0 30,31 feb *", false),
    ])
    func `a crontab without any day cannot fire`(_ text: String, _ canFire: Bool) throws {
        let crontab = try Crontab(text)
        #expect(crontab.canFire == canFire)
        #expect((crontab.next(after: try Self.time(2096, 3, 1)) != nil) == canFire)
    }

    @Test func `there is no time after the year 9999`() throws {
        #expect(try Crontab("@yearly").next(after: Self.time(9999, 1, 1)) == nil)
        #expect(try Crontab("* * * * *").next(after: Self.time(9999, 12, 31, 23, 59)) == nil)
    }

    @Test func `the keyword form is Celery's`() throws {
        let crontab = try Crontab(minute: "0, 30", hour: "*/6", dayOfWeek: "mon-fri")
        #expect(try crontab == Crontab("0,30 0,6,12,18 * * 1-5"))
        let error = #expect(throws: CrontabError.self) { try Crontab(minute: "0", dayOfWeek: "mon, xyz") }
        #expect(error?.field == .dayOfWeek)
        #expect(error?.range == 5..<8)
        let empty = #expect(throws: CrontabError.self) { try Crontab(hour: " ") }
        #expect(empty?.message == "hour is empty; '*' stands for all")
    }

    @Test(arguments: [
        (1970, 1, 1, 4), (2000, 2, 29, 2), (2026, 11, 24, 2), (1900, 3, 1, 4), (9999, 12, 31, 5), (1, 1, 1, 1),
    ])
    func `a date has the weekday of the Gregorian calendar`(_ year: Int, _ month: Int, _ day: Int, _ weekday: Int)
        throws
    {
        #expect(try Self.time(year, month, day).weekday == weekday)
    }

    @Test func `there are no days that the calendar does not have`() {
        #expect(CivilTime(year: 2025, month: 2, day: 29) == nil)
        #expect(CivilTime(year: 1900, month: 2, day: 29) == nil)
        #expect(CivilTime(year: 2026, month: 4, day: 31) == nil)
        #expect(CivilTime(year: 2026, month: 1, day: 1, hour: 24) == nil)
        #expect(CivilTime(year: 0, month: 1, day: 1) == nil)
    }
}
