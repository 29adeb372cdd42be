import FlowModel

/// The nodes of a file by their ids: positions in a table that is probed, since a dictionary of a million strings takes
/// six times the room.
struct NodeIDs {
    /// Positions of nodes, at the first free place from their hash on; a power of two of them, at most three quarters full.
    private var slots: [UInt32]
    private var count = 0

    private static let free = UInt32.max

    init(minimumCapacity: Int = 0) {
        var size = 16
        while size / 4 * 3 < minimumCapacity { size *= 2 }
        slots = [UInt32](repeating: Self.free, count: size)
    }

    /// The node with an id; of two with one id the first.
    func node(_ id: String, among nodes: [NodeSpec]) -> Int? {
        let found = slots[place(of: id, among: nodes)]
        return found == Self.free ? nil : Int(found)
    }

    /// Enters a node by its id, unless another has that id.
    ///
    /// - Returns: The node that has the id already; nil if the node was entered.
    mutating func enter(_ node: Int, among nodes: [NodeSpec]) -> Int? {
        if count >= slots.count / 4 * 3 { grow(nodes) }
        let place = place(of: nodes[node].id, among: nodes)
        guard slots[place] == Self.free else { return Int(slots[place]) }
        slots[place] = UInt32(node)
        count += 1
        return nil
    }

    /// Where an id stands, or would stand.
    private func place(of id: String, among nodes: [NodeSpec]) -> Int {
        // Hashes are seeded anew in each process, so that no file can be made of ids that all collide.
        var place = id.hashValue & (slots.count - 1)
        while slots[place] != Self.free, nodes[Int(slots[place])].id != id { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow(_ nodes: [NodeSpec]) {
        let known = slots
        slots = [UInt32](repeating: Self.free, count: known.count * 2)
        for node in known where node != Self.free { slots[place(of: nodes[Int(node)].id, among: nodes)] = node }
    }
}
