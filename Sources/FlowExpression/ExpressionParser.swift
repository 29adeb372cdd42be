internal import FlowValue

/// Parses the inside of `${{ … }}`.
///
/// From weak to strong: `?:`, `??`, `||`, `&&`, equality, comparison and `in`, `+ -`, `* / %`, unary, postfix.
package struct ExpressionParser {
    private var tokens: [Token] = []
    private var position = 0
    private var depth = 0
    /// Operators so far: each makes the tree deeper, and whoever walks it needs a stack.
    private var operators = 0
    private static let mostOperators = 1000

    /// Parses one expression.
    ///
    /// - Parameters:
    ///   - bytes: The whole scalar.
    ///   - range: The part between `${{` and `}}`.
    /// - Returns: The tree.
    /// - Throws: ``ExpressionError`` with its place.
    package static func parse(_ bytes: [UInt8], _ range: Range<Int>) throws(ExpressionError) -> Expression {
        var parser = ExpressionParser()
        parser.tokens = try ExpressionLexer.tokens(bytes, range)
        let expression = try parser.conditional()
        let rest = parser.tokens[parser.position]
        guard case .end = rest.kind else {
            throw ExpressionError("unexpected \(rest.text)\(hint(rest))", at: rest.place)
        }
        return expression
    }

    /// What a word of another language is here.
    private static func hint(_ token: Token) -> String {
        guard case .name(let name) = token.kind else { return "" }
        switch name {
        case "and": return "; 'and' is written '&&'"
        case "or": return "; 'or' is written '||'"
        case "not": return "; 'not' is written '!'"
        case "is": return "; equality is written '=='"
        case "if", "else": return "; a choice is written 'condition ? a : b'"
        default: return ""
        }
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard case .symbol(symbol) = tokens[position].kind else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        let token = tokens[position]
        guard take(symbol) else { throw ExpressionError("expected '\(symbol)', found \(token.text)", at: token.place) }
    }

    private mutating func conditional() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 64 else {
            throw ExpressionError("nested deeper than 64 levels", at: tokens[position].place)
        }
        let condition = try binary(level: 0)
        guard take("?") else { return condition }
        let left = try conditional()
        try expect(":")
        return .conditional(condition, left, try conditional())
    }

    private static let levels: [[Expression.Binary]] = [
        [.orElse], [.or], [.and], [.equal, .unequal],
        [.lessOrEqual, .greaterOrEqual, .less, .greater, .contained], [.plus, .minus], [.times, .divided, .modulo],
    ]

    private mutating func binary(level: Int) throws(ExpressionError) -> Expression {
        guard level < Self.levels.count else { return try unary() }
        var left = try binary(level: level + 1)
        while let found = Self.levels[level].first(where: { take($0.rawValue) }) {
            try countOperator()
            left = .binary(found, left, try binary(level: level + 1))
        }
        return left
    }

    private mutating func countOperator() throws(ExpressionError) {
        operators += 1
        guard operators <= Self.mostOperators else {
            throw ExpressionError(
                "an expression of more than \(Self.mostOperators) operators", at: tokens[position].place)
        }
    }

    private mutating func unary() throws(ExpressionError) -> Expression {
        var operators: [Expression.Unary] = []
        while true {
            if take("!") {
                operators.append(.not)
            } else if take("-") {
                operators.append(.minus)
            } else {
                break
            }
            guard operators.count <= 64 else {
                throw ExpressionError("nested deeper than 64 levels", at: tokens[position].place)
            }
        }
        return operators.reversed().reduce(try postfix()) { .unary($1, $0) }
    }

    private mutating func postfix() throws(ExpressionError) -> Expression {
        var value = try primary()
        while true {
            try countOperator()
            if take(".") {
                let token = tokens[position]
                switch token.kind {
                case .name(let name):
                    value = .member(value, name, token.place)
                case .symbol("in"):
                    value = .member(value, "in", token.place)
                default:
                    throw ExpressionError("expected a name after '.', found \(token.text)", at: token.place)
                }
                position += 1
            } else if take("[") {
                let index = try conditional()
                try expect("]")
                value = .index(value, index)
            } else {
                return value
            }
        }
    }

    private mutating func primary() throws(ExpressionError) -> Expression {
        let token = tokens[position]
        position += 1
        switch token.kind {
        case .literal(let value):
            return .literal(value)
        case .name(let name):
            switch name {
            case "true": return .literal(.bool(true))
            case "false": return .literal(.bool(false))
            case "null": return .literal(.null)
            default: break
            }
            guard take("(") else { return .name(name, token.place) }
            return try call(name, token.place)
        case .symbol("("):
            let value = try conditional()
            try expect(")")
            return value
        case .symbol("["):
            return .list(try list(until: "]"))
        case .symbol("{"):
            return try object()
        case .symbol, .end:
            position -= 1
            throw ExpressionError("expected a value, found \(token.text)", at: token.place)
        }
    }

    private mutating func list(until end: String) throws(ExpressionError) -> [Expression] {
        var items: [Expression] = []
        guard !take(end) else { return [] }
        repeat { items.append(try conditional()) } while take(",")
        try expect(end)
        return items
    }

    private mutating func object() throws(ExpressionError) -> Expression {
        var entries: [Expression.Entry] = []
        var keys: Set<String> = []
        guard !take("}") else { return .object([]) }
        repeat {
            let token = tokens[position]
            position += 1
            let key: String
            switch token.kind {
            case .name(let name): key = name
            case .literal(.string(let text)): key = text
            default: throw ExpressionError("expected a key, found \(token.text)", at: token.place)
            }
            guard keys.insert(key).inserted else {
                throw ExpressionError("the key '\(key)' stands twice", at: token.place)
            }
            try expect(":")
            entries.append(Expression.Entry(key: key, value: try conditional()))
        } while take(",")
        try expect("}")
        return .object(entries)
    }

    private mutating func call(_ name: String, _ place: Expression.Place) throws(ExpressionError) -> Expression {
        guard let function = ExpressionFunction(rawValue: name) else {
            throw ExpressionError("there is no function '\(name)'", at: place, unknownFunction: name)
        }
        let arguments = try list(until: ")")
        guard function.arity.contains(arguments.count) else {
            let arity = function.arity
            let wanted = arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
            throw ExpressionError("'\(name)' takes \(wanted) arguments, not \(arguments.count)", at: place)
        }
        return .call(function, arguments)
    }
}

