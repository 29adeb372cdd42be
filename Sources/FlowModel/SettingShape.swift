import FlowDiagnostics
package import FlowValue

/// What may stand in the mappings and lists of a setting.
package indirect enum SettingShape: Sendable {
    /// A value of a form.
    case value(Setting.Form)
    case null
    /// The text of a time in ISO 8601.
    case time
    /// When a periodic task runs: seconds, a duration, a crontab, or a mapping of a crontab's fields.
    case schedule
    /// A mapping with these keys; where it is open, others may stand there, but none that is nearly one of these.
    case keys([Key], isOpen: Bool = false)
    /// A mapping from names, such as those of tasks, to what belongs to each.
    case names(of: String, SettingShape)
    case list(SettingShape)
    /// A list of a name and what belongs to it.
    case pair(of: String, SettingShape)
    /// Any of these; what is wrong is told by the first one of the value's type.
    case either([SettingShape])

    /// A key of a mapping.
    package struct Key: Sendable {
        package let name: String
        package let shape: SettingShape
        package let isRequired: Bool

        init(_ name: String, _ shape: SettingShape, isRequired: Bool = false) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
        }

        init(_ name: String, _ form: Setting.Form, isNullable: Bool = false) {
            self.init(name, isNullable ? .either([.value(form), .null]) : .value(form))
        }
    }

    /// A step from a value to one in it.
    package enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    /// Something at a place within a value.
    package struct Finding: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            /// The key that the path ends with is none; the nearest one that is, if any.
            case unknownKey(nearest: String?)
            /// The mapping at the path lacks a key that it must have.
            case missingKey(String)
            /// The value at the path is wrong.
            case wrongValue(Setting.Problem)
            /// No mistake yet: the text at the path has to be read as a crontab, which this target does not know.
            case crontab(String)
            /// The same for one field; its name is the last step of the path.
            case crontabField(String)
        }

        package let path: [Step]
        package let kind: Kind
    }

    /// What is to be said about a value of this shape, in written order; nothing else follows from a mistake.
    ///
    /// - Complexity: O(size of the value).
    package func findings(in value: JSONValue) -> [Finding] {
        var walk = Walk()
        walk.visit(value, self)
        return walk.findings
    }

    /// What the shape takes, in messages.
    package var expectation: String {
        switch self {
        case .value(let form): form.expectation
        case .null: "null"
        case .time: "a time such as 2026-11-24T08:00:00Z"
        case .schedule: "seconds, a duration such as 10s, or a crontab such as '0 7 * * mon-fri'"
        case .keys(let keys, _):
            keys.count > 3 ? "a mapping" : "a mapping of \(keys.map(\.name).listed(by: "and"))"
        case .names(let word, _): "a mapping of \(word)s"
        case .list: "a list"
        case .pair(let word, _): "a list of a \(word) and what belongs to it"
        case .either(let shapes): shapes.map(\.expectation).listed(by: "or")
        }
    }

    /// Whether a value is of the JSON type, or one of them, that the shape has.
    fileprivate func matchesType(of value: JSONValue) -> Bool {
        switch (self, value) {
        case (.null, .null), (.keys, .object), (.names, .object), (.list, .array): true
        case (.time, .string(let text)): Timestamp(iso8601: text) != nil
        case (.pair, .array(let items)): if case .string? = items.first { items.count == 2 } else { false }
        case (.schedule, .null), (.schedule, .bool), (.schedule, .array): false
        case (.schedule, _): true
        case (.value(let form), _): form.problem(with: value) == nil
        case (.either(let shapes), _): shapes.contains { $0.matchesType(of: value) }
        case (.null, _), (.time, _), (.keys, _), (.names, _), (.list, _), (.pair, _): false
        }
    }
}

extension SettingShape {
    /// Other words for keys, from other schedulers.
    private static let otherWords = [
        "cron": "schedule", "crontab": "schedule", "every": "schedule", "interval": "schedule",
    ]

    private struct Walk {
        var findings: [Finding] = []
        private var path: [Step] = []

        init() {}

        private mutating func add(_ kind: Finding.Kind) {
            findings.append(Finding(path: path, kind: kind))
        }

        private mutating func descend(_ step: Step, _ value: JSONValue, _ shape: SettingShape) {
            path.append(step)
            visit(value, shape)
            path.removeLast()
        }

        private mutating func wrong(_ value: JSONValue, _ shape: SettingShape) {
            add(.wrongValue(Setting.Problem("takes \(shape.expectation), not \(value.shown)")))
        }

