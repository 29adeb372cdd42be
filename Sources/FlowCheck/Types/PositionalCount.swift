import FlowModel

/// How many arguments a task takes by position.
struct PositionalCount {
    let range: ClosedRange<Int>
    /// Whether the arguments are declared at all.
    let isDeclared: Bool
    /// The types of the arguments that can be given by position.
    let types: [ValueType]
    /// The places of the declared arguments, by name.
    let positions: [String: Int]
    /// Whether further ones may be anything.
    let restIsAny: Bool

    init(_ task: TaskSpec) {
        guard let signature = task.signature else {
            range = 0...Int.max
            isDeclared = false
            types = []
            positions = [:]
            restIsAny = true
            return
        }
        types = task.positionalArguments.map(\.type)
        restIsAny = signature.restType == .any
        positions = Dictionary(
            signature.arguments.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        let positional = types.count
        let required = signature.requiredCount
        range = required...max(required, signature.takesRest ? Int.max : positional)
        isDeclared = true
    }
}

extension TaskSpec {
    /// The declared arguments that can be given by position.
    var positionalArguments: [Argument] {
        if case .builtin(let builtin) = kind, builtin.isNamedOnly { return [] }
        return signature?.arguments ?? []
    }
}
