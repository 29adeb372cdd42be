/// What can no longer run.
extension ReferenceInterpreter {
    /// Notes a node and all inside it as SKIPPED.
    ///
    /// - Parameters:
    ///   - node: What can no longer run.
    ///   - causes: Whom it may name; nil where that is open.
    ///   - isBodyOfFailedHeader: Whether its `link_error` hears of a `ChordError`.
    ///   - place: Where it stands.
    /// - Returns: The reports of tasks that a record shows as revoked while they waited: these fail all the same.
    mutating func skip(
        _ node: ReferenceNode, because causes: Set<String>?, isBodyOfFailedHeader: Bool = false,
        at place: ReferencePlace,
    ) -> [ReferencePattern] {
        let id = place.prefix + node.id
        guard let fanOut = node.fanOut else {
            return skipSingle(
                node, id: id, because: causes, isBodyOfFailedHeader: isBodyOfFailedHeader, at: place)
        }
        return skipCopies(
            of: node, over: fanOut, id: id, because: causes, isBodyOfFailedHeader: isBodyOfFailedHeader, at: place)
    }

    /// Like `skip`, for a node without a fan-out or for one copy.
    mutating func skipSingle(
        _ node: ReferenceNode, id: String, because causes: Set<String>?, isBodyOfFailedHeader: Bool = false,
        at place: ReferencePlace,
    ) -> [ReferencePattern] {
        var inside = place
        inside.isLimited = place.isLimited || node.isLimiter
        if node.allowsFailure { inside.allowance = .byComposite }
        var revoked: [ReferencePattern] = []
        for (index, member) in node.members.enumerated() {
            let hears = isBodyOfFailedHeader && isHead(index, of: node) && hangsErrback(on: member)
            revoked += skip(
                member, because: causes, isBodyOfFailedHeader: hears && holds(.chordErrorReachesHeads), at: inside)
        }
        var states: Set<ReferenceState> = revoked.isEmpty ? [.skipped] : [.skipped, .failure, .revoked]
        if !node.isComposite, wasRevokedWaiting(node, id: id, at: place) {
            states = [.revoked]
            revoked.append(.including([.init(key: "step", value: .exactly(.string(id)))]))
            noteFailure(of: id, at: inside)
        }
        if case .chunks = node.kind { answer.openPrefixes.insert(id + "[") }
        if place.isLimited, node.isComposite { states.insert(.revoked) }
        let known = place.isLimited ? nil : causes
        note(ReferenceNodeAnswer(states: states, causes: known), of: id, at: place)
        skipCallbacks(of: node, revoked: revoked, isBodyOfFailedHeader: isBodyOfFailedHeader, id: id, at: place)
        return node.allowsFailure ? [] : revoked
    }

    private mutating func skipCallbacks(
        of node: ReferenceNode, revoked: [ReferencePattern], isBodyOfFailedHeader: Bool, id: String,
        at place: ReferencePlace,
    ) {
        for link in node.links {
            idle(link, at: place)
        }
        for handler in node.linkErrors {
            guard isBodyOfFailedHeader || !revoked.isEmpty else {
                idle(handler, at: place)
                continue
            }
            let report = isBodyOfFailedHeader ? chordError(for: node, id: id) : .any(of: revoked)
            var callbackPlace = placeOfCallback(of: node, at: place, handing: report)
            // With a limit in force it may have been the limit that ended the body, and not the header.
            callbackPlace.isUncertain = place.isUncertain || place.isLimited || node.isComposite && !revoked.isEmpty
            if callbackPlace.isUncertain { callbackPlace = callbackPlace.handing(.anything) }
            _ = evaluate(handler, at: callbackPlace)
        }
    }

    private func wasRevokedWaiting(_ node: ReferenceNode, id: String, at place: ReferencePlace) -> Bool {
        guard oracle.isRecord, place.isLimited || oracle.revokedByHand.contains(id) else { return false }
        return oracle.end(id, node)?.way == .revoked
    }

    /// What the `link_error` of a body is handed when the header failed.
    private func chordError(for body: ReferenceNode, id: String) -> ReferencePattern {
        let type = ReferencePattern.Field(key: "type", value: .exactly(.string("ChordError")))
        var fields = [
            ReferencePattern.Field(key: "step", value: .exactly(.string(id))),
            ReferencePattern.Field(key: "error", value: .including([type])),
        ]
        switch body.kind {
        case .task(let call):
            fields.append(ReferencePattern.Field(key: "task", value: .exactly(.string(call.task))))
        case .map(let task, _, _):
            fields.append(ReferencePattern.Field(key: "task", value: .exactly(.string(task))))
        case .chunks, .chain, .group, .chord, .steps: break
        }
        return .including(fields)
    }

    /// Whether a member starts with the composite it is in.
    private func isHead(_ index: Int, of node: ReferenceNode) -> Bool {
        switch node.kind {
        case .task, .map, .chunks: false
        case .chain: index == 0
        case .group: true
        case .chord(let header, _): header.isEmpty || index < header.count
        case .steps(let members): members[index].needs == nil
        }
    }

    /// Whether a `ChordError` that reaches it would be heard by anyone.
    private func hangsErrback(on node: ReferenceNode) -> Bool {
        if !node.linkErrors.isEmpty { return true }
        return node.members.enumerated().contains { index, member in
            isHead(index, of: node) && hangsErrback(on: member)
        }
    }

    /// Fan-outs that were never expanded: a product may list the copies it knows of, or none.
    mutating func skipCopies(
        of node: ReferenceNode, over fanOut: ReferenceFanOut, id: String, because causes: Set<String>?,
        isBodyOfFailedHeader: Bool = false, at place: ReferencePlace,
    ) -> [ReferencePattern] {
        var revoked: [ReferencePattern] = []
        var copy = node
        copy.fanOut = nil
        copy.needs = nil
        copy.failsFast = false
        var inside = place
        inside.handed = nil
        inside.mayBeAbsent = true
        inside.isLimited = place.isLimited || node.failsFast
        let keys = keysOfUnexpanded(fanOut, of: node, id: id, at: place)
        let hears = isBodyOfFailedHeader && !keys.isEmpty && hangsErrback(on: copy)
        let reaches = hears && holds(.chordErrorReachesHeads)
        for key in keys {
            inside.prefix = "\(id)[\(key)]."
            revoked += skipSingle(
                copy, id: "\(id)[\(key)]", because: causes, isBodyOfFailedHeader: reaches, at: inside)
        }
        let known = place.isLimited ? nil : causes
        let states: Set<ReferenceState> = place.isLimited ? [.skipped, .revoked] : [.skipped]
        note(ReferenceNodeAnswer(states: states, causes: known), of: id, at: place)
        return revoked
    }
}
