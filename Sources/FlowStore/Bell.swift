internal import Glibc

/// Wakes the other processes of a store when something has been committed.
///
/// Ringing writes one byte into a file that the others watch. It is rung after the commit: who watched the database's own
/// files would be woken before the commit can be seen. Source: inotify(7).
package final class Bell {
    private let file: Int32
    private let watch: Int32

    /// Opens the bell of a store's folder.
    ///
    /// - Parameters:
    ///   - folder: The store's folder.
    ///   - listens: Whether ``descriptor`` is to tell when others ring.
    package init(folder: String, listens: Bool) {
        let path = "\(folder)/bell"
        file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard listens else {
            watch = -1
            return
        }
        watch = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        if watch >= 0 { _ = unsafe inotify_add_watch(watch, path, UInt32(IN_MODIFY)) }
    }

    /// A bell that nobody hears, and for which nothing is opened.
    init() {
        file = -1
        watch = -1
    }

    deinit {
        if file >= 0 { close(file) }
        if watch >= 0 { close(watch) }
    }

    /// Readable when the bell has been rung since the last ``silence()``; -1 if this process does not listen.
    package var descriptor: Int32 { watch }

    /// Wakes all who listen; a bell that cannot be rung is no error, because everybody looks once a second, too.
    package func ring() {
        guard file >= 0 else { return }
        var byte: UInt8 = 1
        _ = unsafe pwrite(file, &byte, 1, 0)
    }

    /// Forgets what has been rung.
    package func silence() {
        unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while unsafe read(watch, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
