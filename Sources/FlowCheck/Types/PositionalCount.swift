import FlowModel

/// How many arguments a task takes by position.
struct PositionalCount {
    let range: ClosedRange<Int>
    /// Whether the arguments are declared at all.
    let isDeclared: Bool

    init(_ task: TaskSpec) {
        guard let signature = task.signature else {
            range = 0...Int.max
            isDeclared = false
            return
        }
        let positional = task.positionalArguments.count
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
