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
        case begin, beginReading, commit, rollback, dataVersion, isFenced
        case waitForDisk, waitForNothing
        case insertEvent, insertFewEvents, insertManyEvents, selectEvents

        fileprivate var sql: String {
            switch self {
            case .begin: "BEGIN IMMEDIATE"
            case .beginReading: "BEGIN DEFERRED"
            case .commit: "COMMIT"
            case .rollback: "ROLLBACK"
            case .dataVersion: "PRAGMA data_version"
            case .waitForDisk: "PRAGMA synchronous = FULL"
            case .waitForNothing: "PRAGMA synchronous = NORMAL"
            case .isFenced: "SELECT fenced FROM worker WHERE key = ?"
            case .insertEvent: Self.insertion(rows: 1)
            case .insertFewEvents: Self.insertion(rows: HistoryRows.few)
            case .insertManyEvents: Self.insertion(rows: HistoryRows.many)
            case .selectEvents:
                """
                SELECT node, kind, attempt, at, worker, detail FROM history
                WHERE run = ? AND sequence > ? ORDER BY sequence
                """
            }
        }

        private static func insertion(rows: Int) -> String {
            let row = "(?, ?, ?, ?, ?, ?, ?, ?)"
            return "INSERT INTO history (run, sequence, node, kind, attempt, at, worker, detail) VALUES "
                + repeatElement(row, count: rows).joined(separator: ", ")
        }
    }

    private let database: Database
    private var waitsForNothing = false
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
    /// - Parameters:
    ///   - durability: Where the commit is not to wait for the disk, what other commits outlive; nil where it is to wait.
    ///   - body: Says whether there is something to commit. If it throws, nothing is.
    /// - Throws: `DatabaseError`, or what the body throws.
    func write(_ durability: RunStore.Durability? = nil, _ body: () throws -> Bool) throws {
        guard durability == .full else {
            try waitForDiskAgain()
            return try write(body)
        }
        try run(.waitForNothing)
        waitsForNothing = true
        let outcome = Result { try write(body) }
        try waitForDiskAgain()
        try outcome.get()
    }

    /// Has commits wait for the disk, where one did not: nothing is written that should until that has been done.
    private func waitForDiskAgain() throws {
        guard waitsForNothing else { return }
        try run(.waitForDisk)
        waitsForNothing = false
    }

    private func write(_ body: () throws -> Bool) throws {
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

    /// Runs a transaction for reading.
    func read<Result>(_ body: () throws -> Result) throws -> Result {
        try run(.beginReading)
        do {
            let result = try body()
            try run(.commit)
            return result
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
    func failure(_ code: Int32) -> DatabaseError { database.rawFailure(code) }
}

/// A value that is bound to a statement.
enum RawValue {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    init(_ value: Int64?) {
        self = value.map { .integer($0) } ?? .null
    }
}

/// The row that a statement stands at.
@safe struct RawRow {
    fileprivate let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

    func optionalInteger(_ column: Int32) -> Int64? {
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : integer(column)
    }

    /// Whether a column is a blob of these bytes.
    func holds(_ bytes: [UInt8], _ column: Int32) -> Bool {
        let blob = unsafe UnsafeRawBufferPointer(
            start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
        return unsafe bytes.withUnsafeBytes { unsafe $0.elementsEqual(blob) }
    }

    /// The text of a column, or the bytes of a blob as text; empty where it is null.
    func text(_ column: Int32) -> String {
        guard let text = unsafe sqlite3_column_text(statement, column) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }
}

extension Database {
    /// Runs a statement that is kept, without GRDB's care for each value.
    ///
    /// - Parameters:
    ///   - sql: The statement.
    ///   - values: What is bound to it.
    ///   - body: Given each row that it gives.
    /// - Throws: `DatabaseError`.
    func run(_ sql: String, _ values: [RawValue], _ body: (RawRow) throws -> Void = { _ in }) throws {
        let statement = unsafe try cachedStatement(sql: sql).sqliteStatement
        // SQLite reads bytes where they are, so that nothing may be left of them when they are gone.
        defer {
            unsafe sqlite3_reset(statement)
            unsafe sqlite3_clear_bindings(statement)
        }
        try unsafe run(statement, values[...], body)
    }

    /// Binds the values that are left, and then goes through the rows.
    private func run(
        _ statement: OpaquePointer, _ values: ArraySlice<RawValue>, _ body: (RawRow) throws -> Void
    ) throws {
        var rest = values
        while let value = rest.first {
            let place = Int32(rest.startIndex + 1)
            rest.removeFirst()
            switch value {
            case .null: unsafe try require(sqlite3_bind_null(statement, place))
            case .integer(let value): unsafe try require(sqlite3_bind_int64(statement, place, value))
            case .text(var text):
                let code = text.withUTF8 { text in
                    // SQLite copies it: the text may not stay where it is.
                    unsafe sqlite3_bind_text64(
                        statement, place, UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self),
                        sqlite3_uint64(text.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self),
                        UInt8(SQLITE_UTF8))
                }
                try require(code)
            case .bytes(let bytes):
                // A copy of a large definition takes longer than to write it.
                return try unsafe bytes.withUnsafeBytes { bytes in
                    unsafe try require(
                        sqlite3_bind_blob64(statement, place, bytes.baseAddress, sqlite3_uint64(bytes.count), nil))
                    try unsafe run(statement, rest, body)
                }
            }
        }
        while true {
            let code = unsafe sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw rawFailure(code) }
            try body(unsafe RawRow(statement: statement))
        }
    }

    private func require(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw rawFailure(code) }
    }

    /// What went wrong last.
    func rawFailure(_ code: Int32) -> DatabaseError {
        let message = unsafe String(cString: sqlite3_errmsg(sqliteConnection))
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
