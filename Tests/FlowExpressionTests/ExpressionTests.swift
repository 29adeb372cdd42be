import FlowExpression
import FlowValue
import Testing

private struct Names: ExpressionScope {
    let values: JSONObject
    var now: String { "2026-11-24T00:00:00.000Z" }

    func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? { values[name] }
    func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? { nil }
}

private func value(_ text: String) throws -> JSONValue {
    let names: JSONObject = [
        "params": .object(["env": .string("prod"), "list": .array([.int(3), .int(1)])]), "a-b": .int(7),
    ]
    return try Template.parse("${{ \(text) }}").value(in: Names(values: names))
}

@Suite struct `an expression` {
    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("7 % 4", "3"), ("7 / 2", "3.5"), ("-2 - -3", "1"), ("1 == 1.0", "true"),
        ("'1' == 1", "false"), ("params.env == 'prod' ? 3 : 1", "3"), ("null ?? 'x'", #""x""#),
        ("params.nope ?? 'x'", #""x""#), ("!(1 == 1) || 2 >= 2 && true", "true"), ("params.list[-1]", "1"),
        ("a-b", "7"), ("[1, 'x', null]", #"[1,"x",null]"#), ("{a: 1, 'b c': 2}", #"{"a":1,"b c":2}"#),
        ("sort(params.list)", "[1,3]"), ("join(['x', 2], '-')", #""x-2""#), ("range(3)", "[0,1,2]"),
        ("split(' b,a ', ',')", #"[" b","a "]"#), ("replace('a.b', '.', '/')", #""a/b""#), ("len('é🚀')", "2"),
        ("'it''s'", #""it's""#), ("'ab' + 'c'", #""abc""#), ("unique([1, 1.0, '1'])", #"[1,"1"]"#),
        ("'prod' in ['dev', 'prod']", "true"), ("parse_json('[1]')[0]", "1"), ("max(1, 3, 2)", "3"),
    ])
    func `has the value that the language gives it`(_ text: String, _ json: String) throws {
        #expect(JSONWriter.text(try value(text)) == json)
    }

    @Test(arguments: [
        "1 +", "params.", "nosuch(1)", "len()", "(1", "'open", "9223372036854775807 + 1", "1 / 0", "1 % 0", "'a' < 1",
        "params.nope", "[1][1]", "1 ? 2 : 3", "range(10000000)", "1 2", "&", "'a' - 'b'",
    ])
    func `without a value is an error`(_ text: String) {
        #expect(throws: ExpressionError.self) { try value(text) }
    }

    @Test func `alone in a scalar keeps its type and with text becomes a string`() throws {
        let scope = Names(values: [:])
        #expect(try Template.parse(" ${{ 1 + 2 }}\n").value(in: scope) == .int(3))
        #expect(try Template.parse("n=${{ 1 + 2 }}").value(in: scope) == .string("n=3"))
        #expect(try Template.parse("$${{ x }}").value(in: scope) == .string("${{ x }}"))
        #expect(throws: ExpressionError.self) { try Template.parse("a ${{ [1] }}").value(in: scope) }
    }

    @Test func `is bounded in depth`() {
        let deep = String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
        #expect(throws: ExpressionError.self) { try value(deep) }
    }
}
