internal import FlowEngine
package import FlowValue
internal import GRDB
internal import Glibc

/// Removes runs that have ended long ago.
///
/// A run that has not ended is never touched. Each transaction is small, so that a run that is under way is not held up.
package struct Retention {
    private let store: RunStore
    /// Rows of history that one transaction removes: some milliseconds' worth.
    private static let rowsPerTransaction = 500
    /// After so many transactions what they have written is brought into the file, lest the others do it.
    private static let transactionsPerCheckpoint = 16
    /// How much longer than a transaction the others have the store to themselves, while there are others.
    private static let courtesy = 3

    package init(store: RunStore) {
        self.store = store
    }

    /// The runs that have ended before a time, oldest first.
    package func expiredRuns(endedBefore time: Timestamp, limit: Int = 1000) throws(StoreError) -> [RunRow] {
        try store.read { try $0.runs(endedBefore: time, limit: limit) }
    }

    /// Removes all runs that have ended before a time, with their files.
    ///
    /// - Parameters:
    ///   - time: Runs that ended before it are removed.
    ///   - budget: After so long it is left at that; nil for as long as it takes.
    /// - Returns: How many runs are gone, and whether no more are to go.
    /// - Throws: ``StoreError``; what was removed until then stays removed.
    package func prune(
        endedBefore time: Timestamp, within budget: Duration? = nil
    ) throws(StoreError) -> (count: Int, isDone: Bool) {
        let start = ContinuousClock.now
        var count = 0
        var transactions = 0
        var seen = try store.commitsOfOthers()
        while true {
            let runs = try expiredRuns(endedBefore: time)
            guard !runs.isEmpty else { break }
            var next = 0
            while next < runs.count {
                let batch = runs[next...]
                let begin = ContinuousClock.now
                let removed = try store.write { try $0.remove(Array(batch), rows: Self.rowsPerTransaction) }
                let now = try store.commitsOfOthers()
                if now != seen { Self.yield(ContinuousClock.now - begin) }
                seen = now
                transactions += 1
                if transactions % Self.transactionsPerCheckpoint == 0 { store.checkpoint() }
                for run in removed { StoreFiles.remove(run, in: store.folder) }
                next += removed.count
                count += removed.count
                if let budget, ContinuousClock.now - start >= budget { return (count, false) }
            }
        }
        try store.write { transaction in
            try transaction.fenceDead()
            try transaction.removeUnused(endedBefore: time)
        }
        sweep()
        return (count, true)
    }

    /// Lets the others write: who has just had the store would have it again before they are awake.
    private static func yield(_ time: Duration) {
        usleep(UInt32(clamping: min(time.inMicroseconds, 20_000) * Int64(courtesy)))
    }

    /// Removes what killed workers have left: the files of their locks, and what their attempts would have written into.
    private func sweep() {
        let locks = "\(store.folder)/workers"
        for name in StoreFiles.names(in: locks)
        where name.hasSuffix(".lock") && !ProcessLock.isHeld("\(locks)/\(name)") {
            let mark = String(name.dropLast(".lock".count))
            // A worker that is just starting has its lock before its row, and its folder after both.
            StoreFiles.removeFolder("\(store.folder)/scratch/\(mark)")
            unsafe unlink("\(locks)/\(name)")
        }
    }
}

extension StoreTransaction {
    package func runs(endedBefore time: Timestamp, limit: Int) throws -> [RunRow] {
        try runs(
            "WHERE finished_at < ? ORDER BY finished_at LIMIT ?", [.integer(time.microseconds), .integer(Int64(limit))])
    }

    /// Removes runs from the first on, until some number of rows is gone.
    ///
    /// - Returns: The runs that are gone whole; of a large one several calls remove parts.
    mutating func remove(_ runs: [RunRow], rows: Int) throws -> [RunKey] {
        var left = rows
        var removed: [RunKey] = []
        hasWritten = true
        for run in runs where left > 0 {
            for table in ["history", "log"] {
                let columns = table == "history" ? "run, sequence" : "run, node, attempt"
                try database.cachedStatement(
                    sql: """
                        DELETE FROM \(table) WHERE (\(columns)) IN
                            (SELECT \(columns) FROM \(table) WHERE run = ? LIMIT ?)
                        """
                ).execute(arguments: [run.key.rawValue, left])
                left -= try database.changesCount
                if left <= 0 { return removed }
            }
            try database.cachedStatement(sql: "DELETE FROM outline WHERE run = ?").execute(arguments: [run.key.rawValue]
            )
            try database.cachedStatement(sql: "DELETE FROM run WHERE key = ?").execute(arguments: [run.key.rawValue])
            left -= 1
            removed.append(run.key)
        }
        return removed
    }

    /// Removes definitions that no run has, and workers that ended long ago.
    mutating func removeUnused(endedBefore time: Timestamp) throws {
        try database.execute(
            sql: """
                DELETE FROM definition WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.definition = definition.key)
                """)
        try database.cachedStatement(
            sql:
                "DELETE FROM worker WHERE ended_at < ? AND key NOT IN (SELECT driver FROM run WHERE driver IS NOT NULL)"
        ).execute(arguments: [time.microseconds])
        hasWritten = true
    }
}
