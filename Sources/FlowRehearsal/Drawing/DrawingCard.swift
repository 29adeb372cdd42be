/// How a node without members looks, and how large it is.
struct DrawingCard {
    /// Shortened to what fits.
    let label: String
    /// The small second line; empty where there is none.
    let detail: String
    let width: Double
    let height: Double
    /// How far the cards behind stick out, where one node stands for many.
    let pile: Double

    static let labelSize = 13.0
    static let detailSize = 11.0
    private static let most = 250.0
    private static let padding = 14.0

    init(_ node: PlanDrawing.Node) {
        let detail = node.kind.isComposite ? [node.kind.rawValue, node.detail] : [node.detail]
        label = TextWidth.fitted(node.name, size: Self.labelSize, within: Self.most)
        self.detail = TextWidth.fitted(
            detail.filter { !$0.isEmpty }.joined(separator: " · "), size: Self.detailSize, within: Self.most)
        pile = node.kind == .more || node.kind == .fanOut ? 6 : 0
        let text = max(
            TextWidth.of(label, size: Self.labelSize), TextWidth.of(self.detail, size: Self.detailSize))
        // Even numbers keep middles on whole pixels.
        width = max(72, 2 * ((text / 2) + Self.padding).rounded(.up)) + pile
        height = (self.detail.isEmpty ? 34 : 46) + pile
    }

    /// Where arrows leave and arrive, below the top.
    var middle: Double { (height - pile) / 2 }
}
