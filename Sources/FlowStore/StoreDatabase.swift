internal import GRDB
internal import Glibc

/// The database of a store, as it is opened for writing.
///
/// Whoever has it is the only one to use it: it is handed from the thread that opened it to the one that works with it.
struct StoreDatabase: @unchecked Sendable {
    let queue: DatabaseQueue
    let logSpace: LogSpace

    /// In seconds: how long one write waits for others before it gives up.
    static let patience: UInt32 = 30
    /// The log of SQLite is cut back when it has grown beyond this, in bytes.
    static let writeAheadLimit: Int64 = 32 << 20
    /// Room for the definition of a large workflow: pages that have none are written before the commit, and read again.
    private static let cacheInKibibytes = 8 << 10

    /// Opens a database, which is made where there is none, with its folder.
    ///
    /// - Parameter path: Its file.
    /// - Returns: The connection.
    /// - Throws: ``StoreError``.
    static func open(_ path: String) throws(StoreError) -> StoreDatabase {
        let folder = StoreFiles.folder(of: path)
        try prepare(folder)
        return try failing(path) {
            if unsafe access(path, F_OK) == 0, let database = try connectUnlessBusy(path) { return database }
            // Two that make a store at once, or change its mode, do not wait for each other in SQLite.
            let lock = StoreLock(folder: folder)
            try lock.acquire(upTo: patience)
            defer { lock.release() }
            return try connectInTurn(path)
        }
    }

    /// The same where nobody is in the way; nil where somebody is, or where there is no folder for it.
    static func openAtOnce(_ path: String) throws(StoreError) -> StoreDatabase? {
        let folder = StoreFiles.folder(of: path)
        guard unsafe access(folder, F_OK) == 0 else { return nil }
        try prepare(folder)
        return try failing(path) {
            if unsafe access(path, F_OK) == 0 { return try connectUnlessBusy(path) }
            let lock = StoreLock(folder: folder)
            guard lock.acquireAtOnce() else { return nil }
            defer { lock.release() }
            return try connectUnlessBusy(path, isNew: !hasContent(path))
        }
    }

    private static func failing<Result>(_ path: String, _ body: () throws -> Result) throws(StoreError) -> Result {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "cannot open the store \(path): \(error)")
        }
    }

    private static func connectUnlessBusy(_ path: String, isNew: Bool = false) throws -> StoreDatabase? {
        do {
            return try connect(path, isNew: isNew)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return nil
        }
    }

    /// Connects where it is this process's turn: who tries it without the lock can still be in the way for a moment.
    private static func connectInTurn(_ path: String) throws -> StoreDatabase {
        let begin = ContinuousClock.now
        while ContinuousClock.now - begin < .seconds(Int64(patience)) {
            if let database = try connectUnlessBusy(path, isNew: !hasContent(path)) { return database }
            // SQLite does not wait for another that changes the mode, and tells nobody when that is over.
            usleep(2_000)
        }
        return try connect(path)
    }

    /// Opens the database; its commits outlive the loss of power.
    ///
    /// - Parameters:
    ///   - path: Its file.
    ///   - isNew: Whether the database is made here, and nobody else is about it. Until a run has been recorded nothing can
    ///     be lost with the power, so that the disk is waited for once: without the first page of the file SQLite would
    ///     take the log for a leftover. The first commit that waits for the disk makes all durable that is in the log.
    /// - Returns: The connection.
    /// - Throws: What SQLite throws.
    private static func connect(_ path: String, isNew: Bool = false) throws -> StoreDatabase {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Double(Self.patience))
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            if isNew { try database.execute(sql: "PRAGMA journal_mode = MEMORY") }
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        let mask = umask(0o077)
        defer { umask(mask) }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        if isNew {
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
            try Migrations.migrate(queue)
        }
        // GRDB sets NORMAL after `prepareDatabase`, so this is asked for when it has opened.
        try set(.full, of: queue)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_size_limit = \(Self.writeAheadLimit)")
            try database.execute(sql: "PRAGMA cache_size = -\(Self.cacheInKibibytes)")
        }
        if !isNew { try Migrations.migrate(queue) }
        let logSpace = LogSpace(path: "\(path)-wal")
        queue.writeWithoutTransaction { logSpace.attach(to: $0) }
        return StoreDatabase(queue: queue, logSpace: logSpace)
    }

    /// Says what the commits of a connection outlive.
    static func set(_ durability: RunStore.Durability, of queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = \(durability.synchronous)")
            let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            precondition(synchronous == durability.synchronous, "SQLite did not accept synchronous")
        }
    }

    /// Closes the connection: who closes last writes the log back.
    ///
    /// The queue itself stays: to dispose of it starts two threads.
    func close() {
        try? queue.close()
        _ = unsafe Unmanaged.passRetained(queue)
    }

    private static func hasContent(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_size > 0
    }

    private static func prepare(_ folder: String) throws(StoreError) {
        try StoreFiles.makeFolder(folder)
        let file = unsafe Glibc.open("\(folder)/.gitignore", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        _ = unsafe Glibc.write(file, "*\n", 2)
        Glibc.close(file)
    }
}
