/// Single tasks: what they are handed, and what their end means.
extension ReferenceInterpreter {
    mutating func evaluateCall(
        _ call: ReferenceCall, of node: ReferenceNode, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        var handed = ReferenceNodeAnswer(states: [])
        // One value, prepended, also when it is null or a list.
        let prepended = call.isImmutable ? nil : place.handed
        handed.args = (prepended.map { [$0] } ?? []) + call.args.map { value(of: $0, at: place) }
        handed.kwargs = call.kwargs.map { entry in
            ReferencePattern.Field(key: entry.key, value: value(of: entry.value, at: place))
        }
        return evaluateTask(call.task, handed: handed, of: node, id: id, at: place)
    }

    mutating func evaluateMap(
        over items: ReferenceItems, task: String, of node: ReferenceNode, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        var handed = ReferenceNodeAnswer(states: [])
        handed.items = pattern(of: items, at: place)
        return evaluateTask(task, handed: handed, of: node, id: id, at: place)
    }

    private mutating func evaluateTask(
        _ task: String, handed: ReferenceNodeAnswer, of node: ReferenceNode, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        let (end, noted) = judge(task, handed: handed, of: node, id: id, names: [id], at: place)
        note(noted, of: id, at: place)
        return end
    }

    /// Reads the end of a task from the oracle; `names` are what it may be called where it is to blame.
    mutating func judge(
        _ task: String, handed: ReferenceNodeAnswer, of node: ReferenceNode, id: String, names: Set<String>,
        at place: ReferencePlace,
    ) -> (end: ReferenceEnd, noted: ReferenceNodeAnswer) {
        let mayBeCut = place.isLimited || place.isUncertain
        guard let leaf = oracle.end(id, node) else {
            if !mayBeCut { answer.violations.append("\(id) could run and has no end") }
            let end = ReferenceEnd(way: .cut, states: [.skipped], causes: nil)
            return (end, ReferenceNodeAnswer(states: [.skipped], mayBeAbsent: true))
        }
        var noted = handed
        var end = ReferenceEnd(way: .cut, states: [], causes: names, hasRun: true, mayDropResult: place.dropsResult)
        switch leaf.way {
        case .success(let value):
            end.way = .handed(.exactly(value))
            end.states = [.success]
            noted.result = place.dropsResult ? nil : .exactly(value)
        case .failure(let type):
            end.way = .failed
            end.states = [.failure]
            end.failures = [report(on: task, names: names, noted: noted, leaf: leaf, type: type)]
        case .revoked:
            end.way = .failed
            end.states = [.revoked]
            end.hasRun = false
            end.failures = [report(on: task, names: names, noted: nil, leaf: leaf, type: nil)]
        case .ignored:
            end.way = .ended
            end.states = [.ignored]
        case .skipped(let why):
            end.states = [.skipped]
            end.hasRun = false
            end.causes = nil
            noted.args = nil
            noted.kwargs = nil
            noted.items = nil
            if !mayBeCut { answer.violations.append("\(id) could run and was skipped (\(why ?? "null"))") }
        }
        noted.states = end.states
        noted.attempts = leaf.attempts
        if end.isFailed { noteFailure(of: id, at: place) }
        return (end, noted)
    }

    /// The argument that a `link_error` is handed, as far as SPEC 5 fixes it.
    private func report(
        on task: String, names: Set<String>, noted: ReferenceNodeAnswer?, leaf: ReferenceLeafEnd, type: String?,
    ) -> ReferencePattern {
        let state = leaf.way == .revoked ? ReferenceState.revoked : .failure
        var fields = [
            ReferencePattern.Field(key: "task", value: .exactly(.string(task))),
            ReferencePattern.Field(key: "state", value: .exactly(.string(state.rawValue))),
        ]
        if let name = names.first, names.count == 1 {
            fields.append(ReferencePattern.Field(key: "step", value: .exactly(.string(name))))
        }
        if let type {
            let error = ReferencePattern.Field(key: "type", value: .exactly(.string(type)))
            fields.append(ReferencePattern.Field(key: "error", value: .including([error])))
        }
        if let args = noted?.args {
            fields.append(ReferencePattern.Field(key: "args", value: .list(of: args)))
        }
        if let kwargs = noted?.kwargs {
            fields.append(ReferencePattern.Field(key: "kwargs", value: .object(kwargs)))
        }
        if let attempts = leaf.attempts, state == .failure {
            fields.append(ReferencePattern.Field(key: "retries", value: .exactly(.int(attempts - 1))))
        }
        return .including(fields)
    }

    // MARK: - Expressions

    func value(of value: ReferenceValue, at place: ReferencePlace) -> ReferencePattern {
        switch value {
        case .literal(let json): return .exactly(json)
        case .parent: return place.parent ?? .anything
        case .name(let name): return place.names[name] ?? .anything
        case .text(let before, let name):
            guard let text = place.names[name].flatMap(\.known).flatMap(\.textInString) else { return .anything }
            return .exactly(.string(before + text))
        case .stepResult(let step):
            guard let end = place.steps[step], !end.mayDropResult else { return .anything }
            return end.isSuccess ? end.valueInList : .null
        case .stepState(let step):
            let states = place.steps[step]?.states ?? []
            return .any(of: states.map { .exactly(.string($0.rawValue)) })
        }
    }

    func holds(_ condition: ReferenceCondition, at place: ReferencePlace) -> Bool {
        switch condition {
        case .constant(let flag): flag
        case .nameIsNot(let name, let other): place.names[name]?.known != other
        case .stepStateIs(let step, let state): place.steps[step]?.states == [state]
        }
    }

    func pattern(of items: ReferenceItems, at place: ReferencePlace) -> ReferencePattern {
        switch items {
        case .list(let items): .exactly(.array(items))
        case .parent: place.parent ?? .anything
        }
    }
}

extension ReferenceJSON {
    /// How a scalar stands in a text and in a key; nil for a list or an object.
    var textInString: String? {
        switch self {
        case .string(let text): text
        case .null, .bool, .int, .double: text
        case .array, .object: nil
        }
    }
}
