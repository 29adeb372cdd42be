internal import CFlowProcess
internal import Glibc

/// The environment that tasks inherit, and the processes that carry a mark in theirs.
package enum ProcessEnvironment {
    /// This process's variables, without flowrun's own settings.
    package static let inherited: [(name: String, value: String)] = {
        var variables: [(name: String, value: String)] = []
        var cursor = unsafe flow_environment()
        while let entry = unsafe cursor?.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "="), !text.hasPrefix("FLOWRUN_") {
                variables.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            unsafe cursor = cursor.map { unsafe $0 + 1 }
        }
        return variables
    }()

    static var path: String {
        inherited.first { $0.name == "PATH" }?.value ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// Kills every process whose environment holds a mark, until none is left.
    ///
    /// It finds what has left its process group and its session. Source: proc(5), `/proc/PID/environ`.
    package static func killCarriers(of mark: String) {
        let needle = Array(mark.utf8) + [0]
        for _ in 0..<50 {
            var found = false
            for pid in processes() where environment(of: pid).hasEntry(needle) {
                found = true
                kill(pid, SIGKILL)
            }
            if !found { return }
        }
    }

    private static func processes() -> [pid_t] {
        guard let folder = unsafe opendir("/proc") else { return [] }
        defer { unsafe closedir(folder) }
        var pids: [pid_t] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if let pid = pid_t(name), pid != getpid() { pids.append(pid) }
        }
        return pids
    }

    private static func environment(of pid: pid_t) -> [UInt8] {
        let file = unsafe open("/proc/\(pid)/environ", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        while true {
            let count = unsafe withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
                let count = unsafe read(file, buffer.baseAddress, buffer.count)
                if count > 0 { unsafe bytes.append(contentsOf: buffer[..<count]) }
                return count
            }
            if count <= 0 { return bytes }
        }
    }
}

extension [UInt8] {
    /// Whether a list of NUL-terminated entries holds one.
    fileprivate func hasEntry(_ entry: [UInt8]) -> Bool {
        var start = 0
        while start < count {
            let end = self[start...].firstIndex(of: 0) ?? count - 1
            if end - start + 1 == entry.count, self[start...end].elementsEqual(entry) { return true }
            start = end + 1
        }
        return false
    }
}
