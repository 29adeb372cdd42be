import Foundation

/// A temporary folder of the whole run, in which every measured `apply` gets a fresh project.
///
/// It lies under `TMPDIR` (default `/tmp`), which must be a real disk for a durable figure to mean anything.
final class Scratch {
    let path: String
    private var projects = 0

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("flowrun-bench-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    /// Makes a new, empty project folder: its `.flowrun` marks it as the project root.
    func makeProject() throws -> String {
        projects += 1
        let project = "\(path)/project-\(projects)"
        try FileManager.default.createDirectory(atPath: project + "/.flowrun", withIntermediateDirectories: true)
        return project
    }

    /// Deletes everything.
    ///
    /// Called once, at the end, so that no measured run shares the disk with a deletion.
    func remove() throws {
        try FileManager.default.removeItem(atPath: path)
    }

    /// The type of the file system that holds the folder, such as `ext4`; nil where `/proc` does not say.
    ///
    /// On `tmpfs` `fdatasync` costs nothing, and durable figures flatter.
    var fileSystem: String? {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8) else { return nil }
        // Each line is: device, mount point, type, options, two numbers. The longest mount point above us holds us.
        var holder: (mountPoint: String, type: String)?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 2, path.hasPrefix(fields[1] == "/" ? "/" : fields[1] + "/") else { continue }
            guard fields[1].count >= holder?.mountPoint.count ?? 0 else { continue }
            holder = (fields[1], fields[2])
        }
        return holder?.type
    }
}
