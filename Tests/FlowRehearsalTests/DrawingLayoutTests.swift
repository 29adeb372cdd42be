import FlowRehearsal
import Testing

private typealias Node = PlanDrawing.Node
private typealias Edge = PlanDrawing.Edge

@Suite struct `a layout` {
    @Test func `ends where arrows run in circles`() {
        let nodes = (0..<6).map { Node(id: "n\($0)", label: "n\($0)", kind: .task) }
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 1)].map {
            Edge(from: $0.0, to: $0.1, kind: .order)
        }
        let drawing = PlanDrawing(title: "circles", nodes: nodes, edges: edges, lengthInSeconds: 0)
        #expect(drawnFrames(drawing.svg()).count == 6)
        #expect(occurrences(of: "<g class=\"edge order\"><title>", in: drawing.svg()) == 7)
        #expect(drawing.folded(limit: 3).nodes.count <= 3)
    }

    @Test(arguments: DrawingSample.allCases)
    func `keeps members inside their box, and everything else apart`(_ sample: DrawingSample) {
        let drawing = sample.drawing
        let frames = drawnFrames(drawing.svg())
        for (place, frame) in frames.enumerated() {
            for other in frames[..<place] {
                let isAround = drawing.nodes[frame.node].parent == other.node
                let isInside = drawing.nodes[other.node].parent == frame.node
                let isRight = isAround ? other.holds(frame) : isInside ? frame.holds(other) : !frame.overlaps(other)
                #expect(isRight, "\(drawing.nodes[frame.node].id) and \(drawing.nodes[other.node].id)")
            }
        }
    }

    @Test func `goes from left to right, and on in rows where it is long`() throws {
        let short = drawnFrames(tasksInChain(4).svg()).filter { !$0.isBox }
        #expect(Set(short.map(\.top)).count == 1)
        #expect(short.map(\.left) == short.map(\.left).sorted())
        let long = drawnFrames(tasksInChain(60).svg())
        let width = try #require(long.map { $0.left + $0.width }.max())
        #expect(width < 1700)
        #expect(Set(long.filter { !$0.isBox }.map(\.top)).count > 3)
    }

    @Test func `needs no stack for boxes in boxes`() {
        let depth = 1000
        var nodes = (0..<depth).map { Node(id: "b\($0)", label: "", kind: .chain, parent: $0 == 0 ? nil : $0 - 1) }
        nodes.append(Node(id: "inner", label: "inner", kind: .task, parent: depth - 1))
        nodes.append(Node(id: "after", label: "after", kind: .task))
        let drawing = PlanDrawing(
            title: "deep", nodes: nodes, edges: [Edge(from: depth, to: depth + 1, kind: .data)], lengthInSeconds: 0)
        #expect(drawnFrames(drawing.svg()).count == depth + 2)
        #expect(drawing.dot().contains("n\(depth) -> n\(depth + 1)"))
    }

    @Test func `draws nothing, and numbers that are none`() {
        let nothing = PlanDrawing(title: "", nodes: [], edges: [], lengthInSeconds: 0)
        #expect(faultOfXML(nothing.svg()) == nil)
        #expect(nothing.dot().hasSuffix("}\n"))
        #expect(nothing.mermaid().contains("flowchart LR\n"))
        let odd = PlanDrawing(
            title: "odd",
            nodes: [
                Node(id: "a", label: "a", kind: .task, startsAt: .nan, endsAt: .infinity),
                Node(id: "b", label: "b", kind: .task, startsAt: 3, endsAt: 1),
                Node(id: "c", label: "c", kind: .task, startsAt: 1e300, endsAt: nil),
            ],
            edges: [Edge(from: 0, to: 1, kind: .data)], lengthInSeconds: -.infinity)
        #expect(faultOfXML(odd.svg()) == nil)
        #expect(!odd.svg().contains("nan"))
        #expect(!odd.svg().contains("inf"))
    }

    @Test(arguments: DrawingSample.allCases)
    func `gives the same bytes for the same drawing`(_ sample: DrawingSample) {
        let (one, other) = (sample.drawing, sample.drawing)
        #expect(one.svg() == other.svg())
        #expect(one.dot() == other.dot())
        #expect(one.mermaid() == other.mermaid())
    }
}

