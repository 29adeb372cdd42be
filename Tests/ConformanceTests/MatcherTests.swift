import Testing

struct MatcherTests {
    @Test(arguments: [
        ("1", "1"), ("1.0", "1.0"), ("true", "true"), ("null", "null"), ("\"a\"", "\"a\""), ("[]", "[]"),
        (#"{"a": 1, "b": [null]}"#, #"{"b": [null], "a": 1}"#),
        (#"{"$any": true}"#, "null"), (#"[{"$any": true}]"#, "[7]"),
        (#"{"$number": 4}"#, "4"), (#"{"$number": 4}"#, "4.0"), (#"{"$number": 0.5}"#, "0.5"),
        (#"{"$len": 3}"#, "[1, 2, 3]"), (#"{"$len": 1}"#, "\"🚀\""), (#"{"$len": 1}"#, #"{"a": 1}"#),
        (#"{"$contains": "b"}"#, "\"abc\""), (#"{"$contains": "\"b\": 1"}"#, #"{"a": {"b": 1}}"#),
        (#"{"$regex": "(?i)KILL|9"}"#, "\"was killed\""), (#"{"$regex": "^a$"}"#, "\"a\""),
        (#"{"$one_of": [1, {"$len": 2}]}"#, "[0, 0]"),
        (#"{"$has": {"a": 1, "b": {"$has": {}}}}"#, #"{"z": 0, "b": {"y": 1}, "a": 1}"#),
        (#"{"$any": true, "b": 1}"#, #"{"$any": true, "b": 1}"#),
    ])
    func `a value that is wanted is accepted`(_ wanted: String, _ got: String) throws {
        let matcher = try Matcher(TestJSON(reading: wanted))
        #expect(matcher.difference(from: try TestJSON(reading: got), at: "x") == nil)
    }

    @Test(arguments: [
        ("1", "1.0", "x: wanted 1, got 1.0"), ("1.0", "1", "x: wanted 1.0, got 1"),
        ("1", "true", "x: wanted 1, got true"), ("0", "false", "x: wanted 0, got false"),
        ("null", "0", "x: wanted null, got 0"), ("\"1\"", "1", "x: wanted \"1\", got 1"),
        ("9007199254740993", "9007199254740992", "x: wanted 9007199254740993, got 9007199254740992"),
        ("[1, 2]", "[1]", "x: wanted [1, 2], got [1]"), ("[1, 2]", "[1, 3]", "x[1]: wanted 2, got 3"),
        ("[]", "{}", "x: wanted [], got {}"), ("{}", "null", "x: wanted {}, got null"),
        (#"{"a": 1}"#, #"{"b": 1}"#, "x.a: missing"), ("{}", #"{"b": [1]}"#, "x.b: not expected, got [1]"),
        (#"{"a": {"b": [0]}}"#, #"{"a": {"b": [1]}}"#, "x.a.b[0]: wanted 0, got 1"),
        (#"{"$number": 1}"#, "true", #"x: wanted {"$number": 1}, got true"#),
        (#"{"$number": 4}"#, "\"4\"", #"x: wanted {"$number": 4}, got "4""#),
        (#"{"$len": 3}"#, "3", #"x: wanted {"$len": 3}, got 3"#),
        (#"{"$contains": "null"}"#, "null", #"x: wanted {"$contains": "null"}, got null"#),
        (#"{"$contains": "B"}"#, "\"abc\"", #"x: wanted {"$contains": "B"}, got "abc""#),
        (#"{"$regex": "9"}"#, "9", #"x: wanted {"$regex": "9"}, got 9"#),
        (#"{"$one_of": [1, 2]}"#, "1.0", #"x: wanted {"$one_of": [1, 2]}, got 1.0"#),
        (#"{"$has": {"a": 1}}"#, "[]", "x: wanted an object, got []"),
        (#"{"$has": {"a": 1}}"#, #"{"b": 1}"#, "x.a: missing"),
        (#"{"$has": {"a": [{"$len": 1}]}}"#, #"{"a": [[]]}"#, #"x.a[0]: wanted {"$len": 1}, got []"#),
    ])
    func `a value that is not wanted is named with its place`(
        _ wanted: String, _ got: String, _ sentence: String
    ) throws {
        let matcher = try Matcher(TestJSON(reading: wanted))
        #expect(matcher.difference(from: try TestJSON(reading: got), at: "x") == sentence)
    }

    @Test(arguments: [
        #"{"$anything": true}"#, #"{"$len": "3"}"#, #"{"$regex": "("}"#, #"[{"$has": 1}]"#, #"{"$one_of": {"a": 1}}"#,
    ])
    func `a matcher that there is not makes the case unusable`(_ wanted: String) throws {
        let json = try TestJSON(reading: wanted)
        #expect(throws: UnusableCase.self) { try Matcher(json) }
    }

    @Test func `a long value is cut in messages`() throws {
        let matcher = try Matcher(.integer(1))
        let long = TestJSON.string(String(repeating: "a", count: 500))
        let difference = try #require(matcher.difference(from: long, at: "x"))
        #expect(difference == "x: wanted 1, got \"" + String(repeating: "a", count: 156) + "...")
    }
}
