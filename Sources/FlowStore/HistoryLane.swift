import FlowEngine
import FlowThreads

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
    private enum Work: Sendable {
        case rows(HistoryBatch)
        /// A transaction that has failed was given up: what follows belongs to another.
        case forget
    }

    private let works = Handover<Work>(room: 4)
    /// What became of each batch.
    private let receipts = Handover<Receipt>(room: .max)
    private let thread: WorkThread
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
        let (works, receipts) = (works, receipts)
        guard Parallel.processorCount > 1 else { return nil }
        let thread = WorkThread {
            var outcome = Receipt.success(())
            while let work = works.take() {
                switch (work, outcome) {
                case (.forget, _):
                    outcome = .success(())
                    continue
                case (.rows(let batch), .success): outcome = Receipt { unsafe try rows.insert(batch) }
                // SQLite may have rolled back by itself, as where the disk is full: each row would be committed alone.
                case (.rows, .failure): break
                }
                receipts.put(outcome)
            }
        }
        guard let thread else { return nil }
        self.thread = thread
    }

    deinit {
        works.close()
        thread.join()
    }

    /// Whether anything may still be under way.
    var isBusy: Bool { openCount > 0 }

    /// Hands over events to be written.
    func append(_ batch: consuming HistoryBatch) {
        openCount += 1
        works.put(.rows(batch))
    }

    /// Waits until all is written that was handed over.
    ///
    /// - Throws: Why a part of it was not; the transaction must be given up then.
    func settle() throws {
        var outcome = Receipt.success(())
        while openCount > 0, let receipt = receipts.take() {
            openCount -= 1
            outcome = receipt
        }
        guard case .failure(let error) = outcome else { return }
        works.put(.forget)
        throw error
    }
}
