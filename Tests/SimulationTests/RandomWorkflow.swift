import FlowCheck
import FlowDiagnostics
import FlowPlan
import FlowValue

/// A random canvas of all node kinds, with random options, as a workflow file.
struct RandomWorkflow {
    private var random: SeededGenerator
    private var count = 0

    private init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// The plan of the workflow of a seed.
    static func plan(seed: UInt64) throws -> Plan {
        var workflow = RandomWorkflow(seed: seed)
        let text = workflow.text()
        let checked = Checker.check(Array(text.utf8), stem: "random")
        // Steps that can never run end all the same, and that is worth simulating.
        let isRefused = checked.diagnostics.contains { $0.severity == .error && $0.code != .neverRuns }
        guard let spec = checked.spec, !isRefused else {
            throw Refused(text: text, messages: checked.diagnostics.map(\.message))
        }
        return try Planner.plan(spec, parameters: JSONObject())
    }

    struct Refused: Error {
        let text: String
        let messages: [String]
    }

    private mutating func text() -> String {
        let acksLate = random.oneIn(2)
        return """
            settings: {task_acks_late: \(acksLate)}
            tasks:
              work: {run: 'true'}
              late: {run: 'true', acks_late: true}
              limited: {run: 'true', max_concurrency: 2, rate_limit: 5/s}
              again: {run: 'true', max_retries: 2, default_retry_delay: 0.3, retry_backoff: false, autoretry_for: [Exception, WorkerLostError]}
            chain: [\(node(depth: 3)), \(node(depth: 3)), \(node(depth: 2))]
            """
    }

    /// A node in flow style; most are tasks.
    private mutating func node(depth: Int, in steps: Bool = false) -> String {
        count += 1
        let id = "n\(count)"
        let body: String
        switch depth == 0 ? 0 : random.next() % 10 {
        case 0, 1, 2: body = task()
        case 3, 4: body = "chain: [\(nodes(depth))]"
        case 5, 6: body = "group: [\(nodes(depth))]"
        case 7: body = "chord: [\(nodes(depth))], body: {\(inner(depth - 1))}"
        case 8:
            let copies = Int(random.next() % 4)
            let items = (0..<copies).map { "x\($0)" }.joined(separator: ", ")
            return "{id: \(id), foreach: [\(items)], \(composite(depth))}"
        default: body = "steps: [\(steps_(depth))]"
        }
        return "{id: \(id), \(body)\(modifiers(depth))}"
    }

    private mutating func inner(_ depth: Int) -> String {
        count += 1
        return "id: n\(count), \(task())"
    }

    private mutating func composite(_ depth: Int) -> String {
        random.oneIn(2) ? task() : "chain: [\(nodes(depth))]"
    }

    private mutating func nodes(_ depth: Int) -> String {
        (0..<Int(1 + random.next() % 3)).map { _ in node(depth: depth - 1) }.joined(separator: ", ")
    }

    private mutating func steps_(_ depth: Int) -> String {
        var ids: [String] = []
        var steps: [String] = []
        for _ in 0..<Int(2 + random.next() % 3) {
            count += 1
            let id = "n\(count)"
            var step = "{id: \(id), \(random.oneIn(3) && depth > 1 ? "chain: [\(nodes(depth - 1))]" : task())"
            if let need = ids.last, !random.oneIn(3) {
                switch random.next() % 4 {
                case 0: step += ", needs: [\(ids.joined(separator: ", "))]"
                case 1: step += ", needs: {\(need): done}"
                case 2: step += ", needs: {\(need): failure}"
                default: step += ", needs: \(need)"
                }
            }
            steps.append(step + "}")
            ids.append(id)
        }
        return steps.joined(separator: ", ")
    }

    private mutating func task() -> String {
        switch random.next() % 8 {
        case 0: "s: std.identity, args: [1], immutable: true"
        case 1: random.oneIn(4) ? "si: std.fail" : "s: std.identity, args: [2], immutable: true"
        case 2: random.oneIn(3) ? "si: limited" : "si: late"
        case 3: "si: again"
        case 4: "si: work, priority: \(random.next() % 10)"
        case 5: "si: work, countdown: 0.\(1 + random.next() % 9)"
        case 6: "si: work, expires: \(1 + random.next() % 3)"
        default: "si: work"
        }
    }

    private mutating func modifiers(_ depth: Int) -> String {
        var modifiers = ""
        if random.oneIn(6) { modifiers += ", allow_failure: true" }
        if random.oneIn(8) { modifiers += ", when: '1 == \(1 + random.next() % 2)'" }
        if depth > 0, random.oneIn(8) { modifiers += ", link: {\(inner(0))}" }
        if depth > 0, random.oneIn(6) { modifiers += ", link_error: {\(inner(0))}" }
        return modifiers
    }
}
