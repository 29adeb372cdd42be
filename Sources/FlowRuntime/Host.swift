import FlowWorker
import Glibc

/// Facts about this machine.
package enum Host {
    /// The host's name.
    package static let name: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe gethostname(&buffer, buffer.count - 1)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Whether a process is stopped, as by SIGSTOP.
    ///
    /// Source: proc(5), `/proc/PID/stat`: the state follows the name, which may hold anything, in parentheses.
    package static func isStopped(_ pid: Int32) -> Bool {
        guard let bytes = TextFile.contents(of: "/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return false }
        return bytes[(end + 1)...].prefix(2).contains(UInt8(ascii: "T"))
    }

    /// A random UUID.
    ///
    /// Source: RFC 9562, version 4.
    package static func uuid() -> String {
        var high = UInt64.random(in: .min ... .max)
        var low = UInt64.random(in: .min ... .max)
        high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        let text = Array(hex(high) + hex(low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(text[$0]) }.joined(separator: "-")
    }
}
