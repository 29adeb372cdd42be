import FlowValue

/// Why the value of an expression is not known without running it.
struct PythonUnreadable: Error {
    /// The end of a sentence: lower case, no full stop.
    let reason: String
    /// Whether an environment variable decides.
    var isEnvironment = false

    static let tooDeep = PythonUnreadable(reason: "it is nested deeper than \(PythonParser.depthLimit) levels")
    static let tooLarge = PythonUnreadable(reason: "it is larger than a configuration can be")
    static let outOfRange = PythonUnreadable(reason: "it has a number beyond 64 bits")

    /// Of two causes the environment, for which there is a way out.
    static func of(_ left: PythonUnreadable?, _ right: PythonUnreadable?) -> PythonUnreadable? {
        guard let left else { return right }
        guard let right else { return left }
        return left.isEnvironment || !right.isEnvironment ? left : right
    }
}

/// A value that stands in a Python file, as JSON: tuples and sets are lists, durations are seconds.
struct PythonValue {
    let json: JSONValue
    /// About how much is written for it: names may multiply what they stand for.
    let weight: Int
    /// Lists and mappings inside one another.
    let depth: Int

    init(_ scalar: JSONValue) {
        json = scalar
        if case .string(let text) = scalar { weight = 1 + text.utf8.count / 32 } else { weight = 1 }
        depth = 0
    }

    init(items: [PythonValue]) throws(PythonUnreadable) {
        json = .array(items.map(\.json))
        (weight, depth) = try Self.extent(items)
    }

    init(members: [(key: String, value: PythonValue)]) throws(PythonUnreadable) {
        var places: [String: Int] = [:]
        var kept: [(key: String, value: PythonValue)] = []
        for member in members {
            guard member.key.utf8.count <= 250 else {
                throw PythonUnreadable(reason: "it has a key longer than 250 bytes")
            }
            if let place = places[member.key] {
                kept[place].value = member.value
            } else {
                places[member.key] = kept.count
                kept.append(member)
            }
        }
        var object = JSONObject()
        for member in kept { object.append(member.key, member.value.json) }
        json = .object(object)
        (weight, depth) = try Self.extent(kept.map(\.value))
    }

    private static func extent(_ parts: [PythonValue]) throws(PythonUnreadable) -> (Int, Int) {
        let weight = parts.reduce(1) { $0 + $1.weight }
        let depth = 1 + parts.reduce(0) { max($0, $1.depth) }
        guard weight <= PythonParser.weightLimit else { throw .tooLarge }
        guard depth <= PythonParser.depthLimit else { throw .tooDeep }
        return (weight, depth)
    }
}

typealias PythonReading = Result<PythonValue, PythonUnreadable>

/// Arithmetic as Python does it, on what a configuration computes with.
enum PythonArithmetic {
    static func negated(_ value: PythonValue) throws(PythonUnreadable) -> PythonValue {
        switch value.json {
        case .int(let int):
            guard int != .min else { throw .outOfRange }
            return PythonValue(.int(-int))
        case .float(let float): return PythonValue(.float(-float))
        default: throw PythonUnreadable(reason: "'-' stands before something that is no number")
        }
    }

    static func result(
        _ left: PythonValue, _ sign: String, _ right: PythonValue
    ) throws(PythonUnreadable) -> PythonValue {
        switch (left.json, sign, right.json) {
        case (.int(let left), _, .int(let right)):
            return PythonValue(try whole(left, sign, right))
        case (.int(let left), _, .float(let right)):
            return PythonValue(try float(Double(left), sign, right))
        case (.float(let left), _, .int(let right)):
            return PythonValue(try float(left, sign, Double(right)))
        case (.float(let left), _, .float(let right)):
            return PythonValue(try float(left, sign, right))
        case (.string(let first), "+", .string(let second)):
            guard left.weight + right.weight <= PythonParser.weightLimit else { throw .tooLarge }
            return PythonValue(.string(first + second))
        case (.array(let first), "+", .array(let second)):
            guard left.weight + right.weight <= PythonParser.weightLimit else { throw .tooLarge }
            return try PythonValue(joining: first + second, left, right)
        case (.string(let format), "%", _):
            return PythonValue(.string(try formatted(format, right.json)))
        default:
            throw PythonUnreadable(reason: "'\(sign)' is not evaluated for these values")
        }
    }

