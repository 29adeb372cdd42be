import CMalloc
import Foundation
import Glibc

/// The harness's own resident memory, which the kernel counts towards a child's peak until the child's `exec`.
enum ResidentMemory {
    /// What is resident now, in bytes; 0 where `/proc` does not say.
    static func current() -> Int {
        // Not `FileManager.contents`: a file in /proc says it is empty.
        guard let statistics = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let fields = statistics.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Resets the peak to what is resident now, so that a large document read earlier counts no more.
    ///
    /// Writing 5 to `clear_refs` does that (proc(5)). Where the kernel refuses, the floor is merely higher.
    static func forgetPeak() {
        let descriptor = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        unsafe write(descriptor, "5", 1)
        close(descriptor)
    }

    /// Gives what was allocated and is free again back to the kernel, so that it is resident no more.
    static func giveBack() { malloc_trim(0) }
}
