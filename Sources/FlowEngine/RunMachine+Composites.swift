import FlowExpression
import FlowModel
import FlowPlan
import FlowValue

/// Upwards: how the ends of members make the end of what holds them.
extension RunMachine {
    /// Tells a composite that one of its members is final.
    mutating func memberEnded(_ member: NodeIndex, of parent: NodeIndex) {
        guard self[parent].phase == .open else { return }
        if blames(member), self[parent].blame == .max { self[parent].blame = self[member].blame }
        if self[member].state == .skipped, cuts[parent] == nil, let cause = causes[member], cause.reason.isCut {
            cuts[parent] = cause
        }
        switch plan[parent].kind {
        case .chain:
            // What was ended before its turn is met when the turn comes.
            if self[parent].pending == member.index { advance(parent, after: member) }
        case .group, .chord, .fanOut, .chunks:
            self[parent].pending -= 1
            if isIgnored(member) { self[parent].flags.insert(.hasIgnoredMember) }
            if let next = nextCopies[parent] {
                nextCopies[parent] = plan.nextSibling(of: next).flatMap { plan[$0].role == .copy ? $0 : nil }
                activate(next)
            }
            if self[parent].pending == 0 { closeGroup(parent) }
        case .steps: stepEnded(member, of: parent)
        case .workflow, .task, .map, .starmap: break
        }
    }

    /// Whether a member's end is a failure of what holds it.
    func blames(_ member: NodeIndex) -> Bool {
        let state = self[member].state
        return (state == .failure || state == .revoked) && !plan.allowsFailure(member)
    }

    private func isIgnored(_ member: NodeIndex) -> Bool {
        self[member].state == .ignored || (self[member].state == .success && self[member].hasIgnoredMember)
    }

    // MARK: Chain

    /// Starts the chain's next member after one that has ended, or ends the chain.
    ///
    /// A loop and not a recursion: a chain may have a million members that are skipped one after the other.
    mutating func advance(_ chain: NodeIndex, after member: NodeIndex?) {
        var last = member
        while true {
            if let last {
                guard !ends(chain, after: last) else { return }
            }
            guard let next = nextMember(of: chain, after: last) else {
                if let last, isIgnored(last) { self[chain].flags.insert(.hasIgnoredMember) }
                return finish(chain, .success)
            }
            if let last { self[next].giver = isTransparent(last) ? self[last].giver : last.index }
            self[chain].pending = next.index
            guard self[next].phase == .final else { return activate(next) }
            if blames(next), self[chain].blame == .max { self[chain].blame = self[next].blame }
            last = next
        }
    }

    private func nextMember(of chain: NodeIndex, after member: NodeIndex?) -> NodeIndex? {
        let next = member.map { plan.nextSibling(of: $0) } ?? plan.firstChild(of: chain)
        return next.flatMap { plan[$0].role == .member ? $0 : nil }
    }

    /// Whether a member was skipped by its own `when`: then the next one receives what it would have received.
    func isTransparent(_ node: NodeIndex) -> Bool {
        self[node].state == .skipped && causes[node] == SkipCause(node: node, reason: .when)
    }

    /// Ends a chain whose line has come to its end with a member.
    private mutating func ends(_ chain: NodeIndex, after member: NodeIndex) -> Bool {
        let next = nextMember(of: chain, after: member)
        if let next { self[next].giver = isTransparent(member) ? self[member].giver : member.index }
        if blames(member) {
            skipRest(from: next, SkipCause(node: NodeIndex(Int(self[member].blame)), reason: .upstream))
            finish(chain, .failure)
            return true
        }
        if self[member].state == .ignored || (isIgnored(member) && next != nil) {
            skipRest(from: next, SkipCause(node: ignored(below: member), reason: .ignored))
            finish(chain, .ignored)
            return true
        }
        if self[member].state == .skipped, !isTransparent(member) {
            let cause = causes[member] ?? SkipCause(node: member, reason: .upstream)
            skipRest(from: next, cause)
            causes[chain] = cause
            finish(chain, .skipped)
            return true
        }
        return false
    }

