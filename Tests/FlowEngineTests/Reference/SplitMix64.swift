/// The SplitMix64 generator: equal seeds give equal numbers on every machine.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and not including, `bound`.
    ///
    /// The remainder's bias does not matter here, and the standard library's way of drawing may change between
    /// releases, which would change what a recorded seed means.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a draw needs a positive bound")
        return Int(next() % UInt64(bound))
    }

    /// True in `percent` of a hundred draws.
    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    /// One of the elements, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// The elements in random order.
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var rest = elements
        for index in rest.indices.dropFirst().reversed() {
            rest.swapAt(index, below(index + 1))
        }
        return rest
    }
}
