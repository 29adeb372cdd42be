import FlowCheck
import FlowDiagnostics

/// The text of a workflow as a run keeps it: its file, and those that it includes and calls.
///
/// A file that stands alone is kept as it is. Several are kept one after the other, each behind a line with the lengths of
/// its path and itself, in bytes: a path may hold anything. The whole begins with a byte that no YAML file has.
///
/// ```
/// \0flowrun files
/// 24 120
/// /srv/flows/pipeline.yaml‹120 bytes›25 33
/// /srv/flows/lib/tasks.yaml‹33 bytes›
/// ```
struct Definition {
    private static let mark = Array("\0flowrun files\n".utf8)

    /// The main file first; of a file that stands alone the path is not known.
    private let files: [(path: String, bytes: [UInt8])]

    init(_ table: FileTable) {
        files = table.files.map { (table.absolute($0.name), $0.bytes) }
    }

    /// Reads what ``bytes`` gave.
    init(bytes: [UInt8]) {
        guard bytes.starts(with: Self.mark) else {
            files = [("", bytes)]
            return
        }
        var files: [(path: String, bytes: [UInt8])] = []
        var rest = bytes.dropFirst(Self.mark.count)
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let lengths = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
            guard lengths.count == 2, lengths.allSatisfy({ $0 >= 0 }) else { break }
            rest = rest[(end + 1)...]
            let path = String(decoding: rest.prefix(lengths[0]), as: UTF8.self)
            rest = rest.dropFirst(lengths[0])
            files.append((path, Array(rest.prefix(lengths[1]))))
            rest = rest.dropFirst(lengths[1])
        }
        self.files = files
    }

    var bytes: [UInt8] {
        guard files.count > 1 else { return files.first?.bytes ?? [] }
        var bytes = Self.mark
        for file in files {
            bytes += Array("\(file.path.utf8.count) \(file.bytes.count)\n\(file.path)".utf8)
            bytes += file.bytes
        }
        return bytes
    }

    /// The main file's bytes.
    var main: [UInt8] { files.first?.bytes ?? [] }

    /// The files, to be checked again as they were.
    func table(in folder: String) -> FileTable {
        let path = files.first?.path ?? ""
        let main = SourceFile(name: path.isEmpty ? "pipeline.yaml" : path, bytes: main)
        let others = Dictionary(files.dropFirst().map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        return FileTable(
            main: main, workingFolder: folder, root: "/",
            load: { name in others[FileTable.normal(name.hasPrefix("/") ? name : "\(folder)/\(name)")] })
    }
}
