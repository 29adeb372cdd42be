/// What a first look at the bytes of a file tells, before libyaml sees them.
struct YAMLText {
    enum Fault: Equatable {
        case invalidUTF8
        case otherEncoding
        case null
        case control(UInt8)
    }

    /// The bytes for libyaml: the file's own, but for line separators (NEL, LS, PS), which stand as harmless characters
    /// of the same length, so that libyaml does not take them for the end of a line.
    var bytes: [UInt8]
    /// Where the text begins: after a byte-order mark.
    var start: Int
    var isASCII: Bool
    /// Offsets of NEL, LS and PS.
    var separators: [Int] = []
    var fault: (fault: Fault, offset: Int)?

    /// Looks at all bytes once.
    init(_ source: [UInt8]) {
        bytes = source
        start = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        isASCII = true
        if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
            fault = (.otherEncoding, 0)
            return
        }
        var index = start
        let count = source.count
        while index < count {
            index = Self.endOfPlain(source, from: index)
            guard index < count else { break }
            let byte = source[index]
            if byte >= 0x20, byte < 0x7F {
                index += 1
                continue
            }
            if byte < 0x80 {
                switch byte {
                case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                    index += 1
                    continue
                default:
                    fault = (byte == 0 ? .null : .control(byte), index)
                    return
                }
            }
            isASCII = false
            guard let length = Self.scalarLength(source, index) else {
                fault = (.invalidUTF8, index)
                return
            }
            if length == 2, byte == 0xC2, source[index + 1] < 0xA0 {
                guard source[index + 1] == 0x85 else {
                    fault = (.control(source[index + 1]), index)
                    return
                }
                separators.append(index)
                bytes[index + 1] = 0xA1
            } else if length == 3, byte == 0xE2, source[index + 1] == 0x80, source[index + 2] & 0xFE == 0xA8 {
                separators.append(index)
                bytes[index + 2] = 0xA7
            }
            index += length
        }
    }

    /// The end of the printable ASCII and line feeds that begin at an index, found eight bytes at a time.
    private static func endOfPlain(_ source: [UInt8], from start: Int) -> Int {
        unsafe source.withUnsafeBytes { bytes in
            let high: UInt64 = 0x8080_8080_8080_8080
            let ones: UInt64 = 0x0101_0101_0101_0101
            var index = start
            while index + 8 <= bytes.count {
                var word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                // The high bit of each byte that is a line feed, moved to where it makes a `*` of it.
                let others = word ^ (ones &* 0x0A)
                word |= (~(((others & ~high) &+ ~high) | others) & high) >> 2
                // A byte below 0x20 borrows from its high bit, and 0x7F carries into it.
                guard (word | (word &- ones &* 0x20) | (word &+ ones)) & high == 0 else { break }
                index += 8
            }
            return index
        }
    }

    /// The length of the well-formed scalar at an index.
    ///
    /// Source: the Unicode Standard, table 3-7.
    private static func scalarLength(_ bytes: [UInt8], _ index: Int) -> Int? {
        func isTail(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
            index + offset < bytes.count && bytes[index + offset] >= low && bytes[index + offset] <= high
        }
        switch bytes[index] {
        case 0xC2...0xDF: return isTail(1) ? 2 : nil
        case 0xE0: return isTail(1, 0xA0) && isTail(2) ? 3 : nil
        case 0xE1...0xEC, 0xEE...0xEF: return isTail(1) && isTail(2) ? 3 : nil
        case 0xED: return isTail(1, 0x80, 0x9F) && isTail(2) ? 3 : nil
        case 0xF0: return isTail(1, 0x90) && isTail(2) && isTail(3) ? 4 : nil
        case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : nil
        case 0xF4: return isTail(1, 0x80, 0x8F) && isTail(2) && isTail(3) ? 4 : nil
        default: return nil
        }
    }

    /// Offsets of the lines that begin with `%` before the document; libyaml compares each `%TAG` with all before it.
    func directives() -> [Int] {
        var offsets: [Int] = []
        var line = start
        while line < bytes.count {
            let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            switch bytes[line] {
            case UInt8(ascii: "%"): offsets.append(line)
            case UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "): break
            default: return offsets
            }
            line = end + 1
        }
        return offsets
    }
}