/// One token of an expression.
struct Token {
    enum Kind: Equatable {
        case literal(JSONValue)
        case name(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    let place: Expression.Place

    var text: String {
        switch kind {
        case .literal(let value): JSONWriter.text(value)
        case .name(let name): "'\(name)'"
        case .symbol(let symbol): "'\(symbol)'"
        case .end: "the end"
        }
    }
}

/// Splits the inside of `${{ … }}` into tokens.
enum ExpressionLexer {
    private static let symbols = [
        "==", "!=", "<=", ">=", "&&", "||", "??", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")",
        "[", "]", "{", "}",
    ]

    static func tokens(_ bytes: [UInt8], _ range: Range<Int>) throws(ExpressionError) -> [Token] {
        var tokens: [Token] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                index += 1
                continue
            }
            let start = index
            let kind: Token.Kind
            if isNameStart(byte) {
                // A '-' between name characters belongs to the name.
                while index < range.upperBound, isNamePart(bytes, index, range) { index += 1 }
                let name = String(decoding: bytes[start..<index], as: UTF8.self)
                kind = name == "in" ? .symbol("in") : .name(name)
            } else if byte &- UInt8(ascii: "0") < 10 {
                kind = .literal(try number(bytes, &index, range))
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                kind = .literal(.string(try string(bytes, &index, range)))
            } else if let symbol = symbols.first(where: { bytes[index..<range.upperBound].starts(with: $0.utf8) }) {
                index += symbol.utf8.count
                kind = .symbol(symbol)
            } else {
                let place = Expression.Place(index, scalarEnd(bytes, index, range))
                let shown = String(decoding: bytes[place.start..<place.end], as: UTF8.self)
                let meant = ["=": "; equality is '=='", "&": "; 'and' is '&&'", "|": "; 'or' is '||'"][shown] ?? ""
                throw ExpressionError("unexpected '\(shown)'\(meant)", at: place)
            }
            tokens.append(Token(kind: kind, place: Expression.Place(start, index)))
        }
        tokens.append(Token(kind: .end, place: Expression.Place(range.upperBound, range.upperBound)))
        return tokens
    }

    private static func scalarEnd(_ bytes: [UInt8], _ index: Int, _ range: Range<Int>) -> Int {
        var end = index + 1
        while end < range.upperBound, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    private static func isNamePart(_ bytes: [UInt8], _ index: Int, _ range: Range<Int>) -> Bool {
        let byte = bytes[index]
        if isNameStart(byte) || byte &- UInt8(ascii: "0") < 10 { return true }
        guard byte == UInt8(ascii: "-"), index + 1 < range.upperBound else { return false }
        let next = bytes[index + 1]
        return isNameStart(next) || next &- UInt8(ascii: "0") < 10
    }

    private static func number(_ bytes: [UInt8], _ index: inout Int, _ range: Range<Int>) throws(ExpressionError)
        -> JSONValue
    {
        let start = index
        func digits() {
            while index < range.upperBound, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        }
        digits()
        var isFloat = false
        if index + 1 < range.upperBound, bytes[index] == UInt8(ascii: "."), bytes[index + 1] &- UInt8(ascii: "0") < 10 {
            isFloat = true
            index += 1
            digits()
        }
        if index < range.upperBound, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isFloat = true
            index += 1
            if index < range.upperBound, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
                index += 1
            }
            digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isFloat, let value = Double(text), value.isFinite { return .float(value) }
        if !isFloat, let value = Int64(text) { return .int(value) }
        throw ExpressionError("the number '\(text)' is out of range", at: Expression.Place(start, index))
    }

    private static func string(_ bytes: [UInt8], _ index: inout Int, _ range: Range<Int>) throws(ExpressionError)
        -> String
    {
        let quote = bytes[index]
        let start = index
        var text: [UInt8] = []
        index += 1
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            if byte == quote {
                // A doubled single quote is one, as in GitHub Actions.
                guard quote == UInt8(ascii: "'"), index < range.upperBound, bytes[index] == quote else {
                    return String(decoding: text, as: UTF8.self)
                }
                index += 1
                text.append(quote)
            } else if byte == UInt8(ascii: "\\"), index < range.upperBound {
                let escaped = bytes[index]
                index += 1
                switch escaped {
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "t"): text.append(0x09)
                case UInt8(ascii: "r"): text.append(0x0D)
                case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(escaped)
                default: text += [byte, escaped]
                }
            } else {
                text.append(byte)
            }
        }
        throw ExpressionError("this string is never closed", at: Expression.Place(start, start + 1))
    }
}
