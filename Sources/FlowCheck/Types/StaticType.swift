import FlowModel
import FlowValue

/// What is known of a value before the run.
indirect enum StaticType: Hashable, Sendable {
    case any
    /// Of a task that always fails.
    case never
    case null, bool, int, float, string
    case list(StaticType)
    /// A list whose items are known one by one: a literal, or the results of a group.
    case tuple([StaticType])
    /// An object; one that is open may have any other key.
    case object([Field], isOpen: Bool)
    case union([StaticType])
    /// The type, or a null that a skip or an allowed failure leaves.
    case maybe(StaticType)

    struct Field: Hashable, Sendable {
        let key: String
        let type: StaticType
    }

    static let anyObject = StaticType.object([], isOpen: true)
    static let number = StaticType.union([.int, .float])

    /// The type as it was declared.
    init(_ type: ValueType) {
        switch type {
        case .any, .json: self = .any
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .float: self = .float
        case .string, .path: self = .string
        case .lines: self = .list(.string)
        case .list(let item): self = .list(StaticType(item))
        case .object(let fields):
            self = .object(fields.map { Field(key: $0.key, type: StaticType($0.type)) }, isOpen: fields.isEmpty)
        case .union(let members): self = .union(members.map { StaticType($0) })
        }
    }

    /// The type of a value that is written down.
    init(of value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .float: self = .float
        case .string: self = .string
        case .array(let items): self = .tuple(items.map { StaticType(of: $0) })
        case .object(let object):
            self = .object(object.members.map { Field(key: $0.key, type: StaticType(of: $0.value)) }, isOpen: false)
        }
    }

    /// The most members of a union that are told apart.
    private static let mostMembers = 16

    /// One type for all of these.
    static func either(_ types: [StaticType]) -> StaticType {
        var members: [StaticType] = []
        var hasNull = false
        func add(_ type: StaticType) {
            switch type {
            case .union(let inner): inner.forEach { add($0) }
            case .maybe(let inner):
                hasNull = true
                add(inner)
            case .never: break
            default: if members.count <= mostMembers, !members.contains(type) { members.append(type) }
            }
        }
        types.forEach { add($0) }
        // A union of very many types says nothing that is worth the time of comparing them.
        if members.contains(.any) || members.count > mostMembers { return .any }
        let union: StaticType = members.isEmpty ? .never : members.count == 1 ? members[0] : .union(members)
        return hasNull ? .maybe(union) : union
    }

    /// The type of an item, if it is a list.
    var item: StaticType {
        switch self {
        case .list(let item): item
        case .tuple(let items): .either(items)
        case .union(let members): .either(members.filter { !$0.kinds.isDisjoint(with: .list) }.map(\.item))
        case .maybe(let inner): inner.item
        case .any, .never, .null, .bool, .int, .float, .string, .object: .any
        }
    }

    /// The type as a message names it.
    var text: String {
        switch self {
        case .any: "any"
        case .never: "nothing"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "string"
        case .list(.any): "list"
        case .list(let item): "list<\(item.text)>"
        case .tuple(let items): tupleText(items)
        case .object(let fields, _):
            fields.isEmpty ? "object" : "{" + fields.map { "\($0.key): \($0.type.text)" }.joined(separator: ", ") + "}"
        case .union(let members): members.map(\.text).joined(separator: "|")
        case .maybe(let inner): "\(inner.text)|null"
        }
    }

    /// The type with its article: `an int`, `a list<string>`.
    var phrase: String { Phrase.article(text) }

    private func tupleText(_ items: [StaticType]) -> String {
        let item = StaticType.either(items)
        return items.isEmpty || item == .any ? "list" : "list<\(item.text)>"
    }
}

extension StaticType {
    /// Which kinds of JSON values are possible.
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt8

        static let null = Kinds(rawValue: 1)
        static let bool = Kinds(rawValue: 2)
        static let int = Kinds(rawValue: 4)
        static let float = Kinds(rawValue: 8)
        static let string = Kinds(rawValue: 16)
        static let list = Kinds(rawValue: 32)
        static let object = Kinds(rawValue: 64)
        static let number: Kinds = [.int, .float]
        static let all: Kinds = [.null, .bool, .int, .float, .string, .list, .object]
    }

    var kinds: Kinds {
        switch self {
        case .any, .never: .all
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .float: .float
        case .string: .string
        case .list, .tuple: .list
        case .object: .object
        case .union(let members): members.reduce(into: []) { $0.formUnion($1.kinds) }
        case .maybe(let inner): inner.kinds.union(.null)
        }
    }
}

extension StaticType {
    /// How a value of this type goes where another is declared.
    enum Fit: Comparable {
        case no
        /// Some members of a union do not fit.
        case partly
        /// Only a null that a skip or an allowed failure leaves does not.
        case butForNull
        case yes
    }

    func fit(_ declared: ValueType) -> Fit {
        switch (self, declared) {
        case (_, .any), (_, .json), (.any, _), (.never, _): return .yes
        case (.maybe(let inner), _):
            let fit = inner.fit(declared)
            return fit == .yes && StaticType.null.fit(declared) != .yes ? .butForNull : fit
        case (.union(let members), _): return Self.together(members.map { $0.fit(declared) })
        case (_, .union(let members)): return members.map { fit($0) }.max() ?? .no
        case (.null, .null), (.bool, .bool), (.int, .int), (.int, .float), (.float, .float), (.string, .string),
            (.string, .path):
            return .yes
        case (.list(let item), .list(let wanted)): return item.fit(wanted)
        case (.list(let item), .lines): return item.fit(.string)
        case (.tuple(let items), .list(let wanted)): return items.map { $0.fit(wanted) }.min() ?? .yes
        case (.tuple(let items), .lines): return items.map { $0.fit(.string) }.min() ?? .yes
        case (.object(let fields, let isOpen), .object(let wanted)):
            return wanted.map { want in
                guard let field = fields.first(where: { $0.key == want.key }) else { return isOpen ? .yes : .no }
                return field.type.fit(want.type)
            }.min() ?? .yes
        default: return .no
        }
    }

    private static func together(_ fits: [Fit]) -> Fit {
        guard let least = fits.min(), let most = fits.max() else { return .yes }
        return least == .no && most > .no ? .partly : least
    }
}
