/// A naive interpreter of a canvas, written from SPEC 5 and 7 line by line.
///
/// It has no clock and no queue: a node's end follows from the ends of what it waits for, so one walk over the tree
/// finds them all. What only a clock could tell (which of two failures came first) stays open in the answer.
struct ReferenceInterpreter {
    let oracle: ReferenceOracle
    /// What the test calls the piece of a `chunks` node when it asks for its outcome.
    let pieceID: (_ id: String, _ index: Int) -> String
    /// The readings that are settled; the plain one holds for all others.
    private let settled: [ReferenceReading: Bool]
    /// In the order in which they were needed.
    private var consulted: [ReferenceReading] = []
    var answer = ReferenceAnswer()
    /// Full ids of what failed and fails the run.
    private var failed: [String] = []
    /// Full ids of what failed and fails the run by one reading only.
    private var perhapsFailed: [String] = []

    /// Every answer that SPEC allows, the plain reading first: one for each way to read the places it met.
    ///
    /// - Parameters:
    ///   - root: The canvas.
    ///   - oracle: Who tells how tasks ended.
    ///   - pinned: Readings that are known, so that they are not tried both ways.
    ///   - limit: How many answers at most. The plain readings come first, so what is cut off is the far-fetched.
    ///   - pieceID: What the test calls a piece of `chunks` when it asks for its outcome.
    /// - Returns: At least one answer; a product has to agree with one of them as a whole.
    static func answers(
        to root: ReferenceNode,
        oracle: ReferenceOracle,
        pinned: [ReferenceReading: Bool] = [:],
        limit: Int = 256,
        pieceID: @escaping (_ id: String, _ index: Int) -> String = { "\($0)[\($1)]" },
    ) -> [ReferenceAnswer] {
        var answers: [ReferenceAnswer] = []
        var open = [pinned]
        while !open.isEmpty, answers.count < limit {
            let settled = open.removeFirst()
            var interpreter = ReferenceInterpreter(oracle: oracle, pieceID: pieceID, settled: settled)
            interpreter.run(root)
            answers.append(interpreter.answer)
            // Each branch settles one more reading the other way and those before it as they were, so none repeats.
            var branch = settled
            for reading in interpreter.consulted where settled[reading] == nil {
                open.append(branch.merging([reading: true]) { $1 })
                branch[reading] = false
            }
        }
        return answers
    }

    private init(
        oracle: ReferenceOracle,
        pieceID: @escaping (_ id: String, _ index: Int) -> String,
        settled: [ReferenceReading: Bool],
    ) {
        self.oracle = oracle
        self.pieceID = pieceID
        self.settled = settled
    }

    private mutating func run(_ root: ReferenceNode) {
        let end = evaluate(root, at: ReferencePlace())
        if !failed.isEmpty {
            answer.runState = .failure
        } else if !perhapsFailed.isEmpty {
            answer.runState = holds(.allowanceCoversCallbacks) ? .success : .failure
        }
        answer.runResult = end.mayDropResult ? nil : end.valueInList
        answer.readings = Dictionary(uniqueKeysWithValues: consulted.map { ($0, settled[$0] ?? false) })
    }

    /// Whether the reading is taken; notes that it mattered.
    mutating func holds(_ reading: ReferenceReading) -> Bool {
        if !consulted.contains(reading) { consulted.append(reading) }
        return settled[reading] ?? false
    }

    // MARK: - Nodes

    /// Finds the end of a node and notes it, and that of all that is inside it or hangs on it.
    mutating func evaluate(_ node: ReferenceNode, at place: ReferencePlace) -> ReferenceEnd {
        if let fanOut = node.fanOut { return evaluateCopies(of: node, over: fanOut, at: place) }
        return evaluateSingle(node, id: place.prefix + node.id, at: place)
    }

    /// Like `evaluate`, for a node without a fan-out or for one copy.
    mutating func evaluateSingle(_ node: ReferenceNode, id: String, at place: ReferencePlace) -> ReferenceEnd {
        if let condition = node.when, !holds(condition, at: place) {
            return passOver(node, id: id, at: place)
        }
        var inside = place
        inside.isLimited = place.isLimited || node.isLimiter
        inside.dropsResult = node.options.ignoresResult ?? place.dropsResult
        if node.allowsFailure { inside.allowance = .byComposite }
        var end = evaluateKind(of: node, id: id, at: inside)
        if node.isComposite {
            end = settle(end, of: node, id: id, at: inside)
            end.mayDropResult = end.mayDropResult || inside.dropsResult || place.handedMayBeDropped
            note(end, of: id, at: place)
        }
        evaluateCallbacks(of: node, after: end, at: place)
        if node.allowsFailure, end.isFailed {
            // An end and not an obstacle: what waits for it receives null.
            end = ReferenceEnd(way: .handed(.null), states: end.states, causes: end.causes, hasRun: end.hasRun)
        }
        return end
    }

