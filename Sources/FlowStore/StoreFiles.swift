package import FlowEngine
internal import Glibc

/// The files that lie beside the database: `runs/KEY/` holds a run's output and its large results.
///
/// A row that names a file is committed only when the file, its name and its folder are on disk.
package enum StoreFiles {
    /// The folder of a run's files, named by number.
    package static func folder(of run: RunKey, in store: String) -> String { "\(store)/runs/\(run.rawValue)" }

    /// The folder of a store's database file.
    static func folder(of database: String) -> String {
        database.lastIndex(of: "/").map { String(database[..<$0]) } ?? "."
    }

    /// Makes a folder and the one above it, and brings their names to the disk.
    ///
    /// - Parameter path: A folder whose parent's parent exists.
    /// - Throws: ``StoreError`` if it cannot be made.
    package static func makeFolder(_ path: String) throws(StoreError) {
        guard unsafe access(path, F_OK) != 0 else { return }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if unsafe access(parent, F_OK) != 0, unsafe mkdir(parent, 0o700) == 0 {
            try sync(parent.lastIndex(of: "/").map { String(parent[..<$0]) } ?? ".")
        }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make the folder", path) }
        try sync(parent)
    }

    /// Brings the names in a folder to the disk.
    package static func sync(_ folder: String) throws(StoreError) {
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open the folder", folder) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("sync the folder", folder) }
    }

    static func failure(_ verb: String, _ path: String) -> StoreError {
        StoreError(.unavailable, "cannot \(verb) \(path): \(unsafe String(cString: strerror(errno)))")
    }

    // MARK: Results

    /// Writes a result that is too large for a row.
    ///
    /// - Parameters:
    ///   - bytes: The result as JSON.
    ///   - name: The file's name, new for each attempt.
    ///   - run: The run.
    ///   - store: The store's folder.
    /// - Throws: ``StoreError``; nothing must be committed then.
    package static func writeResult(
        _ bytes: [UInt8], _ name: String, of run: RunKey, in store: String
    ) throws(StoreError) {
        let folder = folder(of: run, in: store)
        try makeFolder(folder)
        let path = "\(folder)/\(name)"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("write", path) }
        defer { close(file) }
        try write(bytes, to: file, path)
        guard fsync(file) == 0 else { throw failure("sync", path) }
        try sync(folder)
    }

    /// Where a result of a run lies.
    package static func resultPath(_ name: String, of run: RunKey, in store: String) -> String {
        "\(folder(of: run, in: store))/\(name)"
    }

    static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            written += count
        }
    }

    /// The bytes of a part of a file; empty if it is not there.
    static func read(_ path: String, offset: Int64 = 0, length: Int64? = nil) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        let wanted = Int(length ?? Int64(lseek(file, 0, SEEK_END)))
        return unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let got = unsafe pread(
                    file, buffer.baseAddress.map { unsafe $0 + count }, wanted - count, off_t(offset) + off_t(count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                count += got
            }
        }
    }

    /// Removes all files of a run.
    package static func remove(_ run: RunKey, in store: String) {
        removeFolder(folder(of: run, in: store))
    }

    /// Removes a folder that holds nothing but files.
    static func removeFolder(_ path: String) {
        for name in names(in: path) { unsafe unlink("\(path)/\(name)") }
        unsafe rmdir(path)
    }

    /// The names in a folder; none if it is not there.
    static func names(in folder: String) -> [String] {
        guard let entries = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(entries) }
        var names: [String] = []
        while let entry = unsafe readdir(entries) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
