/// The text of one file, as it was read.
package struct SourceFile: Sendable {
    /// The name as the user gave it.
    package let name: String
    /// The bytes, a byte-order mark included.
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Turns offsets of one file into lines and columns.
///
/// Lines end at LF, CR LF or CR. Columns count Unicode scalars; both count from 1. Making a table costs one pass over
/// the file, so it is made only when something is shown.
package struct LineTable: Sendable {
    private let bytes: [UInt8]
    private let starts: [Int]
    /// How many scalars begin before every 1024th byte, so that a column far into a long line costs little.
    private let scalarsBefore: [UInt32]
    private static let stride = 1024

    package init(_ file: SourceFile) {
        bytes = file.bytes
        var starts = [file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
        var scalarsBefore: [UInt32] = []
        scalarsBefore.reserveCapacity(bytes.count / Self.stride + 1)
        var scalars: UInt32 = 0
        var index = 0
        while index < bytes.count {
            if index % Self.stride == 0 { scalarsBefore.append(scalars) }
            let byte = bytes[index]
            if byte & 0xC0 != 0x80 { scalars += 1 }
            index += 1
            if byte == UInt8(ascii: "\n") {
                starts.append(index)
            } else if byte == UInt8(ascii: "\r"), index == bytes.count || bytes[index] != UInt8(ascii: "\n") {
                starts.append(index)
            }
        }
        self.starts = starts
        self.scalarsBefore = scalarsBefore
    }

    /// How many scalars begin before an offset.
    private func scalars(before offset: Int) -> Int {
        let block = min(offset / Self.stride, scalarsBefore.count - 1)
        guard block >= 0 else { return 0 }
        var count = Int(scalarsBefore[block])
        for byte in bytes[(block * Self.stride)..<offset] where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    package var lineCount: Int { starts.count }

    /// The line and column of an offset, both from 1; an offset past the end is the place after the last character.
    ///
    /// - Complexity: O(log *lines*).
    package func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, starts[0]), bytes.count)
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, scalars(before: offset) - scalars(before: starts[low]) + 1)
    }

    /// A part of a line without its end, for showing; invalid bytes become U+FFFD.
    ///
    /// - Parameters:
    ///   - line: The line, from 1.
    ///   - offset: An offset in that line: a long line is cut to what is around it.
    ///   - width: About how many bytes are shown.
    /// - Returns: The text before the offset and the text from it on.
    package func excerpt(ofLine line: Int, around offset: Int, width: Int) -> (before: String, after: String) {
        let lineStart = starts[line - 1]
        var end = line < starts.count ? starts[line] : bytes.count
        while end > lineStart, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") {
            end -= 1
        }
        let offset = min(max(offset, lineStart), end)
        var start = offset - lineStart > width * 2 / 3 ? offset - width / 3 : lineStart
        while start > lineStart, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        end = min(end, start + width)
        while end > offset, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return (
            String(decoding: bytes[start..<offset], as: UTF8.self),
            String(decoding: bytes[offset..<max(offset, end)], as: UTF8.self)
        )
    }
}
