import FlowCheck
import FlowDiagnostics
import FlowEngine
import FlowPlan
import FlowValue
import Testing

private func plan(_ text: String) throws -> Plan {
    let spec = try #require(Checker.check(Array(text.utf8), stem: "test").spec)
    return try Planner.plan(spec, parameters: JSONObject())
}

@Suite struct `a worker machine` {
    private let time = Timestamp(microseconds: 1_000_000)
    private var store = SimulatedStore()

    /// One transaction that is committed.
    private mutating func transact(_ worker: inout WorkerMachine) throws -> [WorkerMachine.Action] {
        var transaction = SimulatedStore.Transaction(store)
        let actions = try worker.transact(&transaction, at: time) { _, _, _ in .init(.success(.int(1))) }
        store.commit(transaction.staged, by: worker.worker)
        return actions
    }

    private func starts(_ actions: [WorkerMachine.Action]) -> [WorkerMachine.AttemptKey] {
        actions.compactMap { if case .start(let key) = $0 { key } else { nil } }
    }

    private mutating func follow(_ text: String, concurrency: Int = 1, worker: Int64 = 1) throws -> WorkerMachine {
        if store.runs.isEmpty { store.submit(try plan(text), id: "r", driver: nil, at: time) }
        var machine = WorkerMachine(worker: WorkerKey(worker), concurrency: concurrency)
        machine.follow(RunKey(0), store.replayed(RunKey(0)), position: Int64(store.runs[0].rows.count))
        return machine
    }

    @Test mutating func `records an end and the starts that it allows in one transaction`() throws {
        var worker = try follow("chain: [{run: 'true'}, {run: 'true'}, {run: 'true'}]")
        var commits = 0
        var running = starts(try transact(&worker))
        commits += 1
        while let key = running.first {
            worker.report(.init(key, .success(.int(1))))
            running = starts(try transact(&worker))
            commits += 1
        }
        #expect(store.runs[0].state == .success)
        #expect(commits == 4, "one for the first start, one for each end")
    }

    @Test mutating func `runs a task without time only when its parents are durable`() throws {
        var worker = try follow("chain: [{s: std.identity, args: [1]}, std.identity, std.identity]")
        for expected in [2, 3, 4] {
            _ = try transact(&worker)
            #expect(store.runs[0].rows.count == expected)
        }
        #expect(store.runs[0].state == .success)
    }

    @Test mutating func `takes no task that another has taken since it looked`() throws {
        var (first, second) = (try follow("run: 'true'"), try follow("run: 'true'", worker: 2))
        let started1 = starts(try transact(&first))
        #expect(started1.count == 1)
        let started2 = starts(try transact(&second))
        #expect(started2.isEmpty)
        #expect(second.peers == [WorkerKey(1)])
    }

    @Test mutating func `takes only what its queues hold, and as much as it has slots for`() throws {
        let text = "group: [{run: a, queue: slow}, {run: b}, {run: c}, {run: d}]"
        var worker = try follow(text, concurrency: 2)
        var slow = WorkerMachine(worker: WorkerKey(2), concurrency: 9, queues: ["slow"])
        slow.follow(RunKey(0), store.replayed(RunKey(0)))
        let started3 = starts(try transact(&slow))
        #expect(started3.map(\.node.index) == [1])
        let started4 = starts(try transact(&worker))
        #expect(started4.map(\.node.index) == [2, 3])
    }

    @Test mutating func `starts nothing while it drains, and records what ends`() throws {
        var worker = try follow("chain: [{run: a}, {run: b}]")
        let first = starts(try transact(&worker)).first
        let key = try #require(first)
        worker.mode = .draining
        worker.report(.init(key, .success(.null)))
        let started5 = starts(try transact(&worker))
        #expect(started5.isEmpty)
        #expect(store.runs[0].reference.status(of: key.node).state == .success)
        let hasWork = worker.hasWork(at: time)
        #expect(!hasWork)
    }

    @Test mutating func `stops an attempt that somebody else has revoked`() throws {
        var (worker, person) = (try follow("run: a"), try follow("run: a", concurrency: 0, worker: 2))
        let first = starts(try transact(&worker)).first
        let key = try #require(first)
        person.propose(.revoked(.terminate(signal: 15)), for: RunKey(0))
        _ = try transact(&person)
        var transaction = SimulatedStore.Transaction(store)
        let stopped = try worker.catchUp(&transaction).contains { action in
            if case .stop(key, 15) = action { true } else { false }
        }
        #expect(stopped)
        #expect(worker.slots == [key], "the slot is taken until the processes are gone")
    }
}
