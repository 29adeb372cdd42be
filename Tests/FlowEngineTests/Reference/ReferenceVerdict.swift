/// What a product says about a run, as `status --format json` or its own rows have it.
struct ReferenceObservation: Sendable {
    /// One node of it.
    struct Node: Sendable {
        /// A final state by its Celery name.
        var state: String
        var result: ReferenceJSON = .null
        var args: [ReferenceJSON] = []
        var kwargs: ReferenceJSON = .object([])
        var attempts = 0
        /// `skipped_because.step`; nil for null.
        var skippedBecause: String?
    }

    /// By full id.
    var nodes: [String: Node] = [:]
    var runState = ""
    var runResult = ReferenceJSON.null
}

extension ReferenceAnswer {
    /// What an observed run has that this answer does not allow, in the order of the ids; empty where all fits.
    func complaints(about run: ReferenceObservation) -> [String] {
        var complaints = violations
        if run.runState != runState.rawValue {
            complaints.append("run: \(run.runState), expected \(runState.rawValue)")
        }
        if let runResult, runState == .success, !runResult.matches(run.runResult) {
            complaints.append("run: result \(run.runResult), expected \(runResult)")
        }
        for (id, expected) in nodes.sorted(by: { $0.key < $1.key }) {
            if let node = run.nodes[id] {
                complaints += expected.complaints(about: node).map { "\(id): \($0)" }
            } else if !expected.mayBeAbsent, expected.states != [.idle] {
                complaints.append("\(id): missing, expected \(expected.stateNames)")
            }
        }
        for (id, expected) in pieces.sorted(by: { $0.key < $1.key }) {
            // A piece of an idle callback is idle like it.
            guard let node = run.nodes[id], node.state != "SKIPPED" || node.skippedBecause != nil else { continue }
            complaints += expected.complaints(about: node).map { "\(id): \($0)" }
        }
        for (id, node) in run.nodes.sorted(by: { $0.key < $1.key }) where nodes[id] == nil {
            let isOpen = openPrefixes.contains { id.hasPrefix($0) }
            let isTemplate = node.state == ReferenceState.skipped.rawValue && templates.contains(id)
            if !isOpen, !isTemplate { complaints.append("\(id): \(node.state), expected no such node") }
        }
        return complaints
    }

    /// The complaints of the answer that fits best; empty where one of them fits.
    static func complaints(of answers: [ReferenceAnswer], about run: ReferenceObservation) -> [String] {
        var fewest: [String]?
        for answer in answers {
            let complaints = answer.complaints(about: run)
            if complaints.isEmpty { return [] }
            if complaints.count < fewest?.count ?? .max { fewest = complaints }
        }
        return fewest ?? ["no answer to compare with"]
    }
}

extension ReferenceNodeAnswer {
    var stateNames: String {
        states.map(\.rawValue).sorted().joined(separator: " or ")
    }

    func complaints(about node: ReferenceObservation.Node) -> [String] {
        let isIdle = node.state == ReferenceState.skipped.rawValue && node.skippedBecause == nil
        guard let state = isIdle ? .idle : ReferenceState(rawValue: node.state), states.contains(state) else {
            let because = node.skippedBecause.map { " because of \($0)" } ?? ""
            return ["\(node.state)\(because), expected \(stateNames)"]
        }
        var complaints: [String] = []
        if state == .skipped, let causes, let because = node.skippedBecause, !causes.contains(because) {
            complaints.append("skipped because of \(because), expected \(causes.sorted())")
        }
        if state == .success, let result, !result.matches(node.result) {
            complaints.append("result \(node.result), expected \(result)")
        }
        // What was never started has no attempt to tell of.
        guard node.attempts > 0 else { return complaints }
        if let args, !ReferencePattern.list(of: args).matches(.array(node.args)) {
            complaints.append("args \(ReferenceJSON.array(node.args)), expected \(ReferencePattern.list(of: args))")
        }
        if let kwargs, !ReferencePattern.object(kwargs).matches(node.kwargs) {
            complaints.append("kwargs \(node.kwargs), expected \(ReferencePattern.object(kwargs))")
        }
        if let attempts, node.attempts != attempts {
            complaints.append("\(node.attempts) attempts, expected \(attempts)")
        }
        return complaints
    }
}
