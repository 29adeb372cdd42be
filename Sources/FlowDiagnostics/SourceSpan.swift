/// The position of a file in the list of files that one command has read.
package struct FileID: Hashable, Comparable, Sendable {
    package let index: UInt16

    package init(_ index: Int) {
        self.index = UInt16(index)
    }

    package static func < (left: FileID, right: FileID) -> Bool {
        left.index < right.index
    }
}

/// A half-open range of UTF-8 offsets in one file.
package struct SourceSpan: Hashable, Sendable {
    package var file: FileID
    /// Offset of the first byte, from 0.
    package var start: UInt32
    /// Offset past the last byte; equal to `start` for a place between two characters.
    package var end: UInt32

    package init(file: FileID, start: Int, end: Int) {
        self.file = file
        self.start = UInt32(clamping: start)
        self.end = UInt32(clamping: max(start, end))
    }
}
