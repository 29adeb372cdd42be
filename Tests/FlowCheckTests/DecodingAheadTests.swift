import FlowCheck
import FlowDiagnostics
import FlowModel
import FlowYAML
import Synchronization
import Testing

/// What a file says, and all that is found in it.
private func description(_ text: String) -> String {
    let checked = Checker.check(Array(text.utf8), stem: "pipeline")
    guard let spec = checked.spec else { return "\(checked.diagnostics)" }
    let nodes = spec.nodes.map { node in
        let task = node.task.map { spec.tasks[Int($0.index)].name } ?? "-"
        let needs = spec.needs(of: node).map { "\(spec[$0.step].id):\($0.ends.rawValue)" }
        let parent = node.parent.map { "\($0.index)" } ?? "-"
        return
            "\(node.kind) \(node.role) \(node.id) in \(parent) to \(node.end) calls \(task) \(needs) \(node.needsForm)"
    }
    return (nodes + checked.diagnostics.map { "\($0)" }).joined(separator: "\n")
}

@Suite struct `decoding ahead` {
    private static let count = 3_000

    /// Steps that stand after the header, more than are read at once.
    private static func steps(_ extra: (Int) -> String) -> String {
        (0..<count).map { "  - {id: s\($0), s: work, args: [\($0)]\(extra($0))}\n" }.joined()
    }

    private static let header = "name: large\ntasks:\n  work: {run: 'true', args: {n: int}}\n"

    private static let files: [String] = [
        header + "steps:\n" + steps { _ in "" },
        header + "steps:\n" + steps { $0 > 0 ? ", needs: s\($0 - 1)" : "" },
        // Names that stand before and behind, a list, and ends.
        header + "steps:\n"
            + steps { $0 == 7 ? ", needs: [s2900, s3]" : $0 == 2_999 ? ", needs: {s1: failure, s2: done}" : "" },
        // What is wrong stands at the beginning, in the middle, at the end.
        header + "steps:\n" + steps { $0 == 0 ? ", needs: nothing" : "" },
        header + "steps:\n" + steps { $0 == 1_500 ? ", neds: s1" : "" },
        header + "steps:\n" + steps { $0 == 2_999 ? ", id: s1" : "" },
        header + "steps:\n" + steps { _ in "" } + "  - {id: s7, s: work, args: [1]}\n",
        header + "steps:\n" + steps { _ in "" } + "  - {id: last, s: unknown}\n",
        header + "steps:\n" + steps { _ in "" } + "  - [",
        header + "steps:\n" + steps { _ in "" } + "---\nsecond: document\n",
        // Nodes without an id, and one whose id is a name that they get.
        header + "group:\n" + String(repeating: "  - {s: work, args: [1]}\n", count: count)
            + "  - {id: work-7, s: work}\n",
        header + "chain:\n" + String(repeating: "  - work\n", count: count),
        header + "steps: [" + steps { _ in "" }.replacing("  - ", with: "").replacing("\n", with: ",\n") + "]\n",
        "tasks: &all\n  work: {run: 'true', args: {n: int}}\nsteps:\n" + steps { _ in "" },
        "steps:\n" + steps { _ in "" },
    ]

    /// A key after the canvas, so that the whole file is read before it is decoded; it has no meaning.
    private static let after = "x-after: 1\n"

    @Test(arguments: files)
    func `finds the same as decoding a file that is there`(_ text: String) {
        let isBroken = text.hasSuffix("[") || text.contains("---")
        #expect(description(text) == description(isBroken ? text : text + Self.after))
    }

    @Test func `heeds what stands after the canvas`() {
        let canvas = "steps:\n" + Self.steps { _ in "" }
        let tasks = "tasks:\n  work: {run: 'true', args: {n: int}}\n"
        #expect(description(canvas + tasks) == description(tasks + canvas))
        #expect(description("chord:\n" + Self.steps { _ in "" } + "body: work\n" + tasks).contains("body work"))
        #expect(description(canvas + "steps: []\n" + tasks).contains("stands twice"))
    }

    @Test func `decodes a step before the file has been read to its end`() {
        let isOver = Atomic(false)
        let wasOver = Mutex<[Bool]>([])
        let text = "steps:\n  - {workflow: other.yaml}\n" + String(repeating: "  - {run: 'true'}\n", count: 4_000)
        let files = FileTable(
            main: SourceFile(name: "pipeline.yaml", bytes: Array(text.utf8)), workingFolder: "/p", root: "/p",
            load: { _ in
                wasOver.withLock { $0.append(isOver.load(ordering: .relaxed)) }
                return Array("run: 'true'\n".utf8)
            })
        var options = CheckOptions()
        options.supply = { events in
            { batch in
                events.fill(&batch)
                if batch.isLast { isOver.store(true, ordering: .relaxed) }
            }
        }
        let checked = Checker.check(files, stem: "pipeline", options: options)
        #expect(checked.diagnostics.isEmpty)
        #expect(wasOver.withLock { $0 } == [false])
    }
}