@Suite struct `folding` {
    @Test(arguments: DrawingSample.allCases)
    func `leaves what is small enough alone`(_ sample: DrawingSample) {
        let drawing = sample.drawing
        #expect(drawing.folded(limit: drawing.nodes.count) == drawing)
    }

    @Test(arguments: DrawingSample.allCases, [4, 10, 40])
    func `keeps within the limit, and says what is hidden`(_ sample: DrawingSample, limit: Int) {
        let drawing = sample.drawing
        let folded = drawing.folded(limit: limit)
        #expect(folded.nodes.count <= limit)
        let isFolded = folded.nodes.contains { $0.kind == .more && $0.label.hasSuffix(" more") }
        #expect(isFolded == (drawing.nodes.count > limit))
    }

    @Test func `folds the middle of a chain, and keeps it one line`() throws {
        let folded = tasksInChain(1000).folded(limit: 10)
        let labels = [
            "chain", "step-0", "step-1", "step-2", "step-3", "… and 992 more", "step-996", "step-997", "step-998",
            "step-999",
        ]
        #expect(folded.nodes.map(\.label) == labels)
        #expect(Set(folded.edges) == Set((1..<9).map { Edge(from: $0, to: $0 + 1, kind: .data) }))
        #expect(folded.nodes[5].startsAt == 4)
        #expect(folded.nodes[5].endsAt == 996)
    }

    @Test func `keeps what fails and what is critical, and puts the rest last`() {
        let folded = tasksInGroup(1000, failing: 700, critical: 500).folded(limit: 9)
        let labels = ["first", "all", "m0", "m1", "m2", "m500", "m700", "… and 995 more", "last"]
        #expect(folded.nodes.map(\.label) == labels)
        #expect(Set(folded.edges.map(\.to)) == [2, 3, 4, 5, 6, 7, 8])
        #expect(folded.edges.count == 12)
    }

    @Test func `says what fails among what it hides`() throws {
        var nodes = [Node(id: "all", label: "all", kind: .group)]
        for member in 0..<50 {
            nodes.append(
                Node(
                    id: "m\(member)", label: "m", kind: .task, parent: 0, state: member < 40 ? "FAILURE" : "SKIPPED"))
        }
        let drawing = PlanDrawing(title: "t", nodes: nodes, edges: [], lengthInSeconds: 0).folded(limit: 10)
        let more = try #require(drawing.nodes.last)
        #expect(more.state == "FAILURE")
        #expect(more.note == "32 failed, 10 skipped")
    }

    @Test func `holds for boxes in a folded box, and for arrows into them`() {
        var nodes = [Node(id: "each", label: "each", kind: .fanOut)]
        var edges: [Edge] = []
        for copy in 0..<100 {
            nodes.append(Node(id: "each[\(copy)]", label: "", kind: .chain, parent: 0))
            nodes.append(Node(id: "each[\(copy)].a", label: "a", kind: .task, parent: nodes.count - 1))
            nodes.append(Node(id: "each[\(copy)].b", label: "b", kind: .task, parent: nodes.count - 2))
            edges.append(Edge(from: nodes.count - 2, to: nodes.count - 1, kind: .data))
        }
        let end = nodes.count
        nodes.append(Node(id: "end", label: "end", kind: .task))
        edges += (0..<100).map { Edge(from: $0 * 3 + 3, to: end, kind: .data) }
        let folded = PlanDrawing(title: "t", nodes: nodes, edges: edges, lengthInSeconds: 0).folded(limit: 20)
        #expect(folded.nodes.count <= 20)
        #expect(folded.nodes.filter { $0.kind == .more }.map(\.label) == ["… and 95 more"])
        let more = folded.nodes.firstIndex { $0.kind == .more }
        let last = folded.nodes.firstIndex { $0.id == "end" }
        #expect(folded.edges.contains { $0.from == more && $0.to == last })
    }

    @Test func `shows sixty bars at most, and says what is left out`() {
        #expect(occurrences(of: "class=\"bar\"", in: tasksInChain(60).svg()) == 60)
        #expect(occurrences(of: "class=\"bar\"", in: tasksInChain(61).svg()) == 59)
        #expect(tasksInChain(61).svg().contains("… and 2 more between 59s and 1m1s"))
    }

    @Test func `goes on until Mermaid on GitHub takes it`() {
        let text = tasksInGroup(5000).mermaid(limit: 5000)
        #expect(text.utf16.count < 50_000)
        #expect(text.contains(" more"))
    }
}
