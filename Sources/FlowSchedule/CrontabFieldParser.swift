/// Reads one field: `*`, numbers, names, ranges and steps between commas.
struct CrontabFieldParser {
    private let bytes: [UInt8]
    private let range: Range<Int>
    private let field: CrontabField

    init(_ bytes: [UInt8], _ range: Range<Int>, _ field: CrontabField) {
        self.bytes = bytes
        self.range = range
        self.field = field
    }

    init(_ text: String, _ field: CrontabField) {
        bytes = Array(text.utf8)
        range = bytes.indices
        self.field = field
    }

    /// The numbers that the field stands for, as bits; at least one is set.
    func mask() throws(CrontabError) -> UInt64 {
        var mask: UInt64 = 0
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound
        where index == range.upperBound || bytes[index] == UInt8(ascii: ",") {
            mask |= try part(trimmed(start..<index))
            start = index + 1
        }
        // Sunday has two numbers.
        if field == .dayOfWeek, mask >> 7 == 1 { mask = mask & 0x7F | 1 }
        return mask
    }

    private func part(_ part: Range<Int>) throws(CrontabError) -> UInt64 {
        guard !trimmed(range).isEmpty else { throw error("is empty; '*' stands for all", range) }
        guard !part.isEmpty else { throw error("'\(text(range))' has an empty part between its commas", range) }
        try refuseQuartz(part)
        let slash = part.first { bytes[$0] == UInt8(ascii: "/") }
        let base = part.lowerBound..<(slash ?? part.upperBound)
        let numbers: ClosedRange<Int>
        if text(base) == "*" {
            numbers = field.star
        } else if let dash = base.first(where: { bytes[$0] == UInt8(ascii: "-") }), dash > base.lowerBound {
            numbers = try self.numbers(base, dash: dash)
        } else {
            let number = try number(base)
            if slash != nil {
                let right = "\(text(base))-\(field.star.upperBound)\(text(base.upperBound..<part.upperBound))"
                throw error("'\(text(part))' has a step without a range; write '\(right)'", part)
            }
            numbers = number...number
        }
        let step = try slash.map { slash throws(CrontabError) in try self.step(slash + 1..<part.upperBound, part) } ?? 1
        // Celery takes it, and fires once where many times were meant.
        if let slash, step > numbers.upperBound - numbers.lowerBound {
            throw error("'\(text(part))' has a step that is larger than its range", slash + 1..<part.upperBound)
        }
        return stride(from: numbers.lowerBound, through: numbers.upperBound, by: step).reduce(0) { mask, number in
            mask | 1 << UInt64(number)
        }
    }

    private func numbers(_ base: Range<Int>, dash: Int) throws(CrontabError) -> ClosedRange<Int> {
        let (first, last) = (base.lowerBound..<dash, dash + 1..<base.upperBound)
        let lower = try number(first)
        var upper = try number(last)
        // A week may end on a Sunday: fri-sun.
        if field == .dayOfWeek, upper == 0, lower > 0 { upper = 7 }
        guard lower <= upper else {
            throw error("'\(text(base))' runs backwards; write '\(forwards(first, last))'", base)
        }
        return lower...upper
    }

    /// What a range that runs backwards means, in two that do not: `22-23,0-6` for `22-6`.
    private func forwards(_ first: Range<Int>, _ last: Range<Int>) -> String {
        let (top, bottom) =
            switch field {
            case .minute: ("59", "0")
            case .hour: ("23", "0")
            case .dayOfMonth: ("31", "1")
            case .month: ("dec", "jan")
            case .dayOfWeek: ("sun", "mon")
            }
        func joined(_ lower: String, _ upper: String) -> String {
            lower.lowercased() == upper.lowercased() || (try? value(lower) == value(upper)) == true
                ? lower : "\(lower)-\(upper)"
        }
        return "\(joined(text(first), top)),\(joined(bottom, text(last)))"
    }

    private func value(_ text: String) throws(CrontabError) -> Int {
        let parser = CrontabFieldParser(text, field)
        return try parser.number(parser.range)
    }

    private func number(_ range: Range<Int>) throws(CrontabError) -> Int {
        let text = text(range)
        if let number = field.number(named: text.lowercased()) { return number }
        if let number = digits(range), field.range.contains(number) { return number }
        throw error("'\(text)' is not within \(field.rangeText)", range)
    }

    private func step(_ range: Range<Int>, _ part: Range<Int>) throws(CrontabError) -> Int {
        guard let step = digits(range) else {
            throw error("'\(text(part))' has no number as its step, after the '/'", part)
        }
        guard step > 0 else { throw error("'\(text(part))' has a step of 0; the least is 1", part) }
        return step
    }

    /// A number of decimal digits; too many of them count as many.
    private func digits(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty, bytes[range].allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
        return bytes[range].reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), 1_000_000) }
    }

    /// Refuses what only Quartz and its like understand: `?`, `L`, `5L`, `L-3`, `15W`, `fri#2`.
    private func refuseQuartz(_ part: Range<Int>) throws(CrontabError) {
        let text = text(part)
        let quartz = "is Quartz's, which cron and Celery do not know"
        if text == "?" { throw error("'?' \(quartz); write '*'", part) }
        if text.utf8.contains(UInt8(ascii: "?")) { throw error("'\(text)' \(quartz)", part) }
        if text.utf8.contains(UInt8(ascii: "#")) {
            throw error("'\(text)' (a weekday's place in the month) \(quartz)", part)
        }
        let upper = text.uppercased()
        guard field == .dayOfMonth || field == .dayOfWeek, field.number(named: text.lowercased()) == nil else { return }
        let stem = upper.hasPrefix("L-") ? upper.dropFirst(2) : upper.prefix { $0 != "L" && $0 != "W" }
        let tail = upper.hasPrefix("L-") ? "L" : upper.dropFirst(stem.utf8.count)
        let isStem =
            stem.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } || field.number(named: stem.lowercased()) != nil
        guard isStem else { return }
        switch tail {
        case "L": throw error("'\(text)' (the last one of the month) \(quartz)", part)
        case "W", "LW": throw error("'\(text)' (the nearest working day) \(quartz)", part)
        default: break
        }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, bytes[first] == 0x20 { range = first + 1..<range.upperBound }
        while let last = range.last, bytes[last] == 0x20 { range = range.lowerBound..<last }
        return range
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func error(_ message: String, _ range: Range<Int>) -> CrontabError {
        CrontabError("\(field.name) \(message)", at: range, in: field)
    }
}