    private mutating func skipRest(from first: NodeIndex?, _ cause: SkipCause) {
        var cursor = first
        while let node = cursor, plan[node].role == .member {
            cursor = plan.nextSibling(of: node)
            skip(node, cause)
        }
    }

    func ignored(below node: NodeIndex) -> NodeIndex {
        if self[node].state == .ignored, plan.isTask(node) { return node }
        if plan[node].kind == .steps { return ignoredLeaf(of: node) ?? node }
        for member in plan.members(of: node) where isIgnored(member) { return ignored(below: member) }
        for body in plan.children(of: node, .body) where isIgnored(body) { return ignored(below: body) }
        return node
    }

    // MARK: Group and chord

    mutating func closeGroup(_ group: NodeIndex) {
        let failed = self[group].blame != .max
        guard plan[group].kind == .chord, let body = plan.children(of: group, .body).first else {
            if failed { return finish(group, .failure) }
            return finishCut(group) ?? finish(group, .success)
        }
        guard self[body].phase == .waiting else { return closeChord(group, body: body) }
        if failed {
            skip(body, SkipCause(node: NodeIndex(Int(self[group].blame)), reason: .upstream))
        } else if let cut = cuts[group] {
            skip(body, cut)
        } else if self[group].hasIgnoredMember {
            skip(body, SkipCause(node: ignored(below: group), reason: .ignored))
        } else {
            activate(body)
        }
    }

    mutating func closeChord(_ chord: NodeIndex, body: NodeIndex) {
        // A body that was ended before its turn is met when the header has ended.
        guard self[chord].phase == .open, self[chord].pending == 0 else { return }
        if blames(body), self[chord].blame == .max { self[chord].blame = self[body].blame }
        guard self[chord].blame == .max else { return finish(chord, .failure) }
        switch self[body].state {
        case .failure, .revoked: finish(chord, .success)
        case .ignored: finish(chord, .ignored)
        case .skipped where self[chord].hasIgnoredMember && cuts[chord] == nil: finish(chord, .ignored)
        case .skipped where !isTransparent(body):
            causes[chord] = causes[body]
            finish(chord, .skipped)
        case .skipped, .success, .pending, .started, .retry:
            // What is ignored inside the body ends the line after it; what the header ignored has ended there.
            if isIgnored(body) { self[chord].flags.insert(.hasIgnoredMember) }
            finish(chord, .success)
        }
    }

    /// Skips a composite of which members were kept from running; nil where none was.
    private mutating func finishCut(_ composite: NodeIndex) -> Void? {
        guard let cut = cuts[composite] else { return nil }
        causes[composite] = cut
        return finish(composite, .skipped)
    }

    // MARK: Steps

    private mutating func stepEnded(_ step: NodeIndex, of steps: NodeIndex) {
        var edges: [(dependent: NodeIndex, ends: NeedSpec.Ends)] = []
        plan.forEachDependent(of: step) { edges.append(($0, $1)) }
        for (dependent, ends) in edges where self[dependent].phase == .waiting {
            guard isMet(step, by: dependent, ends) else {
                skip(dependent, unmetCause(step, dependent))
                continue
            }
            self[dependent].pending -= 1
            if self[dependent].pending == 0 { activate(dependent) }
        }
        self[steps].pending -= 1
        if self[steps].pending == 0 { closeSteps(steps) }
    }

    mutating func closeSteps(_ steps: NodeIndex) {
        guard self[steps].blame == .max else { return finish(steps, .failure) }
        guard cuts[steps] == nil else { return finishCut(steps) ?? () }
        if ignoredLeaf(of: steps) != nil { self[steps].flags.insert(.hasIgnoredMember) }
        if let template = plan.modifiers(of: steps).result {
            do {
                results[Int(steps.index)] = try template.value(in: scope(of: steps))
            } catch {
                guard rehearsal != nil, error == .unknownValue else { return fail(steps, error) }
                rehearsal?.unknown.insert(steps)
            }
        }
        finish(steps, .success)
    }