        mutating func visit(_ value: JSONValue, _ shape: SettingShape) {
            switch (shape, value) {
            case (.value(let form), _):
                guard let problem = form.problem(with: value) else { return }
                guard let item = problem.item else { return add(.wrongValue(problem)) }
                path.append(.index(item))
                add(.wrongValue(Setting.Problem(problem.message, replacement: problem.replacement)))
                path.removeLast()
            case (.keys(let keys, let isOpen), .object(let object)): visit(object, keys, isOpen: isOpen)
            case (.names(_, let inner), .object(let object)):
                for member in object.members { descend(.key(member.key), member.value, inner) }
            case (.list(let inner), .array(let items)):
                for index in items.indices { descend(.index(index), items[index], inner) }
            case (.pair(_, let inner), .array(let items)) where shape.matchesType(of: value):
                descend(.index(1), items[1], inner)
            case (.schedule, _): visitSchedule(value)
            case (.either(let shapes), _): visit(value, either: shapes)
            case (.null, .null): break
            case (.time, _) where shape.matchesType(of: value): break
            case (.null, _), (.time, _), (.keys, _), (.names, _), (.list, _), (.pair, _): wrong(value, shape)
            }
        }

        private mutating func visit(_ value: JSONValue, either shapes: [SettingShape]) {
            if let shape = shapes.first(where: { $0.matchesType(of: value) }) { return visit(value, shape) }
            let scalars = shapes.compactMap { shape -> Setting.Problem? in
                guard case .value(let form) = shape else { return nil }
                return form.problem(with: value)
            }
            let replacement = scalars.lazy.compactMap(\.replacement).first
            // One form and null: the form's own message says more than a list of both.
            if let problem = scalars.first, shapes.count == 2, case .null = shapes[1] {
                return visit(value, shapes[0], or: problem)
            }
            add(
                .wrongValue(
                    Setting.Problem(
                        "takes \(SettingShape.either(shapes).expectation), not \(value.shown)",
                        replacement: replacement)))
        }

        private mutating func visit(_ value: JSONValue, _ shape: SettingShape, or problem: Setting.Problem) {
            let before = findings.count
            visit(value, shape)
            if findings.count == before { add(.wrongValue(problem)) }
        }

        private mutating func visit(_ object: JSONObject, _ keys: [Key], isOpen: Bool) {
            var taken: Set<String> = []
            for member in object.members {
                if let key = keys.first(where: { $0.name == member.key }) {
                    taken.insert(key.name)
                    descend(.key(member.key), member.value, key.shape)
                    continue
                }
                let names = keys.map(\.name)
                let word = SettingShape.otherWords[member.key].flatMap { names.contains($0) ? $0 : nil }
                // Of equally near names one that is not there yet was meant.
                let near = Suggestion.allNearest(to: member.key, among: names)
                let nearest = word ?? near.first { object[$0] == nil && !taken.contains($0) } ?? near.first
                guard !isOpen || nearest != nil else { continue }
                if let nearest { taken.insert(nearest) }
                path.append(.key(member.key))
                add(.unknownKey(nearest: nearest))
                path.removeLast()
            }
            for key in keys where key.isRequired && !taken.contains(key.name) { add(.missingKey(key.name)) }
        }

        private mutating func visitSchedule(_ value: JSONValue) {
            switch value {
            case .int, .float:
                if let problem = Setting.Form.seconds.problem(with: value) { return add(.wrongValue(problem)) }
                if value == .int(0) { add(.wrongValue(Setting.Problem("takes a time above 0"))) }
            case .string(let text):
                if let duration = DurationText.duration(text) {
                    if duration <= .zero { add(.wrongValue(Setting.Problem("takes a time above 0"))) }
                } else if let problem = Setting.Form.seconds.problem(with: value), problem.replacement != nil {
                    add(.wrongValue(problem))
                } else if text.hasPrefix("@") || text.contains(where: \.isWhitespace) {
                    add(.crontab(text))
                } else {
                    wrong(value, .schedule)
                }
            case .object(let object): visitFields(object)
            case .null, .bool, .array: wrong(value, .schedule)
            }
        }

        private mutating func visitFields(_ object: JSONObject) {
            let fields = SettingCatalog.crontabFields
            guard object.count > 0 else { return wrong(.object(object), .schedule) }
            for member in object.members {
                path.append(.key(member.key))
                switch (fields.contains(member.key), member.value) {
                case (false, _):
                    add(.unknownKey(nearest: Suggestion.nearest(to: member.key, among: fields)))
                case (true, .string(let text)): add(.crontabField(text))
                case (true, .int(let number)): add(.crontabField(String(number)))
                case (true, _):
                    let message = "takes a number or text such as '*/15', not \(member.value.shown)"
                    add(.wrongValue(Setting.Problem(message)))
                }
                path.removeLast()
            }
        }
    }
}
