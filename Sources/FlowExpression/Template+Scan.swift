extension Template {
    /// One `${{ … }}` of a scalar.
    package struct Found {
        /// What stands between the braces, without the space around it.
        package let place: Expression.Place
        package let expression: Expression
    }

    /// Whether a text holds an expression; `$${{` is none.
    package static func holdsExpression(_ text: String) -> Bool {
        firstExpression(in: text) != nil
    }

    /// The place of the first `${{` that is not escaped.
    package static func firstExpression(in text: String) -> Expression.Place? {
        let bytes = Array(text.utf8)
        var index = 0
        while index + 2 < bytes.count {
            if bytes[index...].starts(with: "$${{".utf8) {
                index += 4
            } else if bytes[index...].starts(with: "${{".utf8) {
                return Expression.Place(index, (closing(bytes, from: index + 3) ?? index + 1) + 2)
            } else {
                index += 1
            }
        }
        return nil
    }

    private static func inner(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Expression.Place {
        var (start, end) = (start, end)
        func isSpace(_ index: Int) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) }
        while start < end, isSpace(start) { start += 1 }
        while end > start, isSpace(end - 1) { end -= 1 }
        return Expression.Place(start, end)
    }

    /// Every expression of a scalar with its place; nil where one of them is not well formed.
    package static func expressions(in text: String) -> [Found]? {
        let bytes = Array(text.utf8)
        var found: [Found] = []
        var index = 0
        while index + 2 < bytes.count {
            if bytes[index...].starts(with: "$${{".utf8) {
                index += 4
            } else if bytes[index...].starts(with: "${{".utf8) {
                guard let end = closing(bytes, from: index + 3),
                    let expression = try? ExpressionParser.parse(bytes, index + 3..<end)
                else { return nil }
                found.append(Found(place: inner(bytes, index + 3, end), expression: expression))
                index = end + 2
            } else {
                index += 1
            }
        }
        return found
    }
}