    private mutating func evaluateKind(
        of node: ReferenceNode, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        switch node.kind {
        case .task(let call): evaluateCall(call, of: node, id: id, at: place)
        case .map(let task, let items, _): evaluateMap(over: items, task: task, of: node, id: id, at: place)
        case .chunks(let task, let items, let size):
            evaluateChunks(over: items, size: size, task: task, of: node, id: id, at: place)
        case .chain(let members): evaluateChain(members, id: id, at: place)
        case .group(let members): evaluateGroup(members, at: place)
        case .chord(let header, let body): evaluateChord(header, body: body, at: place)
        case .steps(let members): evaluateSteps(members, at: place)
        }
    }

    /// The end of a node that its own `when` keeps from running.
    mutating func passOver(_ node: ReferenceNode, id: String, at place: ReferencePlace) -> ReferenceEnd {
        let failures = skipSingle(node, id: id, because: [id], at: place)
        guard oracle.isRecord, place.isLimited || place.isUncertain || oracle.revokedByHand.contains(id) else {
            return ReferenceEnd(way: .passedOver, states: [.skipped], causes: [id])
        }
        // A limit can end a node before its condition is asked.
        let recorded = oracle.end(id, node)?.way
        if recorded == .revoked {
            if node.allowsFailure { return ReferenceEnd(way: .handed(.null), states: [.revoked], causes: [id]) }
            return ReferenceEnd(way: .failed, states: [.revoked], causes: nil, failures: failures)
        }
        if recorded?.isCut == true { return ReferenceEnd(way: .cut, states: [.skipped], causes: nil) }
        return ReferenceEnd(way: .passedOver, states: [.skipped], causes: [id])
    }

    /// Lets the record say what a limit made of a composite, where that does not follow from what is inside it.
    mutating func settle(
        _ end: ReferenceEnd, of node: ReferenceNode, id: String, at place: ReferencePlace,
    ) -> ReferenceEnd {
        guard oracle.isRecord, place.isLimited || place.isUncertain else { return end }
        var settled = end
        switch oracle.end(id, node)?.way {
        case .failure, .revoked:
            let hasOwnLimit = node.options.expires != nil || node.options.timeLimit != nil
            guard !end.isFailed, end.isCut || !end.hasRun || hasOwnLimit else { return end }
            settled.way = .failed
            settled.states = [.failure, .revoked]
            settled.causes = nil
            if end.failures.isEmpty { settled.failures = [.anything] }
            noteFailure(of: id, at: place)
        case .skipped(let why):
            let isCut = ReferenceLeafEnd.Way.skipped(why: why).isCut
            guard isCut, !end.isFailed, !end.hasRun || end.isCut else { return end }
            settled = ReferenceEnd(way: .cut, states: [.skipped], causes: nil, hasRun: end.hasRun)
        case .success, .ignored, nil: break
        }
        return settled
    }

    // MARK: - Notes

    /// Notes the end of what is no task.
    mutating func note(_ end: ReferenceEnd, of id: String, at place: ReferencePlace) {
        var node = ReferenceNodeAnswer(states: end.states)
        if end.isSuccess, !end.mayDropResult { node.result = end.value }
        if end.states.contains(.skipped), !place.isLimited { node.causes = end.causes }
        note(node, of: id, at: place)
    }

    mutating func note(_ node: ReferenceNodeAnswer, of id: String, at place: ReferencePlace) {
        var node = node
        node.mayBeAbsent = node.mayBeAbsent || place.mayBeAbsent
        if place.isUncertain {
            node.states.insert(.idle)
            node.causes = nil
        }
        answer.nodes[id] = node
    }

    /// Notes that something failed or was revoked, which fails the run unless somebody allowed it.
    mutating func noteFailure(of id: String, at place: ReferencePlace) {
        switch place.allowance {
        case .none: failed.append(id)
        case .byComposite: break
        case .byCompositeOfOwner: perhapsFailed.append(id)
        }
    }
}
