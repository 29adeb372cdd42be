internal import Glibc

/// A lock on a file that the kernel frees the moment its holder dies, and not before.
///
/// Source: flock(2).
package final class ProcessLock {
    package let path: String
    /// Who has a copy of this descriptor holds the lock, too.
    package let descriptor: Int32

    /// Takes the lock; nil if a living process has it.
    package init?(path: String) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        close(descriptor)
    }

    /// Whether a living process holds the lock on a file.
    package static func isHeld(_ path: String) -> Bool {
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }
}
