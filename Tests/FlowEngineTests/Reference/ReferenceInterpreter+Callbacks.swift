/// `link` and `link_error`, and all that hangs on them.
extension ReferenceInterpreter {
    /// Runs the callbacks whose occasion came.
    ///
    /// The place is that of the node itself: a callback has what is round the node, not what the node allows.
    mutating func evaluateCallbacks(of node: ReferenceNode, after end: ReferenceEnd, at place: ReferencePlace) {
        for link in node.links {
            if let value = end.value, end.isSuccess {
                var callbackPlace = placeOfCallback(of: node, at: place, handing: value)
                callbackPlace.handedMayBeDropped = end.mayDropResult
                _ = evaluate(link, at: callbackPlace)
            } else {
                idle(link, at: place)
            }
        }
        for handler in node.linkErrors {
            if end.isFailed {
                let report = ReferencePattern.any(of: end.failures)
                _ = evaluate(handler, at: placeOfCallback(of: node, at: place, handing: report))
            } else {
                idle(handler, at: place)
            }
        }
    }

    func placeOfCallback(
        of node: ReferenceNode, at place: ReferencePlace, handing value: ReferencePattern,
    ) -> ReferencePlace {
        var callbackPlace = place.handing(value)
        callbackPlace.handedMayBeDropped = false
        callbackPlace.isLimited = place.isLimited || node.isLimiter
        switch place.allowance {
        case .none: break
        case .byComposite, .byCompositeOfOwner: callbackPlace.allowance = .byCompositeOfOwner
        }
        return callbackPlace
    }

    /// Notes a callback whose occasion did not come, and all inside it.
    mutating func idle(_ node: ReferenceNode, at place: ReferencePlace) {
        var inside = place
        let id = place.prefix + node.id
        note(ReferenceNodeAnswer(states: [.idle], causes: []), of: id, at: place)
        if case .chunks = node.kind { answer.openPrefixes.insert(id + "[") }
        if let fanOut = node.fanOut {
            let keys = keysOfUnexpanded(fanOut, of: node, id: id, at: place)
            var copy = node
            copy.fanOut = nil
            inside.mayBeAbsent = true
            for key in keys {
                inside.prefix = "\(id)[\(key)]."
                note(ReferenceNodeAnswer(states: [.idle], causes: []), of: "\(id)[\(key)]", at: inside)
                idleInside(copy, at: inside)
            }
        } else {
            idleInside(node, at: inside)
        }
    }

    mutating func idleInside(_ node: ReferenceNode, at place: ReferencePlace) {
        for inner in node.members + node.links + node.linkErrors {
            idle(inner, at: place)
        }
    }
}
