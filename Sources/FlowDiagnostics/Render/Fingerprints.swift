/// Names findings so that a report can tell old ones from new ones.
///
/// A fingerprint depends on the path, the code, the message and the text of the line, so it outlives edits elsewhere in
/// the file. Of several findings that agree in all of these, each has the number of its turn in it.
struct Fingerprints {
    private var turns: [UInt128: Int] = [:]

    /// The fingerprint of the next finding, in 32 hexadecimal digits; asked in source order it is stable.
    mutating func next(_ diagnostic: Diagnostic, in files: inout RenderedFiles) -> String {
        let file = diagnostic.span.file
        let line = files.range(diagnostic.span).start.line
        let text = files.table(file).excerpt(ofLine: line, around: 0, width: files[file].bytes.count)
        var hash = FNV1a()
        for part in [files.path(file), diagnostic.code.text, diagnostic.message] {
            hash.add(part.utf8)
            // No UTF-8 text holds it, so no two lists of parts run into one.
            hash.add(CollectionOfOne(0xFF))
        }
        hash.add(text.after.utf8)
        let turn = turns[hash.value, default: 0]
        turns[hash.value] = turn + 1
        if turn > 0 { hash.add("\u{0}\(turn)".utf8) }
        return hash.digits
    }
}

/// The 128-bit FNV-1a hash.
///
/// Source: <https://datatracker.ietf.org/doc/draft-eastlake-fnv/>.
struct FNV1a {
    private(set) var value: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            value = (value ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
    }

    var digits: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
