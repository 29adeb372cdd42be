package import FlowDiagnostics

/// The files of one check: what was read, each once, and how paths in them are meant.
///
/// A class, because all decoders of a check share it; it belongs to one thread.
package final class FileTable {
    /// Reads a file by the name that it is shown with; nil if there is none.
    package typealias Loader = @Sendable (_ name: String) -> [UInt8]?

    package private(set) var files: [SourceFile]
    private var known: [String: FileID]
    /// Absolute folder of the project; paths of `include` and the like stay in it.
    private let root: String
    /// Absolute folder that names of files are relative to.
    private let workingFolder: String
    private let load: Loader

    /// - Parameters:
    ///   - main: The file that is checked.
    ///   - workingFolder: The absolute folder that its name is relative to.
    ///   - root: The absolute folder of the project.
    ///   - load: Reads another file.
    package init(main: SourceFile, workingFolder: String, root: String, load: @escaping Loader) {
        files = [main]
        known = [main.name: FileID(0)]
        self.workingFolder = Self.normal(workingFolder)
        self.root = Self.normal(root)
        self.load = load
    }

    package subscript(file: FileID) -> SourceFile { files[Int(file.index)] }

    /// The name that a path in a file is shown and read with.
    func name(of path: String, in file: FileID) -> String {
        guard !path.hasPrefix("/"), let slash = self[file].name.lastIndex(of: "/") else { return Self.normal(path) }
        return Self.normal(self[file].name[...slash] + path)
    }

    /// The folder of a file, relative to that of the main one; empty for the same.
    package func folder(of file: FileID) -> String {
        let (from, to) = (Self.parent(absolute(self[FileID(0)].name)), Self.parent(absolute(self[file].name)))
        let (own, other) = (from.split(separator: "/"), to.split(separator: "/"))
        let shared = zip(own, other).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: own.count - shared) + other.dropFirst(shared).map(String.init))
            .joined(separator: "/")
    }

    /// The absolute path of a name.
    package func absolute(_ name: String) -> String {
        Self.normal(name.hasPrefix("/") ? name : "\(workingFolder)/\(name)")
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// A file's name without its folder and its ending.
    func stem(of file: FileID) -> String {
        let name = self[file].name.split(separator: "/").last ?? ""
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? String(name)
    }

    /// Whether a path in a file leads out of the project.
    func leavesProject(_ path: String, in file: FileID) -> Bool {
        let name = name(of: path, in: file)
        let absolute = name.hasPrefix("/") ? name : Self.normal("\(workingFolder)/\(name)")
        return root != "/" && absolute != root && !absolute.hasPrefix(root + "/")
    }

    /// Reads a file; one that was read before is not read again.
    func read(_ name: String) -> FileID? {
        if let known = known[name] { return known }
        guard files.count < Int(UInt16.max), let bytes = load(name) else { return nil }
        let file = FileID(files.count)
        known[name] = file
        files.append(SourceFile(name: name, bytes: bytes))
        return file
    }

    /// Forgets all files but the main one.
    func forget() {
        files.removeSubrange(1...)
        known = [files[0].name: FileID(0)]
    }

    /// A path without `.` and without a name that `..` takes back.
    package static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !path.hasPrefix("/") {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
