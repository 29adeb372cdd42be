internal import Glibc

/// The log of a run: one append-only file, with the range of each attempt in the store's rows.
package final class RunLog {
    private let descriptor: Int32
    private var end: Int64
    private var isDirty = false

    /// Opens the log of a run for appending.
    package init?(folder: String, run: Int64) {
        unsafe mkdir("\(folder)/runs", 0o700)
        unsafe mkdir(Self.folder(folder, run), 0o700)
        descriptor = unsafe open("\(Self.folder(folder, run))/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        end = Int64(lseek(descriptor, 0, SEEK_END))
    }

    deinit {
        close(descriptor)
    }

    /// The folder of a run's files, named by number.
    package static func folder(_ folder: String, _ run: Int64) -> String {
        "\(folder)/runs/\(run)"
    }

    /// Appends bytes and returns where they lie.
    package func append(_ bytes: [UInt8]) throws(StoreError) -> (offset: Int64, length: Int64) {
        guard !bytes.isEmpty else { return (end, 0) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
        isDirty = true
        defer { end += Int64(bytes.count) }
        return (end, Int64(bytes.count))
    }

    /// Brings what was appended to the disk.
    package func sync() throws(StoreError) {
        guard isDirty else { return }
        guard fdatasync(descriptor) == 0 else { throw failure() }
        isDirty = false
    }

    private func failure() -> StoreError {
        StoreError(.unavailable, "the log cannot be written: \(unsafe String(cString: strerror(errno)))")
    }

    /// The bytes of a range.
    package static func read(folder: String, run: Int64, offset: Int64, length: Int64) -> [UInt8] {
        let file = unsafe open("\(Self.folder(folder, run))/log", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(file, $0.baseAddress, Int(length), off_t(offset))
        }
        return Array(bytes.prefix(max(0, count)))
    }
}