    private static func whole(_ left: Int64, _ sign: String, _ right: Int64) throws(PythonUnreadable) -> JSONValue {
        let result: (partialValue: Int64, overflow: Bool)
        switch sign {
        case "+": result = left.addingReportingOverflow(right)
        case "-": result = left.subtractingReportingOverflow(right)
        case "*": result = left.multipliedReportingOverflow(by: right)
        case "**": return .int(try power(left, right))
        case "/":
            guard right != 0 else { throw PythonUnreadable(reason: "it divides by zero") }
            return .float(Double(left) / Double(right))
        case "//", "%":
            guard right != 0 else { throw PythonUnreadable(reason: "it divides by zero") }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            guard !overflow else { throw .outOfRange }
            let remainder = left - quotient * right
            // Python rounds down, and the remainder has the divisor's sign.
            let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
            return .int(sign == "//" ? quotient - (isBelow ? 1 : 0) : remainder + (isBelow ? right : 0))
        default: throw PythonUnreadable(reason: "'\(sign)' is not evaluated")
        }
        guard !result.overflow else { throw .outOfRange }
        return .int(result.partialValue)
    }

    private static func power(_ base: Int64, _ exponent: Int64) throws(PythonUnreadable) -> Int64 {
        guard exponent >= 0 else { throw PythonUnreadable(reason: "a negative power is not evaluated") }
        if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
        if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
        guard exponent < 64 else { throw .outOfRange }
        var result: Int64 = 1
        for _ in 0..<exponent {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { throw .outOfRange }
            result = product
        }
        return result
    }

    private static func float(_ left: Double, _ sign: String, _ right: Double) throws(PythonUnreadable) -> JSONValue {
        let result: Double
        switch sign {
        case "+": result = left + right
        case "-": result = left - right
        case "*": result = left * right
        case "/": result = left / right
        case "//": result = (left / right).rounded(.down)
        default: throw PythonUnreadable(reason: "'\(sign)' is not evaluated for floats")
        }
        guard result.isFinite else { throw PythonUnreadable(reason: "it has no finite value") }
        return .float(result)
    }

    /// The old way to put strings together, with `%s`, `%d` and `%%`.
    private static func formatted(_ format: String, _ value: JSONValue) throws(PythonUnreadable) -> String {
        let unknown = PythonUnreadable(reason: "this use of '%' is not evaluated")
        var arguments = [value][...]
        if case .array(let items) = value { arguments = items[...] }
        var text: [UInt8] = []
        var isDirective = false
        for byte in format.utf8 {
            guard isDirective else {
                if byte == UInt8(ascii: "%") { isDirective = true } else { text.append(byte) }
                continue
            }
            isDirective = false
            switch (byte, byte == UInt8(ascii: "%") ? nil : arguments.popFirst()) {
            case (UInt8(ascii: "%"), _): text.append(byte)
            case (UInt8(ascii: "s"), .string(let argument)?): text += Array(argument.utf8)
            case (UInt8(ascii: "s"), .int(let argument)?), (UInt8(ascii: "d"), .int(let argument)?):
                text += Array(String(argument).utf8)
            default: throw unknown
            }
            guard text.count < 1 << 20 else { throw .tooLarge }
        }
        guard !isDirective, arguments.isEmpty else { throw unknown }
        return String(decoding: text, as: UTF8.self)
    }
}

extension PythonValue {
    /// The items of two lists as one.
    fileprivate init(joining items: [JSONValue], _ left: PythonValue, _ right: PythonValue) throws(PythonUnreadable) {
        json = .array(items)
        weight = left.weight + right.weight
        depth = max(left.depth, right.depth)
    }
}
