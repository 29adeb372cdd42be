import FlowValue

/// The keys of copies: `each[oslo]`, `m[linux,3.12]`, or the index where those would not be plain and unique.
enum CopyKeys {
    /// The keys of the copies of `foreach`: an item that is no scalar has its index.
    static func keys(ofItems items: [JSONValue]) -> [String] {
        if let keys = risingKeys(items) { return keys }
        return keys(
            items.enumerated().map { index, item in
                switch item {
                case .array, .object: [.int(Int64(index))]
                case .null, .bool, .int, .float, .string: [item]
                }
            })
    }

    /// The keys of numbers that each are greater than the one before, so that no two can be equal; nil for other items.
    private static func risingKeys(_ items: [JSONValue]) -> [String]? {
        var keys: [String] = []
        keys.reserveCapacity(items.count)
        var last: Int64?
        for item in items {
            guard case .int(let number) = item, last.map({ $0 < number }) ?? true else { return nil }
            keys.append(String(number))
            last = number
        }
        return keys
    }

    /// The keys of the copies of a matrix, whose parts are joined by a comma.
    static func keys(_ parts: [[JSONValue]]) -> [String] {
        let indices = { parts.indices.map(String.init) }
        var keys: [String] = []
        var seen: Set<String> = []
        keys.reserveCapacity(parts.count)
        for part in parts {
            var names: [String] = []
            for value in part {
                guard let name = name(value) else { return indices() }
                names.append(name)
            }
            let key = names.joined(separator: ",")
            guard seen.insert(key).inserted else { return indices() }
            keys.append(key)
        }
        return keys
    }

    private static func name(_ value: JSONValue) -> String? {
        let text: String
        switch value {
        case .string(let string): text = string
        case .null, .bool, .int, .float: text = JSONWriter.text(value)
        case .array, .object: return nil
        }
        let isPlain = text.utf8.allSatisfy { byte in
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || "_.-".utf8.contains(byte)
        }
        return isPlain && !text.isEmpty && text.utf8.count <= 64 ? text : nil
    }
}
