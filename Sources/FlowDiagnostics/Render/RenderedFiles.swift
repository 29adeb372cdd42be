/// The files that a renderer names, with the line tables made so far.
struct RenderedFiles {
    private let files: [SourceFile]
    private var tables: [FileID: LineTable] = [:]

    init(_ files: [SourceFile]) {
        self.files = files
    }

    var ids: [FileID] { files.indices.map(FileID.init) }

    subscript(file: FileID) -> SourceFile { files[Int(file.index)] }

    /// The name of a file as reports match it to the paths of a repository: without `./` in front.
    func path(_ file: FileID) -> String {
        let name = self[file].name
        return name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    }

    mutating func table(_ file: FileID) -> LineTable {
        if let table = tables[file] { return table }
        let table = LineTable(self[file])
        tables[file] = table
        return table
    }

    /// The places at both ends of a span.
    mutating func range(_ span: SourceSpan) -> (start: (line: Int, column: Int), end: (line: Int, column: Int)) {
        let table = table(span.file)
        return (table.position(of: Int(span.start)), table.position(of: Int(span.end)))
    }

    /// How many bytes of a text are of a span, if the text is what follows the start of the span on its line.
    ///
    /// It differs from the length of the span where the span goes on behind the text, and where invalid bytes became
    /// U+FFFD.
    func length(of span: SourceSpan, in text: String) -> Int {
        let bytes = self[span.file].bytes
        // No line contains the byte-order mark, but a span of a whole file does.
        let start = max(Int(span.start), bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        let end = min(Int(span.end), bytes.count, start + text.utf8.count)
        guard start < end else { return 0 }
        return min(String(decoding: bytes[start..<end], as: UTF8.self).utf8.count, text.utf8.count)
    }
}

extension String {
    /// The text as a JSON string with its quotes.
    ///
    /// Source: RFC 8259, section 7.
    var asJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
