/// Finds any of a set of byte strings, the forms, in a stream of bytes, in one pass.
///
/// It is an Aho-Corasick automaton. Its nodes are numbered breadth first, so that the children of a node are neighbours:
/// a node needs 24 bytes and no row of 256. A step costs O(1) amortized whatever the forms are, since a failure link
/// leads to a shallower node and only a step leads one deeper.
///
/// Source: A. Aho, M. Corasick, "Efficient String Matching: An Aid to Bibliographic Search", CACM 18 (1975).
struct FormAutomaton: Sendable {
    /// A node: the longest end of what was read that begins a form.
    typealias State = Int32

    private struct Node {
        var firstChild: Int32 = 0
        var failure: State = 0
        /// How many bytes lead here.
        var depth: Int32
        /// The length of the longest form that ends here, or 0.
        var matchLength: Int32 = 0
        /// This node or the next one by failure links at which a line may end inside of a form; 0 if none.
        var wrapped: State = 0
        var childCount: UInt16 = 0
        var byte: UInt8
    }

    private var nodes: [Node]
    private var starts: [State]
    /// The length of the longest form.
    let longest: Int

    /// Makes the automaton.
    ///
    /// - Parameter forms: The forms, none empty, each with the places where a line may end inside of it: at a length *n*
    ///   of at least 2 if bit *n* mod 4 is set.
    /// - Complexity: O(*n* log *m*) for *m* forms of *n* bytes together.
    init(_ forms: [[UInt8]: UInt8]) {
        let forms = forms.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        longest = forms.reduce(0) { max($0, $1.key.count) }
        nodes = [Node(depth: 0, byte: 0)]
        starts = Array(repeating: 0, count: 256)
        // The forms that go through a node are neighbours in their order.
        var ranges = [0..<forms.count]
        var index = 0
        while index < nodes.count {
            let depth = Int(nodes[index].depth)
            var range = ranges[index]
            if let first = range.first, forms[first].key.count == depth {
                nodes[index].matchLength = Int32(depth)
                range = range.dropFirst()
            }
            let phase: UInt8 = depth >= 2 ? 1 << UInt8(depth % 4) : 0
            if range.contains(where: { forms[$0].value & phase != 0 }) { nodes[index].wrapped = State(index) }
            nodes[index].firstChild = Int32(nodes.count)
            while let first = range.first {
                let byte = forms[first].key[depth]
                let count = range.prefix { forms[$0].key[depth] == byte }.count
                nodes.append(Node(depth: Int32(depth + 1), byte: byte))
                nodes[index].childCount += 1
                ranges.append(first..<first + count)
                range = range.dropFirst(count)
            }
            index += 1
        }
        link()
    }

    /// Sets the failure links, and what nodes take over through them: shallower nodes come first.
    private mutating func link() {
        for child in children(of: 0) { starts[Int(nodes[child].byte)] = State(child) }
        for index in nodes.indices {
            for child in children(of: index) {
                let failure = index == 0 ? 0 : next(nodes[index].failure, nodes[child].byte)
                nodes[child].failure = failure
                if nodes[child].matchLength == 0 { nodes[child].matchLength = nodes[Int(failure)].matchLength }
                if nodes[child].wrapped == 0 { nodes[child].wrapped = nodes[Int(failure)].wrapped }
            }
        }
    }

    private func children(of index: Int) -> Range<Int> {
        let first = Int(nodes[index].firstChild)
        return first..<first + Int(nodes[index].childCount)
    }

    // MARK: Reading

    /// Whether a form begins with a byte.
    func begins(with byte: UInt8) -> Bool { starts[Int(byte)] != 0 }

    /// The state after one more byte.
    func next(_ state: State, _ byte: UInt8) -> State {
        var state = Int(state)
        while state != 0 {
            let node = nodes[state]
            var low = Int(node.firstChild)
            var high = low + Int(node.childCount)
            while low < high {
                let middle = (low + high) / 2
                if nodes[middle].byte < byte { low = middle + 1 } else { high = middle }
            }
            if low < Int(node.firstChild) + Int(node.childCount), nodes[low].byte == byte { return State(low) }
            state = Int(node.failure)
        }
        return starts[Int(byte)]
    }

    /// How many of the last bytes begin a form.
    func depth(_ state: State) -> Int { Int(nodes[Int(state)].depth) }

    /// The length of the longest form that ends with the last byte, or 0.
    func matchLength(_ state: State) -> Int { Int(nodes[Int(state)].matchLength) }

    /// The state after an end of line inside of a form, or 0 if there can be none here.
    func wrapped(_ state: State) -> State { nodes[Int(state)].wrapped }
}
