/// The offsets of a time zone from UTC, for all times, as a file of the time zone database gives them.
///
///     TZif2, 44 bytes in all            a header, and times in 32 bits, for old readers
///     TZif2, 44 bytes in all            a header, and times in 64 bits:
///     -2366757780 … 2140045200          when the offset changed, ascending
///     2 … 3, then 2580 7200 3600 …      what it changed to: an index for each time, then the offsets
///     CET-1CEST,M3.5.0,M10.5.0/3        the rule of every year after the last change
///
/// Offsets are seconds east of UTC, from -89,999 to 93,599.
///
/// Source: [RFC 8536](https://www.rfc-editor.org/rfc/rfc8536).
package struct TimeZoneRules: Sendable, Hashable {
    /// A moment in seconds since 1970, and the offset from it on.
    private struct Transition: Sendable, Hashable {
        let seconds: Int64
        let offset: Int
    }

    /// A stretch of time with one offset, which the next may have too.
    struct Period {
        let offset: Int
        /// The first second after it, since 1970 and in UTC; nil if it never ends.
        let end: Int64?
    }

    /// The offsets that a file may give: from more than -25 to less than 26 hours.
    private static let offsets = -89_999...93_599

    /// The zone whose offset is always 0, equal to the one of the file `UTC`.
    package static let utc = TimeZoneRules(offset: 0)

    /// The offset before the first transition.
    private let offset: Int
    /// Ascending, each time once.
    private let transitions: [Transition]
    /// The offsets from the last transition on, or at all times if there is none.
    private let footer: Footer

    private init(offset: Int) {
        self.offset = offset
        transitions = []
        footer = Footer(fixed: offset)
    }

    /// Reads a file of the time zone database.
    ///
    /// Nil if the file is cut short or malformed, or counts leap seconds (`right/Europe/Oslo`), as no ``Timestamp``
    /// does. Abbreviations such as `CET` are skipped, and bytes after the rule are ignored. The cost is linear in the
    /// size of the file: a few microseconds.
    ///
    /// - Parameter tzif: The whole file: of version 1, with times in 32 bits and no rule, or of any later version.
    package init?(tzif: [UInt8]) {
        guard let old = Block(tzif, at: 0, timeLength: 4) else { return nil }
        let isOld = old.version == 0
        guard isOld || old.version >= UInt8(ascii: "2"),
            let block = isOld ? old : Block(tzif, at: old.end, timeLength: 8),
            block.leapSecondCount == 0, block.typeCount > 0
        else { return nil }
        let offsets = (0..<block.typeCount).map { Int(tzif.integer(at: block.types + $0 * 6, length: 4)) }
        guard offsets.allSatisfy(Self.offsets.contains) else { return nil }

        var transitions: [Transition] = []
        transitions.reserveCapacity(block.timeCount)
        for index in 0..<block.timeCount {
            let seconds = tzif.integer(at: block.times + index * block.timeLength, length: block.timeLength)
            let type = Int(tzif[block.indices + index])
            guard type < offsets.count, transitions.last.map({ $0.seconds < seconds }) ?? true else { return nil }
            transitions.append(Transition(seconds: seconds, offset: offsets[type]))
        }

        var rule = tzif[block.end...]
        if !isOld {
            guard rule.popFirst() == UInt8(ascii: "\n"), let end = rule.firstIndex(of: UInt8(ascii: "\n")) else {
                return nil
            }
            rule = rule[..<end]
        }
        if isOld || rule.isEmpty {
            footer = Footer(fixed: transitions.last?.offset ?? offsets[0])
        } else if let yearly = Footer(rule) {
            footer = yearly
        } else {
            return nil
        }
        offset = offsets[0]
        self.transitions = transitions
    }

    /// The seconds to add to a time in UTC for what a clock on a wall of the zone shows.
    ///
    /// - Complexity: O(log *n*), where *n* is the number of transitions; after the last one, eight dates are computed.
    package func offset(at utc: Timestamp) -> Int {
        period(at: utc.microseconds.flooringQuotient(1_000_000)).offset
    }

    /// The moment at which a clock on a wall of the zone shows a time.
    ///
    /// The earlier one of two, as when clocks are set back. A time that clocks skip, as when they are set forward, is
    /// counted with the offset before: half past two becomes half past three. A time near the ends of `Int64` gives the
    /// first or the last timestamp there is.
    ///
    /// - Parameter microseconds: The time, counted since 1970-01-01T00:00:00 as if it were in UTC.
    /// - Returns: A moment with the same fraction of a second.
    /// - Complexity: That of ``offset(at:)``, for each transition within two days of the time.
    package func timestamp(ofLocal microseconds: Int64) -> Timestamp {
        let seconds = microseconds.flooringQuotient(1_000_000)
        // Wherever the offset changed before this, the clock had passed the change by the time in question.
        var period = period(at: seconds - Int64(Self.offsets.upperBound) - 1)
        while let end = period.end, end <= seconds - Int64(Self.offsets.lowerBound) {
            let next = self.period(at: end)
            // Of a gap and of an overlap, the end is reckoned with the larger offset.
            guard end <= seconds - Int64(max(period.offset, next.offset)) else { break }
            period = next
        }
        return Timestamp(microseconds: microseconds.addingSaturating(Int64(period.offset) * -1_000_000))
    }

    private func period(at seconds: Int64) -> Period {
        var range = 0..<transitions.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = transitions[middle].seconds <= seconds ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        let count = range.lowerBound
        guard count < transitions.count else { return footer.period(at: seconds) }
        return Period(offset: count > 0 ? transitions[count - 1].offset : offset, end: transitions[count].seconds)
    }
}

