import FlowValue
import Foundation
import Testing

struct TimeZoneRulesTests {
    private static func rules(_ name: String) throws -> TimeZoneRules {
        let file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo").appending(path: name))
        return try #require(TimeZoneRules(tzif: Array(file)))
    }

    private static func microseconds(_ text: String) throws -> Int64 {
        try #require(Timestamp(iso8601: text)).microseconds
    }

    /// The moments of times on a wall.
    private static func moments(_ rules: TimeZoneRules, _ texts: [String]) throws -> [String] {
        try texts.map { rules.timestamp(ofLocal: try microseconds($0)).iso8601 }
    }

    private static func offset(_ rules: TimeZoneRules, _ text: String) throws -> Int {
        rules.offset(at: Timestamp(microseconds: try microseconds(text)))
    }

    /// A file with times of four bytes, or of eight after an empty block, and a rule.
    private static func file(
        version: Character = "2", offsets: [Int] = [0], transitions: [(seconds: Int64, type: UInt8)] = [],
        leapSeconds: Int = 0, rule: String = ""
    ) -> [UInt8] {
        func number(_ value: Int64, _ length: Int) -> [UInt8] {
            (0..<length).reversed().map { UInt8(truncatingIfNeeded: value >> (Int64($0) * 8)) }
        }
        func header(_ times: Int, _ types: Int) -> [UInt8] {
            Array("TZif\(version)".utf8) + [UInt8](repeating: 0, count: 15)
                + [0, 0, leapSeconds, times, types, 4].flatMap { number(Int64($0), 4) }
        }
        func leaps(_ length: Int) -> [UInt8] { [UInt8](repeating: 0, count: leapSeconds * (length + 4)) }
        let types = offsets.flatMap { number(Int64($0), 4) + [0, 0] } + Array("XXX\0".utf8)
        let isOld = version == "\0"
        let length = isOld ? 4 : 8
        let block =
            header(transitions.count, offsets.count) + transitions.flatMap { number($0.seconds, length) }
            + transitions.map(\.type) + types + leaps(length)
        return isOld ? block : header(0, 0) + Array("XXX\0".utf8) + leaps(4) + block + Array("\n\(rule)\n".utf8)
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-03-29T00:59:59Z", 3600), ("Europe/Oslo", "2026-03-29T01:00Z", 7200),
        ("Europe/Oslo", "2025-10-26T00:59:59.999999Z", 7200), ("Europe/Oslo", "2025-10-26T01:00Z", 3600),
        ("America/New_York", "2025-03-09T06:59:59Z", -18_000), ("America/New_York", "2025-03-09T07:00Z", -14_400),
        ("America/New_York", "1974-01-06T07:00Z", -14_400), ("Asia/Kolkata", "2026-07-01T00:00Z", 19_800),
        ("Asia/Kolkata", "1943-01-01T00:00Z", 23_400), ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
        ("Pacific/Apia", "2011-12-30T10:00Z", 50_400), ("Africa/Casablanca", "2024-03-01T00:00Z", 3600),
        ("Africa/Casablanca", "2024-03-20T00:00Z", 0), ("Africa/Casablanca", "2024-05-01T00:00Z", 3600),
        ("Antarctica/Troll", "2025-01-01T00:00Z", 0), ("Antarctica/Troll", "2025-07-01T00:00Z", 7200),
        ("Australia/Lord_Howe", "2025-01-01T00:00Z", 39_600), ("Australia/Lord_Howe", "2025-07-01T00:00Z", 37_800),
    ])
    func `a zone has the offset that its clocks had`(_ name: String, _ time: String, _ expected: Int) throws {
        #expect(try Self.offset(Self.rules(name), time) == expected)
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-07-01T12:00", "2026-07-01T10:00:00.000Z"),
        ("Europe/Oslo", "2026-03-29T01:59:59.999", "2026-03-29T00:59:59.999Z"),
        ("Europe/Oslo", "2026-03-29T03:00", "2026-03-29T01:00:00.000Z"),
        ("Asia/Kolkata", "2026-07-01T05:30", "2026-07-01T00:00:00.000Z"),
        ("Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59.000Z"),
        ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00.000Z"),
        ("Africa/Casablanca", "2024-03-20T12:00", "2024-03-20T12:00:00.000Z"),
    ])
    func `a time on the wall is a moment`(_ name: String, _ local: String, _ expected: String) throws {
        #expect(try Self.moments(Self.rules(name), [local]) == [expected])
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z"),
        ("America/New_York", "2025-03-09T02:00", "2025-03-09T07:00:00.000Z"),
        ("Australia/Lord_Howe", "2025-10-05T02:15", "2025-10-04T15:45:00.000Z"),
        ("Antarctica/Troll", "2025-03-30T02:59", "2025-03-30T02:59:00.000Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00.000Z"),
    ])
    func `a time that clocks skip is as much later as they skip`(
        _ name: String, _ local: String, _ expected: String
    ) throws {
        #expect(try Self.moments(Self.rules(name), [local]) == [expected])
    }

    @Test(arguments: [
        ("Europe/Oslo", "2025-10-26T02:30", "2025-10-26T00:30:00.000Z"),
        ("America/New_York", "2025-11-02T01:59", "2025-11-02T05:59:00.000Z"),
        ("Australia/Lord_Howe", "2025-04-06T01:45", "2025-04-05T14:45:00.000Z"),
        ("Antarctica/Troll", "2025-10-26T01:30", "2025-10-25T23:30:00.000Z"),
        ("Africa/Casablanca", "2024-03-10T02:30", "2024-03-10T01:30:00.000Z"),
    ])
    func `a time that clocks show twice is the first`(_ name: String, _ local: String, _ expected: String) throws {
        #expect(try Self.moments(Self.rules(name), [local]) == [expected])
    }

    @Test func `UTC is a zone`() throws {
        #expect(try Self.rules("UTC") == .utc)
        #expect(TimeZoneRules.utc.timestamp(ofLocal: .min).microseconds == .min)
        #expect(TimeZoneRules.utc.offset(at: Timestamp(microseconds: .max)) == 0)
    }

    @Test func `a zone has an offset at the ends of time`() throws {
        let east = try #require(TimeZoneRules(tzif: Self.file(offsets: [0], rule: "<+25>-24:59:59")))
        #expect(east.timestamp(ofLocal: .min).microseconds == .min)
        let west = try #require(TimeZoneRules(tzif: Self.file(rule: "AAA12BBB,M3.5.0,M10.5.0")))
        #expect(west.timestamp(ofLocal: .max).microseconds == .max)
        #expect([-39_600, -43_200].contains(west.offset(at: Timestamp(microseconds: .min))))
    }

    // MARK: Files

    @Test func `a file of the first version has no rule`() throws {
        let file = Self.file(version: "\0", offsets: [60, -3600], transitions: [(-5, 1), (7, 0)])
        let rules = try #require(TimeZoneRules(tzif: file))
        let times: [Int64] = [-6_000_000, -5_000_001, -5_000_000, 6_999_999, 7_000_000, .max]
        #expect(times.map { rules.offset(at: Timestamp(microseconds: $0)) } == [60, 60, -3600, -3600, 60, 60])
    }

    @Test func `the rule counts from the last transition on, and always where there is none`() throws {
        let file = Self.file(offsets: [60, 120], transitions: [(0, 1)], rule: "AAA-1")
        let rules = try #require(TimeZoneRules(tzif: file))
        #expect([-1, 0].map { rules.offset(at: Timestamp(microseconds: $0)) } == [60, 3600])
        let always = try #require(TimeZoneRules(tzif: Self.file(offsets: [60], rule: "AAA-1")))
        #expect(always.offset(at: Timestamp(microseconds: -1)) == 3600)
    }

    @Test func `transitions may follow each other within hours`() throws {
        let hours: [Int64] = [0, 1, 2]
        let file = Self.file(
            offsets: [0, 7200, 3600, -3600], transitions: zip(hours, [1, 2, 3]).map { ($0 * 3600, $1) })
        let rules = try #require(TimeZoneRules(tzif: file))
        // On the wall: up to 0:00, 2:00 to 3:00, 2:00 to 3:00 again, and from 1:00 on.
        let locals: [Int64] = [-60, 0, 90, 120, 150, 180, 200]
        let moments = locals.map { rules.timestamp(ofLocal: $0 * 60_000_000).microseconds / 60_000_000 }
        #expect(moments == [-60, 0, 90, 0, 30, 240, 260])
    }

    @Test func `transitions at the ends of time are far away`() throws {
        let file = Self.file(offsets: [0, 3600], transitions: [(.min, 1), (.max, 0)], rule: "AAA0BBB,J1,J99")
        let rules = try #require(TimeZoneRules(tzif: file))
        for time in [Int64.min, 0, .max] { #expect(rules.offset(at: Timestamp(microseconds: time)) == 3600) }
        #expect(rules.timestamp(ofLocal: 0).microseconds == -3_600_000_000)
    }

    @Test(arguments: [
        ("no type", file(offsets: [])),
        ("a type that is not there", file(transitions: [(0, 1)])),
        ("times that do not ascend", file(transitions: [(5, 0), (5, 0)])),
        ("an offset of 26 hours", file(offsets: [93_600])),
        ("an offset of -25 hours", file(offsets: [-90_000])),
        ("the least offset", file(offsets: [Int(Int32.min)])),
        ("leap seconds", file(leapSeconds: 1)),
        ("an unknown version", file(version: "1")),
        ("no rule line", file(rule: "").dropLast()),
        ("another format", Array("#!/bin/sh\n".utf8) + [UInt8](repeating: 0, count: 100)),
        ("the largest counts", Array("TZif2".utf8) + [UInt8](repeating: 255, count: 100)),
    ])
    func `a malformed file is refused`(_ problem: String, _ file: [UInt8]) {
        #expect(TimeZoneRules(tzif: file) == nil)
    }

    @Test func `a file that is cut short is refused`() throws {
        let file = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Oslo")))
        for count in 0..<file.count { #expect(TimeZoneRules(tzif: Array(file.prefix(count))) == nil) }
    }

    @Test(arguments: ["Europe/Oslo", "Africa/Casablanca", "UTC"])
    func `no file stops the program`(_ name: String) throws {
        let file = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo").appending(path: name)))
        var state: UInt64 = 1
        func random(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<3000 {
            var broken = file
            for _ in 0...random(below: 4) { broken[random(below: file.count)] = UInt8(random(below: 256)) }
            guard let rules = TimeZoneRules(tzif: broken) else { continue }
            for time in [.min, -1, 1_700_000_000_000_000, .max] as [Int64] {
                _ = rules.offset(at: Timestamp(microseconds: time))
                _ = rules.timestamp(ofLocal: time)
            }
        }
    }

    // MARK: Rules

    /// Each with the first and the last second of its daylight time, as moments.
    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2099-03-29T01:00Z", "2099-10-25T00:59:59Z"),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00Z", "2026-11-01T05:59:59Z"),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2025-10-04T16:00Z", "2026-04-04T15:59:59Z"),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2025-10-04T15:30Z", "2026-04-04T14:59:59Z"),
        ("<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", "2026-03-29T01:00Z", "2026-10-25T00:59:59Z"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00Z", "2026-10-25T00:59:59Z"),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00Z", "2026-10-23T22:59:59Z"),
        ("AAA+0:00:30BBB-0:59:30,J60/0,J365/24:00:00", "2028-03-01T00:00:30Z", "2028-12-31T23:00:29Z"),
        ("AAA0BBB,59/0,J61/0", "2028-02-29T00:00Z", "2028-03-01T22:59:59Z"),
        ("AAA0BBB,J364/167,J10", "2026-01-05T23:00Z", "2026-01-10T00:59:59Z"),
        ("AAA0BBB,J364/100,J364/167", "2026-01-03T04:00Z", "2026-01-05T21:59:59Z"),
        ("AAA0BBB,J9/-167,J1/-100:30", "2026-01-02T01:00Z", "2026-12-27T18:29:59Z"),
    ])
    func `a rule says when clocks change every year`(_ rule: String, _ first: String, _ last: String) throws {
        let rules = try #require(TimeZoneRules(tzif: Self.file(rule: rule)))
        let first = try Self.microseconds(first)
        let last = try Self.microseconds(last)
        let offsets = [first - 1, first, last + 999_999, last + 1_000_000].map {
            rules.offset(at: Timestamp(microseconds: $0))
        }
        #expect(offsets[0] == offsets[3] && offsets[1] == offsets[2] && offsets[0] != offsets[1], "\(offsets)")
    }

    @Test(arguments: ["2025-12-31T23:59:59Z", "2026-01-01T04:59:59Z", "2026-01-01T05:00Z", "2026-07-01T00:00Z"])
    func `it may be summer all year`(_ time: String) throws {
        let rules = try #require(TimeZoneRules(tzif: Self.file(rule: "EST5EDT,0/0,J365/25")))
        #expect(try Self.offset(rules, time) == -14_400)
    }

    @Test func `winter may be the time that differs`() throws {
        let rules = try #require(TimeZoneRules(tzif: Self.file(rule: "IST-1GMT0,M10.5.0,M3.5.0/1")))
        #expect(try Self.offset(rules, "2026-07-01T00:00Z") == 3600)
        #expect(try Self.offset(rules, "2026-12-01T00:00Z") == 0)
        let moments = try Self.moments(rules, ["2026-03-29T01:30", "2026-10-25T01:30"])
        #expect(moments == ["2026-03-29T01:30:00.000Z", "2026-10-25T00:30:00.000Z"])
    }

    @Test(arguments: [
        "AB1", "AAA", "AAA25", "AAA1:60", "AAA1:", "AAA-", "<AAA1", "<A>1", "<A B>1", "AAA1BBB", "AAA1BBB,",
        "AAA1,J1,J2", "AAA1BBB,J1", "AAA1BBB,J1,", "AAA1BBB,J0,J2", "AAA1BBB,J366,J2", "AAA1BBB,366,2",
        "AAA1BBB,M13.1.0,J1", "AAA1BBB,M1.0.0,J1", "AAA1BBB,M1.6.0,J1", "AAA1BBB,M1.1.7,J1", "AAA1BBB,M1.1,J1",
        "AAA1BBB,J1/168,J2", "AAA1BBB,J1/,J2", "AAA1BBB,J1,J2 ", "AAA1BBB,J1,J2,J3", "AAA1BBB,J1/1:2:3:4,J2",
        ":AAA1", "AAA1000", "Å1",
    ])
    func `a malformed rule is refused`(_ rule: String) {
        #expect(TimeZoneRules(tzif: Self.file(rule: rule)) == nil)
    }
}
