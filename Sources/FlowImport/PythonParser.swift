import FlowValue

/// Reads the values of Python expressions without running them: literals, arithmetic on them, names that were given such
/// a value before, and the few calls that configurations write (``PythonCalls``).
///
/// Every expression is read to its end, so that what cannot be read costs its own statement and no other.
struct PythonParser {
    static let depthLimit = 64
    static let weightLimit = 100_000

    private let tokens: [PythonToken]
    private(set) var index: Int
    private let end: Int
    private let names: [String: PythonReading]
    private var depth = 0
    private var tolerant: Int?
    /// What names may still bring in, over the whole file.
    private(set) var budget: Int
    /// Entries of a tolerant mapping that could not be read.
    private(set) var leftOut: [(key: String, line: Int, why: PythonUnreadable)] = []

    init(_ tokens: [PythonToken], in range: Range<Int>, names: [String: PythonReading], budget: Int) {
        self.tokens = tokens
        index = range.lowerBound
        end = range.upperBound
        self.names = names
        self.budget = budget
    }

    /// Reads what stands on the right of an assignment, up to the end.
    ///
    /// - Parameter keepsEntries: Whether a mapping loses only the entries that cannot be read; they are in `leftOut`.
    /// - Returns: The value, or why there is none.
    mutating func wholeValue(keepsEntries: Bool = false) -> PythonReading {
        if keepsEntries { tolerant = index }
        let first = expression()
        guard index < end else {
            if case .failure = first { leftOut = [] }
            return first
        }
        leftOut = []
        guard isMark(",") else { return unreadable("it is no expression that a configuration needs") }
        var items = [first]
        while isMark(",") {
            index += 1
            if index < end { items.append(expression()) }
        }
        guard index == end else { return unreadable("it is no expression that a configuration needs") }
        return list(items)
    }

    private func unreadable(_ reason: String) -> PythonReading {
        .failure(PythonUnreadable(reason: reason))
    }

    private func reading(_ body: () throws(PythonUnreadable) -> PythonValue) -> PythonReading {
        do throws(PythonUnreadable) { return .success(try body()) } catch { return .failure(error) }
    }

    private func isMark(_ text: String) -> Bool {
        index < end && tokens[index].isMark(text)
    }

    // MARK: Expressions