/// Where the parts of a header and of the data after it lie in a file, within its bounds.
///
/// Source: RFC 8536, sections 3.1 and 3.2.
private struct Block {
    /// 0 for the first version, else an ASCII digit.
    let version: UInt8
    /// The bytes of one time: 4 or 8.
    let timeLength: Int
    let leapSecondCount: Int
    let timeCount: Int
    let typeCount: Int
    /// The index of the first time.
    let times: Int
    /// The index of the first time's index of a type, one byte each.
    let indices: Int
    /// The index of the first type, of six bytes, which begin with the offset.
    let types: Int
    /// The index after the block.
    let end: Int

    /// Nil if the bytes end before the block does, or do not start as one.
    init?(_ bytes: [UInt8], at start: Int, timeLength: Int) {
        guard bytes.count - start >= 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
        // Six numbers below 2^32: no sum or product here leaves 64 bits.
        let counts = (0..<6).map { Int(UInt32(truncatingIfNeeded: bytes.integer(at: start + 20 + $0 * 4, length: 4))) }
        version = bytes[start + 4]
        self.timeLength = timeLength
        (leapSecondCount, timeCount, typeCount) = (counts[2], counts[3], counts[4])
        times = start + 44
        indices = times + timeCount * timeLength
        types = indices + timeCount
        end = types + typeCount * 6 + counts[5] + leapSecondCount * (timeLength + 4) + counts[1] + counts[0]
        guard end <= bytes.count else { return nil }
    }
}

extension [UInt8] {
    /// A signed number of 4 or 8 bytes, the highest first.
    fileprivate func integer(at index: Int, length: Int) -> Int64 {
        let bits = self[index..<index + length].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return length == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
}

extension TimeZoneRules {
    /// A time of ISO 8601; one without an offset is a wall-clock time of this zone.
    ///
    /// - Returns: The time; nil for any other text.
    package func timestamp(iso8601 text: String) -> Timestamp? {
        guard let time = Timestamp(iso8601: text) else { return nil }
        let hasOffset = time == Timestamp(iso8601: text, defaultOffset: 60)
        return hasOffset ? time : timestamp(ofLocal: time.microseconds)
    }
}
