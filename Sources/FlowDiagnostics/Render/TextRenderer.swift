/// Renders diagnostics as `file:line:column: severity: message [FR301 wrong-arity]` with snippets.
package struct TextRenderer {
    private let files: [SourceFile]
    private var tables: [FileID: LineTable] = [:]

    package init(files: [SourceFile]) {
        self.files = files
    }

    /// The text of all diagnostics, in source order, each with its source line and notes.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var text = ""
        for diagnostic in diagnostics.inSourceOrder() {
            let severity = diagnostic.severity.rawValue
            text += "\(place(diagnostic.span)): \(severity): \(diagnostic.message)"
            text += " [\(diagnostic.code.text) \(diagnostic.code.name)]\n"
            text += snippet(diagnostic.span)
            for note in diagnostic.notes {
                text += "\(place(note.span)): note: \(note.message)\n"
                text += snippet(note.span)
            }
            if let fixIt = diagnostic.fixIt {
                text += "  help: \(fixIt.title)\n"
            }
        }
        return text
    }

    private mutating func table(_ file: FileID) -> LineTable {
        if let table = tables[file] { return table }
        let table = LineTable(files[Int(file.index)])
        tables[file] = table
        return table
    }

    private mutating func place(_ span: SourceSpan) -> String {
        let (line, column) = table(span.file).position(of: Int(span.start))
        return "\(files[Int(span.file.index)].name):\(line):\(column)"
    }

    /// The line of a span with carets below it; a long line is cut around the span.
    private mutating func snippet(_ span: SourceSpan) -> String {
        let table = table(span.file)
        let line = table.position(of: Int(span.start)).line
        let (before, after) = table.excerpt(ofLine: line, around: Int(span.start), width: 160)
        var pad = ""
        for scalar in before.unicodeScalars {
            pad += scalar == "\t" ? "\t" : String(repeating: " ", count: DisplayWidth.of(scalar))
        }
        var width = 0
        var bytes = Int(span.end - span.start)
        for scalar in after.unicodeScalars where bytes > 0 {
            width += DisplayWidth.of(scalar)
            bytes -= UTF8.width(scalar)
        }
        let number = String(line)
        let gutter = String(repeating: " ", count: number.utf8.count)
        let carets = String(repeating: "^", count: max(1, width))
        return " \(number) | \(before)\(after)\n \(gutter) | \(pad)\(carets)\n"
    }
}

/// How many columns of a terminal a scalar takes.
enum DisplayWidth {
    static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
