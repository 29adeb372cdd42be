/// The kind of a finding: a stable number and a name.
///
/// The hundreds group them: 0 YAML, 1 shape, 2 names and graph, 3 arguments and types, 4 expressions, 5 Celery hazards,
/// 6 time and schedules, 7 queues and resources, 8 security, 9 hygiene. Each has a ``DiagnosticPage``.
package enum DiagnosticCode: UInt16, CaseIterable, Hashable, Sendable {
    case yamlSyntax = 1
    case duplicateKey = 2
    case yamlLimit = 3
    case invalidText = 4
    case unsupportedYAML = 5
    case numberOutOfRange = 6
    case unknownAnchor = 7
    case oldYAMLWord = 8
    case mergeKey = 9
    case keyIsNoString = 10

    case unknownKey = 101
    case wrongType = 102
    case missingKey = 103
    case canvasKeys = 104
    case misplacedKey = 105
    case wrongValue = 106
    case unknownSetting = 107
    case notBuiltYet = 108
    case settingValue = 109
    case settingWithoutEffect = 110

    case unknownTask = 201
    case unknownStep = 202
    case duplicateID = 203
    case dependencyCycle = 204
    case unusedTask = 205
    case reservedName = 206
    case parameterValue = 207
    case unusedParameter = 208
    case unusedSecret = 209
    case unusedName = 210
    case unusedAnchor = 211
    case neverRuns = 212
    case duplicateTask = 213
    case missingFile = 214
    case unknownParameter = 215
    case fileCycle = 216

    case wrongArity = 301
    case unknownArgument = 302
    case repeatedArgument = 303
    case argumentType = 304
    case reservedArgument = 305
    case undeclaredArgument = 306
    case shellScript = 307

    case expressionSyntax = 401
    case unknownName = 402
    case expressionInShell = 403
    case expressionType = 404
    case stepNotEnded = 405
    case misplacedExpression = 406

    case softLimit = 501
    case retryWithoutCause = 502
    case backoffOutlivesExpiry = 503
    case ignoredResultRead = 504
    case resultNotTaken = 505
    case linkOnRemoteGroup = 506

    case expiryOrder = 601
    case scheduleSyntax = 602
    case timeInPast = 603
    case scheduleNeverFires = 604

    case unknownQueue = 701

    case secretExposed = 801
    case literalCredential = 802
    case pathLeavesProject = 803

    case unusedIgnore = 901
    case expiredIgnore = 902
    case missingVersion = 903
    case missingTimeLimit = 904

    /// The code as it is printed: `FR301`.
    package var text: String {
        let digits = String(rawValue)
        return "FR" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// The code of a text such as `FR301`; nil if there is none.
    package init?(text: String) {
        guard text.utf8.count == 5, text.hasPrefix("FR"), let number = UInt16(text.dropFirst(2)) else { return nil }
        self.init(rawValue: number)
    }

    /// The digit that groups codes: 3 of `FR301`.
    package var group: Int { Int(rawValue) / 100 }

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
        case .oldYAMLWord: "old-yaml-word"
        case .mergeKey: "merge-key"
        case .keyIsNoString: "key-is-no-string"
        case .unknownKey: "unknown-key"
        case .wrongType: "wrong-type"
        case .missingKey: "missing-key"
        case .canvasKeys: "canvas-keys"
        case .misplacedKey: "misplaced-key"
        case .wrongValue: "wrong-value"
        case .unknownSetting: "unknown-setting"
        case .notBuiltYet: "not-built-yet"
        case .settingValue: "setting-value"
        case .settingWithoutEffect: "setting-without-effect"
        case .unknownTask: "unknown-task"
        case .unknownStep: "unknown-step"
        case .duplicateID: "duplicate-id"
        case .dependencyCycle: "dependency-cycle"
        case .unusedTask: "unused-task"
        case .reservedName: "reserved-name"
        case .parameterValue: "parameter-value"
        case .unusedParameter: "unused-parameter"
        case .unusedSecret: "unused-secret"
        case .unusedName: "unused-name"
        case .unusedAnchor: "unused-anchor"
        case .neverRuns: "never-runs"
        case .duplicateTask: "duplicate-task"
        case .missingFile: "missing-file"
        case .unknownParameter: "unknown-parameter"
        case .fileCycle: "file-cycle"
        case .wrongArity: "wrong-arity"
        case .unknownArgument: "unknown-argument"
        case .repeatedArgument: "repeated-argument"
        case .argumentType: "argument-type"
        case .reservedArgument: "reserved-argument"
        case .undeclaredArgument: "undeclared-argument"
        case .shellScript: "shell-script"
        case .expressionSyntax: "expression-syntax"
        case .unknownName: "unknown-name"
        case .expressionInShell: "expression-in-shell"
        case .expressionType: "expression-type"
        case .stepNotEnded: "step-not-ended"
        case .misplacedExpression: "misplaced-expression"
        case .softLimit: "soft-limit-not-below-hard"
        case .retryWithoutCause: "retry-without-cause"
        case .backoffOutlivesExpiry: "backoff-outlives-expiry"
        case .ignoredResultRead: "ignored-result-read"
        case .resultNotTaken: "result-not-taken"
        case .linkOnRemoteGroup: "link-on-remote-group"
        case .expiryOrder: "expires-before-start"
        case .scheduleSyntax: "schedule-syntax"
        case .timeInPast: "time-in-past"
        case .scheduleNeverFires: "schedule-never-fires"
        case .unknownQueue: "unknown-queue"
        case .secretExposed: "secret-exposed"
        case .literalCredential: "literal-credential"
        case .pathLeavesProject: "path-leaves-project"
        case .unusedIgnore: "unused-ignore"
        case .expiredIgnore: "expired-ignore"
        case .missingVersion: "missing-version"
        case .missingTimeLimit: "missing-time-limit"
        }
    }

    /// The severity unless a finding says otherwise.
    package var severity: Diagnostic.Severity {
        switch self {
        case .oldYAMLWord, .settingWithoutEffect, .unusedTask, .unusedParameter, .unusedSecret, .unusedName,
            .unusedAnchor, .shellScript, .retryWithoutCause, .backoffOutlivesExpiry, .ignoredResultRead,
            .resultNotTaken, .linkOnRemoteGroup, .timeInPast, .literalCredential, .unusedIgnore, .expiredIgnore,
            .missingVersion, .missingTimeLimit:
            .warning
        case .yamlSyntax, .duplicateKey, .yamlLimit, .invalidText, .unsupportedYAML, .numberOutOfRange, .unknownAnchor,
            .mergeKey, .keyIsNoString, .unknownKey, .wrongType, .missingKey, .canvasKeys, .misplacedKey, .wrongValue,
            .unknownSetting, .notBuiltYet, .settingValue, .unknownTask, .unknownStep, .duplicateID, .dependencyCycle,
            .reservedName, .parameterValue, .neverRuns, .duplicateTask, .missingFile, .unknownParameter, .fileCycle,
            .wrongArity, .unknownArgument, .repeatedArgument, .argumentType, .reservedArgument, .undeclaredArgument,
            .expressionSyntax, .unknownName, .expressionInShell, .expressionType, .stepNotEnded, .misplacedExpression,
            .softLimit, .expiryOrder, .scheduleSyntax, .scheduleNeverFires, .unknownQueue, .secretExposed,
            .pathLeavesProject:
            .error
        }
    }

    /// Whether it is found only under `--strict`.
    package var isStrictOnly: Bool { self == .missingVersion || self == .missingTimeLimit }
}
