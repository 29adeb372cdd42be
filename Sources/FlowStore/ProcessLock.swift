internal import Glibc

/// A lock on a file that the kernel frees the moment its holder dies, and not before.
///
/// Source: flock(2).
package final class ProcessLock {
    package let path: String
    /// Who has a copy of this descriptor holds the lock, too.
    package let descriptor: Int32

    /// Makes a file with a new name and takes its lock; nil if the file cannot be made.
    ///
    /// The file has its name only when it is locked: somebody who clears away what the dead have left must never see it
    /// free, or the holder of a lock on a file without a name would be taken for dead.
    package init?(path: String) {
        self.path = path
        let draft = "\(path).new"
        descriptor = unsafe open(draft, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, unsafe rename(draft, path) == 0 else {
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
        // Only a file that is gone has no holder; what cannot be looked at, for want of descriptors say, may have one.
        guard descriptor >= 0 else { return errno != ENOENT }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }
}