    /// Reads an expression and leaves the index at the comma, colon, `=` or bracket behind it.
    mutating func expression() -> PythonReading {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            skipToTerminator()
            return .failure(.tooDeep)
        }
        let value = sum()
        guard index < end, !isTerminator else { return value }
        let word = tokens[index].name
        skipToTerminator()
        if case .failure(let why) = value, why.isEnvironment || (word != "for" && word != "async") { return value }
        switch word {
        case "if", "or", "and", "not", "in", "is": return unreadable("a condition is not evaluated")
        case "for", "async": return unreadable("a comprehension is not evaluated")
        default: return unreadable("it is no expression that a configuration needs")
        }
    }

    private var isTerminator: Bool {
        switch tokens[index].kind {
        case .mark(","), .mark(":"), .mark("="), .mark(")"), .mark("]"), .mark("}"): true
        default: false
        }
    }

    private mutating func skipToTerminator(colonEnds: Bool = true) {
        var open = 0
        while index < end {
            switch tokens[index].kind {
            case .mark("("), .mark("["), .mark("{"): open += 1
            case .mark(")"), .mark("]"), .mark("}"):
                if open == 0 { return }
                open -= 1
            case .mark(","), .mark("="):
                if open == 0 { return }
            case .mark(":"):
                if open == 0, colonEnds { return }
            default: break
            }
            index += 1
        }
    }

    private mutating func sum() -> PythonReading {
        var left = product()
        while isMark("+") || isMark("-") { left = combined(left) { $0.product() } }
        return left
    }

    private mutating func product() -> PythonReading {
        var left = signed()
        while isMark("*") || isMark("/") || isMark("//") || isMark("%") { left = combined(left) { $0.signed() } }
        return left
    }

    private mutating func combined(
        _ left: PythonReading, with operand: (inout PythonParser) -> PythonReading
    ) -> PythonReading {
        guard case .mark(let sign) = tokens[index].kind else { preconditionFailure("an operator stands here") }
        index += 1
        switch (left, operand(&self)) {
        case (.success(let left), .success(let right)):
            return reading { () throws(PythonUnreadable) in try PythonArithmetic.result(left, sign, right) }
        case (.failure(let left), .failure(let right)): return .failure(PythonUnreadable.of(left, right) ?? left)
        case (.failure(let why), .success), (.success, .failure(let why)): return .failure(why)
        }
    }

    private mutating func signed() -> PythonReading {
        var signs: [String] = []
        while isMark("-") || isMark("+") {
            signs.append(isMark("-") ? "-" : "+")
            index += 1
        }
        var value = postfix()
        if isMark("**") {
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.depthLimit else {
                skipToTerminator()
                return .failure(.tooDeep)
            }
            value = combined(value) { $0.signed() }
        }
        for sign in signs where sign == "-" {
            guard case .success(let number) = value else { break }
            value = reading { () throws(PythonUnreadable) in try PythonArithmetic.negated(number) }
        }
        return value
    }

    private mutating func postfix() -> PythonReading {
        let start = index
        let value = primary()
        guard isMark(".") || isMark("(") || isMark("[") else { return value }
        if start < end, tokens[start].name != nil, case .success = value, isCall(".", "total_seconds", "(", ")") {
            index += 4
            return value
        }
        while isMark(".") || isMark("(") || isMark("[") {
            if isMark(".") { index += 2 } else { skipBrackets() }
        }
        index = min(index, end)
        if case .failure = value { return value }
        return unreadable("a call or an element of a value is not evaluated")
    }

    private func isCall(_ texts: String...) -> Bool {
        guard index + texts.count <= end else { return false }
        return zip(tokens[index...], texts).allSatisfy { $0.isMark($1) || $0.name == $1 }
    }

    /// Skips a bracket and all that it holds.
    private mutating func skipBrackets() {
        var open = 0
        while index < end {
            switch tokens[index].kind {
            case .mark("("), .mark("["), .mark("{"): open += 1
            case .mark(")"), .mark("]"), .mark("}"): open -= 1
            default: break
            }
            index += 1
            if open == 0 { return }
        }
    }

    // MARK: Primaries

    private mutating func primary() -> PythonReading {
        guard index < end else { return unreadable("its value is missing") }
        let token = tokens[index]
        switch token.kind {
        case .string, .unreadableString: return strings()
        case .number(let text):
            index += 1
            return PythonNumber.reading(text)
        case .mark("("): return parenthesised()
        case .mark("["):
            index += 1
            return list(items(until: "]"))
        case .mark("{"): return braces()
        case .name(let name): return named(name)
        case .mark(let mark):
            guard !isTerminator else { return unreadable("its value is missing") }
            index += 1
            return unreadable("'\(mark)' is not evaluated")
        }
    }

    /// Adjacent strings are one.
    private mutating func strings() -> PythonReading {
        var text = ""
        var problem: PythonUnreadable?
        while index < end {
            if case .string(let part) = tokens[index].kind {
                text += part
            } else if case .unreadableString(let reason) = tokens[index].kind {
                problem = problem ?? PythonUnreadable(reason: reason)
            } else {
                break
            }
            index += 1
        }
        return problem.map { .failure($0) } ?? .success(PythonValue(.string(text)))
    }

    private mutating func parenthesised() -> PythonReading {
        index += 1
        guard !isMark(")") else {
            index += 1
            return list([])
        }
        let first = expression()
        if isMark(")") {
            index += 1
            return first
        }
        return list(items(until: ")", after: first))
    }

    /// Reads items up to a closing bracket, and past it.
    ///
    /// - Parameters:
    ///   - close: The closing bracket.
    ///   - first: An item that was read already; what stands behind it is next.
    /// - Returns: The items, one of them unreadable where they are no list.
    private mutating func items(until close: String, after first: PythonReading? = nil) -> [PythonReading] {
        var items: [PythonReading] = []
        if let first {
            items.append(first)
            endItem(&items, before: close)
        }
        while index < end, !isMark(close) {
            items.append(expression())
            endItem(&items, before: close)
        }
        index = min(index + 1, end)
        return items
    }

    /// Passes the comma behind an item; anything else but the end makes the list unreadable.
    private mutating func endItem(_ items: inout [PythonReading], before close: String) {
        guard index < end, !isMark(close) else { return }
        if !isMark(",") { items.append(unreadable("it is no expression that a configuration needs")) }
        index += 1
    }

    private func list(_ items: [PythonReading]) -> PythonReading {
        var values: [PythonValue] = []
        var problem: PythonUnreadable?
        for item in items {
            switch item {
            case .success(let value): values.append(value)
            case .failure(let why): problem = PythonUnreadable.of(problem, why)
            }
        }
        if let problem { return .failure(problem) }
        return reading { () throws(PythonUnreadable) in try PythonValue(items: values) }
    }

    /// A mapping or a set.
    private mutating func braces() -> PythonReading {
        let isTolerant = tolerant == index
        index += 1
        var members: [(key: String, value: PythonValue)] = []
        var problem: PythonUnreadable?
        while index < end, !isMark("}") {
            let line = tokens[index].line
            let key = expression()
            guard isMark(":") else {
                if members.isEmpty, problem == nil, leftOut.isEmpty { return set(items(until: "}", after: key)) }
                if case .failure(let why) = key { problem = PythonUnreadable.of(problem, why) }
                problem = problem ?? PythonUnreadable(reason: "it is neither a mapping nor a set")
                if !isMark("}") { index += 1 }
                continue
            }
            index += 1
            let value = expression()
            switch (key, value) {
            case (.success(let key), .success(let value)):
                if case .string(let text) = key.json {
                    members.append((text, value))
                } else {
                    problem = PythonUnreadable.of(problem, PythonUnreadable(reason: "it has a key that is no string"))
                }
            case (.success(let key), .failure(let why)):
                if isTolerant, case .string(let text) = key.json {
                    leftOut.append((text, line, why))
                } else {
                    problem = PythonUnreadable.of(problem, why)
                }
            case (.failure(let why), _): problem = PythonUnreadable.of(problem, why)
            }
            if !isMark("}") { index += 1 }
        }
        index = min(index + 1, end)
        if let problem { return .failure(problem) }
        return reading { () throws(PythonUnreadable) in try PythonValue(members: members) }
    }

    private func set(_ items: [PythonReading]) -> PythonReading {
        guard case .success(let value) = list(items), case .array(let values) = value.json else { return list(items) }
        var seen: Set<JSONValue> = []
        var kept: [PythonReading] = []
        for (item, value) in zip(items, values) {
            switch value {
            case .array, .object: return unreadable("it is a set of lists or mappings")
            default: if seen.insert(value).inserted { kept.append(item) }
            }
        }
        return list(kept)
    }

    // MARK: Names and calls

    private mutating func named(_ name: String) -> PythonReading {
        index += 1
        switch name {
        case "True": return .success(PythonValue(.bool(true)))
        case "False": return .success(PythonValue(.bool(false)))
        case "None": return .success(PythonValue(.null))
        case "lambda":
            skipToTerminator(colonEnds: false)
            return unreadable("a function is not run")
        case "not", "await", "yield":
            skipToTerminator()
            return unreadable("a condition is not evaluated")
        default: break
        }
        var path = [name]
        while isMark("."), index + 1 < end, let part = tokens[index + 1].name {
            path.append(part)
            index += 2
        }
        if isMark("(") {
            let arguments = arguments()
            return PythonCalls.reading(path, arguments)
        }
        if path.contains("environ") {
            var variable: String?
            if isMark("["), index + 1 < end, case .string(let text) = tokens[index + 1].kind { variable = text }
            return .failure(PythonCalls.environment(variable))
        }
        let isSetting = path.count > 1 && path[path.count - 2] == "conf"
        guard let known = names[isSetting ? path[path.count - 1] : path.joined(separator: ".")] else {
            return unreadable("the name '\(path.joined(separator: "."))' has no value that is known here")
        }
        guard case .success(let value) = known else { return known }
        budget -= value.weight
        return budget < 0 ? .failure(.tooLarge) : known
    }

    /// Reads the arguments of a call, from the opening bracket to past the closing one.
    mutating func arguments() -> PythonArguments {
        var arguments = PythonArguments()
        index += 1
        while index < end, !isMark(")") {
            let line = tokens[index].line
            if isMark("*") || isMark("**") {
                index += 1
                skipToTerminator()
                arguments.positional.append(unreadable("'*' and '**' are not evaluated"))
            } else if let name = tokens[index].name, index + 1 < end, tokens[index + 1].isMark("=") {
                index += 2
                arguments.named.append((name, line, expression()))
            } else {
                arguments.positional.append(expression())
            }
            endItem(&arguments.positional, before: ")")
        }
        index = min(index + 1, end)
        return arguments
    }
}

