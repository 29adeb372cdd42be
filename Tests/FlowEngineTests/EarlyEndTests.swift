import FlowCheck
import FlowEngine
import FlowPlan
import FlowValue
import Testing

/// Runs that are ended before their time, event by event.
@Suite struct `a run that is ended early` {
    private func machine(_ text: String) throws -> RunMachine {
        let checked = Checker.check(Array(text.utf8), stem: "early")
        let plan = try Planner.plan(try #require(checked.spec), parameters: JSONObject())
        return RunMachine(
            plan: plan, identity: RunIdentity(id: "r", name: "early", startedAt: Timestamp(microseconds: 0)))
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    private func state(_ id: String, _ machine: RunMachine) -> TaskState? {
        machine.plan.node(named: id).map { machine.status(of: $0).state }
    }

    /// Starts what is ready, and lets a task end well.
    private func run(_ id: String, _ machine: inout RunMachine, at time: Timestamp) throws {
        let node = try #require(machine.plan.node(named: id))
        #expect(machine.handle(.started(node, by: WorkerKey(1)), at: time) != nil)
        #expect(machine.handle(.ended(node, attempt: 1, .success(.null)), at: time) != nil)
    }

    @Test func `does not wait for the countdown of a group that was revoked before its turn`() throws {
        var machine = try machine(
            "chain: [{id: a, run: 'true'}, {id: g, group: [{id: b, run: 'true'}], countdown: 1d}]")
        _ = machine.handle(.begun, at: time(0))
        let a = try #require(machine.plan.node(named: "a"))
        _ = machine.handle(.started(a, by: WorkerKey(1)), at: time(1))
        _ = machine.handle(.revoked(.letRun), at: time(2))
        _ = machine.handle(.ended(a, attempt: 1, .success(.null)), at: time(3))
        #expect(machine.isFinished)
        #expect(state("b", machine) == .revoked)
        #expect(machine.state == .revoked)
    }

    @Test func `has no callbacks left when its time was over, and its on_exit runs`() throws {
        var machine = try machine(
            """
            chain: [{id: a, run: 'true', link: [{id: l, run: 'true', link: {id: ll, run: 'true'}}]}]
            on_exit: {id: bye, run: 'true'}
            """)
        _ = machine.handle(.begun, at: time(0))
        try run("a", &machine, at: time(1))
        let l = try #require(machine.plan.node(named: "l"))
        _ = machine.handle(.started(l, by: WorkerKey(1)), at: time(1))
        let commands = machine.handle(.runTimedOut, at: time(2)) ?? []
        #expect(commands.contains { if case .stop(l, attempt: 1, signal: 9) = $0 { true } else { false } })
        #expect(state("l", machine) == .failure)
        #expect(state("ll", machine) == .skipped)
        try run("bye", &machine, at: time(3))
        #expect(machine.isFinished && machine.isTimedOut)
    }

    @Test func `runs its on_exit after a revoke, and not after a second one`() throws {
        let text = """
            chain: [{id: a, run: 'true'}]
            on_exit: {id: bye, chain: [{id: b, run: 'true'}, {id: c, run: 'true'}]}
            """
        var machine = try machine(text)
        _ = machine.handle(.begun, at: time(0))
        _ = machine.handle(.revoked(.letRun), at: time(1))
        #expect(state("a", machine) == .revoked)
        let b = try #require(machine.plan.node(named: "b"))
        _ = machine.handle(.started(b, by: WorkerKey(1)), at: time(2))
        _ = machine.handle(.revoked(.terminate(signal: 15)), at: time(3))
        #expect(machine.isFinished)
        #expect(state("c", machine) == .skipped)
    }

    @Test func `keeps its on_exit when a revoke that let tasks run is followed by one that does not`() throws {
        var machine = try machine("{chain: [{id: a, run: 'true'}], on_exit: {id: bye, run: 'true'}}")
        _ = machine.handle(.begun, at: time(0))
        let a = try #require(machine.plan.node(named: "a"))
        _ = machine.handle(.started(a, by: WorkerKey(1)), at: time(1))
        _ = machine.handle(.revoked(.letRun), at: time(2))
        _ = machine.handle(.revoked(.terminate(signal: 15)), at: time(3))
        #expect(state("a", machine) == .revoked)
        try run("bye", &machine, at: time(4))
        #expect(machine.isFinished)
        #expect(state("bye", machine) == .success)
        #expect(machine.state == .revoked)
    }

    @Test func `is a failure when its time was over before anything had begun`() throws {
        var machine = try machine("{run: 'true', countdown: 1h}")
        _ = machine.handle(.begun, at: time(0))
        _ = machine.handle(.runTimedOut, at: time(1))
        #expect(machine.isFinished)
        #expect(machine.state == .failure)
    }

    @Test func `is no failure for an on_exit that may fail`() throws {
        var machine = try machine(
            """
            chain: [{id: a, run: 'true'}]
            on_exit: {id: bye, run: 'true', allow_failure: true}
            """)
        _ = machine.handle(.begun, at: time(0))
        try run("a", &machine, at: time(1))
        let bye = try #require(machine.plan.node(named: "bye"))
        _ = machine.handle(.started(bye, by: WorkerKey(1)), at: time(2))
        let failure = TaskFailure(type: "TaskError", message: "exit code 1")
        _ = machine.handle(.ended(bye, attempt: 1, .failure(failure)), at: time(3))
        #expect(machine.isFinished)
        #expect(machine.state == .success)
    }

    @Test func `still ends a group whose time is over when nothing new is started`() throws {
        var machine = try machine("{group: [{id: a, run: 'true'}], time_limit: 3s}")
        _ = machine.handle(.begun, at: time(0))
        let a = try #require(machine.plan.node(named: "a"))
        _ = machine.handle(.started(a, by: WorkerKey(1)), at: time(1))
        let due = machine.nextDueEvent(at: time(4), onlyLimits: true)
        let event = try #require(due)
        _ = machine.handle(event, at: time(4))
        #expect(state("a", machine) == .failure)
        #expect(machine.isFinished)
    }
}
