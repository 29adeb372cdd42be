/// `chord-nested`: chords in chords in chords, 5 × 10 × 10, and ten times as many.
struct NestedChords: Benchmark {
    static let name = "chord-nested"

    func compare(in session: Session) throws -> [Comparison] {
        let growth = StoreGrowth { factor in
            .nestedSums(5 * factor, 10, 10)
        } result: { factor in
            "\(500 * factor)"
        }
        return [try growth.compare(Self.name, session)]
    }
}

/// `chain-of-groups`: two groups of 1 000, and of 10 000, one after the other; the second gets what the first gave.
struct ChainOfGroups: Benchmark {
    static let name = "chain-of-groups"

    func compare(in session: Session) throws -> [Comparison] {
        let growth = StoreGrowth { factor in
            .twoGroups(memberCount: 1000 * factor)
        } result: { factor in
            let members = 1000 * factor
            let sums = [String](repeating: "\(members * (members - 1) / 2)", count: members)
            return "[\(sums.joined(separator: ","))]"
        }
        return [try growth.compare(Self.name, session)]
    }
}

/// Whether the store grows as the nodes do: its bytes per node for some work, and for ten times as much.
///
/// A store of a run of one task is taken off: it is what empty tables take.
private struct StoreGrowth {
    let text: (_ factor: Int) -> WorkflowText
    let result: (_ factor: Int) -> String

    func compare(_ name: String, _ session: Session) throws -> Comparison {
        let empty = try session.makeProject("one.yaml", .group(memberCount: 1))
        try session.flowrun(["apply", "one.yaml"], in: empty).run(expecting: 0)
        let emptyBytes = try session.storeBytes(in: empty)
        // What is written does not depend on what else the machine does, so a pair is no better than one look.
        let sizes = try [1, 10].map { factor in try apply(factor, session) }
        let perNode = sizes.map { Double($0.bytes - emptyBytes) / Double($0.nodes) }
        return Comparison(
            name: "\(name)/store", evidence: .figures([unevenness(perNode)], unit: .factor), target: .atMost(1.25),
            notes: ["the greater of the store's bytes per node over the smaller, less those of a run of one task"]
                + zip(sizes, perNode).map { size, bytes in
                    "\(size.nodes) nodes: \(size.bytes) bytes, \(fixed(bytes, digits: 1)) a node"
                })
    }

    private func apply(_ factor: Int, _ session: Session) throws -> (nodes: Int, bytes: Int) {
        let project = try session.makeProject("canvas.yaml", text(factor))
        try session.flowrun(["apply", "canvas.yaml"], in: project).run(expecting: 0)
        let bytes = try session.storeBytes(in: project)
        let result = try session.latestResult(in: project)
        guard result == self.result(factor) else {
            throw BenchError("the result is \(result.prefix(200)), not \(self.result(factor).prefix(200))")
        }
        return (try session.latestStatus(in: project, withoutValues: true).steps.count, bytes)
    }
}
