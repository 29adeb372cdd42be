extension JSONValue {
    /// Whether the value is of a kind that has no greatest size.
    package var mayBeLong: Bool {
        switch self {
        case .null, .bool, .int, .float: false
        case .string, .array, .object: true
        }
    }

    /// Whether the value would take more bytes as compact JSON, escapes not counted.
    ///
    /// - Complexity: O(`limit`) at most: it stops counting when it knows.
    package func isLongerAsJSON(than limit: Int) -> Bool {
        var left = limit
        return !takeSize(from: &left)
    }

    /// Subtracts what the value takes; false when nothing is left.
    private func takeSize(from left: inout Int) -> Bool {
        switch self {
        case .null, .bool, .int, .float: left -= 4
        case .string(let text): left -= text.utf8.count + 2
        case .array(let items):
            left -= 2
            for item in items where !item.takeSize(from: &left) { return false }
            left -= items.count
        case .object(let object):
            left -= 2
            for member in object.members {
                left -= member.key.utf8.count + 4
                guard member.value.takeSize(from: &left) else { return false }
            }
        }
        return left >= 0
    }

    /// The value as an index or a count; nil if it is no int.
    package var asInt: Int? {
        if case .int(let value) = self { return Int(clamping: value) }
        return nil
    }
}
