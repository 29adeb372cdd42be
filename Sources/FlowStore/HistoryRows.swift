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

    /// So many rows are one statement where there are as many: SQLite finds the place of the first of them only, which
    /// takes half of the time of a row.
    static let (many, few) = (32, 4)

    /// Inserts the rows of events.
    func insert(_ batch: HistoryBatch) throws {
        var text: [UInt8] = []
        var ranges: [Range<Int>?] = []
        var next = 0
        while next < batch.entries.count {
            let left = batch.entries.count - next
            let (name, count): (RawStatements.Name, Int) =
                left >= Self.many
                ? (.insertManyEvents, Self.many) : left >= Self.few ? (.insertFewEvents, Self.few) : (.insertEvent, 1)
            let insert = unsafe try statements[name]
            text.removeAll(keepingCapacity: true)
            ranges.removeAll(keepingCapacity: true)
            for row in 0..<count {
                let entry = batch.entries[next]
                next += 1
                let record = HistoryCodec.record(entry.event, resultFile: entry.resultFile)
                let place = RowPlace(run: batch.run, sequence: batch.position + Int64(next), at: entry.at)
                unsafe bind(record, place, row, to: insert)
                ranges.append(
                    record.detail.map { detail in
                        let start = text.count
                        text.append(contentsOf: detail.utf8)
                        return start..<text.count
                    })
            }
            try unsafe step(insert, text, ranges)
        }
    }

    /// Prepares what the lane works with.
    func prepare() throws {
        _ = unsafe try (statements[.insertEvent], statements[.insertFewEvents], statements[.insertManyEvents])
    }

    private struct RowPlace {
        let run: RunKey
        let sequence: Int64
        let at: Timestamp
    }

    /// How many values a row has.
    private static let columns: Int32 = 8

    /// Binds all of a row but its text.
    private func bind(_ record: HistoryCodec.Record, _ place: RowPlace, _ row: Int, to insert: OpaquePointer) {
        let first = Int32(row) * Self.columns
        unsafe sqlite3_bind_int64(insert, first + 1, place.run.rawValue)
        unsafe sqlite3_bind_int64(insert, first + 2, place.sequence)
        unsafe sqlite3_bind_int64(insert, first + 3, Int64(record.node))
        unsafe sqlite3_bind_int64(insert, first + 4, Int64(record.kind.rawValue))
        unsafe sqlite3_bind_int64(insert, first + 5, Int64(record.attempt))
        unsafe sqlite3_bind_int64(insert, first + 6, place.at.microseconds)
        if let worker = record.worker {
            unsafe sqlite3_bind_int64(insert, first + 7, worker)
        } else {
            unsafe sqlite3_bind_null(insert, first + 7)
        }
    }

    /// Inserts rows whose texts are parts of one; it is only borrowed, and stays where it is until they are written.
    private func step(_ insert: OpaquePointer, _ text: [UInt8], _ ranges: [Range<Int>?]) throws {
        try unsafe text.withUnsafeBytes { text in
            defer { unsafe sqlite3_clear_bindings(insert) }
            for (row, range) in ranges.enumerated() {
                let place = Int32(row + 1) * Self.columns
                guard let range else {
                    unsafe sqlite3_bind_null(insert, place)
                    continue
                }
                let bytes = unsafe text.baseAddress.map { unsafe $0 + range.lowerBound }
                let code = unsafe sqlite3_bind_text64(
                    insert, place, bytes?.assumingMemoryBound(to: CChar.self), sqlite3_uint64(range.count), nil,
                    UInt8(SQLITE_UTF8))
                // What is too large for SQLite must not become a row without its result.
                guard code == SQLITE_OK else { throw statements.failure(code) }
            }
            let code = unsafe sqlite3_step(insert)
            unsafe sqlite3_reset(insert)
            guard code == SQLITE_DONE else { throw statements.failure(code) }
        }
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
