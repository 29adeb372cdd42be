import FlowPlan
import HeapModule

/// The tasks of a run that could start, by the queue that they wait in.
///
/// Taking one does not remove it: what has been started, ended or revoked meanwhile is dropped when it comes to the head.
struct ReadyQueues: Sendable {
    private struct Entry: Comparable {
        let node: NodeIndex
        let priority: Int
        let sequence: UInt32

        static func < (left: Entry, right: Entry) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            return left.sequence < right.sequence
        }

        static func == (left: Entry, right: Entry) -> Bool { left.sequence == right.sequence }
    }

    // A workflow has few queues, most have one: a list is searched faster than a dictionary.
    private var names: [String] = []
    private var heaps: [Heap<Entry>] = []
    /// How many entries have been made: the number of the next one.
    private(set) var sequence: UInt32 = 0

    mutating func append(_ node: NodeIndex, priority: Int, queue: String) {
        let position: Int
        if let known = names.firstIndex(of: queue) {
            position = known
        } else {
            position = names.count
            names.append(queue)
            heaps.append(Heap())
        }
        heaps[position].insert(Entry(node: node, priority: priority, sequence: sequence))
        sequence += 1
    }

    /// The first entry of some queues that is still ready.
    mutating func head(
        of queues: Set<String>?, isReady: (NodeIndex) -> Bool
    ) -> RunMachine.Head? {
        var best: Entry?
        for position in names.indices where queues?.contains(names[position]) ?? true {
            while let entry = heaps[position].min, !isReady(entry.node) { heaps[position].removeMin() }
            guard let entry = heaps[position].min else { continue }
            if best.map({ entry < $0 }) ?? true { best = entry }
        }
        return best.map { RunMachine.Head(node: $0.node, priority: $0.priority, sequence: $0.sequence) }
    }
}
