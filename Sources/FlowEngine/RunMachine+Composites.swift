import FlowModel
import FlowPlan

/// How the ends of members make the end of what holds them.
extension RunMachine {
    /// Tells a composite that one of its members is final.
    mutating func memberEnded(_ member: NodeIndex, of parent: NodeIndex) {
        guard self[parent].phase == .open else { return }
        if blames(member), self[parent].blame == .max { self[parent].blame = self[member].blame }
        switch plan[parent].kind {
        case .chain: advance(parent, after: member)
        case .group, .chord, .fanOut, .chunks:
            self[parent].pending -= 1
            if self[member].state == .ignored || self[member].hasIgnoredMember { self[parent].hasIgnoredMember = true }
            if self[parent].pending == 0 { closeGroup(parent) }
        case .steps: stepEnded(member, of: parent)
        case .task, .map, .starmap: break
        }
    }

    /// Whether a member's end is a failure of what holds it.
    private func blames(_ member: NodeIndex) -> Bool {
        let state = self[member].state
        return (state == .failure || state == .revoked) && !plan.modifiers(of: member).allowFailure
    }

    // MARK: Chain

    /// Starts the chain's next member after one that has ended, or ends the chain.
    ///
    /// A loop and not a recursion: a chain may have a million members that are skipped one after the other.
    mutating func advance(_ chain: NodeIndex, after member: NodeIndex?) {
        var next: NodeIndex?
        if let member {
            let state = self[member].state
            let isTransparent = state == .skipped && causes[member] == SkipCause(node: member, reason: .when)
            next = plan.nextSibling(of: member).flatMap { plan[$0].role == .member ? $0 : nil }
            if let next { self[next].giver = isTransparent ? self[member].giver : member.index }
            if blames(member) {
                skipRest(from: next, SkipCause(node: NodeIndex(Int(self[member].blame)), reason: .upstream))
                finish(chain, .failure)
                return
            }
            if state == .ignored || (self[member].hasIgnoredMember && next != nil) {
                skipRest(from: next, SkipCause(node: ignored(below: member), reason: .ignored))
                finish(chain, .ignored)
                return
            }
            if state == .skipped, !isTransparent {
                let cause = causes[member] ?? SkipCause(node: member, reason: .upstream)
                skipRest(from: next, cause)
                causes[chain] = cause
                finish(chain, .skipped)
                return
            }
        } else {
            next = plan.firstChild(of: chain).flatMap { plan[$0].role == .member ? $0 : nil }
        }
        guard let next else { return finish(chain, .success) }
        activate(next)
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
        for member in plan.members(of: node)
        where self[member].state == .ignored || self[member].hasIgnoredMember {
            return ignored(below: member)
        }
        return node
    }

    // MARK: Group and chord

    mutating func closeGroup(_ group: NodeIndex) {
        let failed = self[group].blame != .max
        guard plan[group].kind == .chord else {
            finish(group, failed ? .failure : .success)
            return
        }
        guard let body = plan.children(of: group, .body).first else {
            return finish(group, failed ? .failure : .success)
        }
        if failed {
            skip(body, SkipCause(node: NodeIndex(Int(self[group].blame)), reason: .upstream))
        } else if self[group].hasIgnoredMember {
            skip(body, SkipCause(node: ignored(below: group), reason: .ignored))
        } else {
            activate(body)
        }
    }

    mutating func closeChord(_ chord: NodeIndex, body: NodeIndex) {
        guard self[chord].phase == .open else { return }
        if blames(body), self[chord].blame == .max { self[chord].blame = self[body].blame }
        switch self[body].state {
        case .skipped where self[chord].blame != .max: finish(chord, .failure)
        case .skipped where self[chord].hasIgnoredMember: finish(chord, .ignored)
        case .failure where !blames(body), .revoked where !blames(body): finish(chord, .success)
        case .failure, .revoked: finish(chord, .failure)
        case .ignored: finish(chord, .ignored)
        case .skipped, .success, .pending, .started, .retry: finish(chord, .success)
        }
    }

    // MARK: Steps

    private mutating func stepEnded(_ step: NodeIndex, of steps: NodeIndex) {
        for dependent in plan.dependents(of: step) where self[dependent].phase == .waiting {
            guard isMet(step, by: dependent) else {
                skip(dependent, unmetCause(step, dependent))
                continue
            }
            self[dependent].pending -= 1
            if self[dependent].pending == 0 { activate(dependent) }
        }
        self[steps].pending -= 1
        if self[steps].pending == 0 { finish(steps, self[steps].blame == .max ? .success : .failure) }
    }

    private func isMet(_ step: NodeIndex, by dependent: NodeIndex) -> Bool {
        for need in plan.needs(of: dependent) where need.node == step {
            let isPlain = plan.spec(of: dependent).needsForm != .ends
            let met: Bool =
                switch self[step].state {
                case .success: need.ends.contains(.success) && !self[step].hasIgnoredMember
                case .failure, .revoked:
                    need.ends.contains(.failure) || (isPlain && plan.modifiers(of: step).allowFailure)
                case .skipped, .ignored: need.ends.contains(.skipped)
                case .pending, .started, .retry: false
                }
            if !met { return false }
        }
        return true
    }

    private func unmetCause(_ step: NodeIndex, _ dependent: NodeIndex) -> SkipCause {
        switch self[step].state {
        case .failure, .revoked:
            SkipCause(node: NodeIndex(Int(self[step].blame)), reason: .upstream)
        case .skipped: causes[step] ?? SkipCause(node: step, reason: .needs)
        case .ignored: SkipCause(node: ignored(below: step), reason: .ignored)
        case .success, .pending, .started, .retry: SkipCause(node: step, reason: .needs)
        }
    }
}
