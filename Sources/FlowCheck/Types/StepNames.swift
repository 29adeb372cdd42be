import FlowDiagnostics
import FlowExpression
import FlowModel

/// What `steps.ID` is, seen from a node: whether it is sure to have ended, and what it gave.
///
/// A class, because results become known while the canvas is walked and expressions are typed on the way.
final class StepNames {
    private let spec: WorkflowSpec
    private let nodeIDs: NodeIDs
    /// The types of results, by node; nil where they are not known yet.
    var results: [StaticType?]
    /// Looking for ancestors through many steps is bounded: past this, a step counts as ended.
    private var budget = 2_000_000
    /// The same for suggestions.
    private var suggestionBudget = 5_000_000

    init(_ spec: WorkflowSpec, _ nodeIDs: NodeIDs) {
        self.spec = spec
        self.nodeIDs = nodeIDs
        results = [StaticType?](repeating: nil, count: spec.nodes.count)
    }

    /// The node with an id.
    func node(_ id: String) -> SpecIndex? {
        nodeIDs.node(id, among: spec.nodes).map { SpecIndex($0) }
    }

    /// The names, while there is time left to look for suggestions among them.
    func affordable(_ names: [String]) -> [String] {
        guard suggestionBudget > 0 else { return [] }
        suggestionBudget -= names.count
        return names
    }

    func type(of id: String, in names: ExpressionNames, _ place: Expression.Place?) -> CanvasNames.Found {
        if names.isLibrary { return .type(.any) }
        guard let step = node(id) else {
            let known = suggestionBudget > 0 ? spec.nodes.filter { $0.role != .copy }.map(\.id) : []
            return .problem(
                .init(code: .unknownName, message: "there is no step '\(id)'", place: nil, name: id, known: known))
        }
        if names.place == .header, !names.hasEnded { return .problem(notEnded(id, "before anything has run", place)) }
        if names.place == .task, names.node == nil { return .type(Self.stepType(.any)) }
        if let reader = names.node {
            if let problem = problem(step, id, from: reader, place) { return .problem(problem) }
        } else if isInCopies(step, below: nil) {
            return .problem(notEnded(id, "of which there are many copies", place))
        }
        return .type(Self.stepType(results[Int(step.index)] ?? .any))
    }

    private static func stepType(_ result: StaticType) -> StaticType {
        .object(
            [
                .init(key: "result", type: .maybe(result)), .init(key: "state", type: .string),
                .init(key: "error", type: .maybe(CanvasNames.failureType)),
            ], isOpen: false)
    }

    private func notEnded(_ id: String, _ why: String, _ place: Expression.Place?) -> ExpressionTyper.Problem {
        .init(code: .stepNotEnded, message: "'steps.\(id)' cannot be read here: \(why)", place: place)
    }

    // MARK: Who has ended

    private func problem(
        _ step: SpecIndex, _ id: String, from reader: SpecIndex, _ place: Expression.Place?
    ) -> ExpressionTyper.Problem? {
        if contains(step, reader), !isCallback(reader, of: step) {
            let why = step == reader ? "it is this step itself" : "this stands inside it, and so it has not ended"
            return notEnded(id, why, place)
        }
        var child = reader
        while let parent = spec[child].parent {
            if parent == step { return nil }
            if contains(parent, step) {
                if isInCopies(step, below: parent) { return notEnded(id, "there are many copies of it", place) }
                let sibling = self.child(of: parent, holding: step)
                if isBeside(step, below: sibling) {
                    return notEnded(id, "it is a callback, which runs beside the main line", place)
                }
                if hasEnded(sibling, before: child, in: parent) { return nil }
                let hint = spec[parent].kind == .steps ? "; put it into 'needs'" : ""
                return notEnded(id, "it is not sure to have ended before\(hint)", place)
            }
            child = parent
        }
        // The reader is in another tree than the step: `on_exit` sees all that has run, and nothing sees `on_exit`.
        if spec[child].role == .onExit { return nil }
        return notEnded(id, "it runs only when all else has ended", place)
    }

    private func contains(_ outer: SpecIndex, _ inner: SpecIndex) -> Bool {
        (outer.index..<spec[outer].end).contains(inner.index)
    }

    /// Whether a node stands in a callback of another.
    private func isCallback(_ node: SpecIndex, of owner: SpecIndex) -> Bool {
        var node = node
        while let parent = spec[node].parent {
            if parent == owner {
                return spec[node].role == .link || spec[node].role == .linkError
            }
            node = parent
        }
        return false
    }

    private func isInCopies(_ step: SpecIndex, below top: SpecIndex?) -> Bool {
        var node = step
        while let parent = spec[node].parent, parent != top {
            if spec[parent].kind == .fanOut { return true }
            node = parent
        }
        return false
    }

    /// Whether a node stands in a callback, for which only the run waits.
    private func isBeside(_ step: SpecIndex, below top: SpecIndex) -> Bool {
        var node = step
        while node != top, let parent = spec[node].parent {
            if spec[node].role == .link || spec[node].role == .linkError { return true }
            node = parent
        }
        return false
    }

    private func child(of parent: SpecIndex, holding node: SpecIndex) -> SpecIndex {
        var node = node
        while let above = spec[node].parent, above != parent { node = above }
        return node
    }

    private func hasEnded(_ sibling: SpecIndex, before child: SpecIndex, in parent: SpecIndex) -> Bool {
        let isMain = spec[sibling].role == .member || spec[sibling].role == .body || spec[sibling].role == .copy
        guard isMain else { return false }
        if spec[child].role == .link || spec[child].role == .linkError { return true }
        switch spec[parent].kind {
        case .chain: return sibling.index < child.index
        case .chord: return spec[child].role == .body && spec[sibling].role == .member
        case .steps: return needs(child, sibling)
        case .task, .group, .map, .starmap, .chunks, .fanOut: return false
        }
    }

    /// Whether a step waits, directly or not, for another.
    private func needs(_ step: SpecIndex, _ other: SpecIndex) -> Bool {
        var seen: Set<SpecIndex> = [step]
        var queue = [step]
        var next = 0
        while next < queue.count {
            let current = spec[queue[next]]
            next += 1
            if current.hasDoubtfulNeeds { return true }
            for need in spec.needs(of: current) {
                if need.step == other { return true }
                budget -= 1
                if budget < 0 { return true }
                if seen.insert(need.step).inserted { queue.append(need.step) }
            }
        }
        return false
    }
}
