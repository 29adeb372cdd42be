import FlowValue
import Testing

@Suite struct `JSON` {
    @Test(arguments: [
        #"{"b":[1,2.5,null,true],"a":"é","n":9007199254740993}"#, "[]", "{}", #""\u0001\n\"\\""#,
        "-9223372036854775808",
        "1.0", #"[[[[]]]]"#,
    ])
    func `is written as it was read`(_ text: String) throws {
        #expect(JSONWriter.text(try JSONReader.read(text)) == text)
    }

    @Test(arguments: [
        "", "{", "[1,]", "01", "1.", "nul", #""\x""#, #""\ud800""#, "9223372036854775808", #"{"a":1,"a":2}"#, "1 2",
        "+1",
        "'a'", "\u{7}",
    ])
    func `is refused when it is broken`(_ text: String) {
        #expect(throws: JSONError.self) { try JSONReader.read(text) }
    }

    @Test func `nesting is bounded`() {
        #expect(throws: JSONError.self) { try JSONReader.read(String(repeating: "[", count: 100_000)) }
    }

    @Test func `an int and a float of one value are equal, and nothing else of two types is`() {
        #expect(JSONValue.int(1) == .float(1))
        #expect(JSONValue.int(1) != .string("1"))
        #expect(JSONValue.bool(true) != .int(1))
        #expect(JSONValue.int(9_007_199_254_740_993) != .float(9_007_199_254_740_992))
    }
}

@Suite struct `times` {
    @Test(arguments: [
        ("2026-11-24", 1_795_478_400_000_000), ("2026-11-24T01:02:03Z", 1_795_482_123_000_000),
        ("2026-11-24T01:02:03.5+01:00", 1_795_478_523_500_000), ("1969-12-31T23:59:59Z", -1_000_000),
    ])
    func `are read from ISO 8601`(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test func `are written in UTC with milliseconds`() {
        #expect(Timestamp(microseconds: 1_795_482_123_004_567).iso8601 == "2026-11-24T01:02:03.004Z")
        #expect(Timestamp(microseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
    }

    @Test(arguments: ["2026-13-01", "2026-02-30", "2026-1-1", "yesterday", "2026-01-01T25:00", ""])
    func `that do not exist are refused`(_ text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `durations have falling units`() {
        #expect(DurationText.duration("1h30m") == .seconds(5400))
        #expect(DurationText.duration("250ms") == .milliseconds(250))
        #expect(DurationText.duration("30m1h") == nil)
        #expect(DurationText.duration("5 minutes") == nil)
        #expect(DurationText.duration("10") == nil)
    }
}
