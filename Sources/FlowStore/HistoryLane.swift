import FlowEngine
import FlowThreads
internal import Glibc

/// Events that follow each other in the history of a run.
struct HistoryBatch: Sendable {
    let run: RunKey
    /// The position of the event before the first.
    let position: Int64
    let entries: [LedgerEntry]
}

/// Writes rows of the history on a thread of its own, while the transaction that they belong to goes on.
///
/// Thousands of tasks that take no time are one transaction, and their rows take SQLite as long as the engine takes for
/// the tasks. Whoever holds the transaction does nothing with the connection before ``settle()`` has returned.
final class HistoryLane {
    private let batches = Handover<HistoryBatch>(room: 4)
    /// What became of each batch.
    private let receipts = Handover<Receipt>(room: .max)
    private let thread: pthread_t
    private var openCount = 0

    private typealias Receipt = Result<Void, any Error>

    /// For fewer events the hand-over costs more than it saves.
    static let smallest = 256

    /// Starts the thread; nil where there is none, or no second processor.
    ///
    /// - Parameter rows: The history; its statements have been prepared.
    init?(_ rows: HistoryRows) {
        // One thread has the connection at a time: ours from a batch to its receipt.
        nonisolated(unsafe) let rows = rows
        let (batches, receipts) = (batches, receipts)
        guard Parallel.processorCount > 1 else { return nil }
        let thread = Parallel.start {
            while let batch = batches.take() {
                receipts.put(Receipt { unsafe try rows.insert(batch) })
            }
        }
        guard let thread else { return nil }
        self.thread = thread
    }

    deinit {
        batches.close()
        pthread_join(thread, nil)
    }

    /// Whether anything may still be under way.
    var isBusy: Bool { openCount > 0 }

    /// Hands over events to be written.
    func append(_ batch: consuming HistoryBatch) {
        openCount += 1
        batches.put(batch)
    }

    /// Waits until all is written that was handed over.
    ///
    /// - Throws: Why a part of it was not; the transaction must be given up then.
    func settle() throws {
        var failure: (any Error)?
        while openCount > 0 {
            openCount -= 1
            guard case .failure(let error)? = receipts.take() else { continue }
            failure = failure ?? error
        }
        if let failure { throw failure }
    }
}
