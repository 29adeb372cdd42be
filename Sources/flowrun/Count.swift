/// Numbers of things, in words.
enum Count {
    /// `1 run`, `2 runs`.
    static func text(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }
}
