/// Which node of a drawing stands in which box.
struct MemberTree {
    /// By node; `MemberTree.page` where no box is around it.
    let parents: [Int]
    /// By node, from 0.
    let depths: [Int]
    private let firstMember: [Int]
    private let allMembers: [Int]

    /// The page itself, around all boxes.
    static let page = -1

    /// - Complexity: O(*n*).
    init(_ nodes: [PlanDrawing.Node]) {
        parents = nodes.map { $0.parent ?? Self.page }
        var depths = [Int](repeating: 0, count: nodes.count)
        // A counting sort by parent; the page is slot 0.
        var first = [Int](repeating: 0, count: nodes.count + 2)
        for (index, parent) in parents.enumerated() {
            if parent != Self.page { depths[index] = depths[parent] + 1 }
            first[parent + 2] += 1
        }
        for slot in 1..<first.count { first[slot] += first[slot - 1] }
        var next = first
        var members = [Int](repeating: 0, count: nodes.count)
        for (index, parent) in parents.enumerated() {
            members[next[parent + 1]] = index
            next[parent + 1] += 1
        }
        self.depths = depths
        firstMember = first
        allMembers = members
    }

    /// What stands directly in a box, or on the page, in written order.
    func members(of box: Int) -> ArraySlice<Int> {
        allMembers[firstMember[box + 1]..<firstMember[box + 2]]
    }

    /// Whether a node is drawn around others.
    func isBox(_ node: Int) -> Bool {
        firstMember[node + 1] < firstMember[node + 2]
    }

    /// Where the ways out of two nodes meet.
    struct Meeting {
        /// The innermost box around both.
        let box: Int
        /// The members of that box which hold the two, or are them.
        let from: Int
        let to: Int
    }

    /// - Returns: Nil where one is the other, or is inside it.
    /// - Complexity: O(depth).
    func meeting(_ from: Int, _ to: Int) -> Meeting? {
        var (left, right) = (from, to)
        while depths[left] > depths[right] { left = parents[left] }
        while depths[right] > depths[left] { right = parents[right] }
        guard left != right else { return nil }
        while parents[left] != parents[right] {
            left = parents[left]
            right = parents[right]
        }
        return Meeting(box: parents[left], from: left, to: right)
    }

    /// The innermost of: the two nodes, or the box around both.
    func common(_ one: Int, _ other: Int) -> Int {
        guard one != other else { return one }
        if let meeting = meeting(one, other) { return meeting.box }
        return depths[one] < depths[other] ? one : other
    }

    enum Visit {
        case enter(Int)
        case leaf(Int)
        case leave
    }

    /// Visits boxes around what is in them, members in written order; `depth` counts the open boxes.
    ///
    /// - Complexity: O(*n*), without recursion.
    func walk(_ visit: (_ visit: Visit, _ depth: Int) -> Void) {
        var open: [ArraySlice<Int>] = [members(of: Self.page)]
        while let last = open.indices.last {
            guard let node = open[last].popFirst() else {
                open.removeLast()
                if last > 0 { visit(.leave, last - 1) }
                continue
            }
            if isBox(node) {
                visit(.enter(node), last)
                open.append(members(of: node))
            } else {
                visit(.leaf(node), last)
            }
        }
    }
}
