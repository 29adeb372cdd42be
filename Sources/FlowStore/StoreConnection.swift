import GRDB

/// The one connection of a store, with what is kept for it from one transaction to the next.
final class StoreConnection {
    let database: Database
    let statements: RawStatements
    private var lane: HistoryLane?
    private var mayHaveLane = true

    init(_ database: Database) {
        self.database = database
        statements = RawStatements(database)
    }

    /// Appends to a run's history; much of it is written while the caller goes on, up to ``settle()``.
    func append(_ batch: consuming HistoryBatch) throws {
        let rows = HistoryRows(statements)
        if let lane, lane.isBusy || batch.entries.count >= HistoryLane.smallest { return lane.append(batch) }
        guard batch.entries.count >= HistoryLane.smallest, let lane = try makeLane(rows) else {
            return try rows.insert(batch)
        }
        lane.append(batch)
    }

    private func makeLane(_ rows: HistoryRows) throws -> HistoryLane? {
        guard mayHaveLane else { return nil }
        try rows.prepare()
        lane = HistoryLane(rows)
        mayHaveLane = false
        return lane
    }

    /// Waits until all that was appended is in the transaction.
    ///
    /// - Throws: Why it is not; the transaction must be given up then.
    func settle() throws {
        guard let lane, lane.isBusy else { return }
        try lane.settle()
    }
}
