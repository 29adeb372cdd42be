import FlowDiagnostics
import FlowModel
import FlowYAML

/// FR204: steps that wait for one another can never run.
///
/// The cycle is printed whole, from its earliest step.
enum DependencyCycle {
    private enum Mark { case unseen, open, done }

    static func check(_ decoder: inout WorkflowDecoder) {
        var marks = [Mark](repeating: .unseen, count: decoder.spec.nodes.count)
        for index in decoder.spec.nodes.indices where decoder.spec.nodes[index].needCount > 0 && marks[index] == .unseen
        {
            if let cycle = walk(from: index, decoder.spec, &marks) { report(cycle, &decoder) }
        }
    }

    /// A depth-first walk with its own stack: a chain of a million steps must not exhaust the thread's.
    private static func walk(from start: Int, _ spec: WorkflowSpec, _ marks: inout [Mark]) -> [Int]? {
        var stack: [(node: Int, next: Int)] = [(start, 0)]
        marks[start] = .open
        while let (node, next) = stack.last {
            let spot = spec.nodes[node]
            guard next < Int(spot.needCount) else {
                marks[node] = .done
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next += 1
            let need = Int(spec.needs[Int(spot.firstNeed) + next].step.index)
            switch marks[need] {
            case .done: break
            case .open:
                let from = stack.firstIndex { $0.node == need } ?? 0
                let cycle = stack[from...].map(\.node)
                for entry in stack { marks[entry.node] = .done }
                return cycle
            case .unseen:
                marks[need] = .open
                stack.append((need, 0))
            }
        }
        return nil
    }

    private static func report(_ cycle: [Int], _ decoder: inout WorkflowDecoder) {
        guard let first = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return }
        let ordered = Array(cycle[first...] + cycle[..<first])
        let names = (ordered + [ordered[0]]).map { decoder.spec.nodes[$0].id }.joined(separator: " → ")
        let pending = decoder.pendingNeeds(of: ordered[0])
        let span = decoder.document.span(pending?.value ?? decoder.places[ordered[0]].node)
        decoder.reader.report(Diagnostic(.dependencyCycle, "these steps need one another: \(names)", at: span))
    }
}
