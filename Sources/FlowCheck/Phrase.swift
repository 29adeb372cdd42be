/// Words of messages.
enum Phrase {
    /// A type's name with its article; objects, `null` and `any` have none.
    static func article(_ type: String) -> String {
        guard let first = type.first, first != "{", type != "null", type != "any" else { return type }
        return "aeiou".contains(first) ? "an \(type)" : "a \(type)"
    }
}
