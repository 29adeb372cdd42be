import FlowDiagnostics
import FlowModel
import FlowYAML

/// FR212: a step whose needs exclude each other can never run.
///
/// A step that runs has its needs met, and theirs before it: each step that it waits for must have ended in one of the
/// ways that all of them allow.
enum NeverRuns {
    private typealias Ends = [UInt32: NeedSpec.Ends]

    static func check(_ decoder: inout WorkflowDecoder) {
        // Only where somebody waits for other ends than success can needs exclude each other.
        guard decoder.spec.nodes.contains(where: { $0.needsForm == .ends }) else { return }
        var required: [UInt32: Ends] = [:]
        for pending in decoder.pendingNeeds {
            let index = UInt32(pending.step)
            guard
                decoder.spec.nodes[pending.step].needsForm == .ends || decoder.spec.nodes[pending.step].needCount > 1
            else { continue }
            var path: Set<UInt32> = []
            guard let contradiction = contradiction(index, decoder.spec, &required, &path) else { continue }
            let culprit = decoder.spec.nodes[Int(contradiction)].id
            decoder.reader.report(
                Diagnostic(
                    .neverRuns,
                    "'\(decoder.spec.nodes[pending.step].id)' can never run: what it needs asks for different ends of '\(culprit)'",
                    at: decoder.document.span(pending.value)))
        }
    }

    /// The step of which different ends are asked, if the needs of this step are the first to do so.
    private static func contradiction(
        _ step: UInt32, _ spec: WorkflowSpec, _ required: inout [UInt32: Ends], _ path: inout Set<UInt32>
    ) -> UInt32? {
        var ends: Ends = [:]
        for need in spec.needs(of: spec.nodes[Int(step)]) {
            var wanted = need.ends
            if wanted.contains(.success), spec.modifiers(of: spec[need.step]).allowFailure { wanted.insert(.failure) }
            let before = requirements(of: need.step.index, spec, &required, &path, 0)
            for (index, allowed) in merged(before, need.step.index, wanted) {
                let both = (ends[index] ?? .done).intersection(allowed)
                if both.isEmpty { return index }
                ends[index] = both
            }
        }
        return nil
    }

    /// What must hold of a step and of all before it for it to have ended in one of these ways.
    private static func merged(_ before: Ends, _ index: UInt32, _ wanted: NeedSpec.Ends) -> Ends {
        // A step that was skipped, or revoked while it waited, asks nothing of those before it.
        var ends = wanted == .success ? before : [:]
        ends[index] = wanted
        return ends
    }

    /// What must have held for a step to run.
    private static func requirements(
        of step: UInt32, _ spec: WorkflowSpec, _ required: inout [UInt32: Ends], _ path: inout Set<UInt32>, _ depth: Int
    ) -> Ends {
        if let known = required[step] { return known }
        // Cycles are another rule's matter, and what lies very far back is not worth the walk.
        guard depth < 64, path.insert(step).inserted else { return [:] }
        defer { path.remove(step) }
        var ends: Ends = [:]
        for need in spec.needs(of: spec.nodes[Int(step)]).prefix(16) {
            var wanted = need.ends
            if wanted.contains(.success), spec.modifiers(of: spec[need.step]).allowFailure { wanted.insert(.failure) }
            let before = requirements(of: need.step.index, spec, &required, &path, depth + 1)
            for (index, allowed) in merged(before, need.step.index, wanted) where ends.count < 16 {
                ends[index] = (ends[index] ?? .done).intersection(allowed)
            }
        }
        required[step] = ends
        return ends
    }
}
