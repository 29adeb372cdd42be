internal import GRDB
internal import GRDBSQLite

/// The few statements of every transaction, on SQLite itself: GRDB's care for each of them costs more than they do.
///
/// Source: https://www.sqlite.org/cintro.html
extension Database {
    /// Runs a transaction that has the lock for writing from its begin.
    ///
    /// - Parameter body: Says whether there is something to commit. If it throws, nothing is.
    /// - Throws: `DatabaseError`, or what the body throws.
    func writeRaw(_ body: () throws -> Bool) throws {
        try runRaw("BEGIN IMMEDIATE")
        let hasWritten: Bool
        do {
            hasWritten = try body()
        } catch {
            // SQLite may have rolled back by itself; what failed is what matters.
            try? runRaw("ROLLBACK")
            throw error
        }
        guard hasWritten else { return try runRaw("ROLLBACK") }
        do {
            try runRaw("COMMIT")
        } catch {
            try? runRaw("ROLLBACK")
            throw error
        }
    }

    private func runRaw(_ sql: String) throws {
        let statement = unsafe try cachedStatement(sql: sql).sqliteStatement
        let code = unsafe sqlite3_step(statement)
        unsafe sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw rawFailure(code) }
    }

    /// The one integer that a query gives; nil where it gives no row, or null.
    func rawInteger(_ sql: String, _ argument: Int64? = nil) throws -> Int64? {
        let statement = unsafe try cachedStatement(sql: sql).sqliteStatement
        defer { unsafe sqlite3_reset(statement) }
        if let argument { unsafe sqlite3_bind_int64(statement, 1, argument) }
        let code = unsafe sqlite3_step(statement)
        guard code != SQLITE_DONE else { return nil }
        guard code == SQLITE_ROW else { throw rawFailure(code) }
        guard unsafe sqlite3_column_type(statement, 0) != SQLITE_NULL else { return nil }
        return unsafe sqlite3_column_int64(statement, 0)
    }

    /// What went wrong last.
    func rawFailure(_ code: Int32) -> DatabaseError {
        let message = unsafe String(cString: sqlite3_errmsg(sqliteConnection))
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
