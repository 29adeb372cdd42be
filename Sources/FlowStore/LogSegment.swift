package import FlowEngine
internal import Glibc

/// What the attempts of one run have written, as far as one worker ran them: one append-only file.
package final class LogSegment {
    private let worker: WorkerKey
    private let path: String
    private let descriptor: Int32
    private var end: Int64
    private var isDirty = false

    /// Opens the segment that a worker writes for a run.
    ///
    /// - Throws: ``StoreError`` if it cannot be written.
    package init(of run: RunKey, worker: WorkerKey, in store: String) throws(StoreError) {
        let folder = StoreFiles.folder(of: run, in: store)
        try StoreFiles.makeFolder(folder)
        self.worker = worker
        path = Self.path(run, worker, store)
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFiles.failure("write", path) }
        end = Int64(lseek(descriptor, 0, SEEK_END))
        try StoreFiles.sync(folder)
    }

    deinit {
        close(descriptor)
    }

    /// Worker 0 stands for the drivers of a store of version 1, which had one file a run.
    private static func path(_ run: RunKey, _ worker: WorkerKey, _ store: String) -> String {
        let name = worker.rawValue == 0 ? "log" : "\(worker.rawValue).log"
        return "\(StoreFiles.folder(of: run, in: store))/\(name)"
    }

    /// Appends bytes and returns where they lie.
    ///
    /// - Throws: ``StoreError`` if they cannot be written.
    package func append(_ bytes: [UInt8]) throws(StoreError) -> OutputRange {
        try StoreFiles.write(bytes, to: descriptor, path)
        isDirty = true
        defer { end += Int64(bytes.count) }
        return OutputRange(worker: worker, offset: end, length: Int64(bytes.count))
    }

    /// Brings what was appended to the disk: before the row that says where it lies.
    package func sync() throws(StoreError) {
        guard isDirty else { return }
        guard fdatasync(descriptor) == 0 else { throw StoreFiles.failure("sync", path) }
        isDirty = false
    }

    /// The bytes of a range.
    package static func read(_ range: OutputRange, of run: RunKey, in store: String) -> [UInt8] {
        StoreFiles.read(path(run, range.worker, store), offset: range.offset, length: range.length)
    }
}
