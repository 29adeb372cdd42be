import FlowEngine
import FlowPlan
import FlowValue
internal import GRDBSQLite

/// The rows of the history of runs, on SQLite itself.
///
/// There is one of them for each event, and GRDB puts every value that it binds into a box of its own: that took longer
/// than SQLite's work. Source: https://www.sqlite.org/cintro.html
struct HistoryRows {
    private let statements: RawStatements

    init(_ statements: RawStatements) {
        self.statements = statements
    }

    /// Inserts the rows of events.
    func insert(_ batch: HistoryBatch) throws {
        var sequence = batch.position
        for entry in batch.entries {
            sequence += 1
            try insert(
                HistoryCodec.record(entry.event, resultFile: entry.resultFile), at: entry.at, run: batch.run,
                sequence: sequence)
        }
    }

    /// Prepares what the lane works with.
    func prepare() throws {
        _ = unsafe try statements[.insertEvent]
    }

    /// Inserts the row of one event.
    private func insert(_ record: HistoryCodec.Record, at time: Timestamp, run: RunKey, sequence: Int64) throws {
        let insert = unsafe try statements[.insertEvent]
        unsafe sqlite3_bind_int64(insert, 1, run.rawValue)
        unsafe sqlite3_bind_int64(insert, 2, sequence)
        unsafe sqlite3_bind_int64(insert, 3, Int64(record.node))
        unsafe sqlite3_bind_int64(insert, 4, Int64(record.kind.rawValue))
        unsafe sqlite3_bind_int64(insert, 5, Int64(record.attempt))
        unsafe sqlite3_bind_int64(insert, 6, time.microseconds)
        if let worker = record.worker {
            unsafe sqlite3_bind_int64(insert, 7, worker)
        } else {
            unsafe sqlite3_bind_null(insert, 7)
        }
        guard var detail = record.detail else {
            unsafe sqlite3_bind_null(insert, 8)
            return try unsafe step(insert)
        }
        // The text is only borrowed: it stays where it is until the row is written.
        try detail.withUTF8 { text in
            let code = unsafe sqlite3_bind_text64(
                insert, 8, UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self),
                sqlite3_uint64(text.count), nil, UInt8(SQLITE_UTF8))
            // What is too large for SQLite must not become a row without its result.
            guard code == SQLITE_OK else { throw statements.failure(code) }
            defer { unsafe sqlite3_bind_null(insert, 8) }
            try unsafe step(insert)
        }
    }

    private func step(_ insert: OpaquePointer) throws {
        let code = unsafe sqlite3_step(insert)
        unsafe sqlite3_reset(insert)
        guard code == SQLITE_DONE else { throw statements.failure(code) }
    }

    /// Reads the rows after a position, in order.
    func forEach(
        of run: RunKey, after position: Int64, _ body: (HistoryCodec.Record, Timestamp) throws -> Void
    ) throws {
        let select = unsafe try statements[.selectEvents]
        unsafe sqlite3_bind_int64(select, 1, run.rawValue)
        unsafe sqlite3_bind_int64(select, 2, position)
        defer { unsafe sqlite3_reset(select) }
        while true {
            let code = unsafe sqlite3_step(select)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw statements.failure(code) }
            let number = unsafe Int(sqlite3_column_int64(select, 1))
            guard let kind = HistoryCodec.Kind(rawValue: number) else {
                throw StoreError(.unavailable, "run \(run.rawValue) has an event of the unknown kind \(number)")
            }
            var record = HistoryCodec.Record(kind: kind)
            record.node = unsafe UInt32(clamping: sqlite3_column_int64(select, 0))
            record.attempt = unsafe Int(sqlite3_column_int64(select, 2))
            if unsafe sqlite3_column_type(select, 4) != SQLITE_NULL {
                record.worker = unsafe sqlite3_column_int64(select, 4)
            }
            if let text = unsafe sqlite3_column_text(select, 5) {
                let count = unsafe Int(sqlite3_column_bytes(select, 5))
                record.detail = unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
            }
            try body(record, Timestamp(microseconds: unsafe sqlite3_column_int64(select, 3)))
        }
    }
}
