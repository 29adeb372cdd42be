import FlowRehearsal
import Testing

private typealias Node = PlanDrawing.Node
private typealias Edge = PlanDrawing.Edge

private let hostileTexts = [
    "fetch[oslo].\"quoted\"", "a<b>&c;</text><script>alert('x')</script>", "]]>", "back\\slash\\", "\\N\\G\\", "end",
    "#35; #quot; ##", "`md` **b** __i__ 1. list", "%% comment", "---\n- a: b", "style: a:#fff;", "日本語 ✓ 🙂 é",
    "\u{202E}reversed", "\0\u{1}\u{7F}\u{FFFE}", "", " ", String(repeating: "long", count: 200),
]

@Suite struct `a drawing of a plan` {
    @Test(arguments: hostileTexts)
    func `holds any text as text`(_ text: String) throws {
        let drawing = PlanDrawing(
            title: text,
            nodes: [
                Node(id: text, label: text, kind: .group, state: text, note: text),
                Node(id: text, label: text, kind: .task, parent: 0, startsAt: 0, endsAt: 1, note: text),
                Node(id: text, label: text, kind: .task, parent: 0, startsAt: 1, endsAt: 2, state: text),
            ],
            edges: [Edge(from: 1, to: 2, kind: .data)], lengthInSeconds: 2)
        #expect(faultOfXML(drawing.svg()) == nil)
        #expect(!drawing.svg().contains("<script"))

        let outside = try #require(outsideOfStrings(drawing.dot()))
        #expect(outside.unicodeScalars.allSatisfy { $0 == "\n" || (" "..."~").contains($0) })
        #expect(occurrences(of: "{", in: outside) == occurrences(of: "}", in: outside))

        let lines = drawing.mermaid().split(separator: "\n", omittingEmptySubsequences: false).dropFirst(4)
        for line in lines where line.contains("\"") {
            let label = line.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
            #expect(occurrences(of: "\"", in: String(line)) == 2)
            // Only as the start of a code.
            #expect(label.ranges(of: "#").count == label.ranges(of: #/#[0-9]+;/#).count)
        }
    }

    @Test(arguments: DrawingSample.allCases)
    func `shows every node once`(_ sample: DrawingSample) {
        let drawing = sample.drawing
        let all = Array(drawing.nodes.indices)
        #expect(drawnFrames(drawing.svg()).map(\.node).sorted() == all)
        let dot = drawing.dot().split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(
            dot.compactMap { number($0, after: "subgraph cluster_") ?? number($0, after: "n", before: " [") }.sorted()
                == all)
        let mermaid = drawing.mermaid().split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(
            mermaid.compactMap { line in
                number(line, after: "subgraph n") ?? number(line, after: "n", before: "(")
                    ?? number(line, after: "n", before: "[")
            }.sorted() == all)
        #expect(faultOfXML(drawing.svg()) == nil)
        #expect(outsideOfStrings(drawing.dot()) != nil)
    }

    @Test func `shows each arrow in DOT, and in pictures one to the box where they would be a wall`() {
        #expect(occurrences(of: " -> ", in: tasksInGroup(30).dot()) == 60)
        #expect(occurrences(of: "<g class=\"edge data\"><title>", in: tasksInGroup(5).svg()) == 10)
        #expect(occurrences(of: "<g class=\"edge data\"><title>", in: tasksInGroup(30).svg()) == 2)
        #expect(tasksInGroup(30).mermaid().contains("n0 --> n1\n"))
        #expect(tasksInGroup(30).mermaid().contains("n1 --> n32\n"))
    }

    @Test func `has inner arrows before outer ones in Mermaid, which fails otherwise`() throws {
        let drawing = PlanDrawing(
            title: "t",
            nodes: [
                Node(id: "chain", label: "chain", kind: .chain),
                Node(id: "chord", label: "chord", kind: .chord, parent: 0),
                Node(id: "header", label: "header", kind: .group, parent: 1),
                Node(id: "a", label: "a", kind: .task, parent: 2), Node(id: "b", label: "b", kind: .task, parent: 1),
                Node(id: "c", label: "c", kind: .task, parent: 0),
            ],
            edges: [Edge(from: 1, to: 5, kind: .data), Edge(from: 2, to: 4, kind: .data)], lengthInSeconds: 0)
        let text = drawing.mermaid()
        let inner = try #require(text.ranges(of: "n2 --> n4").first)
        let outer = try #require(text.ranges(of: "n1 --> n5").first)
        #expect(inner.upperBound < outer.lowerBound)
        #expect(occurrences(of: "direction LR", in: text) == 3)
    }

