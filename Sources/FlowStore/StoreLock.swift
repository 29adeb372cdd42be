internal import Glibc

/// The place at which the writers of a store queue.
///
/// SQLite's own waiting is a series of naps of growing length: under load a writer starves for seconds. Here they wait in
/// the kernel, and the lock is free the moment that its holder dies. Source: flock(2).
final class StoreLock {
    private let file: Int32

    /// The lock of what is only read.
    init() {
        file = -1
    }

    init(folder: String) {
        file = unsafe open("\(folder)/write.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    }

    deinit {
        if file >= 0 { close(file) }
    }

    /// Waits until no other writer is at work.
    ///
    /// - Parameter limit: In seconds, at least 1.
    /// - Throws: ``StoreError`` `busy` after the limit: a stopped process may hold the lock for as long as it likes.
    func acquire(upTo limit: UInt32) throws(StoreError) {
        guard file >= 0 else { throw StoreError(.unavailable, "the folder of the store cannot be written") }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
        let begin = ContinuousClock.now
        // The alarm only interrupts the call: its handler has nothing to do.
        var action = sigaction()
        var before = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        unsafe sigaction(SIGALRM, &action, &before)
        alarm(limit)
        var result = flock(file, LOCK_EX)
        while result != 0, errno == EINTR, ContinuousClock.now - begin < .seconds(Int64(limit)) {
            result = flock(file, LOCK_EX)
        }
        alarm(0)
        unsafe sigaction(SIGALRM, &before, nil)
        guard result == 0 else {
            throw StoreError(.busy, "another process has been writing for \(limit) s; it may be stopped: try again")
        }
    }

    /// Takes the lock if no other writer is at work.
    func acquireAtOnce() -> Bool { file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0 }

    func release() {
        flock(file, LOCK_UN)
    }
}
