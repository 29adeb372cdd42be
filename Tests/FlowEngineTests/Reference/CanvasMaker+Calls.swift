/// What a node has on it: arguments, conditions, callbacks, options.
extension CanvasMaker {
    mutating func call(_ task: String, in surroundings: Surroundings) -> ReferenceCall {
        var call = ReferenceCall(task: task)
        call.isImmutable = random.chance(25)
        call.spellsImmutableOut = random.chance(30)
        let count = random.pick([0, 0, 1, 1, 2])
        for _ in 0..<count {
            call.args.append(value(in: surroundings))
        }
        if random.chance(20) {
            call.kwargs.append(ReferenceKwarg(key: "k1", value: value(in: surroundings)))
            if random.chance(30) { call.kwargs.append(ReferenceKwarg(key: "k2", value: value(in: surroundings))) }
        }
        return call
    }

    private mutating func value(in surroundings: Surroundings) -> ReferenceValue {
        let draw = random.below(10)
        if draw < 3, let name = surroundings.names.last {
            let picked = random.chance(70) ? name : random.pick(surroundings.names)
            guard !picked.scalars.isEmpty, random.chance(40) else { return .name(picked.text) }
            return .text(before: "x-", name: picked.text)
        }
        if draw < 5, surroundings.handed != nil { return .parent }
        if draw < 7, !surroundings.readableSteps.isEmpty {
            let step = random.pick(surroundings.readableSteps)
            return random.chance(50) ? .stepResult(step) : .stepState(step)
        }
        return .literal(
            random.pick([
                .int(1), .int(-20), .string("text"), .string("it's \"so\""), .bool(true), .null, .double(0.5),
                .array([.int(1), .string("a")]), .object(of: ["b": .int(1), "a": .array([])]),
            ]))
    }

    /// Adds modifiers and callbacks; where the node has a fan-out, the surroundings are those of one copy.
    mutating func decorate(_ node: inout ReferenceNode, in surroundings: Surroundings) {
        let isSource = surroundings.wanted != nil
        if !isSource {
            // A composite that is passed over takes all inside it along, so that is drawn less often.
            if !node.isComposite || random.chance(50) { node.when = condition(in: surroundings) }
            node.allowsFailure = random.chance(12)
        }
        addOptions(to: &node)
        guard surroundings.callbackDepth < 3 else { return }
        var callback = surroundings
        callback.wanted = nil
        // Callbacks are mostly idle, so they are kept small.
        let shallowest = random.chance(70) ? CanvasMaker.deepest : CanvasMaker.deepest - 1
        callback.depth = max(surroundings.depth, shallowest)
        callback.callbackDepth += 1
        if random.chance(surroundings.callbackDepth == 0 ? 9 : 6) {
            // A link is handed the node's result.
            callback.handed = .value
            node.links = callbacks(in: callback)
        }
        if random.chance(surroundings.callbackDepth == 0 ? 13 : 7) {
            // What `parent` is in a `link_error`, beside the argument, is not the question here.
            callback.handed = nil
            node.linkErrors = callbacks(in: callback)
        }
    }

    private mutating func callbacks(in surroundings: Surroundings) -> [ReferenceNode] {
        var callbacks: [ReferenceNode] = []
        let count = random.chance(80) ? 1 : 2
        while callbacks.count < count, left > 0 {
            callbacks.append(node(in: surroundings))
        }
        return callbacks
    }

    private mutating func condition(in surroundings: Surroundings) -> ReferenceCondition? {
        let scalars = surroundings.names.filter { !$0.scalars.isEmpty }
        if !scalars.isEmpty, random.chance(20) {
            let name = random.pick(scalars)
            return .nameIsNot(name.text, random.pick(name.scalars))
        }
        if !surroundings.readableSteps.isEmpty, random.chance(15) {
            let state = random.pick([ReferenceState.success, .success, .failure, .skipped])
            return .stepStateIs(random.pick(surroundings.readableSteps), state)
        }
        guard random.chance(9) else { return nil }
        return .constant(random.chance(25))
    }

    private mutating func addOptions(to node: inout ReferenceNode) {
        if random.chance(6) { node.options.priority = random.below(10) }
        if random.chance(5) { node.options.ignoresResult = random.chance(80) }
        if node.fanOut != nil, random.chance(15) { node.options.maxAtOnce = 1 + random.below(2) }
        if !node.isComposite { addRetries(to: &node.options) }
        guard profile == .timed else { return }
        let holds = node.isComposite || node.fanOut != nil
        if holds, random.chance(15) { node.failsFast = node.fanOut != nil || !node.isChunks }
        if node.isComposite, random.chance(10) { node.options.timeLimit = 1 + random.below(60) }
        // Always behind the countdown, or `check` refuses the file.
        if random.chance(8) { node.options.expires = 10 + random.below(50) }
        if random.chance(8) { node.options.countdown = 1 + random.below(9) }
    }

    private mutating func addRetries(to options: inout ReferenceOptions) {
        guard random.chance(20) else { return }
        options.declaresRetriesOnTask = random.chance(30)
        if random.chance(30) {
            options.retry = 1 + random.below(3)
            return
        }
        options.maxRetries = random.pick([.some(0), .some(1), .some(2), .some(5), .some(nil)])
        if random.chance(70) {
            options.autoretryFor = random.pick([
                ["Exception"], ["TaskError"], ["HTTPError"], ["HTTPError", "TaskError"],
            ])
        }
    }

    // MARK: - Steps

    mutating func steps(in surroundings: Surroundings) -> [ReferenceNode] {
        var members: [ReferenceNode] = []
        let count = surroundings.depth == 2 ? 2 + random.below(6) : 1 + random.below(4)
        while members.count < count, left > 0 {
            var here = surroundings
            let needs = members.isEmpty ? nil : needs(among: members)
            if let needs {
                here.handed = handed(by: needs)
                // The answer could not be read for more than one node, or one that SPEC leaves more than one state.
                here.readableSteps += members.filter { needs.steps.contains($0.id) && isSingle($0) }.map(\.id)
            }
            var member = node(in: here)
            member.needs = needs
            members.append(member)
        }
        // The order in which steps are written is not that in which they run.
        return random.shuffled(members)
    }

    private func isSingle(_ node: ReferenceNode) -> Bool {
        !node.isComposite && node.fanOut == nil
    }

    private func handed(by needs: ReferenceNeeds) -> Handed? {
        switch needs {
        case .one: .value
        case .list: .list
        case .ends: nil
        }
    }

    private mutating func needs(among members: [ReferenceNode]) -> ReferenceNeeds? {
        let ids = random.shuffled(members.map(\.id))
        switch random.below(10) {
        case 0..<3: return nil
        case 3..<6: return .one(ids[0])
        case 6..<8: return .list(Array(ids.prefix(1 + random.below(3))))
        default:
            let count = min(ids.count, 1 + random.below(2))
            return .ends(ids.prefix(count).map { ReferenceNeeds.Need(step: $0, ends: ends()) })
        }
    }

    private mutating func ends() -> [ReferenceNeeds.End] {
        guard random.chance(30) else { return [random.pick([.success, .failure, .failure, .skipped, .done, .done])] }
        let all = random.shuffled([ReferenceNeeds.End.success, .failure, .skipped])
        return Array(all.prefix(2))
    }
}
