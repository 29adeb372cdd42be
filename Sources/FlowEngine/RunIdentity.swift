package import FlowValue

/// What a run is called and when it began: the values of `run.*`.
package struct RunIdentity: Sendable {
    package let id: String
    package let name: String
    package let startedAt: Timestamp
    /// What jitter is drawn from.
    package let seed: UInt64
    /// Whether jitter takes its longest delay, as a plan shows it.
    package let takesLongestJitter: Bool

    package init(id: String, name: String, startedAt: Timestamp, takesLongestJitter: Bool = false) {
        self.id = id
        self.name = name
        self.startedAt = startedAt
        self.takesLongestJitter = takesLongestJitter
        // FNV-1a of the id.
        seed = id.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
