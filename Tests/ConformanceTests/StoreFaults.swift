import Foundation

/// What befalls a store while a program writes to it: `Tests/StoreFaults/store_faults.c`, loaded into the program.
struct StoreFaults: Sendable {
    /// What is lost when the program is killed.
    enum Loss: Sendable {
        /// Nothing: the program alone is killed.
        case nothing
        /// All that was not synced.
        case unsynced
        /// A part of what was not synced, sectors of one write apart.
        case part(seed: UInt64)
    }

    /// The number, from 1, of the write before which the program is killed; nil lets it run to its end.
    var killAt: Int?
    var loss = Loss.nothing
    /// Whether syncs do nothing.
    var ignoresSync = false

    /// The words that stand before a command to let this befall it.
    ///
    /// - Parameter count: Where the number of writes is kept.
    /// - Returns: The words, `env` first.
    /// - Throws: `DoesNotCompile` where there is no library to load.
    func prefix(count: URL) async throws -> [String] {
        // `env` sets the variables for the command alone: loaded into a shell before it, the library would hide them.
        var words = ["/usr/bin/env", "LD_PRELOAD=\(try await Self.library.value)", "STORE_FAULTS_COUNT=\(count.path)"]
        if let killAt { words.append("STORE_FAULTS_KILL_AT=\(killAt)") }
        switch loss {
        case .nothing: break
        case .unsynced: words.append("STORE_FAULTS_POWER=all")
        case .part(let seed): words.append("STORE_FAULTS_POWER=\(seed)")
        }
        if ignoresSync { words.append("STORE_FAULTS_IGNORE_SYNC=1") }
        return words
    }

    struct DoesNotCompile: Error, CustomStringConvertible {
        let description: String
    }

    /// The path of the compiled library, made once; whoever needs it first awaits it, and so do all others.
    private static let library = Task {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "StoreFaults/store_faults.c")
        // Beside the test bundle, under a name of its own until it is whole: another test process may load it already.
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let made = folder.appending(path: "store_faults-\(UUID().uuidString).so")
        let library = folder.appending(path: "store_faults.so")
        let command = ["clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", made.path, source.path, "-ldl"]
        let scratch = try ScratchProject()
        defer { scratch.remove() }
        let end = try await ChildProcess.end(of: ["/usr/bin/env"] + command, scratch.folder, "clang")
        guard end.code == 0 else { throw DoesNotCompile(description: try scratch.text("clang.err")) }
        guard rename(made.path, library.path) == 0 else {
            throw DoesNotCompile(description: "\(library.path): \(String(cString: strerror(errno)))")
        }
        return library.path
    }
}
