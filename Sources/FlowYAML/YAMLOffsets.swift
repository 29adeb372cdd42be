/// Turns libyaml's marks, which count characters, into byte offsets.
///
/// Marks come nearly in order, so a cursor that walks with them makes the whole conversion linear.
struct YAMLOffsets {
    private let bytes: [UInt8]
    private let base: Int
    private let isASCII: Bool
    private var character = 0
    private var offset: Int

    init(_ text: YAMLText) {
        bytes = text.bytes
        base = text.start
        isASCII = text.isASCII
        offset = text.start
    }

    /// The offset of the character with an index from 0, in the whole file.
    mutating func offset(ofCharacter index: Int) -> Int {
        if isASCII { return min(base + index, bytes.count) }
        while character < index, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            character += 1
        }
        while character > index, offset > base {
            offset -= 1
            while offset > base, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
            character -= 1
        }
        return offset
    }
}
