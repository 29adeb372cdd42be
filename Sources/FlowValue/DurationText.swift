/// Durations as they are written: `250ms`, `10s`, `1h30m`.
package enum DurationText {
    private static let units: [(name: String, microseconds: Double)] = [
        ("ms", 1000), ("s", 1e6), ("m", 60e6), ("h", 3600e6), ("d", 86_400e6), ("w", 604_800e6),
    ]

    /// Reads `(number(ms|s|m|h|d|w))+` with falling units and no spaces.
    package static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        var total = 0.0
        var previous = units.count
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard let number = Double(digits), number.isFinite, digits.first != ".", digits.last != ".",
                let unit = units.firstIndex(where: { $0.name == letters }), unit < previous
            else { return nil }
            previous = unit
            total += number * units[unit].microseconds
        }
        guard total < 9e18 else { return nil }
        return .microseconds(Int64(total))
    }

    /// A duration of a number of seconds; nil if it is not finite or too long to be meant.
    package static func seconds(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, abs(seconds) < 9e12 else { return nil }
        return .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// The text that was probably meant: `5m` for `5 minutes`, `1h30m` for `1 hour 30 min`; nil where that is no guess.
    package static func meant(by text: String) -> String? {
        let words: [(unit: String, names: [String])] = [
            ("ms", ["ms", "msec", "msecs", "millisecond", "milliseconds"]),
            ("s", ["s", "sec", "secs", "second", "seconds"]), ("m", ["m", "min", "mins", "minute", "minutes"]),
            ("h", ["h", "hr", "hrs", "hour", "hours"]), ("d", ["d", "day", "days"]),
            ("w", ["w", "wk", "week", "weeks"]),
        ]
        var rest = Substring(text.lowercased())
        var meant = ""
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            guard !rest.isEmpty else { break }
            if rest.hasPrefix("and ") { rest = rest.dropFirst(4).drop { $0 == " " } }
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard !digits.isEmpty, let word = words.first(where: { $0.names.contains(String(letters)) }) else {
                return nil
            }
            meant += digits + word.unit
        }
        return meant != text && duration(meant) != nil ? meant : nil
    }

    /// A short text for people: `0.25s`, `12s`, `3m05s`, `1h02m`.
    package static func short(_ duration: Duration) -> String {
        let micros = duration.inMicroseconds
        if micros < 10_000_000 {
            let hundredths = (micros + 5000) / 10_000
            let fraction = String(hundredths % 100)
            return "\(hundredths / 100).\(fraction.utf8.count < 2 ? "0" : "")\(fraction)s"
        }
        let seconds = micros / 1_000_000
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
        return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
    }
}
