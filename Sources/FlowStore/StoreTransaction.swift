package import FlowEngine
package import FlowPlan
package import FlowValue
internal import GRDB

/// A store inside one transaction, for reading or for writing.
package struct StoreTransaction: Ledger {
    private let connection: StoreConnection
    /// The store's folder.
    let folder: String
    /// Nobody else has committed since the followed runs were brought up to date: there is nothing to read.
    let isUnchanged: Bool
    /// Whether there is something to commit.
    var hasWritten = false

    init(_ connection: StoreConnection, folder: String, isUnchanged: Bool) {
        self.connection = connection
        self.folder = folder
        self.isUnchanged = isUnchanged
    }

    /// The connection, when nothing of the history is being written through it.
    var database: Database {
        get throws {
            try connection.settle()
            return connection.database
        }
    }

    var statements: RawStatements {
        get throws {
            try connection.settle()
            return connection.statements
        }
    }

    // MARK: Workers

    package func isFenced(_ worker: WorkerKey) throws -> Bool {
        try statements.isFenced(worker)
    }

    package mutating func fence(_ worker: WorkerKey) throws {
        try database.cachedStatement(sql: "UPDATE worker SET fenced = 1 WHERE key = ?").execute(arguments: [
            worker.rawValue
        ])
        hasWritten = true
    }

    /// Records that a worker has come to its end by itself.
    package mutating func end(_ worker: WorkerKey, at time: Timestamp) throws {
        try database.cachedStatement(sql: "UPDATE worker SET ended_at = ? WHERE key = ?").execute(arguments: [
            time.microseconds, worker.rawValue,
        ])
        hasWritten = true
    }

    // MARK: History

    package func events(of run: RunKey, after position: Int64) throws -> [(event: RunEvent, at: Timestamp)] {
        guard !isUnchanged else { return [] }
        var events: [(event: RunEvent, at: Timestamp)] = []
        try HistoryRows(statements).forEach(of: run, after: position) { record, time in
            let event = HistoryCodec.event(record) { StoreFiles.read(StoreFiles.resultPath($0, of: run, in: folder)) }
            guard let event else {
                throw StoreError(
                    .unavailable, "event \(position + Int64(events.count) + 1) of run \(run.rawValue) cannot be read")
            }
            events.append((event, time))
        }
        return events
    }

    package mutating func append(_ entries: [LedgerEntry], to run: RunKey, after position: Int64) throws {
        hasWritten = true
        try connection.append(HistoryBatch(run: run, position: position, entries: entries))
        for entry in entries {
            guard let output = entry.output else { continue }
            switch entry.event {
            case .ended(let node, let attempt, _): try append(output, of: node, attempt, run)
            case .ran(let node, _, _): try append(output, of: node, 1, run)
            default: preconditionFailure("only an attempt has output")
            }
        }
    }

    private func append(_ output: OutputRange, of node: NodeIndex, _ attempt: Int, _ run: RunKey) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO log (run, node, attempt, offset, length, worker) VALUES (?, ?, ?, ?, ?, ?)
                """)
        try insert.execute(arguments: [
            run.rawValue, Int64(node.index), attempt, output.offset, output.length,
            output.worker.rawValue,
        ])
    }

    // MARK: Limits

    package func gate(_ name: String) throws -> TaskGates.State {
        let next = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT next_start FROM gate WHERE name = ?"), arguments: [name])
        let holders = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT worker, count(*) FROM gate_holder WHERE name = ? GROUP BY worker"),
            arguments: [name])
        var count = 0
        // Nothing of a worker's attempts lives when its lock is free.
        for row in holders where try isAlive(WorkerKey(row[0])) { count += row[1] }
        return TaskGates.State(nextStart: next.map { Timestamp(microseconds: $0) }, runningCount: count)
    }

    package mutating func setNextStart(_ gate: String, _ time: Timestamp) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO gate (name, next_start) VALUES (?, ?)")
            .execute(arguments: [gate, time.microseconds])
        hasWritten = true
    }

    package mutating func hold(
        _ gate: String, by worker: WorkerKey, _ run: RunKey, _ node: NodeIndex, _ attempt: Int
    ) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO gate_holder (name, worker, run, node, attempt) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [gate, worker.rawValue, run.rawValue, Int64(node.index), attempt])
        hasWritten = true
    }

    package mutating func release(
        _ gate: String, by worker: WorkerKey, _ run: RunKey, _ node: NodeIndex, _ attempt: Int
    ) throws {
        guard try isHeld(gate, worker) else { return }
        try database.cachedStatement(
            sql: "DELETE FROM gate_holder WHERE name = ? AND worker = ? AND run = ? AND node = ? AND attempt = ?"
        ).execute(arguments: [gate, worker.rawValue, run.rawValue, Int64(node.index), attempt])
        hasWritten = true
    }

    private func isHeld(_ gate: String, _ worker: WorkerKey) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM gate_holder WHERE name = ? AND worker = ?)"),
            arguments: [gate, worker.rawValue]) ?? false
    }

    package mutating func releaseAll(of worker: WorkerKey) throws {
        try database.cachedStatement(sql: "DELETE FROM gate_holder WHERE worker = ?").execute(arguments: [
            worker.rawValue
        ])
    }

    package mutating func finish(_ run: RunKey, _ state: TaskState, at time: Timestamp) throws {
        try database.run(
            "UPDATE run SET state = ?, finished_at = ? WHERE key = ?",
            [.integer(Int64(state.rawValue)), .integer(time.microseconds), .integer(run.rawValue)])
        hasWritten = true
    }
}