    /// The task whose IGNORED has ended the line of a leaf step; nil if none has.
    private func ignoredLeaf(of steps: NodeIndex) -> NodeIndex? {
        guard counts[Int(TaskState.ignored.rawValue)] > 0 else { return nil }
        var seen: Set<NodeIndex> = []
        var stack = plan.members(of: steps).filter { plan.dependents(of: $0).isEmpty }
        while let step = stack.popLast() {
            guard seen.insert(step).inserted else { continue }
            if isIgnored(step) { return ignored(below: step) }
            guard self[step].state == .skipped else { continue }
            // It was skipped for what it needs; only what needs a success is in that line.
            stack += plan.needs(of: step).filter { $0.ends == .success }.map(\.node)
        }
        return nil
    }

    private func isMet(_ step: NodeIndex, by dependent: NodeIndex, _ ends: NeedSpec.Ends) -> Bool {
        let isPlain = plan.spec(of: dependent).needsForm != .ends
        return switch self[step].state {
        case .success: ends.contains(.success) && (!isPlain || !self[step].hasIgnoredMember)
        case .failure, .revoked: ends.contains(.failure) || (isPlain && plan.allowsFailure(step))
        case .skipped, .ignored: ends.contains(.skipped)
        case .pending, .started, .retry: false
        }
    }

    private func unmetCause(_ step: NodeIndex, _ dependent: NodeIndex) -> SkipCause {
        switch self[step].state {
        case .failure, .revoked:
            SkipCause(node: NodeIndex(Int(self[step].blame)), reason: .upstream)
        case .skipped: causes[step] ?? SkipCause(node: step, reason: .needs)
        case .ignored where wantsSuccess(of: step, dependent):
            SkipCause(node: ignored(below: step), reason: .ignored)
        case .ignored: SkipCause(node: step, reason: .needs)
        case .success where self[step].hasIgnoredMember && wantsSuccess(of: step, dependent):
            SkipCause(node: ignored(below: step), reason: .ignored)
        case .success, .pending, .started, .retry: SkipCause(node: step, reason: .needs)
        }
    }

    private func wantsSuccess(of step: NodeIndex, _ dependent: NodeIndex) -> Bool {
        plan.needs(of: dependent).contains { $0.node == step && $0.ends == .success }
    }

    // MARK: Calls of workflows

    /// The canvas of a called workflow has ended: its `on_exit` runs, or the call ends.
    mutating func canvasEnded(_ canvas: NodeIndex, of call: NodeIndex) {
        guard self[call].phase == .open else { return }
        if blames(canvas), self[call].blame == .max { self[call].blame = self[canvas].blame }
        self[call].pending = 0
        guard let exit = plan.children(of: call, .onExit).first, self[exit].phase == .waiting else {
            return closeCall(call)
        }
        activate(exit)
    }

    mutating func closeCall(_ call: NodeIndex) {
        guard self[call].phase == .open, self[call].pending == 0, let canvas = plan.members(of: call).first
        else { return }
        if let exit = plan.children(of: call, .onExit).first, blames(exit), self[call].blame == .max {
            self[call].blame = self[exit].blame
        }
        guard self[call].blame == .max else { return finish(call, .failure) }
        switch self[canvas].state {
        case .ignored: return finish(call, .ignored)
        case .skipped where !isTransparent(canvas):
            causes[call] = causes[canvas]
            return finish(call, .skipped)
        case .success, .skipped, .failure, .revoked, .pending, .started, .retry: break
        }
        if isIgnored(canvas) { self[call].flags.insert(.hasIgnoredMember) }
        if let template = plan.unit(of: canvas).result, self[canvas].state == .success {
            do {
                results[Int(call.index)] = try template.value(in: scope(of: canvas))
            } catch {
                guard rehearsal != nil, error == .unknownValue else { return fail(call, error) }
                rehearsal?.unknown.insert(call)
            }
        }
        finish(call, .success)
    }
}
