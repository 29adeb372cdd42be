/// A canvas drawn from a seed, with a script of how its tasks end.
///
/// Equal seeds give equal canvases; a failing seed is all that a report needs.
struct RandomCanvas: Sendable {
    /// Which features a canvas may have.
    enum Profile: Hashable, Sendable {
        /// Nothing whose outcome depends on time: the script alone decides everything.
        case exact
        /// `fail_fast`, `expires`, `countdown` and `time_limit` too.
        case timed
    }

    static let mostNodes = 40

    let seed: UInt64
    let profile: Profile
    let root: ReferenceNode
    let script: ReferenceScript

    init(seed: UInt64, profile: Profile) {
        self.seed = seed
        self.profile = profile
        var random = SplitMix64(seed: seed)
        // Small canvases as often as large ones: what fails in a small one is soon understood.
        let size = random.chance(50) ? 1 + random.below(10) : 1 + random.below(RandomCanvas.mostNodes)
        let failurePercent = random.pick([0, 5, 15, 30])
        let ignoredPercent = random.pick([0, 0, 5, 15])
        let retryPercent = random.pick([0, 0, 10, 25])
        let scriptSeed = random.next()
        var maker = CanvasMaker(random: random, profile: profile, nodes: size)
        root = maker.root()
        script = ReferenceScript(
            seed: scriptSeed, failurePercent: failurePercent, ignoredPercent: ignoredPercent,
            retryPercent: retryPercent, shapes: maker.shapes)
    }

    /// The workflow file.
    var yaml: String {
        CanvasYAML.text(of: root, name: "random-\(seed)")
    }

    /// Every answer that SPEC allows, where the script decides how tasks end.
    func answers(
        pinned: [ReferenceReading: Bool] = [:],
        pieceID: @escaping (_ id: String, _ index: Int) -> String = { "\($0)[\($1)]" },
    ) -> [ReferenceAnswer] {
        ReferenceInterpreter.answers(to: root, oracle: .script(script), pinned: pinned, pieceID: pieceID)
    }
}
