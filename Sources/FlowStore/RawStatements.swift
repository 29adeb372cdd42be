internal import FlowEngine
internal import GRDB
internal import GRDBSQLite

/// The few statements of every transaction, each prepared once and on SQLite itself: GRDB's care for each of them costs
/// more than they do.
///
/// Source: https://www.sqlite.org/cintro.html
final class RawStatements {
    /// What is prepared.
    enum Name: Int, CaseIterable {
        case begin, commit, rollback, dataVersion, isFenced, insertEvent, selectEvents

        fileprivate var sql: String {
            switch self {
            case .begin: "BEGIN IMMEDIATE"
            case .commit: "COMMIT"
            case .rollback: "ROLLBACK"
            case .dataVersion: "PRAGMA data_version"
            case .isFenced: "SELECT fenced FROM worker WHERE key = ?"
            case .insertEvent:
                """
                INSERT INTO history (run, sequence, node, kind, attempt, at, worker, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
            case .selectEvents:
                """
                SELECT node, kind, attempt, at, worker, detail FROM history
                WHERE run = ? AND sequence > ? ORDER BY sequence
                """
            }
        }
    }

    private let database: Database
    private var prepared = [Statement?](repeating: nil, count: Name.allCases.count)

    init(_ database: Database) {
        self.database = database
    }

    /// A statement; what is bound to it is bound anew by each use.
    subscript(_ name: Name) -> OpaquePointer {
        get throws {
            if let statement = prepared[name.rawValue] { return unsafe statement.sqliteStatement }
            let statement = try database.makeStatement(sql: name.sql)
            prepared[name.rawValue] = statement
            return unsafe statement.sqliteStatement
        }
    }

    /// Runs a transaction that has the lock for writing from its begin.
    ///
    /// - Parameter body: Says whether there is something to commit. If it throws, nothing is.
    /// - Throws: `DatabaseError`, or what the body throws.
    func write(_ body: () throws -> Bool) throws {
        try run(.begin)
        let hasWritten: Bool
        do {
            hasWritten = try body()
        } catch {
            // SQLite may have rolled back by itself; what failed is what matters.
            try? run(.rollback)
            throw error
        }
        guard hasWritten else { return try run(.rollback) }
        do {
            try run(.commit)
        } catch {
            try? run(.rollback)
            throw error
        }
    }

    private func run(_ name: Name) throws {
        let statement = unsafe try self[name]
        let code = unsafe sqlite3_step(statement)
        unsafe sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw failure(code) }
    }

    /// A number that changes when other connections commit. Source: https://www.sqlite.org/pragma.html#pragma_data_version
    func dataVersion() throws -> Int64 {
        try integer(.dataVersion) ?? 0
    }

    /// Whether a worker was declared dead.
    func isFenced(_ worker: WorkerKey) throws -> Bool {
        try integer(.isFenced, worker.rawValue) == 1
    }

    /// The one integer that a query gives; nil where it gives no row, or null.
    private func integer(_ name: Name, _ argument: Int64? = nil) throws -> Int64? {
        let statement = unsafe try self[name]
        defer { unsafe sqlite3_reset(statement) }
        if let argument { unsafe sqlite3_bind_int64(statement, 1, argument) }
        let code = unsafe sqlite3_step(statement)
        guard code != SQLITE_DONE else { return nil }
        guard code == SQLITE_ROW else { throw failure(code) }
        guard unsafe sqlite3_column_type(statement, 0) != SQLITE_NULL else { return nil }
        return unsafe sqlite3_column_int64(statement, 0)
    }

    /// What went wrong last.
    func failure(_ code: Int32) -> DatabaseError {
        let message = unsafe String(cString: sqlite3_errmsg(database.sqliteConnection))
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
