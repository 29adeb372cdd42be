import FlowCheck
import FlowDiagnostics
import FlowEngine
import FlowPlan
import FlowValue
import Testing

/// The plan of a text that must be accepted.
private func plan(_ text: String) throws -> Plan {
    let checked = Checker.check(Array(text.utf8), stem: "test")
    let spec = try #require(checked.spec)
    #expect(checked.diagnostics.filter { $0.severity == .error } == [])
    return try Planner.plan(spec, parameters: JSONObject())
}

private func machine(_ plan: Plan) -> RunMachine {
    RunMachine(plan: plan, identity: RunIdentity(id: "r", name: "test", startedAt: Timestamp(microseconds: 0)))
}

/// Runs a plan to its end, and gives the events for a replay.
///
/// `outcome` says how each attempt ends.
private func drive(
    _ plan: Plan, _ outcome: (String) -> AttemptOutcome
) -> (machine: RunMachine, events: [(RunEvent, Timestamp)]) {
    var machine = machine(plan)
    var events: [(RunEvent, Timestamp)] = []
    var clock = Timestamp(microseconds: 0)
    func apply(_ event: RunEvent) {
        events.append((event, clock))
        #expect(machine.handle(event, at: clock) != nil)
    }
    apply(.begun)
    while !machine.isFinished {
        if let node = machine.head()?.node {
            apply(.started(node, by: WorkerKey(1)))
            let attempt = machine.status(of: node).attempts
            apply(.ended(node, attempt: attempt, outcome(plan.id(of: node))))
        } else if let due = machine.nextDue() {
            clock = max(clock, due)
            while let event = machine.nextDueEvent(at: clock) { apply(event) }
        } else {
            Issue.record("the run hangs: \(machine.summary)")
            break
        }
    }
    return (machine, events)
}

private func state(_ id: String, _ machine: RunMachine) -> TaskState? {
    for index in machine.plan.nodes.indices where machine.plan.id(of: NodeIndex(index)) == id {
        return machine.status(of: NodeIndex(index)).state
    }
    return nil
}

private let failure = AttemptOutcome.failure(TaskFailure(type: "TaskError", message: "exit code 1", exitCode: 1))

@Suite struct `a run machine` {
    static let diamond = """
        steps:
          - {id: a, run: "true"}
          - {id: b, needs: a, run: "true", link_error: {id: eb, run: "true"}}
          - {id: c, needs: a, run: "true", retry: 1, link: {id: l, run: "true"}}
          - {id: d, needs: [b, c], run: "true"}
        """

    @Test func `gives every node one final state when a step fails`() throws {
        let (machine, _) = drive(try plan(Self.diamond)) { $0 == "b" ? failure : .success(.int(1)) }
        #expect(machine.state == .failure)
        #expect(state("d", machine) == .skipped)
        #expect(state("eb", machine) == .success)
        #expect(state("l", machine) == .success)
        for index in machine.plan.nodes.indices {
            #expect(machine.status(of: NodeIndex(index)).state.isFinal)
        }
    }

    @Test func `is the same after a replay of its history`() throws {
        let plan = try plan(Self.diamond)
        let (live, events) = drive(plan) { $0 == "c" ? failure : .success(.int(1)) }
        var replayed = machine(plan)
        for (event, time) in events { _ = replayed.handle(event, at: time) }
        for index in plan.nodes.indices {
            let node = NodeIndex(index)
            let (before, after) = (live.status(of: node), replayed.status(of: node))
            #expect(before.state == after.state)
            #expect(before.retries == after.retries)
            #expect(before.startedAt == after.startedAt)
            #expect(before.finishedAt == after.finishedAt)
            #expect(before.cause == after.cause)
        }
        #expect(live.counts == replayed.counts)
    }

    @Test func `a duplicate end changes nothing`() throws {
        var (machine, _) = drive(try plan(Self.diamond)) { _ in .success(.int(1)) }
        let before = machine.counts
        for index in machine.plan.nodes.indices {
            let commands = machine.handle(
                .ended(NodeIndex(index), attempt: 1, failure), at: Timestamp(microseconds: 9))
            #expect(commands == nil)
        }
        #expect(machine.counts == before)
    }

    @Test func `an end of an attempt that was given up is not heard`() throws {
        var machine = machine(try plan("{run: 'true', acks_late: true}"))
        let (clock, root) = (Timestamp(microseconds: 0), machine.plan.root)
        _ = machine.handle(.begun, at: clock)
        #expect(machine.handle(.started(root, by: WorkerKey(1)), at: clock) != nil)
        #expect(machine.handle(.started(root, by: WorkerKey(2)), at: clock) == nil, "it is taken")
        #expect(machine.handle(.lost(root, attempt: 1, again: false), at: clock) != nil)
        #expect(machine.handle(.ended(root, attempt: 1, .success(.int(1))), at: clock) == nil)
        #expect(machine.handle(.started(root, by: WorkerKey(2)), at: clock) != nil)
        #expect(machine.handle(.ended(root, attempt: 1, .success(.int(1))), at: clock) == nil)
        #expect(machine.handle(.ended(root, attempt: 2, .success(.int(2))), at: clock) != nil)
        #expect(machine.state == .success)
    }

