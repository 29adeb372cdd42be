internal import FlowEngine
internal import GRDB
internal import Glibc

/// The embedded store: one SQLite file that any number of processes on one machine share.
///
/// A run is its definition and its history. The history is the list of the machine's events, in the order in which they
/// were applied; replaying it gives the run's state, so that no state is stored twice and none can disagree.
///
/// Who writes queues on a lock, adds to the history in one transaction, and rings a bell for the others.
package final class RunStore {
    /// How much a commit outlives.
    package enum Durability: String, CaseIterable, Sendable {
        /// The loss of power: a commit returns when the disk has it.
        case full
        /// The end of every process; the last commits may be lost with the power.
        case normal

        /// The number that `PRAGMA synchronous` gives back.
        var synchronous: Int { self == .full ? 2 : 1 }
    }

    let queue: DatabaseQueue
    /// Nil for what is only read.
    private let logSpace: LogSpace?
    private var known: StoreConnection?
    private let path: String
    /// The folder of the store: `.flowrun`.
    package let folder: String
    package let durability: Durability
    package let bell: Bell
    private let lock: StoreLock
    /// `PRAGMA data_version` when the followed runs were brought up to date last; it changes when others commit.
    private var seenVersion: Int64? {
        didSet { if seenVersion != oldValue { changes += 1 } }
    }
    /// How often this process has seen that others had committed.
    package private(set) var changes = 0

    /// Opens a store, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - path: The database file; its folder is made with `.gitignore`.
    ///   - mayCreate: Whether a store is made where there is none.
    ///   - durability: What the commits of this process outlive.
    ///   - listens: Whether the bell is to tell when others have committed.
    ///   - opening: What has begun to open this store; nil where nothing has.
    /// - Throws: ``StoreError``.
    package init(
        path: String, mayCreate: Bool = true, durability: Durability = .full, listens: Bool = false,
        opening: StoreOpening? = nil
    ) throws(StoreError) {
        folder = StoreFiles.folder(of: path)
        self.path = path
        self.durability = durability
        if !mayCreate, unsafe access(path, F_OK) != 0 {
            throw StoreError(.unknownRun, "there is no store at \(path)")
        }
        let database: StoreDatabase
        if let opened = try opening?.take(path) { database = opened } else { database = try StoreDatabase.open(path) }
        (queue, logSpace) = (database.queue, database.logSpace)
        lock = StoreLock(folder: folder)
        bell = Bell(in: folder, listens: listens)
        if durability != .full { try perform { try StoreDatabase.set(durability, of: queue) } }
    }

    /// Opens a store to read it; nothing is opened for writing, and nothing is made.
    ///
    /// - Parameter path: The database file.
    /// - Throws: ``StoreError`` if there is none, or if it cannot be read without writing.
    package init(reading path: String) throws(StoreError) {
        folder = StoreFiles.folder(of: path)
        self.path = path
        durability = .full
        logSpace = nil
        guard unsafe access(path, R_OK) == 0 else { throw StoreError(.unknownRun, "there is no store at \(path)") }
        lock = StoreLock()
        bell = Bell()
        // Who has the store open has a log beside it; where there is none, the file alone is the whole.
        let isInUse = unsafe access("\(path)-wal", F_OK) == 0
        let escaped = path.utf8.map { byte in
            let isPlain = (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- 48 < 10 || "/._-".utf8.contains(byte)
            let digits = Array("0123456789ABCDEF")
            return isPlain
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        let url = "file:\(escaped.joined())?mode=ro\(isInUse ? "&readonly_shm=1" : "&immutable=1")"
        var configuration = Configuration()
        configuration.readonly = true
        do {
            queue = try DatabaseQueue(path: url, configuration: configuration)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            guard version == Migrations.current else {
                throw StoreError(.unavailable, "the store \(path) is of another version")
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "cannot read the store \(path): \(error)")
        }
    }

    deinit {
        known = nil
        // What closes last writes the log back. The queue itself stays: to dispose of it starts two threads.
        try? queue.close()
        _ = unsafe Unmanaged.passRetained(queue)
    }

    func perform<Result>(_ body: () throws -> Result) throws(StoreError) -> Result {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch is WorkerMachine.Fenced {
            throw StoreError(.fenced, "this worker was declared dead while it stood still")
        } catch {
            throw StoreError(.unavailable, "the store failed: \(error)")
        }
    }

    // MARK: Transactions

    /// What the writes of this process have taken.
    package struct WriteStatistics: Sendable {
        package fileprivate(set) var commits = 0
        /// From the wish to write to the return of the commit, the wait for others included.
        package fileprivate(set) var longest = Duration.zero
    }

    package private(set) var statistics = WriteStatistics()

    /// Takes a transaction for writing; what the body has written is on disk when this returns, and others are woken.
    ///
    /// - Parameters:
    ///   - isDurable: Whether it is on disk when this returns. If not, it is on disk with the next commit that is, and
    ///     outlives the end of every process: enough for what nothing has been done for yet.
    ///   - following: Whether the body brings all followed runs up to date: then their events need not be read again
    ///     until somebody else commits.
    ///   - gather: Called when it is this process's turn: what has happened while it waited can be recorded, too.
    ///   - body: Reads and writes. If it throws, nothing is recorded.
    /// - Returns: What the body gives.
    /// - Throws: ``StoreError``; `busy` if others do not let it in, `fenced` if the worker was declared dead.
    package func write<Result>(
        isDurable: Bool = true, following: Bool = false, gather: () -> Void = {},
        _ body: (inout StoreTransaction) throws -> Result
    ) throws(StoreError) -> Result {
        let begin = ContinuousClock.now
        try lock.acquire(upTo: StoreDatabase.patience)
        defer { lock.release() }
        gather()
        let (result, hasWritten) = try perform {
            var result: Result?
            var hasWritten = false
            try queue.writeWithoutTransaction { database in
                let connection = connection(database)
                var (version, rings) = (Int64(0), bell.rings)
                try connection.statements.write(isDurable ? nil : durability) {
                    rings = bell.rings
                    version = try connection.statements.dataVersion()
                    var transaction = StoreTransaction(
                        connection, folder: folder, isUnchanged: following && version == seenVersion)
                    // Nothing is on its way when this ends, well or not.
                    defer { try? connection.settle() }
                    result = try body(&transaction)
                    try connection.settle()
                    hasWritten = transaction.hasWritten
                    return hasWritten
                }
                if following {
                    seenVersion = version
                    bell.heard(rings)
                }
                if hasWritten { try self.boundWriteAheadLog(database) }
            }
            guard let result else { preconditionFailure("a transaction has a result or throws") }
            return (result, hasWritten)
        }
        if hasWritten {
            statistics.commits += 1
            statistics.longest = max(statistics.longest, ContinuousClock.now - begin)
            bell.ring()
        }
        return result
    }

    /// Brings the followed runs up to date, in a transaction for reading that ends with the body.
    ///
    /// - Parameters:
    ///   - looks: Whether the store is looked into though the bell has not been rung: who dies between its commit and the
    ///     bell does not ring.
    ///   - body: Brings them up to date.
    /// - Returns: What the body gives; nil if nobody else has committed.
    /// - Throws: ``StoreError``.
    package func catchUp<Result>(
        looks: Bool, _ body: (inout StoreTransaction) throws -> Result
    ) throws(StoreError) -> Result? {
        guard looks || bell.wasRungByOthers else { return nil }
        return try perform {
            try queue.unsafeRead { database in
                let connection = connection(database)
                // Both are read first: what is committed after that is read again, and harmlessly.
                let rings = bell.rings
                let version = try connection.statements.dataVersion()
                defer { bell.heard(rings) }
                guard version != seenVersion else { return nil }
                var transaction = StoreTransaction(connection, folder: folder, isUnchanged: false)
                let result = try connection.statements.read { try body(&transaction) }
                seenVersion = version
                return result
            }
        }
    }

    /// Whether others have committed since ``changes`` had a value.
    package func hasChanged(since seen: Int) throws(StoreError) -> Bool {
        try perform {
            try queue.unsafeRead { seenVersion = try connection($0).statements.dataVersion() }
            return changes != seen
        }
    }

    /// Writes the log back as far as nobody reads it; nobody waits for it.
    ///
    /// Where it cannot be done now, because another process is about it, it is done another time.
    func checkpoint() {
        queue.writeWithoutTransaction { _ = try? $0.checkpoint(.passive) }
    }

    /// A number that is another one when others have committed meanwhile; who follows runs does not take notice of it.
    func commitsOfOthers() throws(StoreError) -> Int64 {
        try perform { try queue.unsafeRead { try connection($0).statements.dataVersion() } }
    }

    /// What is kept for the connection.
    func connection(_ database: Database) -> StoreConnection {
        if let known { return known }
        let made = StoreConnection(database)
        known = made
        return made
    }

    /// Cuts SQLite's log back when it has grown too long.
    ///
    /// SQLite writes it from the start again when nobody reads the old part; with many readers that moment may never come
    /// by itself. We hold the lock of the writers here, and no reader stays longer than a query.
    private func boundWriteAheadLog(_ database: Database) throws {
        guard statistics.commits % 256 == 255 else { return }
        var status = stat()
        guard unsafe stat("\(path)-wal", &status) == 0, Int64(status.st_size) > StoreDatabase.writeAheadLimit
        else { return }
        _ = try? database.checkpoint(.restart)
    }
}
