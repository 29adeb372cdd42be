import FlowExpression
import FlowValue
import FuzzSupport

/// A scalar with expressions in it: parsed, searched, and evaluated where it is short.
struct TemplatePart {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func run() {
        let found = Template.expressions(in: text)
        for expression in found ?? [] { check(expression.place) }
        if let place = Template.firstExpression(in: text) { check(place) }
        do throws(ExpressionError) {
            let template = try Template.parse(text)
            require(found != nil, "parsed, but its expressions are not well formed")
            var count = 0
            template.forEachExpression { expression in
                count += 1
                expression.forEachReference { path in
                    for part in path { check(part.place) }
                }
            }
            require(count == found?.count, "\(count) expressions, \(found?.count ?? 0) found")
            require(Template.holdsExpression(text) == (count > 0), "holdsExpression")
            evaluate(template)
        } catch {
            require(!error.message.isEmpty, "a mistake without message")
            if let place = error.place { check(place) }
            require(found == nil, "not parsed, but its expressions are well formed: \(error.message)")
        }
    }

    private func check(_ place: Expression.Place) {
        let utf8 = text.utf8
        require(0 <= place.start && place.start <= place.end && place.end <= utf8.count, "\(place) in '\(text)'")
        for offset in [place.start, place.end] where offset < utf8.count {
            let byte = utf8[utf8.index(utf8.startIndex, offsetBy: offset)]
            require(byte & 0xC0 != 0x80, "\(offset) is inside a character of '\(text)'")
        }
    }

    private func evaluate(_ template: Template) {
        guard text.utf8.count <= 100 else { return }
        do throws(ExpressionError) {
            _ = JSONWriter.bytes(try template.value(in: Scope()))
        } catch {
            require(!error.message.isEmpty, "a mistake without message")
        }
    }

    private struct Scope: ExpressionScope {
        let now = "2026-11-24T00:00:00Z"

        func value(ofRoot name: String) throws(ExpressionError) -> JSONValue? {
            switch name {
            case "params": .object(["n": .int(-3), "s": .string("é\u{301}b"), "l": .array([.int(.max), .null])])
            case "item": .float(1e308)
            default: nil
            }
        }

        func value(ofPath path: [String]) throws(ExpressionError) -> JSONValue? {
            path == ["steps", "a", "result"] ? .bool(true) : nil
        }
    }
}
