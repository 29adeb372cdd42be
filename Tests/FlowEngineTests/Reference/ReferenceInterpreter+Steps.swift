/// `steps`: any DAG.
extension ReferenceInterpreter {
    mutating func evaluateSteps(_ members: [ReferenceNode], at place: ReferencePlace) -> ReferenceEnd {
        var ends: [String: ReferenceEnd] = [:]
        var open = members
        while !open.isEmpty {
            let isReady = { (step: ReferenceNode) in (step.needs?.steps ?? []).allSatisfy { ends[$0] != nil } }
            guard let index = open.firstIndex(where: isReady) else {
                preconditionFailure("needs that form a cycle are refused before a run")
            }
            let step = open.remove(at: index)
            var here = place
            here.steps.merge(ends) { $1 }
            ends[step.id] = evaluateStep(step, ends: ends, at: here)
        }
        return join(members, ends: ends, at: place)
    }

    private mutating func evaluateStep(
        _ step: ReferenceNode, ends: [String: ReferenceEnd], at place: ReferencePlace,
    ) -> ReferenceEnd {
        guard let needs = step.needs else { return evaluate(step, at: place) }
        var blame: Set<String>? = []
        var isBlocked = false
        var byIgnored = false
        var here = place
        let needed = needs.steps.compactMap { ends[$0] }
        here.handedMayBeDropped = needed.contains(where: \.mayDropResult)
        switch needs {
        case .one(let id):
            // `when` is asked when needs are met, so needs come first.
            guard let end = ends[id] else { preconditionFailure("a need names a step") }
            here = here.handing(end.valueInList)
        case .list: here = here.handing(.list(of: needed.map(\.valueInList)))
        case .ends:
            here = here.handing(nil)
            here.handedMayBeDropped = false
        }
        for (id, accepted) in conditions(of: needs) {
            guard let end = ends[id], !isMet(end, by: accepted) else { continue }
            isBlocked = true
            blame = blame.flatMap { known in end.causes.map { known.union($0) } }
            // An end that did not come is to blame itself, whatever was behind the one that came.
            if accepted != nil { blame?.insert(place.prefix + id) }
            byIgnored = byIgnored || (accepted ?? [.success]) == [.success] && end.isEndedLine
        }
        guard isBlocked else { return evaluate(step, at: here) }
        let revoked = skip(step, because: blame, at: place)
        var end = ReferenceEnd(way: .blocked(byIgnored: byIgnored), states: [.skipped], causes: blame)
        if !revoked.isEmpty {
            end = ReferenceEnd(way: .failed, states: [.failure, .revoked], causes: nil, failures: revoked)
        }
        return end
    }

    /// What each needed step has to come to; nil where its value is needed.
    private func conditions(of needs: ReferenceNeeds) -> [(id: String, ends: [ReferenceNeeds.End]?)] {
        switch needs {
        case .one(let id): [(id, nil)]
        case .list(let ids): ids.map { ($0, nil) }
        case .ends(let needs): needs.map { ($0.step, $0.ends) }
        }
    }

    private mutating func isMet(_ end: ReferenceEnd, by accepted: [ReferenceNeeds.End]?) -> Bool {
        // What is allowed to fail is no obstacle: who waits for its value receives null.
        guard let accepted else { return end.value != nil && !end.hidesIgnored }
        for candidate in accepted {
            switch candidate {
            case .done: return true
            case .success:
                if end.isSuccess { return true }
                if end.value != nil, !accepted.contains(.failure), !accepted.contains(.done),
                    !holds(.allowedFailureIsNoSuccess)
                {
                    return true
                }
            case .failure:
                if end.isFailed || (end.value != nil && !end.isSuccess) { return true }
            case .skipped:
                switch end.way {
                case .passedOver, .ended, .blocked, .cut: return true
                case .handed, .failed: break
                }
            }
        }
        return false
    }

    private mutating func join(
        _ members: [ReferenceNode], ends: [String: ReferenceEnd], at place: ReferencePlace,
    ) -> ReferenceEnd {
        let all = members.compactMap { ends[$0.id] }
        let failed = all.filter(\.isFailed)
        let cut = all.filter(\.isCut)
        if !failed.isEmpty {
            var end = ReferenceEnd.joining(all, way: .failed, states: ReferenceEnd.statesOfFailed(failed + cut))
            end.failures = firstFailures(members, ends: ends)
            end.causes = ReferenceEnd.causes(of: failed + cut + all.filter(\.isEndedLine))
            return end
        }
        if !cut.isEmpty {
            var end = ReferenceEnd.joining(all, way: .cut, states: ReferenceEnd.statesOfCut)
            end.causes = nil
            return end
        }
        let needed = Set(members.flatMap { $0.needs?.steps ?? [] })
        let leaves = members.filter { !needed.contains($0.id) }
        let leafEnds = leaves.compactMap { ends[$0.id] }
        let endedLines = leafEnds.filter(\.isEndedLine)
        if leafEnds.allSatisfy(\.isSkippedStep), holds(.stepsOfSkippedIsSkipped) {
            var end = ReferenceEnd.joining(all, way: .passedOver, states: [.skipped])
            end.causes = nil
            return end
        }
        var end = ReferenceEnd.joining(all, way: .handed(result(of: leaves, ends: ends)), states: [.success])
        if !endedLines.isEmpty {
            end.hidesIgnored = true
            end.causes = ReferenceEnd.causes(of: endedLines)
        }
        return end
    }

    private func result(of leaves: [ReferenceNode], ends: [String: ReferenceEnd]) -> ReferencePattern {
        if leaves.count == 1, let leaf = leaves.first { return ends[leaf.id]?.valueInList ?? .null }
        return .object(
            leaves.map { leaf in
                ReferencePattern.Field(key: leaf.id, value: ends[leaf.id]?.valueInList ?? .null)
            })
    }

    /// The failures that no other step's failure is sure to precede.
    private func firstFailures(
        _ members: [ReferenceNode], ends: [String: ReferenceEnd],
    ) -> [ReferencePattern] {
        let byID = Dictionary(members.map { ($0.id, $0) }) { $1 }
        func hasFailedAncestor(_ step: ReferenceNode) -> Bool {
            (step.needs?.steps ?? []).contains { id in
                ends[id]?.isFailed == true || byID[id].map(hasFailedAncestor) == true
            }
        }
        let first = members.filter { step in ends[step.id]?.isFailed == true && !hasFailedAncestor(step) }
        return first.flatMap { ends[$0.id]?.failures ?? [] }
    }
}

extension ReferenceEnd {
    /// Whether its value is missing because an IGNORED ended the line.
    fileprivate var isEndedLine: Bool {
        switch way {
        case .ended: true
        case .blocked(let byIgnored): byIgnored
        case .handed: hidesIgnored
        case .passedOver, .failed, .cut: false
        }
    }

    fileprivate var isSkippedStep: Bool {
        switch way {
        case .passedOver, .blocked: true
        case .handed, .ended, .failed, .cut: false
        }
    }
}
