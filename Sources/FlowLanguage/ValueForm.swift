/// What may stand as the value of a key: the decoder reads by it, and the schema and the reference are made of it.
package indirect enum ValueForm: Hashable, Sendable {
    // Scalars.
    case text, bool, number
    /// A whole number within bounds, which belong to it.
    case whole(ClosedRange<Int64>)
    /// A number of seconds, or `250ms 10s 5m 1h30m 2d 1w`.
    case duration
    /// ISO 8601.
    case time
    case choice([String])
    /// The version of the language.
    case version
    /// `[a-z0-9][a-z0-9_.-]*`
    case workflowName
    /// `[A-Za-z_][A-Za-z0-9_-]*`
    case identifier
    /// The name of a task under `tasks` or of a built-in one.
    case taskName
    /// `module:function`
    case moduleFunction
    /// `10/s 100/m 1000/h`, or a number of starts a second.
    case rate
    /// A pattern of RE2's syntax.
    case pattern
    case timezone, crontab, signal
    /// An error class: one of ours, `exit:N`, or a Python exception.
    case errorClass
    /// A path relative to the file.
    case path
    case url
    /// An expression, with or without `${{ }}`.
    case condition
    // Values.
    /// Any JSON value.
    case value
    /// A list of values.
    case values
    /// A mapping of the user's own names to values.
    case namedValues
    /// A mapping of the user's own names to scalars.
    case namedTexts
    // Collections.
    case list(ValueForm)
    case oneOrList(ValueForm)
    /// A mapping of the user's own names.
    case named(ValueForm)
    case shape(Shape.Name)
    case either([ValueForm])
    // The language's own.
    case type
    /// The declaration of arguments: names in order, each with a type or `{type, default}`.
    case signature
    case needs, settings
    case node, nodes, nodeOrNodes

    /// What the form is in the words of a message: `'priority' takes a whole number from 0 to 9`.
    package var words: String {
        switch self {
        case .text: "text"
        case .bool: "true or false"
        case .number: "a number"
        case .whole(let range): Self.words(range)
        case .duration: "seconds or a duration such as 10s or 1h30m"
        case .time: "a time such as 2026-11-24T08:00:00Z"
        case .choice(let names): Self.words(names)
        case .version: "the version of the language, which is 1"
        case .workflowName: "a name of lower-case letters, digits, '_', '.' and '-' that begins with a letter or digit"
        case .identifier: "a name of letters, digits, '_' and '-' that begins with a letter or '_'"
        case .taskName: "the name of a task"
        case .moduleFunction: "module:function"
        case .rate: "a rate such as 10/s, 100/m or 1000/h"
        case .pattern: "a pattern of RE2's syntax"
        case .timezone: "a time zone such as Europe/Oslo"
        case .crontab: "a crontab such as '0 3 * * *'"
        case .signal: "the name of a signal such as TERM"
        case .errorClass: "the name of an error class"
        case .path: "a path"
        case .url: "a URL"
        case .condition: "an expression"
        case .value: "a value"
        case .values: "a list of values"
        case .namedValues: "a mapping of names to values"
        case .namedTexts: "a mapping of names to texts"
        case .list(let form): "a list, each \(form.words)"
        case .oneOrList(let form): "\(form.words), or a list of such"
        case .named: "a mapping"
        case .shape(let name): "a mapping with \(Self.keys(of: name))"
        case .either(let forms): forms.map(\.words).joined(separator: ", or ")
        case .type: "a type"
        case .signature: "a mapping of names to types"
        case .needs: "the id of a step, a list of ids, or a mapping of ids to ends"
        case .settings: "a mapping of settings"
        case .node: "the name of a task or a node"
        case .nodes: "a list of nodes"
        case .nodeOrNodes: "a node or a list of nodes"
        }
    }

    private static func words(_ range: ClosedRange<Int64>) -> String {
        range.upperBound == .max
            ? "a whole number from \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func words(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "nothing" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }

    private static func keys(of name: Shape.Name) -> String {
        let keys = Language.shape(name).keys.prefix(3).map { "'\($0.key.rawValue)'" }
        return keys.joined(separator: ", ") + (Language.shape(name).keys.count > 3 ? " …" : "")
    }
}
