package import FlowEngine
package import FlowValue
internal import GRDB
internal import Glibc

/// The place of a living process among those that carry runs on.
///
/// Its lock is free the moment the process and its supervisor are gone, and not before: a stopped process is not dead.
package final class WorkerSeat {
    package let name: String
    /// What the processes of its attempts see of it, and what its lock's file is called.
    package let mark: String
    package let lock: ProcessLock
    /// Whether it serves detached runs.
    package let serves: Bool
    /// Its number; 0 until it has been recorded.
    package internal(set) var key = WorkerKey(0)

    /// Takes a seat in a store, which does not know of it yet.
    ///
    /// - Throws: ``StoreError`` if the lock's file cannot be written.
    package init(in store: RunStore, name: String, serves: Bool) throws(StoreError) {
        self.name = name
        self.serves = serves
        mark = "\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let folder = "\(store.folder)/workers"
        try StoreFiles.makeFolder(folder)
        guard let lock = ProcessLock(path: "\(folder)/\(mark).lock") else {
            throw StoreFiles.failure("lock", "\(folder)/\(mark).lock")
        }
        self.lock = lock
    }

    /// Gives the seat up: all attempts have ended.
    package func leave() {
        unsafe unlink(lock.path)
    }
}

/// A worker as its row has it.
package struct WorkerRow: Sendable {
    package let key: WorkerKey
    package let name: String
    package let pid: Int32
    package let serves: Bool
    package let startedAt: Timestamp
}

extension StoreTransaction {
    /// Records a worker, and gives its seat its number.
    package mutating func enroll(_ seat: WorkerSeat, at time: Timestamp) throws {
        try database.cachedStatement(
            sql: "INSERT INTO worker (name, lock, pid, serves, started_at) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [seat.name, seat.mark, getpid(), seat.serves, time.microseconds])
        seat.key = try WorkerKey(database.lastInsertedRowID)
        hasWritten = true
    }

    /// Whether a worker is alive: whether its lock is held.
    package func isAlive(_ worker: WorkerKey) throws -> Bool {
        let select = try database.cachedStatement(
            sql: "SELECT lock FROM worker WHERE key = ? AND ended_at IS NULL AND fenced = 0")
        guard let mark = try String.fetchOne(select, arguments: [worker.rawValue]) else { return false }
        return ProcessLock.isHeld("\(folder)/workers/\(mark).lock")
    }

    /// The number of a worker's process; nil if none has the number.
    package func process(of worker: WorkerKey) throws -> Int32? {
        try Int32.fetchOne(
            database.cachedStatement(sql: "SELECT pid FROM worker WHERE key = ?"), arguments: [worker.rawValue])
    }

    /// The name of a worker; nil if none has the number.
    package func name(of worker: WorkerKey) throws -> String? {
        let select = try database.cachedStatement(sql: "SELECT name FROM worker WHERE key = ?")
        return try String.fetchOne(select, arguments: [worker.rawValue])
    }

    /// The workers that are alive, oldest first.
    package func livingWorkers() throws -> [WorkerRow] {
        try openSeats().filter(\.isHeld).map(\.row)
    }

    /// Declares those dead that were killed: their seats would be looked at for ever.
    package mutating func fenceDead() throws {
        for seat in try openSeats() where !seat.isHeld { try fence(seat.row.key) }
    }

    private func openSeats() throws -> [(row: WorkerRow, isHeld: Bool)] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT key, name, lock, pid, serves, started_at FROM worker
                    WHERE ended_at IS NULL AND fenced = 0 ORDER BY key
                    """)
        ).map { row in
            let mark: String = row["lock"]
            let worker = WorkerRow(
                key: WorkerKey(row["key"]), name: row["name"], pid: row["pid"], serves: row["serves"],
                startedAt: Timestamp(microseconds: row["started_at"]))
            return (worker, ProcessLock.isHeld("\(folder)/workers/\(mark).lock"))
        }
    }
}
