/// Chains, groups and chords: the one rule of data flow.
extension ReferenceInterpreter {
    mutating func evaluateChain(
        _ members: [ReferenceNode], id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        var here = place
        var ends: [ReferenceEnd] = []
        for (index, member) in members.enumerated() {
            let isLast = index == members.count - 1
            let end = evaluate(member, at: here)
            ends.append(end)
            switch end.way {
            case .handed where end.hidesIgnored && !isLast:
                ends[index].way = .ended
                return stopChain(ends, after: member, rest: Array(members[(index + 1)...]), at: place)
            case .handed(let value):
                here = here.handing(value)
                here.handedMayBeDropped = end.mayDropResult
            case .passedOver:
                // Transparent: the next receives what this one would have received, and null where there was nothing.
                guard here.handed == nil else { continue }
                here.handed = .null
                here.parent = here.parent == nil ? .null : .anything
            case .failed, .ended, .cut, .blocked:
                let rest = Array(members[(index + 1)...])
                return stopChain(ends, after: member, rest: rest, at: place)
            }
        }
        let last = here.handed ?? .null
        guard let end = ends.last, end.isPassedOver else {
            var whole = ReferenceEnd.joining(ends, way: .handed(last), states: [.success])
            whole.hideIgnored(of: ends.suffix(1))
            return whole
        }
        if ends.allSatisfy(\.isPassedOver), holds(.chainOfSkippedIsSkipped) {
            var skipped = ReferenceEnd.joining(ends, way: .passedOver, states: [.skipped])
            skipped.causes = ReferenceEnd.causes(of: ends)?.union([id])
            return skipped
        }
        let value = holds(.skippedLastOfChainGivesNull) ? ReferencePattern.null : last
        return .joining(ends, way: .handed(value), states: [.success])
    }

    private mutating func stopChain(
        _ ends: [ReferenceEnd], after stopper: ReferenceNode, rest: [ReferenceNode], at place: ReferencePlace,
    ) -> ReferenceEnd {
        guard let stop = ends.last else { return ReferenceEnd(way: .cut, states: ReferenceEnd.statesOfCut) }
        var makesChord = stop.isFailed && stopper.isGroup
        if !rest.isEmpty, stop.isFailed, !stopper.isGroup, stop.failedInLastGroup {
            makesChord = holds(.nestedChainMakesChord)
        }
        var revoked: [ReferencePattern] = []
        for (index, node) in rest.enumerated() {
            // A group and the node that follows it are a chord; those after the body are not its body.
            let isBody = makesChord && index == 0
            revoked += skip(node, because: stop.causes, isBodyOfFailedHeader: isBody, at: place)
        }
        var end = ReferenceEnd.stopped(ends, revokedBehind: revoked)
        end.failedInLastGroup = rest.isEmpty && stop.isFailed && (stopper.isGroup || stop.failedInLastGroup)
        return end
    }

    mutating func evaluateGroup(_ members: [ReferenceNode], at place: ReferencePlace) -> ReferenceEnd {
        var ends: [ReferenceEnd] = []
        for member in members {
            ends.append(evaluate(member, at: place))
        }
        return gather(ends, at: place)
    }

    /// The end of a group from those of its members, in written order.
    mutating func gather(_ ends: [ReferenceEnd], at place: ReferencePlace) -> ReferenceEnd {
        let failed = ends.filter(\.isFailed)
        let cut = ends.filter(\.isCut)
        let ended = ends.filter { $0.isEnded || $0.hidesIgnored }
        if !failed.isEmpty {
            let states = ReferenceEnd.statesOfFailed(failed + cut)
            var end = ReferenceEnd.joining(ends, way: .failed, states: states)
            // Of a failure and an IGNORED the one that ended first is to blame, and that is open.
            end.causes = ReferenceEnd.causes(of: failed + cut + ended)
            return end
        }
        if !cut.isEmpty {
            var end = ReferenceEnd.joining(ends, way: .cut, states: ReferenceEnd.statesOfCut)
            end.causes = nil
            return end
        }
        var end = ReferenceEnd.joining(ends, way: .handed(.list(of: ends.map(\.valueInList))), states: [.success])
        end.hideIgnored(of: ends)
        return end
    }

    mutating func evaluateChord(
        _ header: [ReferenceNode], body: ReferenceNode, at place: ReferencePlace,
    ) -> ReferenceEnd {
        var gathered = evaluateGroup(header, at: place)
        if gathered.hidesIgnored { gathered.way = .ended }
        guard case .handed(let list) = gathered.way else {
            let revoked = skip(
                body, because: gathered.causes, isBodyOfFailedHeader: gathered.isFailed, at: place)
            return .stopped([gathered], revokedBehind: revoked)
        }
        var bodyPlace = place.handing(list)
        bodyPlace.handedMayBeDropped = gathered.mayDropResult
        let end = evaluate(body, at: bodyPlace)
        let ends = [gathered, end]
        switch end.way {
        case .handed(let value):
            var whole = ReferenceEnd.joining(ends, way: .handed(value), states: [.success])
            whole.hideIgnored(of: [end])
            return whole
        case .failed, .ended, .cut, .blocked: return .stopped(ends, revokedBehind: [])
        case .passedOver:
            if holds(.chordOfSkippedBodyIsSkipped) {
                var skipped = ReferenceEnd.joining(ends, way: .passedOver, states: [.skipped])
                skipped.causes = end.causes
                return skipped
            }
            let value = holds(.skippedBodyGivesNull) ? ReferencePattern.null : list
            return .joining(ends, way: .handed(value), states: [.success])
        }
    }
}

extension ReferenceEnd {
    /// Takes over from what is inside that an IGNORED ends the line behind it.
    mutating func hideIgnored(of ends: some Sequence<ReferenceEnd>) {
        let ended = ends.filter { $0.isEnded || $0.hidesIgnored }
        guard !ended.isEmpty else { return }
        hidesIgnored = true
        causes = ReferenceEnd.causes(of: ended)
    }

    /// The end of a line that its last evaluated member stopped.
    static func stopped(_ ends: [ReferenceEnd], revokedBehind revoked: [ReferencePattern]) -> ReferenceEnd {
        guard let stop = ends.last else { return ReferenceEnd(way: .cut, states: statesOfCut, causes: nil) }
        var end = joining(ends, way: stop.way, states: stop.states)
        end.causes = stop.causes
        end.failures += revoked
        if stop.isFailed {
            end.states = statesOfFailed([stop])
        } else if stop.isCut {
            end.states = statesOfCut
        } else {
            end.states = statesOfEnded
        }
        if !revoked.isEmpty {
            // What was revoked while it waited fails the line, whatever had stopped it before.
            end.way = .failed
            end.states = [.failure, .revoked]
            end.causes = nil
        }
        return end
    }
}
