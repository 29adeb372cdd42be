import Foundation
import Glibc

/// The processes of one case, wherever they went: those whose environment carries its mark.
struct MarkedProcesses: Sendable {
    static let name = "CONFORMANCE_CASE"

    let token: String

    /// Their ids, from `/proc`; zombies are not counted.
    func ids() -> [pid_t] {
        let mark = "\(Self.name)=\(token)"
        // A process that ends between the listing and the look is none of ours any more: it has no files to read.
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter { id in
            guard id != getpid(), let environment = Self.contents(of: "/proc/\(id)/environ") else { return false }
            guard environment.split(separator: 0).contains(where: { $0.elementsEqual(mark.utf8) }) else { return false }
            return Self.isAlive(id)
        }
    }

    /// Kills them all, and those that they start meanwhile.
    func kill() async {
        await waitUntilGone(upTo: .milliseconds(500)) { _ = Glibc.kill($0, SIGKILL) }
    }

    /// Those that are still there when the time is up.
    ///
    /// They are nobody's children that we could wait for, so this looks again and again; it returns at once when there
    /// are none.
    @discardableResult
    func waitUntilGone(upTo limit: Duration, each: (pid_t) -> Void = { _ in }) async -> [pid_t] {
        let end = ContinuousClock.now + limit
        while true {
            let left = ids()
            left.forEach(each)
            if left.isEmpty || ContinuousClock.now >= end { return left }
            // Woken early by the cancellation of the test, this goes on until the time is up all the same.
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func isAlive(_ id: pid_t) -> Bool {
        guard let stat = contents(of: "/proc/\(id)/stat"), let name = stat.lastIndex(of: UInt8(ascii: ")")) else {
            return false
        }
        return stat[name...].dropFirst().first { $0 != UInt8(ascii: " ") } != UInt8(ascii: "Z")
    }

    /// A file of `/proc`, whose size is not known before it has been read.
    private static func contents(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count >= 0 else { return nil }
            if count == 0 { return contents }
            contents += buffer[..<count]
        }
    }
}
