import FlowCheck
import FlowDiagnostics
import FlowEngine
import FlowModel
import FlowPlan
import FlowStore
import FlowValue

/// One random canvas on the engine, with a virtual clock and the outcomes of a script.
struct CanvasTrial {
    let canvas: RandomCanvas
    let plan: Plan
    let run: VirtualRun
    /// What each task was called with, at the start of its last attempt.
    private(set) var calls: [NodeIndex: RunMachine.Arguments] = [:]
    /// What must not happen while it runs.
    private(set) var violations: [String] = []

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// What ids begin with: those of the calls that the canvas stands in.
    let prefix: String

    /// Runs a canvas.
    ///
    /// - Parameters:
    ///   - canvas: The canvas.
    ///   - concurrency: How many tasks run at once.
    ///   - callDepth: How many workflows call one another before the last one calls the canvas.
    ///   - interventions: What is done to the run meanwhile.
    /// - Throws: ``Refused`` if the canvas is not accepted.
    init(
        _ canvas: RandomCanvas, concurrency: Int, callDepth: Int = 0, interventions: [VirtualRun.Intervention] = []
    ) throws {
        self.canvas = canvas
        // What has steps that can never run is refused where it is called.
        let alone = Checker.check(Array(canvas.yaml.utf8), stem: "random")
        let callDepth = alone.diagnostics.contains { $0.code == .neverRuns } ? 0 : callDepth
        let prefix = (0..<callDepth).map { "call\($0)." }.joined()
        self.prefix = prefix
        plan = try Self.plan(canvas.yaml, callDepth: callDepth)
        var calls: [NodeIndex: RunMachine.Arguments] = [:]
        var violations: [String] = []
        run = VirtualRun(plan: plan, concurrency: concurrency, interventions: interventions) { machine, node, attempt in
            let id = String(machine.plan.id(of: node).dropFirst(prefix.count))
            violations += Self.startsEarly(node, machine)
            calls[node] = try? machine.arguments(of: node)
            return VirtualRun.Assumption(
                duration: Self.duration(id, attempt, canvas.seed),
                outcome: Self.outcome(canvas.script.outcome(id: id, attempt: attempt)))
        }
        self.calls = calls
        self.violations = violations
        checkEnds()
    }

    /// The plan of a text, or of workflows that call one another and at last the text.
    static func plan(_ text: String, callDepth: Int) throws -> Plan {
        var files = ["\(callDepth).yaml": Array(text.utf8)]
        for level in 0..<callDepth {
            files["\(level).yaml"] = Array("{id: call\(level), workflow: \(level + 1).yaml}".utf8)
        }
        let checked = Checker.check(
            FileTable(
                main: SourceFile(name: "0.yaml", bytes: files["0.yaml"] ?? []), workingFolder: "/", root: "/",
                load: { [files] in files[$0] }), stem: "random")
        // Steps that can never run end all the same.
        let errors = checked.diagnostics.filter { $0.severity == .error && $0.code != .neverRuns }
        guard let spec = checked.spec, errors.isEmpty else {
            throw Refused(description: "\(errors.map { "\($0.code.text) \($0.message)" }): \(text)")
        }
        return try Planner.plan(spec, parameters: JSONObject())
    }

    /// Some attempts take as long as others, so that ends coincide.
    private static func duration(_ id: String, _ attempt: Int, _ seed: UInt64) -> Duration {
        var random = SplitMix64(seed: id.utf8.reduce(seed &+ UInt64(attempt)) { $0 &* 31 &+ UInt64($1) })
        return .milliseconds(Int(random.next() % 8) * 500)
    }

    private static func outcome(_ outcome: ReferenceOutcome) -> AttemptOutcome {
        let failure = TaskFailure(type: ReferenceScript.failureType, message: "exit code 1", exitCode: 1)
        return switch outcome {
        case .success(let value): .success(JSONValue(value))
        case .failure: .failure(failure)
        case .ignored: .ignored
        case .asksRetry: .retry(failure)
        }
    }

    // MARK: Invariants

    /// What stands before a node in the data flow has ended when it starts.
    private static func startsEarly(_ node: NodeIndex, _ machine: RunMachine) -> [String] {
        var early: [String] = []
        func require(_ other: NodeIndex) {
            if !machine.status(of: other).state.isFinal {
                early.append("\(machine.plan.id(of: node)) starts before \(machine.plan.id(of: other)) has ended")
            }
        }
        var cursor: NodeIndex? = node
        while let inner = cursor, let outer = machine.plan[inner].parent {
            switch machine.plan[inner].role {
            case .link: require(outer)
            case .linkError:
                require(outer)
                // What was revoked before its turn has not waited for anything.
                if machine.status(of: outer).attempts == 0 { return early }
            case .body: machine.plan.members(of: outer).forEach(require)
            case .member where machine.plan[outer].kind == .chain:
                machine.plan.members(of: outer).prefix { $0 != inner }.forEach(require)
            case .root, .member, .copy, .onExit: break
            }
            for need in machine.plan.needs(of: inner) { require(need.node) }
            cursor = outer
        }
        return early
    }

