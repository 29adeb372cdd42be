/// The kind of a finding: a stable number and a name.
///
/// The hundreds group them: 0 YAML, 1 shape, 2 names and graph, 3 arguments, 4 expressions, 5 Celery hazards, 6 time,
/// 7 queues and resources, 8 security.
package enum DiagnosticCode: UInt16, CaseIterable, Hashable, Sendable {
    case yamlSyntax = 1
    case duplicateKey = 2
    case yamlLimit = 3
    case invalidText = 4
    case unsupportedYAML = 5
    case numberOutOfRange = 6
    case unknownAnchor = 7
    case mergeKey = 9

    case unknownKey = 101
    case wrongType = 102
    case missingKey = 103
    case canvasKeys = 104
    case misplacedKey = 105
    case wrongValue = 106
    case unknownSetting = 107
    case notBuiltYet = 108

    case unknownTask = 201
    case unknownStep = 202
    case duplicateID = 203
    case dependencyCycle = 204
    case unusedTask = 205
    case reservedName = 206
    case parameterValue = 207

    case wrongArity = 301
    case unknownArgument = 302
    case repeatedArgument = 303
    case reservedArgument = 305

    case expressionSyntax = 401
    case unknownName = 402
    case expressionInShell = 403

    case softLimit = 501

    case expiryOrder = 601

    /// The code as it is printed: `FR301`.
    package var text: String {
        let digits = String(rawValue)
        return "FR" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// The kebab-case name: `wrong-arity`.
    package var name: String {
        switch self {
        case .yamlSyntax: "yaml-syntax"
        case .duplicateKey: "duplicate-key"
        case .yamlLimit: "yaml-limit"
        case .invalidText: "invalid-text"
        case .unsupportedYAML: "unsupported-yaml"
        case .numberOutOfRange: "number-out-of-range"
        case .unknownAnchor: "unknown-anchor"
        case .mergeKey: "merge-key"
        case .unknownKey: "unknown-key"
        case .wrongType: "wrong-type"
        case .missingKey: "missing-key"
        case .canvasKeys: "canvas-keys"
        case .misplacedKey: "misplaced-key"
        case .wrongValue: "wrong-value"
        case .unknownSetting: "unknown-setting"
        case .notBuiltYet: "not-built-yet"
        case .unknownTask: "unknown-task"
        case .unknownStep: "unknown-step"
        case .duplicateID: "duplicate-id"
        case .dependencyCycle: "dependency-cycle"
        case .unusedTask: "unused-task"
        case .reservedName: "reserved-name"
        case .parameterValue: "parameter-value"
        case .wrongArity: "wrong-arity"
        case .unknownArgument: "unknown-argument"
        case .repeatedArgument: "repeated-argument"
        case .reservedArgument: "reserved-argument"
        case .expressionSyntax: "expression-syntax"
        case .unknownName: "unknown-name"
        case .expressionInShell: "expression-in-shell"
        case .softLimit: "soft-limit-not-below-hard"
        case .expiryOrder: "expires-before-start"
        }
    }

    /// The severity unless a finding says otherwise.
    package var severity: Diagnostic.Severity {
        self == .unusedTask ? .warning : .error
    }
}
