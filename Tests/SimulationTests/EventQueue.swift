import FlowValue

/// What is going to happen, by time and then in the order of adding.
struct EventQueue {
    private struct Entry {
        let time: Timestamp
        let number: Int
        let event: Simulation.Event
    }

    // A few dozen entries: a binary heap.
    private var entries: [Entry] = []
    private var count = 0

    mutating func add(_ event: Simulation.Event, at time: Timestamp) {
        count += 1
        entries.append(Entry(time: time, number: count, event: event))
        var child = entries.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (Timestamp, Simulation.Event)? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && isBefore(child, least) {
                    least = child
                }
                if least == parent { break }
                entries.swapAt(least, parent)
                parent = least
            }
        }
        return (first.time, first.event)
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (entries[left].time, entries[left].number) < (entries[right].time, entries[right].number)
    }
}
