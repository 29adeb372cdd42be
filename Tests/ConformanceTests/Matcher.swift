import Foundation

/// What a value must be, read from expect.json: the value itself, types included, or one of the `$…` forms in README.md.
struct Matcher: Sendable {
    private indirect enum Rule: Sendable {
        case equals(TestJSON)
        case elements([Matcher])
        case members([Field])
        case anything
        case number(Double)
        case length(Int)
        case contains(String)
        case matches(String)
        case oneOf([Matcher])
        case has([Field])
    }

    private struct Field: Sendable {
        let key: String
        let matcher: Matcher
    }

    /// What is wanted, for messages.
    let source: TestJSON
    private let rule: Rule

    /// Reads a matcher.
    ///
    /// - Throws: `UnusableCase` where a `$…` form is unknown or has an argument that makes no sense.
    init(_ source: TestJSON) throws {
        self.source = source
        rule = try Self.rule(source)
    }

    /// A matcher for an object that has some fields, and maybe others.
    init(having fields: [TestJSON.Member]) throws {
        source = .object(fields)
        rule = .has(try Self.fields(fields))
    }

    private static func rule(_ source: TestJSON) throws -> Rule {
        switch source {
        case .null, .boolean, .integer, .double, .string: return .equals(source)
        case .array(let elements): return .elements(try elements.map { try Matcher($0) })
        case .object(let members):
            guard members.count == 1, let only = members.first, only.key.hasPrefix("$") else {
                return .members(try fields(members))
            }
            return try operation(only.key, only.value)
        }
    }

    private static func operation(_ name: String, _ argument: TestJSON) throws -> Rule {
        switch (name, argument) {
        case ("$any", .boolean(true)): .anything
        case ("$number", .integer(let value)): .number(Double(value))
        case ("$number", .double(let value)): .number(value)
        case ("$len", .integer(let length)): .length(Int(length))
        case ("$contains", .string(let text)): .contains(text)
        case ("$regex", .string(let pattern)): .matches(try Pattern.checked(pattern))
        case ("$one_of", .array(let choices)): .oneOf(try choices.map { try Matcher($0) })
        case ("$has", .object(let members)): .has(try fields(members))
        default: throw UnusableCase("there is no matcher {\"\(name)\": \(argument.shown)}")
        }
    }

    private static func fields(_ members: [TestJSON.Member]) throws -> [Field] {
        try members.map { Field(key: $0.key, matcher: try Matcher($0.value)) }
    }
}

// MARK: - Comparing

extension Matcher {
    /// The first difference, as a sentence that begins with `place`; nil where the value is what is wanted.
    func difference(from value: TestJSON, at place: String) -> String? {
        switch rule {
        case .elements(let wanted):
            guard let elements = value.elements, elements.count == wanted.count else { break }
            for (index, (matcher, element)) in zip(wanted, elements).enumerated() {
                if let difference = matcher.difference(from: element, at: "\(place)[\(index)]") { return difference }
            }
            return nil
        case .members(let wanted):
            guard let members = value.members else { break }
            if let missing = wanted.first(where: { value[$0.key] == nil }) { return "\(place).\(missing.key): missing" }
            if let extra = members.first(where: { member in !wanted.contains { $0.key == member.key } }) {
                return "\(place).\(extra.key): not expected, got \(extra.value.shown)"
            }
            return Self.firstDifference(of: wanted, from: value, at: place)
        case .has(let wanted):
            guard value.members != nil else { return "\(place): wanted an object, got \(value.shown)" }
            return Self.firstDifference(of: wanted, from: value, at: place)
        case .equals(let wanted): if value == wanted { return nil }
        case .anything: return nil
        case .number(let wanted): if value.number == wanted { return nil }
        case .length(let wanted): if Self.length(of: value) == wanted { return nil }
        case .contains(let wanted):
            if value != .null, (value.text ?? value.description).utf8.contains(wanted.utf8) { return nil }
        case .matches(let pattern): if let text = value.text, Pattern.matches(pattern, in: text) { return nil }
        case .oneOf(let choices): if choices.contains(where: { $0.accepts(value) }) { return nil }
        }
        return "\(place): wanted \(source.shown), got \(value.shown)"
    }

    func accepts(_ value: TestJSON) -> Bool {
        difference(from: value, at: "") == nil
    }

    private static func firstDifference(of fields: [Field], from value: TestJSON, at place: String) -> String? {
        for field in fields {
            guard let got = value[field.key] else { return "\(place).\(field.key): missing" }
            if let difference = field.matcher.difference(from: got, at: "\(place).\(field.key)") { return difference }
        }
        return nil
    }

    private static func length(of value: TestJSON) -> Int? {
        switch value {
        case .string(let text): text.unicodeScalars.count
        case .array(let elements): elements.count
        case .object(let members): members.count
        case .null, .boolean, .integer, .double: nil
        }
    }
}

/// The regular expressions of the cases, searched for anywhere in a text.
enum Pattern {
    /// The pattern, if it is one.
    static func checked(_ pattern: String) throws -> String {
        do {
            _ = try NSRegularExpression(pattern: pattern)
        } catch {
            throw UnusableCase("/\(pattern)/ is not a regular expression")
        }
        return pattern
    }

    static func matches(_ pattern: String, in text: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
    }
}
