/// A case that cannot be judged, because its own files are wrong.
struct UnusableCase: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Takes the fields of one object of expect.json, each by its type, and refuses what nobody took.
///
/// A field that is missing, `null` (but for `json`), is absent.
struct FieldReader {
    private let place: String
    private var members: [TestJSON.Member]

    init(_ value: TestJSON, at place: String) throws {
        guard let members = value.members else { throw UnusableCase("\(place) is no object") }
        self.place = place
        self.members = members
    }

    // MARK: - Fields

    /// The field as it is, `null` included.
    mutating func json(_ key: String) -> TestJSON? {
        guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
        return members.remove(at: index).value
    }

    mutating func string(_ key: String) throws -> String? {
        try take(key, "a text", \.text)
    }

    mutating func number(_ key: String) throws -> Double? {
        try take(key, "a number", \.number)
    }

    mutating func integer(_ key: String) throws -> Int? {
        try take(key, "an integer") { if case .integer(let value) = $0 { Int(value) } else { nil } }
    }

    mutating func boolean(_ key: String) throws -> Bool? {
        try take(key, "true or false") { if case .boolean(let value) = $0 { value } else { nil } }
    }

    mutating func list(_ key: String) throws -> [TestJSON] {
        try take(key, "a list", \.elements) ?? []
    }

    mutating func strings(_ key: String) throws -> [String] {
        try list(key).map { element in
            guard let text = element.text else { throw wrong(key, "a list of texts") }
            return text
        }
    }

    mutating func members(_ key: String) throws -> [TestJSON.Member] {
        try take(key, "an object", \.members) ?? []
    }

    mutating func fields(_ key: String) throws -> FieldReader? {
        guard let value = json(key), value != .null else { return nil }
        return try FieldReader(value, at: "\(place).\(key)")
    }

    mutating func matcher(_ key: String) throws -> Matcher? {
        try json(key).map { try Matcher($0) }
    }

    // MARK: - Ends

    func required<Value>(_ value: Value?, _ key: String) throws -> Value {
        guard let value else { throw UnusableCase("\(place).\(key) is missing") }
        return value
    }

    /// Refuses the fields that nobody took.
    func finish() throws {
        if let unknown = members.first { throw UnusableCase("\(place).\(unknown.key) is unknown") }
    }

    private mutating func take<Value>(
        _ key: String, _ kind: String, _ convert: (TestJSON) -> Value?
    ) throws -> Value? {
        guard let value = json(key), value != .null else { return nil }
        guard let converted = convert(value) else { throw wrong(key, kind) }
        return converted
    }

    private func wrong(_ key: String, _ kind: String) -> UnusableCase {
        UnusableCase("\(place).\(key) is not \(kind)")
    }
}
