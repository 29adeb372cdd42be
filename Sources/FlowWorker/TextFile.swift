internal import Glibc

/// Small files, read whole.
package enum TextFile {
    /// The bytes of a file; nil if it cannot be read.
    package static func contents(of path: String) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard var bytes = known(file) else { return nil }
        // A file that has become longer, or whose size nobody knows.
        while true {
            let count = unsafe withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
                let count = unsafe read(file, buffer.baseAddress, buffer.count)
                if count > 0 { unsafe bytes.append(contentsOf: buffer[..<count]) }
                return count
            }
            if count < 0 { return nil }
            if count == 0 { return bytes }
        }
    }

    /// As many bytes as the file is said to have, read into one place: a hundred megabytes are moved often while they grow.
    ///
    /// A file with a hole may be said to have more than there is memory for.
    private static func known(_ file: Int32) -> [UInt8]? {
        var status = stat()
        let isRegular = unsafe fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let size = isRegular ? min(Int(status.st_size), most) : 0
        var hasFailed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let added = unsafe read(file, buffer.baseAddress.map { unsafe $0 + count }, size - count)
                hasFailed = added < 0
                guard added > 0 else { return }
                count += added
            }
        }
        return hasFailed ? nil : bytes
    }

    /// What is taken on the word of the file's size, in bytes.
    private static let most = 1 << 30
}
