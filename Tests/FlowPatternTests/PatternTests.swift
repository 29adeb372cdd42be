import FlowPattern
import Testing

@Suite struct `a pattern` {
    @Test func `is found anywhere in a text`() throws {
        let month = try Pattern(#"^\d{4}-\d{2}$"#)
        #expect(month.matches("2026-10"))
        #expect(!month.matches("2026-1"))
        #expect(try Pattern("b+").matches("abbc"))
        #expect(try Pattern("é").matches("caféine"))
    }

    @Test(arguments: ["(", "[a", "a**", #"(?=a)"#, #"(a)\1"#])
    func `that RE2 does not have is refused with a reason`(_ text: String) {
        #expect(throws: Pattern.SyntaxError.self) { try Pattern(text) }
    }

    @Test func `that blows up elsewhere takes linear time`() throws {
        let text = String(repeating: "a", count: 100_000)
        #expect(!(try Pattern("(a+)+$b").matches(text)))
    }
}
