import DequeModule
import FlowPlan
import HeapModule

/// The tasks of a run that could start, by the queue that they wait in and the limit that holds them back.
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

    private struct Lane {
        let queue: String
        let gate: TaskGate?
        /// Entries that came in their order, as most do: a heap of all takes longer.
        private var line = Deque<Entry>()
        private var heap = Heap<Entry>()

        init(queue: String, gate: TaskGate?) {
            self.queue = queue
            self.gate = gate
        }

        var isEmpty: Bool { line.isEmpty && heap.isEmpty }

        var first: Entry? {
            guard let next = line.first else { return heap.min }
            return heap.isEmpty ? next : heap.min.map { min($0, next) } ?? next
        }

        /// Whether it is the lane of a queue and a limit.
        func isFor(_ queue: String, _ gate: TaskGate?) -> Bool {
            // To compare what is seldom there costs more than to look.
            if gate == nil, self.gate == nil { return self.queue == queue }
            return self.queue == queue && self.gate == gate
        }

        mutating func insert(_ entry: Entry) {
            if let last = line.last, entry < last { heap.insert(entry) } else { line.append(entry) }
        }

        mutating func removeFirst() {
            if heap.isEmpty || first == line.first { line.removeFirst() } else { heap.removeMin() }
        }
    }

    // A workflow has few queues and limits, most have one and none: a list is searched faster than a dictionary.
    private var lanes: [Lane] = []
    /// How many entries have been made: the number of the next one.
    private(set) var sequence: UInt32 = 0

    mutating func append(_ node: NodeIndex, priority: Int, queue: String, gate: TaskGate?) {
        let entry = Entry(node: node, priority: priority, sequence: sequence)
        sequence += 1
        for index in lanes.indices where lanes[index].isFor(queue, gate) { return lanes[index].insert(entry) }
        lanes.append(Lane(queue: queue, gate: gate))
        lanes[lanes.count - 1].insert(entry)
    }

    /// The first entry that is still ready, of some queues and of what no limit holds back.
    mutating func head(
        of queues: Set<String>?, isOpen: (TaskGate) -> Bool, isReady: (NodeIndex) -> Bool
    ) -> RunMachine.Head? {
        var best: (entry: Entry, gate: TaskGate?)?
        for position in lanes.indices where queues?.contains(lanes[position].queue) ?? true {
            while let entry = lanes[position].first, !isReady(entry.node) { lanes[position].removeFirst() }
            guard let entry = lanes[position].first else { continue }
            if let best, !(entry < best.entry) { continue }
            if let gate = lanes[position].gate, !isOpen(gate) { continue }
            best = (entry, lanes[position].gate)
        }
        return best.map {
            RunMachine.Head(
                node: $0.entry.node, priority: $0.entry.priority, sequence: $0.entry.sequence, gate: $0.gate)
        }
    }

    /// The limits that something may wait for.
    var gates: [TaskGate] { lanes.compactMap { $0.isEmpty ? nil : $0.gate } }
}
