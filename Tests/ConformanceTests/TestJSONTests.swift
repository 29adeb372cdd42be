import Testing

struct TestJSONTests {
    @Test(arguments: [
        ("1", TestJSON.integer(1)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("9007199254740993", .integer(9_007_199_254_740_993)),
        ("1.0", .double(1)), ("1e3", .double(1_000)), ("-2.5E-1", .double(-0.25)),
        ("true", .boolean(true)), (" null\n", .null), ("[]", .array([])), ("{}", .object([])),
        (#""a\n\u00e9\ud83d\ude80\/""#, .string("a\né🚀/")), ("\"漢\"", .string("漢")),
        (
            #"{"b": [1, 2.5], "a": {}}"#,
            .object([
                .init(key: "b", value: .array([.integer(1), .double(2.5)])), .init(key: "a", value: .object([])),
            ])
        ),
    ])
    func `a value keeps its type`(_ text: String, _ value: TestJSON) throws {
        #expect(try TestJSON(reading: text) == value)
    }

    @Test(arguments: [
        "", " ", "1 2", "{} x", "01", "1.", ".5", "+1", "-", "1e", "tru", "NaN", "Infinity", "'a'", "\"a", "\"\t\"",
        #""\x""#, #""\ud800""#, #""\u12g4""#, "[1,]", "[1 2]", "[", "{", "{\"a\"}", "{\"a\": 1,}", "{a: 1}",
        "{\"a\": 1, \"a\": 2}", "9223372036854775808", "1e999", "\u{FEFF}1",
    ])
    func `what is not one JSON document is refused`(_ text: String) {
        #expect(throws: TestJSONReader.Failure.self) { try TestJSON(reading: text) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: TestJSONReader.Failure.self) { try TestJSON(reading: [0x22, 0xFF, 0x22]) }
    }

    @Test func `nesting without end is refused, not followed`() {
        #expect(throws: TestJSONReader.Failure.self) {
            try TestJSON(reading: String(repeating: "[", count: 1_000_000))
        }
    }

    @Test func `a value is written on one line, its members in order`() throws {
        let text = #"{"b": [1, 1.0, true, null], "a": "q\"\\\n\u0001é"}"#
        #expect(try TestJSON(reading: text).description == text)
    }

    @Test func `the order of members does not count, and the spelling of a text does`() throws {
        #expect(try TestJSON(reading: #"{"a": 1, "b": 2}"#) == TestJSON(reading: #"{"b": 2, "a": 1}"#))
        #expect(TestJSON.string("\u{E9}") != .string("e\u{301}"))
    }
}