    @Test func `a third lost delivery is a failure and no loop`() throws {
        var machine = machine(try plan("{run: 'true', acks_late: true}"))
        let (clock, root) = (Timestamp(microseconds: 0), machine.plan.root)
        _ = machine.handle(.begun, at: clock)
        for attempt in 1...3 {
            #expect(machine.handle(.started(root, by: WorkerKey(1)), at: clock) != nil)
            #expect(machine.handle(.lost(root, attempt: attempt, again: false), at: clock) != nil)
        }
        #expect(machine.status(of: root).failure?.type == "WorkerLostError")
        #expect(machine.state == .failure)
    }

    @Test func `a revoked run lets running tasks end, and nothing starts after them`() throws {
        var machine = machine(try plan("chain: [{id: a, run: 'true'}, {id: b, run: 'true'}]"))
        let clock = Timestamp(microseconds: 0)
        _ = machine.handle(.begun, at: clock)
        let a = try #require(machine.head()?.node)
        _ = machine.handle(.started(a, by: WorkerKey(1)), at: clock)
        #expect(machine.handle(.revoked(.letRun), at: clock) != nil)
        #expect(machine.handle(.ended(a, attempt: 1, .success(.int(1))), at: clock) != nil)
        #expect(state("a", machine) == .success)
        #expect(state("b", machine) == .revoked)
        #expect(machine.state == .revoked)
    }

    @Test func `a revocation that terminates asks for the end of what runs`() throws {
        var machine = machine(try plan("group: [{id: a, run: 'true'}, {id: b, run: 'true'}]"))
        let clock = Timestamp(microseconds: 0)
        _ = machine.handle(.begun, at: clock)
        let a = try #require(machine.head()?.node)
        _ = machine.handle(.started(a, by: WorkerKey(1)), at: clock)
        let commands = machine.handle(.revoked(.terminate(signal: 15)), at: clock) ?? []
        let stopped: [NodeIndex] = commands.compactMap { if case .stop(let node, _, _) = $0 { node } else { nil } }
        #expect(stopped == [a])
        #expect(machine.isFinished && machine.state == .revoked)
    }

    @Test func `a hundred thousand skipped members end without a deep stack`() throws {
        let text = "chain:\n  - {id: first, run: 'false'}\n" + String(repeating: "  - std.identity\n", count: 100_000)
        let (machine, _) = drive(try plan(text)) { _ in failure }
        #expect(machine.counts[Int(TaskState.skipped.rawValue)] == 100_000)
    }

    @Test func `a chain of steps that fails first is skipped whole`() throws {
        var text = "steps:\n  - {id: s0, run: 'false'}\n"
        for index in 1...20_000 { text += "  - {id: s\(index), needs: s\(index - 1), run: 'true'}\n" }
        let (machine, _) = drive(try plan(text)) { _ in failure }
        #expect(state("s20000", machine) == .skipped)
        #expect(machine.counts[Int(TaskState.skipped.rawValue)] == 20_000)
    }

    @Test func `a failed group skips the body and blames the member that failed first`() throws {
        let text = """
            chain:
              - group: [{id: x, run: "true"}, {id: y, run: "true"}]
              - {id: body, run: "true", link_error: {id: eb, run: "true"}}
            """
        let (machine, _) = drive(try plan(text)) { $0 == "y" ? failure : .success(.int(1)) }
        #expect(state("body", machine) == .skipped)
        #expect(state("eb", machine) == .success)
    }
}

@Suite struct `retries` {
    @Test func `without end double their delay up to its longest`() throws {
        let text = """
            run: exit 1
            autoretry_for: [Exception]
            max_retries: null
            retry_backoff: true
            retry_jitter: false
            """
        var machine = machine(try plan(text))
        var clock = Timestamp(microseconds: 0)
        _ = machine.handle(.begun, at: clock)
        var delays: [Double] = []
        for attempt in 1...70_000 {
            let next = machine.head()?.node
            let node = try #require(next)
            _ = machine.handle(.started(node, by: WorkerKey(1)), at: clock)
            _ = machine.handle(.ended(node, attempt: attempt, failure), at: clock)
            let due = machine.nextDue()
            let time = try #require(due)
            delays.append((time - clock).inSeconds)
            clock = time
            _ = machine.handle(.due(node), at: clock)
        }
        #expect(delays.prefix(12) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600])
        #expect(delays.dropFirst(10).allSatisfy { $0 == 600 })
    }
}
