/// Signals by the names that people write.
package enum SignalName {
    private static let names: [(name: String, number: Int32)] = [
        ("HUP", 1), ("INT", 2), ("QUIT", 3), ("ILL", 4), ("TRAP", 5), ("ABRT", 6), ("BUS", 7), ("FPE", 8), ("KILL", 9),
        ("USR1", 10), ("SEGV", 11), ("USR2", 12), ("PIPE", 13), ("ALRM", 14), ("TERM", 15), ("XCPU", 24), ("XFSZ", 25),
        ("SYS", 31),
    ]

    /// The number of `TERM` or `SIGTERM`.
    package static func number(_ name: String) -> Int32? {
        let short = name.uppercased().hasPrefix("SIG") ? String(name.uppercased().dropFirst(3)) : name.uppercased()
        return names.first { $0.name == short }?.number
    }

    /// `SIGKILL` for 9.
    package static func name(_ number: Int32) -> String {
        names.first { $0.number == number }.map { "SIG\($0.name)" } ?? "signal \(number)"
    }
}
