import FlowModel

/// The nodes of a file by their ids: positions in a table that is probed, since a dictionary of a million strings takes
/// three times the room.
struct NodeIDs {
    /// A node and its id's hash, which tells most others from it without a look at them: a million nodes are far apart.
    private struct Slot {
        var node: UInt32
        var hash: UInt32

        static let free = Slot(node: .max, hash: 0)
        var isFree: Bool { node == .max }
    }

    /// Each at the first free place from its hash on; a power of two of them, at most three quarters full.
    private var slots: [Slot]
    private var count = 0

    init(minimumCapacity: Int = 0) {
        var size = 16
        while size / 4 * 3 < minimumCapacity { size *= 2 }
        slots = [Slot](repeating: .free, count: size)
    }

    /// The node with an id; of two with one id the first.
    func node(_ id: String, among nodes: [NodeSpec]) -> Int? {
        let found = slots[place(of: id, Self.hash(id), among: nodes)]
        return found.isFree ? nil : Int(found.node)
    }

    /// Enters a node by its id, unless another has that id.
    ///
    /// - Returns: The node that has the id already; nil if the node was entered.
    mutating func enter(_ node: Int, among nodes: [NodeSpec]) -> Int? {
        if count >= slots.count / 4 * 3 { grow() }
        let hash = Self.hash(nodes[node].id)
        let place = place(of: nodes[node].id, hash, among: nodes)
        guard slots[place].isFree else { return Int(slots[place].node) }
        slots[place] = Slot(node: UInt32(node), hash: hash)
        count += 1
        return nil
    }

    /// Hashes are seeded anew in each process, so that no file can be made of ids that all collide.
    private static func hash(_ id: String) -> UInt32 { UInt32(truncatingIfNeeded: id.hashValue) }

    /// Where an id stands, or would stand.
    private func place(of id: String, _ hash: UInt32, among nodes: [NodeSpec]) -> Int {
        let mask = slots.count - 1
        var place = Int(hash) & mask
        while !slots[place].isFree, slots[place].hash != hash || nodes[Int(slots[place].node)].id != id {
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow() {
        let known = slots
        slots = [Slot](repeating: .free, count: known.count * 2)
        let mask = slots.count - 1
        for slot in known where !slot.isFree {
            var place = Int(slot.hash) & mask
            while !slots[place].isFree { place = (place + 1) & mask }
            slots[place] = slot
        }
    }
}