    @Test func `tells the critical path, what fails, what is skipped and callbacks apart`() {
        let svg = oneOfEach().svg()
        for classes in ["node task critical", "node task skipped", "node task failed", "node callback"] {
            #expect(svg.contains("<g class=\"\(classes)"))
        }
        for kind in Edge.Kind.allCases { #expect(svg.contains("<g class=\"edge \(kind.rawValue)")) }
        #expect(oneOfEach().dot().contains("style=dotted"))
        #expect(oneOfEach().dot().contains("style=\"rounded,dashed\""))
        #expect(oneOfEach().mermaid().contains("classDef skipped"))
        #expect(oneOfEach().mermaid().contains("linkStyle "))
    }

    @Test func `says when a task runs, and the note`() {
        let drawing = PlanDrawing(
            title: "t",
            nodes: [
                Node(id: "a", label: "a", kind: .task, startsAt: 0, endsAt: 1.5, note: "retry +2s"),
                Node(id: "b", label: "b", kind: .task, startsAt: 90, endsAt: 7265),
                Node(id: "c", label: "c", kind: .fanOut, note: "×?"),
            ],
            edges: [], lengthInSeconds: 7265)
        for text in ["0s–1.5s · retry +2s", "1m30s–2h1m", "×?"] {
            #expect(drawing.svg().contains(text))
            #expect(drawing.dot().contains(text))
        }
    }

    @Test func `leaves callbacks whose occasion did not come out of its counts`() {
        let drawing = PlanDrawing(
            title: "t",
            nodes: [
                Node(id: "a", label: "a", kind: .task, startsAt: 0, endsAt: 1),
                Node(id: "a.link_error1", label: "alert", kind: .callback, parent: 0, state: "SKIPPED"),
                Node(id: "b", label: "b", kind: .task, state: "SKIPPED"),
            ],
            edges: [Edge(from: 0, to: 1, kind: .linkError)], lengthInSeconds: 1)
        #expect(drawing.svg().contains("2 tasks · 1s on the virtual clock · 1 skipped"))
    }

    @Test func `puts a callback beside what it belongs to, however the plan nests it`() {
        let drawing = PlanDrawing(
            title: "t",
            nodes: [
                Node(id: "all", label: "all", kind: .group),
                Node(id: "a", label: "a", kind: .task, parent: 0),
                Node(id: "a.link1", label: "log", kind: .callback, parent: 1),
                Node(id: "a.link1.link1", label: "log", kind: .callback, parent: 2),
                Node(id: "all.link1", label: "tell", kind: .chain, parent: 0),
                Node(id: "tell", label: "tell", kind: .task, parent: 4),
            ],
            edges: [
                Edge(from: 1, to: 2, kind: .link), Edge(from: 2, to: 3, kind: .link), Edge(from: 0, to: 4, kind: .link),
            ], lengthInSeconds: 0)
        #expect(drawing.nodes.map(\.parent) == [nil, 0, 0, 0, nil, 4])
        #expect(drawing.edges.count == 3)
    }

    @Test func `has no arrow between a box and what is inside it`() {
        let drawing = PlanDrawing(
            title: "t",
            nodes: [Node(id: "all", label: "all", kind: .group), Node(id: "a", label: "a", kind: .task, parent: 0)],
            edges: [Edge(from: 0, to: 1, kind: .data), Edge(from: 1, to: 1, kind: .data)], lengthInSeconds: 0)
        #expect(drawing.edges == [])
    }

    @Test func `refuses a parent that stands after its member`() async {
        await #expect(processExitsWith: .failure) {
            _ = PlanDrawing(
                title: "t",
                nodes: [
                    PlanDrawing.Node(id: "a", label: "a", kind: .task, parent: 1),
                    PlanDrawing.Node(id: "all", label: "all", kind: .group),
                ],
                edges: [], lengthInSeconds: 0)
        }
    }
}
