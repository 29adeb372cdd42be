import Glibc

/// Finds the workflow files of a project, or of a folder.
enum WorkflowFinder {
    private static let skipped: Set<String> = ["node_modules", "Packages", "venv", "__pycache__", "vendor"]

    /// What `check` without a path looks at: `pipeline.yaml|yml`, all under `workflows/`, any YAML file with a `flowrun:`
    /// at the top, and the project's `flowrun.yaml`.
    ///
    /// - Returns: Paths relative to the current folder, sorted.
    static func files(ofProject root: String) -> [String] {
        var found: [String] = []
        walk(root, root == FileReader.currentFolder ? "" : root) { path, name in
            let relative = path.hasPrefix(root + "/") ? String(path.dropFirst(root.utf8.count + 1)) : path
            let isPipeline = relative == "pipeline.yaml" || relative == "pipeline.yml"
            if isPipeline || relative == "flowrun.yaml" || relative.hasPrefix("workflows/") || isMarked(path) {
                found.append(path)
            }
        }
        return found.sorted()
    }

    /// The YAML files below a folder, sorted.
    static func files(below folder: String) -> [String] {
        var found: [String] = []
        walk(folder, folder) { path, _ in found.append(path) }
        return found.sorted()
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func walk(_ folder: String, _ shown: String, _ body: (_ path: String, _ name: String) -> Void) {
        guard let handle = unsafe opendir(folder) else { return }
        defer { unsafe closedir(handle) }
        var folders: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard !name.hasPrefix("."), !skipped.contains(name) else { continue }
            let path = shown.isEmpty ? name : "\(shown)/\(name)"
            var status = stat()
            // Links are not followed: a circle of folders would never end.
            guard unsafe lstat("\(folder)/\(name)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                folders.append(name)
            } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                body(path, name)
            }
        }
        for name in folders.sorted() { walk("\(folder)/\(name)", shown.isEmpty ? name : "\(shown)/\(name)", body) }
    }

    /// Whether a line at the top of the file begins with `flowrun:`.
    private static func isMarked(_ path: String) -> Bool {
        guard let bytes = FileReader.contents(of: path) else { return false }
        return bytes.prefix(1 << 16).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).contains {
            $0.starts(with: "flowrun:".utf8)
        }
    }
}
