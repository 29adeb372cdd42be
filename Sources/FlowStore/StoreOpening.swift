import FlowThreads

/// A store that is being opened on a thread of its own, while its run is not known yet.
///
/// It is opened where its folder is: a file that is refused leaves no folder behind.
package final class StoreOpening {
    private let path: String
    private let outcome = Handover<Result<StoreDatabase?, StoreError>>(room: 1)
    private let thread: WorkThread
    private var isTaken = false

    /// Starts to open a store; nil where there is no thread for it.
    ///
    /// - Parameter path: The database file.
    package init?(path: String) {
        let outcome = outcome
        let thread = WorkThread {
            outcome.put(Result { () throws(StoreError) in try StoreDatabase.openAtOnce(path) })
        }
        guard let thread else { return nil }
        self.path = path
        self.thread = thread
    }

    deinit {
        if !isTaken, case .success(let database?) = outcome.take() { database.close() }
        thread.join()
    }

    /// The database, when it has been opened; nil where somebody was in the way, or if it is another store's.
    func take(_ path: String) throws(StoreError) -> StoreDatabase? {
        guard path == self.path, !isTaken else { return nil }
        isTaken = true
        return try outcome.take()?.get() ?? nil
    }
}
