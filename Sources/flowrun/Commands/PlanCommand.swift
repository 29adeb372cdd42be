import ArgumentParser
import FlowEngine
import FlowModel
import FlowPlan
import FlowRuntime
import FlowValue

/// Shows what would run, in what order.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would run, and in what order.",
        discussion: "Example: flowrun plan pipeline.yaml -c 2")

    @Argument(help: "The workflow's file, or - for standard input.")
    var file: String

    @Option(name: [.customShort("p")], help: "A parameter: name=value.")
    var parameters: [String] = []

    @Option(name: [.customShort("c"), .long], help: "How many tasks run at once.")
    var concurrency: Int?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        let plan = try Acceptance(file: file, format: format, parameters: parameters).plan()
        PlanRenderer(plan: plan, concurrency: concurrency ?? plan.defaultConcurrency).write(format)
    }
}

/// A plan as text or JSON, from a run of the engine on a virtual clock in which every task takes a second.
struct PlanRenderer {
    let plan: Plan
    let concurrency: Int

    private func virtualRun(concurrency: Int) -> VirtualRun {
        VirtualRun(plan: plan, concurrency: concurrency, duration: duration, result: { _, _ in .null })
    }

    private func duration(_ node: NodeIndex) -> Duration {
        if case .builtin(let builtin)? = plan.task(of: node)?.kind, builtin.isPure { return .zero }
        return .seconds(1)
    }

    func write(_ format: OutputFormat) {
        let run = virtualRun(concurrency: concurrency)
        let free = virtualRun(concurrency: Int.max)
        let waves = Set(free.timeline.map(\.start)).sorted()
        let wave = Dictionary(
            free.timeline.map { ($0.node, waves.firstIndex(of: $0.start) ?? 0) },
            uniquingKeysWith: { first, _ in first })
        let critical = criticalPath(free)
        switch format {
        case .text:
            for entry in run.timeline {
                let start = DurationText.short(entry.start).padded(to: 9)
                Terminal.print("\(start) wave \((wave[entry.node] ?? 0) + 1)  \(plan.id(of: entry.node))")
            }
            for index in plan.nodes.indices {
                let status = run.machine.status(of: NodeIndex(index))
                guard status.state == .skipped, !status.isIdle, plan.isTask(NodeIndex(index)) else { continue }
                Terminal.print("skipped   \(plan.id(of: NodeIndex(index)))")
            }
            Terminal.print("\(run.timeline.count) tasks, \(waves.count) waves, -c \(concurrency)")
            Terminal.print("critical path: \(critical.map { plan.id(of: $0) }.joined(separator: " → "))")
        case .json:
            var steps: [JSONValue] = []
            for entry in run.timeline {
                steps.append(
                    .object([
                        "id": .string(plan.id(of: entry.node)), "wave": .int(Int64((wave[entry.node] ?? 0) + 1)),
                        "start_s": .float(entry.start.inSeconds), "end_s": .float(entry.end.inSeconds),
                    ]))
            }
            Terminal.print(
                JSONWriter.text(
                    .object([
                        "schema": .string("flowrun.plan/1"), "workflow": .string(plan.spec.name),
                        "tasks": .int(Int64(run.timeline.count)), "waves": .int(Int64(waves.count)),
                        "concurrency": .int(Int64(concurrency)),
                        "critical_path": .array(critical.map { .string(plan.id(of: $0)) }), "steps": .array(steps),
                    ])))
        }
    }

    /// From the task that ends last back through the ones that ended when the next started.
    private func criticalPath(_ run: VirtualRun) -> [NodeIndex] {
        guard var entry = run.timeline.max(by: { $0.end < $1.end }) else { return [] }
        var path = [entry.node]
        var seen: Set<NodeIndex> = [entry.node]
        while entry.start > .zero,
            let previous = run.timeline.first(where: { $0.end == entry.start && !seen.contains($0.node) })
        {
            path.append(previous.node)
            seen.insert(previous.node)
            entry = previous
        }
        return path.reversed()
    }
}
