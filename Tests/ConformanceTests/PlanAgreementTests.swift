import Foundation
import Testing

/// `plan` and the run agree: the same states, and the same order where the starts are planned apart.
struct PlanAgreementTests {
    private static let slots = CaseSlots(2)

    @Test(arguments: UInt64(0)..<16)
    func `a run of fixed durations goes as planned`(_ seed: UInt64) async throws {
        try await Self.slots.withSlot { try await Self.run(seed) }
    }

    private static func run(_ seed: UInt64) async throws {
        var workflow = SleepingWorkflow(seed: seed)
        let text = workflow.text()
        let project = try ScratchProject(workflow: text)
        defer { project.remove() }
        let concurrency = ["1", "2", "4", "8"][Int(seed % 4)]
        let planned = try await project.flowrun("plan", "w.yaml", "--format", "json", "-c", concurrency)
        #expect(planned.code == 0, "\(planned.standardOutput)\n\(text)")
        let plan = try Timeline(plan: TestJSON(reading: planned.standardOutput))
        var run = try await apply(project, concurrency)
        // On a loaded machine a start may be late by more than what lies between two; it is not late in the same place again.
        var swapped = plan.swapped(in: run)
        for _ in 0..<2 where !swapped.isEmpty {
            run = try await apply(project, concurrency)
            swapped = plan.swapped(in: run)
        }
        for (id, state) in run.states.sorted(by: { $0.key < $1.key }) {
            #expect(plan.states[id] == state, "\(id), seed \(seed)\n\(text)")
        }
        #expect(plan.states.count == run.states.count, "seed \(seed)\n\(text)")
        #expect(swapped == [], "seed \(seed), -c \(concurrency)\n\(text)")
    }

    private static func apply(_ project: ScratchProject, _ concurrency: String) async throws -> Timeline {
        let applied = try await project.flowrun("apply", "w.yaml", "--format", "json", "-c", concurrency)
        return try Timeline(run: TestJSON(reading: applied.standardOutput))
    }
}

/// The states of the steps, and when they started.
private struct Timeline {
    var states: [String: String] = [:]
    /// In seconds.
    private var starts: [String: Double] = [:]

    struct Malformed: Error {}

    init(plan: TestJSON) throws {
        try read(plan) { step in step["start_s"]?.number }
    }

    init(run: TestJSON) throws {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        try read(run) { step in
            try step["started_at"]?.text.map { try format.parse($0).timeIntervalSince1970 }
        }
    }

    private mutating func read(_ document: TestJSON, _ start: (TestJSON) throws -> Double?) throws {
        guard let steps = document["steps"]?.elements else { throw Malformed() }
        for step in steps {
            guard let id = step["id"]?.text, let state = step["state"]?.text else { throw Malformed() }
            // A callback whose occasion did not come is in no plan.
            if state == "SKIPPED", step["skipped_because"] == .null { continue }
            states[id] = state
            if case .string? = step["task"], let time = try start(step) { starts[id] = time }
        }
    }

    /// Pairs of steps that this one starts at least 50 ms apart, and the other one the other way round.
    func swapped(in other: Timeline) -> [String] {
        let order = starts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        var swapped: [String] = []
        for (position, earlier) in order.enumerated() {
            for later in order[(position + 1)...] where later.value - earlier.value >= 0.05 {
                guard let first = other.starts[earlier.key], let second = other.starts[later.key] else { continue }
                if first > second { swapped.append("\(earlier.key) before \(later.key)") }
            }
        }
        return swapped
    }
}

/// A random canvas whose tasks take fixed times, and fail or not as it is written.
private struct SleepingWorkflow {
    private var state: UInt64
    private var count = 0

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678
    }

    private mutating func below(_ limit: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % limit
    }

    mutating func text() -> String {
        """
        tasks:
          nap: {use: std.sleep}
          limited: {use: std.sleep, max_concurrency: 1}
        chain: [\(node(depth: 3)), \(node(depth: 3)), \(node(depth: 2))]
        """
    }

    private mutating func node(depth: Int) -> String {
        count += 1
        let id = "n\(count)"
        let body: String
        switch depth == 0 ? 0 : below(9) {
        case 0, 1, 2: body = task()
        case 3, 4: body = "group: [\(nodes(depth))]"
        case 5: body = "chord: [\(nodes(depth))], body: {id: b\(id), \(task())}"
        case 6: body = "chain: [\(nodes(depth))]"
        case 7:
            return "{id: \(id), foreach: \"${{ range(\(1 + below(4))) }}\", as: v\(count), max: 2, \(task())}"
        default: body = steps(depth)
        }
        return "{id: \(id), \(body)\(modifiers(depth))}"
    }

    private mutating func nodes(_ depth: Int) -> String {
        (0..<Int(1 + below(3))).map { _ in node(depth: depth - 1) }.joined(separator: ", ")
    }

    private mutating func steps(_ depth: Int) -> String {
        var ids: [String] = []
        var steps: [String] = []
        for _ in 0..<Int(2 + below(3)) {
            count += 1
            let need = ids.isEmpty || below(3) == 0 ? "" : ", needs: \(ids[Int(below(UInt64(ids.count)))])"
            steps.append("{id: s\(count), \(task())\(need)}")
            ids.append("s\(count)")
        }
        return "steps: [\(steps.joined(separator: ", "))]"
    }

    private mutating func task() -> String {
        let seconds = "0.\(1 + below(4))"
        switch below(10) {
        case 0: return "si: std.fail, args: [broken]"
        case 1: return "si: std.identity, args: [1]"
        // Not due at the moment in which a nap ends: which of the two is ready first would be left to chance.
        case 2: return "si: nap, args: [\(seconds)], countdown: 0.\(1 + below(3))5"
        case 3: return "si: limited, args: [\(seconds)]"
        case 4: return "si: nap, args: [1.5], time_limit: 0.3"
        case 5: return "si: nap, args: [\(seconds)], priority: \(below(10))"
        default: return "si: nap, args: [\(seconds)]"
        }
    }

    private mutating func modifiers(_ depth: Int) -> String {
        var modifiers = ""
        if below(5) == 0 { modifiers += ", allow_failure: true" }
        if below(10) == 0 { modifiers += ", when: '1 == 2'" }
        for key in ["link", "link_error"] where below(8) == 0 {
            count += 1
            modifiers += ", \(key): {id: c\(count), \(task())}"
        }
        return modifiers
    }
}