/// The arguments of a call.
struct PythonArguments {
    var positional: [PythonReading] = []
    var named: [(name: String, line: Int, value: PythonReading)] = []

    /// The cause of the first that cannot be read, the environment before others.
    var problem: PythonUnreadable? {
        var problem: PythonUnreadable?
        for reading in positional + named.map(\.value) {
            if case .failure(let why) = reading { problem = PythonUnreadable.of(problem, why) }
        }
        return problem
    }
}

/// Numbers as Python writes them.
enum PythonNumber {
    static func reading(_ text: String) -> PythonReading {
        let digits = text.replacing("_", with: "").lowercased()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return whole(String(digits.dropFirst(2)), radix: radix, as: text)
        }
        if digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
            guard digits.utf8.first != UInt8(ascii: "0") || digits.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                return .failure(PythonUnreadable(reason: "'\(text)' is an octal number of Python 2; write 0o in front"))
            }
            return whole(digits, radix: 10, as: text)
        }
        guard digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 || ".e+-".utf8.contains($0) }),
            let value = Double(digits.hasSuffix(".") ? digits + "0" : digits)
        else { return .failure(PythonUnreadable(reason: "'\(text)' is no number")) }
        return value.isFinite ? .success(PythonValue(.float(value))) : .failure(.outOfRange)
    }

    private static func whole(_ digits: String, radix: Int, as text: String) -> PythonReading {
        if let value = Int64(digits, radix: radix), digits.utf8.first != UInt8(ascii: "+"),
            digits.utf8.first != UInt8(ascii: "-")
        {
            return .success(PythonValue(.int(value)))
        }
        let isNumber = digits.utf8.allSatisfy { byte in
            Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false
        }
        return .failure(isNumber && !digits.isEmpty ? .outOfRange : PythonUnreadable(reason: "'\(text)' is no number"))
    }
}