    private mutating func checkEnds() {
        if run.isStuck { violations.append("the run hangs: \(run.machine.summary)") }
        for index in run.machine.plan.nodes.indices {
            let node = NodeIndex(index)
            if !run.machine.status(of: node).state.isFinal {
                violations.append("\(run.machine.plan.id(of: node)) has no final state")
            }
        }
    }

    // MARK: What was seen

    /// What happened, in the words of the judge.
    var observation: ReferenceObservation {
        let machine = run.machine
        var nodes: [String: ReferenceObservation.Node] = [:]
        machine.plan.forEachNode { node in
            let status = machine.status(of: node)
            guard let id = ownID(of: node) else { return }
            nodes[id] = ReferenceObservation.Node(
                state: status.state.name, result: own(machine.result(of: node) ?? .null),
                args: (calls[node]?.args ?? []).map(own),
                kwargs: own(.object(calls[node]?.kwargs ?? JSONObject())), attempts: status.attempts,
                skippedBecause: status.cause.map { ownID(of: $0.node) ?? machine.plan.id(of: $0.node) })
        }
        return ReferenceObservation(
            nodes: nodes, runState: machine.state.name, runResult: own(machine.runResult ?? .null))
    }

    /// The id of a node as the canvas has it; nil for a call that the canvas stands in.
    private func ownID(of node: NodeIndex) -> String? {
        let id = run.machine.plan.id(of: node)
        return id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : nil
    }

    /// A value in which ids are as the canvas has them.
    private func own(_ value: JSONValue) -> ReferenceJSON {
        switch ReferenceJSON(value) {
        case .string(let text) where !prefix.isEmpty && text.hasPrefix(prefix):
            .string(String(text.dropFirst(prefix.count)))
        case .array: .array((value.items ?? []).map(own))
        case .object(let members):
            .object(members.map { ReferenceJSON.Member(key: $0.key, value: own(JSONValue($0.value))) })
        case let plain: plain
        }
    }

    /// The tasks that were revoked because a person wanted it.
    var revokedByHand: Set<String> {
        let machine = run.machine
        var ids: Set<String> = []
        machine.plan.forEachNode { node in
            let status = machine.status(of: node)
            if machine.plan.isTask(node), status.state == .revoked, status.failure?.message != "expired" {
                ids.insert(machine.plan.id(of: node))
            }
        }
        return ids
    }

    /// Whether a composite was revoked before it had begun.
    var hasExpiredComposite: Bool {
        let machine = run.machine
        return machine.plan.nodes.indices.contains { index in
            let node = NodeIndex(index)
            return !machine.plan.isTask(node) && machine.status(of: node).state == .revoked
        }
    }

    /// How each node ended, as the judge takes it for a fact.
    var record: [String: ReferenceLeafEnd] {
        let machine = run.machine
        var ends: [String: ReferenceLeafEnd] = [:]
        machine.plan.forEachNode { node in
            let status = machine.status(of: node)
            let way: ReferenceLeafEnd.Way
            switch status.state {
            case .success: way = .success(ReferenceJSON(machine.result(of: node) ?? .null))
            case .failure: way = .failure(type: status.failure?.type)
            case .revoked: way = .revoked
            case .ignored: way = .ignored
            case .skipped, .pending, .started, .retry: way = .skipped(why: status.cause?.reason.rawValue)
            }
            ends[machine.plan.id(of: node)] = ReferenceLeafEnd(way: way, attempts: status.attempts)
        }
        return ends
    }

    /// The starts and ends of all attempts, to be compared with those of another run.
    var trace: [String] {
        run.timeline.map { "\(run.machine.plan.id(of: $0.node)) #\($0.attempt) \($0.start) \($0.end)" }
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue]? {
        if case .array(let items) = self { return items }
        return nil
    }

    init(_ value: ReferenceJSON) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(Int64(value))
        case .double(let value): self = .float(value)
        case .string(let value): self = .string(value)
        case .array(let items): self = .array(items.map { JSONValue($0) })
        case .object(let members):
            var object = JSONObject()
            for member in members { object.append(member.key, JSONValue(member.value)) }
            self = .object(object)
        }
    }
}

extension ReferenceJSON {
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(Int(value))
        case .float(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let items): self = .array(items.map { ReferenceJSON($0) })
        case .object(let object):
            self = .object(object.members.map { Member(key: $0.key, value: ReferenceJSON($0.value)) })
        }
    }
}
