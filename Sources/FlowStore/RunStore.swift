package import FlowEngine
package import FlowValue
internal import Foundation
internal import GRDB
internal import Glibc

/// The embedded store: one SQLite file that any number of processes on one machine share.
///
/// A run is its definition and its history. The history is the list of the machine's events, in the order in which they
/// were applied; replaying it gives the run's state, so that no state is stored twice and none can disagree.
package final class RunStore {
    /// A run as its row has it.
    package struct Run: Sendable {
        package let key: Int64
        package let id: String
        package let workflow: String
        package let file: String
        package let folder: String
        package let definition: [UInt8]
        package let parameters: JSONObject
        package let createdAt: Timestamp
        package var state: TaskState
        package var finishedAt: Timestamp?
        package let lockPath: String
    }

    private let queue: DatabaseQueue
    /// The folder of the store: `.flowrun`.
    package let folder: String

    /// Opens a store, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - path: The database file; its folder is made with `.gitignore`.
    ///   - mayCreate: Whether a store is made where there is none.
    /// - Throws: ``StoreError``.
    package init(path: String, mayCreate: Bool = true) throws(StoreError) {
        let slash = path.lastIndex(of: "/")
        folder = slash.map { String(path[..<$0]) } ?? "."
        if !mayCreate, unsafe access(path, F_OK) != 0 {
            throw StoreError(.unknownRun, "there is no store at \(path)")
        }
        Self.prepare(folder)
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL")
            }
            let mask = umask(0o077)
            defer { umask(mask) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            // GRDB sets NORMAL after `prepareDatabase`, so FULL is asked for when it has opened.
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
                precondition(synchronous == 2, "SQLite did not accept synchronous = FULL")
            }
            try queue.write { try Self.migrate($0) }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "cannot open the store \(path): \(error)")
        }
    }

    private static func prepare(_ folder: String) {
        guard unsafe access(folder, F_OK) != 0 else { return Self.ignore(folder) }
        unsafe mkdir(folder, 0o700)
        ignore(folder)
    }

    private static func ignore(_ folder: String) {
        let file = unsafe open("\(folder)/.gitignore", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        _ = unsafe write(file, "*\n", 2)
        close(file)
    }

    private static func migrate(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= 1 else {
            throw StoreError(.newerSchema, "this store was written by a newer flowrun (schema \(version))")
        }
        guard version == 0 else { return }
        try database.execute(
            sql: """
                CREATE TABLE run (
                    key INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    workflow TEXT NOT NULL,
                    file TEXT NOT NULL,
                    folder TEXT NOT NULL,
                    definition BLOB NOT NULL,
                    parameters TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    state INTEGER NOT NULL,
                    finished_at INTEGER,
                    lock TEXT NOT NULL
                );
                CREATE TABLE history (
                    run INTEGER NOT NULL REFERENCES run (key),
                    sequence INTEGER NOT NULL,
                    node INTEGER NOT NULL,
                    kind INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    detail TEXT,
                    PRIMARY KEY (run, sequence)
                ) WITHOUT ROWID;
                CREATE TABLE log (
                    run INTEGER NOT NULL REFERENCES run (key),
                    node INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    offset INTEGER NOT NULL,
                    length INTEGER NOT NULL,
                    PRIMARY KEY (run, node, attempt)
                ) WITHOUT ROWID;
                PRAGMA user_version = 1;
                """)
    }

    private func perform<Result>(_ body: () throws -> Result) throws(StoreError) -> Result {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "the store failed: \(error)")
        }
    }

    // MARK: Runs

    /// Records a new run.
    ///
    /// - Returns: The run with its key.
    package func create(
        id: String, workflow: String, file: String, folder: String, definition: [UInt8], parameters: JSONObject,
        at time: Timestamp, lockPath: String
    ) throws(StoreError) -> Run {
        let key = try perform {
            try queue.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO run (id, workflow, file, folder, definition, parameters, created_at, state, lock)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        id, workflow, file, folder, Data(definition), JSONWriter.text(.object(parameters)),
                        time.microseconds, Int(TaskState.started.rawValue), lockPath,
                    ])
                return database.lastInsertedRowID
            }
        }
        return Run(
            key: key, id: id, workflow: workflow, file: file, folder: folder, definition: definition,
            parameters: parameters, createdAt: time, state: .started, finishedAt: nil, lockPath: lockPath)
    }

    /// The newest runs first.
    package func runs(limit: Int) throws(StoreError) -> [Run] {
        try perform {
            try queue.read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY key DESC LIMIT ?", arguments: [limit])
                    .map(Self.run)
            }
        }
    }

    /// The run with an id, a unique prefix of one, or `latest`.
    package func run(named name: String) throws(StoreError) -> Run {
        let found = try perform {
            try queue.read { database in
                if name == "latest" {
                    return try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY key DESC LIMIT 1")
                }
                let exact = try Row.fetchAll(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [name])
                if !exact.isEmpty { return exact }
                return try Row.fetchAll(
                    database, sql: "SELECT * FROM run WHERE substr(id, 1, length(?)) = ? LIMIT 2",
                    arguments: [name, name])
            }
        }
        guard let row = found.first else { throw StoreError(.unknownRun, "there is no run '\(name)'") }
        guard found.count == 1 else { throw StoreError(.ambiguousRun, "several runs begin with '\(name)'") }
        return Self.run(row)
    }

    private static func run(_ row: Row) -> Run {
        let definition: Data = row["definition"]
        let parameters: String = row["parameters"]
        let state: Int = row["state"]
        let finished: Int64? = row["finished_at"]
        var object = JSONObject()
        if case .object(let parsed)? = try? JSONReader.read(parameters) { object = parsed }
        return Run(
            key: row["key"], id: row["id"], workflow: row["workflow"], file: row["file"], folder: row["folder"],
            definition: Array(definition), parameters: object, createdAt: Timestamp(microseconds: row["created_at"]),
            state: TaskState(rawValue: UInt8(clamping: state)) ?? .failure,
            finishedAt: finished.map { Timestamp(microseconds: $0) }, lockPath: row["lock"])
    }

    // MARK: History

    /// What one transaction records.
    package struct Batch: Sendable {
        package var events: [(event: RunEvent, at: Timestamp)] = []
        package var logs: [LogRange] = []
        /// The run's final state, when this is its last batch.
        package var end: (state: TaskState, at: Timestamp)?

        package init() {}

        package var isEmpty: Bool { events.isEmpty && logs.isEmpty && end == nil }
    }

    /// Where the output of an attempt lies in the run's log.
    package struct LogRange: Sendable {
        package let node: UInt32
        package let attempt: Int
        package let offset: Int64
        package let length: Int64

        package init(node: UInt32, attempt: Int, offset: Int64, length: Int64) {
            self.node = node
            self.attempt = attempt
            self.offset = offset
            self.length = length
        }
    }

    /// Records a batch in one transaction; it is on disk when this returns.
    package func commit(_ batch: Batch, of run: Run) throws(StoreError) {
        try perform {
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    let insert = try database.cachedStatement(
                        sql: """
                            INSERT INTO history (run, sequence, node, kind, attempt, at, detail)
                            VALUES (?, ?, ?, ?, ?, ?, ?)
                            """)
                    let last = try database.cachedStatement(sql: "SELECT max(sequence) FROM history WHERE run = ?")
                    var sequence = try Int64.fetchOne(last, arguments: [run.key]) ?? 0
                    for (event, time) in batch.events {
                        let record = HistoryCodec.record(event)
                        sequence += 1
                        try insert.execute(arguments: [
                            run.key, sequence, Int64(record.node), record.kind.rawValue, record.attempt,
                            time.microseconds,
                            record.detail,
                        ])
                    }
                    for log in batch.logs {
                        try database.execute(
                            sql:
                                "INSERT OR REPLACE INTO log (run, node, attempt, offset, length) VALUES (?, ?, ?, ?, ?)",
                            arguments: [run.key, Int64(log.node), log.attempt, log.offset, log.length])
                    }
                    if let end = batch.end {
                        try database.execute(
                            sql: "UPDATE run SET state = ?, finished_at = ? WHERE key = ?",
                            arguments: [Int(end.state.rawValue), end.at.microseconds, run.key])
                    }
                    return .commit
                }
            }
        }
    }

    /// The whole history of a run, in order.
    package func history(of run: Run) throws(StoreError) -> [(event: RunEvent, at: Timestamp)] {
        try perform {
            try queue.read { database in
                var events: [(event: RunEvent, at: Timestamp)] = []
                let rows = try Row.fetchCursor(
                    database,
                    sql: "SELECT node, kind, attempt, at, detail FROM history WHERE run = ? ORDER BY sequence",
                    arguments: [run.key])
                while let row = try rows.next() {
                    let node: Int64 = row[0]
                    let kind: Int = row[1]
                    guard
                        let event = HistoryCodec.event(
                            HistoryCodec.Record(
                                node: UInt32(node), kind: HistoryCodec.Kind(rawValue: kind) ?? .begun, attempt: row[2],
                                detail: row[4]))
                    else { throw StoreError(.unavailable, "the history of \(run.id) is damaged") }
                    events.append((event, Timestamp(microseconds: row[3])))
                }
                return events
            }
        }
    }

    /// The log ranges of a node, by attempt.
    package func logs(of run: Run, node: UInt32) throws(StoreError) -> [LogRange] {
        try perform {
            try queue.read { database in
                try Row.fetchAll(
                    database,
                    sql: "SELECT attempt, offset, length FROM log WHERE run = ? AND node = ? ORDER BY attempt",
                    arguments: [run.key, Int64(node)]
                ).map { LogRange(node: node, attempt: $0[0], offset: $0[1], length: $0[2]) }
            }
        }
    }
}
