/// What SPEC says about a value: often all of it, sometimes a part.
///
/// Which of two tasks failed first, or what a task id looks like, no interpreter without a clock can know. Such places
/// stay open in the pattern, and everything round them is still checked.
indirect enum ReferencePattern: Hashable, Sendable {
    case exactly(ReferenceJSON)
    case anything
    case list([ReferencePattern])
    /// Exactly these keys, in any order: SPEC 5 does not say in which order an object of leaf steps is.
    case object([Field])
    /// At least these keys.
    case including([Field])
    case oneOf([ReferencePattern])

    /// One key of an object with what is known of its value.
    struct Field: Hashable, Sendable {
        var key: String
        var value: ReferencePattern
    }

    static let null = ReferencePattern.exactly(.null)

    /// A list of the given values, plain JSON where all of it is known.
    static func list(of values: [ReferencePattern]) -> ReferencePattern {
        let known = values.compactMap(\.known)
        return known.count == values.count ? .exactly(.array(known)) : .list(values)
    }

    /// One of the given values; of one value that value itself, of none anything.
    static func any(of values: [ReferencePattern]) -> ReferencePattern {
        guard let first = values.first else { return .anything }
        return values.count == 1 ? first : .oneOf(values)
    }

    /// The value, where the pattern leaves nothing open.
    var known: ReferenceJSON? {
        guard case .exactly(let value) = self else { return nil }
        return value
    }

    /// The items, where it is sure to be a list.
    var items: [ReferencePattern]? {
        switch self {
        case .exactly(.array(let items)): items.map { .exactly($0) }
        case .list(let items): items
        case .exactly, .anything, .object, .including, .oneOf: nil
        }
    }

    func matches(_ value: ReferenceJSON) -> Bool {
        switch (self, value) {
        case (.exactly(let expected), _): return expected == value
        case (.anything, _): return true
        case (.list(let patterns), .array(let items)):
            return patterns.count == items.count && zip(patterns, items).allSatisfy { $0.matches($1) }
        case (.object(let fields), .object(let members)):
            return fields.count == members.count && ReferencePattern.fit(fields, members)
        case (.including(let fields), .object(let members)):
            return ReferencePattern.fit(fields, members)
        case (.oneOf(let patterns), _): return patterns.contains { $0.matches(value) }
        case (.list, _), (.object, _), (.including, _): return false
        }
    }

    private static func fit(_ fields: [Field], _ members: [ReferenceJSON.Member]) -> Bool {
        fields.allSatisfy { field in
            members.contains { $0.key == field.key && field.value.matches($0.value) }
        }
    }
}

extension ReferencePattern: CustomStringConvertible {
    /// JSON with `…` for what is open; for messages.
    var description: String {
        switch self {
        case .exactly(let value): value.text
        case .anything: "…"
        case .list(let items): "[" + items.map(\.description).joined(separator: ",") + "]"
        case .object(let fields): "{" + ReferencePattern.text(of: fields) + "}"
        case .including(let fields): "{" + ReferencePattern.text(of: fields) + ",…}"
        case .oneOf(let patterns): "(" + patterns.map(\.description).joined(separator: " | ") + ")"
        }
    }

    private static func text(of fields: [Field]) -> String {
        fields.map { ReferenceJSON.quoted($0.key) + ":" + $0.value.description }.joined(separator: ",")
    }
}
