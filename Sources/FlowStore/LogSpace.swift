internal import GRDB
internal import GRDBSQLite
internal import Glibc

/// Lays SQLite's write-ahead log out ahead of the commits that are to come, and has it written back when it is long.
///
/// A commit at the end of a file makes it longer, so that the file system writes its own journal for it, which takes as
/// long again. Where zeros have been written before, a commit of a page takes 100 µs and not 170. SQLite reads its log
/// up to the first frame that does not belong to it, so it ends at the zeros.
/// Source: https://www.sqlite.org/walformat.html
final class LogSpace {
    private let path: String
    /// The length of the log that is laid out, in bytes, as it was seen last; others may have made it longer.
    private var length = 0
    private var pageCount = 0

    private static let page = 4096
    /// A page and what SQLite writes before it.
    private static let frame = 24 + page
    /// The most that is laid out at once: the next commit writes it, too.
    private static let mostPages = 256
    /// A commit of so many pages gains nothing.
    private static let largeCommit = 32
    /// Commits write the log back into the file when it has so many pages.
    ///
    /// While another process writes much, the log is seldom short, and with a small number each commit of ours would write
    /// back what that process has written.
    private static let checkpointPages = 4000

    /// - Parameter path: The log, which need not exist yet.
    init(path: String) {
        self.path = path
    }

    /// Listens to the commits of a connection; this object must live as long as it does.
    ///
    /// It takes the place of what SQLite does by itself after a commit.
    func attach(to database: Database) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_wal_hook(
            database.sqliteConnection,
            { context, connection, _, pages in
                guard let context = unsafe context else { return SQLITE_OK }
                let space = unsafe Unmanaged<LogSpace>.fromOpaque(context).takeUnretainedValue()
                if pages >= LogSpace.checkpointPages {
                    // Where it cannot be done now, because somebody reads, a later commit does it.
                    unsafe sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                }
                space.grow(pages: Int(pages))
                return SQLITE_OK
            }, context)
    }

    /// Writes zeros behind a log of so many pages where the next commits would reach its end.
    ///
    /// What fails here only costs time. The zeros are appended: SQLite has given up its lock here, and who writes without
    /// ours (a migration, another program) may have made the log longer meanwhile.
    private func grow(pages: Int) {
        let last = pages - pageCount
        pageCount = pages
        guard last < Self.largeCommit, (pages + Self.largeCommit) * Self.frame > length else { return }
        let file = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard file >= 0 else { return }
        // SQLite has no locks on this file that closing it would give up.
        defer { close(file) }
        length = Int(lseek(file, 0, SEEK_END))
        let wanted = (pages + min(Self.mostPages, pages + Self.largeCommit)) * Self.frame
        guard (pages + Self.largeCommit) * Self.frame > length, wanted > length else { return }
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { zeros in
            unsafe zeros.initializeMemory(as: UInt8.self, repeating: 0)
            while length < wanted {
                let count = unsafe write(file, zeros.baseAddress, min(zeros.count, wanted - length))
                guard count > 0 else { return }
                length += count
            }
        }
    }
}
