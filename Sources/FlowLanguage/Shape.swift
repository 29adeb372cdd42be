/// A kind of mapping that the language defines: which keys it has, and what each takes.
package struct Shape: Sendable {
    package enum Name: String, CaseIterable, Sendable {
        case workflow, task, node, parameter, secret, schedule, concurrency, http, cache
    }

    package let name: Name
    /// What a message calls it: `unknown key 'x' in a task`.
    package let title: String
    package let summary: String
    /// The keys in the order of the reference.
    package let keys: [KeySpec]
    /// The same keys as a set.
    package let set: WorkflowKeySet
    /// The keys by their number; nil where the shape has no such key.
    private let byNumber: [KeySpec?]

    package init(_ name: Name, _ title: String, _ summary: String, _ keys: [KeySpec]) {
        self.name = name
        self.title = title
        self.summary = summary
        self.keys = keys
        set = WorkflowKeySet(keys.map(\.key))
        var byNumber = [KeySpec?](repeating: nil, count: WorkflowKey.allCases.count)
        for key in keys { byNumber[key.key.number] = key }
        self.byNumber = byNumber
    }

    package subscript(_ key: WorkflowKey) -> KeySpec? { byNumber[key.number] }
}

/// One key of a shape.
///
/// A class, so that looking one up copies nothing: every key of a large file is looked up.
package final class KeySpec: Sendable {
    package let key: WorkflowKey
    package let form: ValueForm
    /// What the key decides: one line, no full stop.
    package let summary: String
    package let isRequired: Bool
    /// Whether `null` clears what a farther level sets.
    package let isNullable: Bool
    /// Whether `${{ }}` may stand in the value.
    package let takesExpressions: Bool
    /// The key has a meaning only beside one of these; empty: anywhere in its shape.
    package let beside: WorkflowKeySet
    /// The key cannot stand beside any of these.
    package let notBeside: WorkflowKeySet
    /// How a value can be seen to be right at a glance, as nearly all of a large file are.
    package let glance: Glance

    package enum Glance: Sendable { case none, identifier, taskName, values }

    package init(
        _ key: WorkflowKey, _ form: ValueForm, _ summary: String, isRequired: Bool = false, isNullable: Bool = false,
        takesExpressions: Bool = false, beside: WorkflowKeySet = [], notBeside: WorkflowKeySet = []
    ) {
        self.key = key
        self.form = form
        self.summary = summary
        self.isRequired = isRequired
        self.isNullable = isNullable
        self.takesExpressions = takesExpressions
        self.beside = beside
        self.notBeside = notBeside
        glance =
            switch form {
            case .identifier: .identifier
            case .taskName: .taskName
            case .values: takesExpressions ? .values : .none
            default: .none
            }
    }
}
