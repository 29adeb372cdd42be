internal import FlowValue

/// One call of a function on values.
struct FunctionCall {
    private let function: ExpressionFunction
    private let arguments: [JSONValue]
    private let now: String

    init(_ function: ExpressionFunction, _ arguments: [JSONValue], now: String) {
        self.function = function
        self.arguments = arguments
        self.now = now
    }

    func value() throws(ExpressionError) -> JSONValue {
        switch function {
        case .len: return .int(Int64(try length()))
        case .keys: return .array(try object().members.map { .string($0.key) })
        case .values: return .array(try object().members.map(\.value))
        case .join: return .string(try joined())
        case .split: return .array(try split())
        case .contains: return .bool(try Arithmetic.contains(arguments[0], arguments[1]))
        case .startsWith: return .bool(try text(0).utf8.starts(with: try text(1).utf8))
        case .endsWith: return .bool(try text(0).utf8.reversed().starts(with: try text(1).utf8.reversed()))
        case .lower: return .string(try text(0).lowercased())
        case .upper: return .string(try text(0).uppercased())
        case .trim: return .string(Self.trimmed(try text(0)))
        case .replace: return .string(try replaced())
        case .json: return .string(JSONWriter.text(arguments[0]))
        case .parseJSON: return try parsed()
        case .range: return try range()
        case .sum: return try sum()
        case .min:
            return try extreme { left, right throws(ExpressionError) in try Arithmetic.isLess(left, right, .less) }
        case .max:
            return try extreme { left, right throws(ExpressionError) in try Arithmetic.isLess(right, left, .less) }
        case .sort: return .array(try sorted(try list(0)))
        case .unique: return .array(unique(try list(0)))
        case .now: return .string(now)
        }
    }

    private func wrongType(_ index: Int, _ wanted: String) -> ExpressionError {
        ExpressionError("'\(function.rawValue)' takes a \(wanted), not a \(arguments[index].typeName)")
    }

    private func text(_ index: Int) throws(ExpressionError) -> String {
        guard case .string(let text) = arguments[index] else { throw wrongType(index, "string") }
        return text
    }

    private func list(_ index: Int) throws(ExpressionError) -> [JSONValue] {
        guard case .array(let items) = arguments[index] else { throw wrongType(index, "list") }
        return items
    }

    private func object() throws(ExpressionError) -> JSONObject {
        guard case .object(let object) = arguments[0] else { throw wrongType(0, "object") }
        return object
    }

    private func length() throws(ExpressionError) -> Int {
        switch arguments[0] {
        case .string(let text): return text.unicodeScalars.count
        case .array(let items): return items.count
        case .object(let object): return object.count
        default: throw wrongType(0, "string, list or object")
        }
    }

    private func joined() throws(ExpressionError) -> String {
        var parts: [String] = []
        for item in try list(0) {
            switch item {
            case .string(let text): parts.append(text)
            case .array, .object: throw ExpressionError("'join' of a list with a \(item.typeName) in it")
            case .null, .bool, .int, .float: parts.append(JSONWriter.text(item))
            }
        }
        let separator = try text(1)
        let size = parts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count }
        guard size <= ExpressionLimits.stringInBytes else { throw ExpressionError("a string over 16 MiB") }
        return parts.joined(separator: separator)
    }

    private func split() throws(ExpressionError) -> [JSONValue] {
        let text = try text(0)
        guard arguments.count == 2 else {
            return text.split(whereSeparator: \.isWhitespace).map { .string(String($0)) }
        }
        let separator = try self.text(1)
        guard !separator.isEmpty else { throw ExpressionError("'split' at an empty string") }
        return text.split(separator).map { .string($0) }
    }

    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    private func replaced() throws(ExpressionError) -> String {
        let mark = try text(1)
        guard !mark.isEmpty else { throw ExpressionError("'replace' of an empty string") }
        let parts = try text(0).split(mark)
        let size = parts.reduce(0) { $0 + $1.utf8.count } + parts.count * (try text(2).utf8.count)
        guard size <= ExpressionLimits.stringInBytes else { throw ExpressionError("a string over 16 MiB") }
        return parts.joined(separator: try text(2))
    }

    private func parsed() throws(ExpressionError) -> JSONValue {
        let text = try text(0)
        do {
            return try JSONReader.read(text)
        } catch {
            throw ExpressionError("'parse_json': \(error.message) at offset \(error.offset)")
        }
    }

    private func range() throws(ExpressionError) -> JSONValue {
        var bounds: [Int64] = []
        for index in arguments.indices {
            guard case .int(let bound) = arguments[index] else { throw wrongType(index, "int") }
            bounds.append(bound)
        }
        let start = bounds.count > 1 ? bounds[0] : 0
        let end = bounds.count > 1 ? bounds[1] : bounds[0]
        let step = bounds.count > 2 ? bounds[2] : 1
        guard step != 0 else { throw ExpressionError("'range' with a step of 0") }
        var items: [JSONValue] = []
        var next = start
        while step > 0 ? next < end : next > end {
            guard items.count < ExpressionLimits.listItems else {
                throw ExpressionError("'range' of more than 1 000 000 items")
            }
            items.append(.int(next))
            let (sum, overflows) = next.addingReportingOverflow(step)
            if overflows { break }
            next = sum
        }
        return .array(items)
    }

    private func sum() throws(ExpressionError) -> JSONValue {
        var total = JSONValue.int(0)
        for item in try list(0) {
            switch item {
            case .int, .float: total = try Arithmetic.result(.plus, total, item)
            default: throw ExpressionError("'sum' of a list with a \(item.typeName) in it")
            }
        }
        return total
    }

    private func extreme(
        _ precedes: (JSONValue, JSONValue) throws(ExpressionError) -> Bool
    ) throws(ExpressionError) -> JSONValue {
        let items = arguments.count == 1 ? try list(0) : arguments
        guard var best = items.first else { throw ExpressionError("'\(function.rawValue)' of an empty list") }
        for item in items.dropFirst() where try precedes(item, best) {
            best = item
        }
        return best
    }

    /// A stable merge sort, because the standard library's cannot carry a typed error out.
    private func sorted(_ items: [JSONValue]) throws(ExpressionError) -> [JSONValue] {
        guard items.count > 1 else { return items }
        let left = try sorted(Array(items[..<(items.count / 2)]))
        let right = try sorted(Array(items[(items.count / 2)...]))
        var merged: [JSONValue] = []
        merged.reserveCapacity(items.count)
        var (leftIndex, rightIndex) = (0, 0)
        while leftIndex < left.count, rightIndex < right.count {
            if try Arithmetic.isLess(right[rightIndex], left[leftIndex], .less) {
                merged.append(right[rightIndex])
                rightIndex += 1
            } else {
                merged.append(left[leftIndex])
                leftIndex += 1
            }
        }
        return merged + left[leftIndex...] + right[rightIndex...]
    }

    private func unique(_ items: [JSONValue]) -> [JSONValue] {
        var seen: Set<JSONValue> = []
        return items.filter { seen.insert($0).inserted }
    }
}
