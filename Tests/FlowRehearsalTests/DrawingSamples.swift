import FlowRehearsal

private typealias Node = PlanDrawing.Node
private typealias Edge = PlanDrawing.Edge

/// Tasks one after another, in a chain.
func tasksInChain(_ count: Int) -> PlanDrawing {
    PlanDrawing(
        title: "chain",
        nodes: [Node(id: "chain", label: "chain", kind: .chain)]
            + (0..<count).map {
                Node(
                    id: "step-\($0)", label: "step-\($0)", kind: .task, parent: 0, startsAt: Double($0),
                    endsAt: Double($0 + 1))
            },
        edges: (1..<max(1, count)).map { Edge(from: $0, to: $0 + 1, kind: .data) }, lengthInSeconds: Double(count))
}

/// A task, a group of tasks beside one another, and a task after them.
func tasksInGroup(_ count: Int, failing: Int? = nil, critical: Int? = nil) -> PlanDrawing {
    var nodes = [
        Node(id: "first", label: "first", kind: .task, startsAt: 0, endsAt: 1),
        Node(id: "all", label: "all", kind: .group),
    ]
    for member in 0..<count {
        nodes.append(
            Node(
                id: "m\(member)", label: "m\(member)", kind: .task, parent: 1, isCritical: member == critical,
                startsAt: 1, endsAt: 2, state: member == failing ? "FAILURE" : "SUCCESS"))
    }
    nodes.append(Node(id: "last", label: "last", kind: .task, startsAt: 2, endsAt: 3))
    return PlanDrawing(
        title: "fan", nodes: nodes,
        edges: (0..<count).flatMap {
            [Edge(from: 0, to: 2 + $0, kind: .data), Edge(from: 2 + $0, to: 2 + count, kind: .data)]
        },
        lengthInSeconds: 3)
}

/// One node of each kind, in each state, with every kind of arrow.
func oneOfEach() -> PlanDrawing {
    var nodes = [Node(id: "root", label: "root", kind: .workflow, note: "all kinds")]
    var edges: [Edge] = []
    for kind in PlanDrawing.Kind.allCases where kind != .workflow {
        for (place, state) in ["SUCCESS", "SKIPPED", "FAILURE", "REVOKED", "IGNORED"].enumerated() {
            nodes.append(
                Node(
                    id: "\(kind).\(state)", label: kind.rawValue, kind: kind, parent: 0, isCritical: place == 0,
                    startsAt: place == 1 ? nil : Double(place), endsAt: place == 1 ? nil : Double(place) + 0.25,
                    state: state, note: place == 3 ? "×?" : nil))
            let kinds = Edge.Kind.allCases
            let last = nodes.count - 1
            if last > 1 {
                edges.append(Edge(from: last - 1, to: last, kind: kinds[last % kinds.count], isCritical: place == 0))
            }
        }
    }
    return PlanDrawing(title: "everything", nodes: nodes, edges: edges, lengthInSeconds: 5)
}

/// Drawings by name, so that a failure is told in a line.
enum DrawingSample: CaseIterable {
    case chain, longChain, fan, wideFan, everything

    var drawing: PlanDrawing {
        switch self {
        case .chain: tasksInChain(3)
        case .longChain: tasksInChain(100)
        case .fan: tasksInGroup(5)
        case .wideFan: tasksInGroup(300)
        case .everything: oneOfEach()
        }
    }
}

/// The number that follows a prefix of a line.
func number(_ line: Substring, after prefix: String, before suffix: String = "") -> Int? {
    guard line.hasPrefix(prefix) else { return nil }
    let digits = line.dropFirst(prefix.count).prefix { $0.isNumber }
    return line.dropFirst(prefix.count + digits.count).hasPrefix(suffix) ? Int(digits) : nil
}

struct DrawnFrame {
    let node: Int
    let isBox: Bool
    let left, top, width, height: Double

    func overlaps(_ other: DrawnFrame) -> Bool {
        left < other.left + other.width && other.left < left + width && top < other.top + other.height
            && other.top < top + height
    }

    func holds(_ other: DrawnFrame) -> Bool {
        left < other.left && other.left + other.width < left + width && top < other.top
            && other.top + other.height < top + height
    }
}

/// Where a picture draws its nodes.
func drawnFrames(_ svg: String) -> [DrawnFrame] {
    svg.split(separator: "<g class=\"").compactMap { group in
        guard
            let node = group.firstMatch(of: #/^[^"]*" data-node="([0-9]+)"/#),
            let shape = group.firstMatch(of: #/class="shape" x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/#),
            let index = Int(node.1), let left = Double(shape.1), let top = Double(shape.2),
            let width = Double(shape.3), let height = Double(shape.4)
        else { return nil }
        return DrawnFrame(
            node: index, isBox: group.hasPrefix("box "), left: left, top: top, width: width, height: height)
    }
}

func occurrences(of needle: String, in text: String) -> Int {
    text.ranges(of: needle).count
}

/// What is wrong with the tags, attributes and references of an XML text; nil where nothing is.
func faultOfXML(_ text: String) -> String? {
    var open: [Substring] = []
    var rest = text[...]
    while let next = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
        rest = rest[next...]
        if rest.first == "&" {
            guard ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains(where: { rest.hasPrefix($0) }) else {
                return "an unknown reference: \(rest.prefix(20))"
            }
            rest = rest.dropFirst()
            continue
        }
        guard let end = rest.firstIndex(of: ">") else { return "an open tag: \(rest.prefix(20))" }
        let tag = rest[rest.index(after: next)..<end]
        if tag.contains("<") || tag.count(where: { $0 == "\"" }) % 2 != 0 { return "a broken tag: \(tag)" }
        let name = tag.prefix { $0 != " " && $0 != "/" }
        if tag.hasPrefix("/") {
            guard open.popLast() == tag.dropFirst() else { return "a stray end: \(tag)" }
        } else if !tag.hasSuffix("/") {
            open.append(name)
        }
        rest = rest[end...].dropFirst()
    }
    if let scalar = text.unicodeScalars.first(where: { ($0.value < 0x20 && $0 != "\n") || $0.value == 0xFFFE }) {
        return "a character that XML does not know: \(scalar.value)"
    }
    return open.isEmpty ? nil : "not closed: \(open)"
}

/// What a DOT text holds outside of its quoted strings; nil where a string does not end.
func outsideOfStrings(_ dot: String) -> String? {
    var (outside, isInside, isEscaped) = ("", false, false)
    for scalar in dot.unicodeScalars {
        if isInside, isEscaped {
            isEscaped = false
        } else if isInside, scalar == "\\" {
            isEscaped = true
        } else if scalar == "\"" {
            isInside.toggle()
        } else if !isInside {
            outside.unicodeScalars.append(scalar)
        }
    }
    return isInside ? nil : outside
}
