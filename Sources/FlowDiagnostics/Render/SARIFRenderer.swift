/// Renders diagnostics as a SARIF log, which code scanning of GitHub and others reads.
///
/// Source: SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
package struct SARIFRenderer {
    private var files: RenderedFiles
    private let version: String
    private let summary: (DiagnosticCode) -> String

    /// Makes a renderer.
    ///
    /// - Parameters:
    ///   - files: The files by the index of their `FileID`.
    ///   - version: The version of flowrun.
    ///   - summary: What a code means, in one line.
    package init(
        files: [SourceFile], version: String,
        summary: @escaping (DiagnosticCode) -> String = { $0.name.split(separator: "-").joined(separator: " ") }
    ) {
        self.files = RenderedFiles(files)
        self.version = version
        self.summary = summary
    }

    /// The log with one run, its results in source order and its rules by code, on one line without an end of line.
    ///
    /// Columns count Unicode scalars. The URI of a relative path is based on `%SRCROOT%`.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        let codes = Set(diagnostics.map(\.code)).sorted { $0.rawValue < $1.rawValue }
        var fingerprints = Fingerprints()
        var results: [String] = []
        for diagnostic in diagnostics.inSourceOrder() {
            let rule = codes.firstIndex(of: diagnostic.code) ?? 0
            results.append(result(diagnostic, rule: rule, fingerprint: fingerprints.next(diagnostic, in: &files)))
        }
        return #"{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"#
            + #"sarif-schema-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"flowrun","#
            + #""version":\#(version.asJSON),"rules":[\#(codes.map(rule).joined(separator: ","))]}},"#
            + #""columnKind":"unicodeCodePoints","results":[\#(results.joined(separator: ","))]}]}"#
    }

    private func rule(_ code: DiagnosticCode) -> String {
        let name = code.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return #"{"id":"\#(code.text)","name":"\#(name)","shortDescription":\#(message(summary(code))),"#
            + #""defaultConfiguration":{"level":"\#(code.severity.rawValue)"}}"#
    }

    private mutating func result(_ diagnostic: Diagnostic, rule: Int, fingerprint: String) -> String {
        var result = #"{"ruleId":"\#(diagnostic.code.text)","ruleIndex":\#(rule),"#
        result += #""level":"\#(diagnostic.severity.rawValue)","message":\#(message(diagnostic.message)),"#
        result += #""locations":[{\#(physicalLocation(diagnostic.span))}],"#
        result += #""partialFingerprints":{"flowrun/v1":"\#(fingerprint)"}"#
        if !diagnostic.notes.isEmpty {
            var notes: [String] = []
            for note in diagnostic.notes {
                notes.append(#"{\#(physicalLocation(note.span)),"message":\#(message(note.message))}"#)
            }
            result += #","relatedLocations":[\#(notes.joined(separator: ","))]"#
        }
        // A fix must have a change, and a change a replacement.
        if let fixIt = diagnostic.fixIt, !fixIt.edits.isEmpty { result += #","fixes":[\#(fix(fixIt))]"# }
        return result + "}"
    }

    private mutating func fix(_ fixIt: Diagnostic.FixIt) -> String {
        var replacements: [FileID: [String]] = [:]
        for edit in fixIt.edits {
            replacements[edit.span.file, default: []].append(
                #"{"deletedRegion":\#(region(edit.span)),"insertedContent":{"text":\#(edit.text.asJSON)}}"#)
        }
        let changes = replacements.sorted { $0.key < $1.key }.map { file, replacements in
            #"{"artifactLocation":\#(artifact(file)),"replacements":[\#(replacements.joined(separator: ","))]}"#
        }
        return #"{"description":\#(message(fixIt.title)),"artifactChanges":[\#(changes.joined(separator: ","))]}"#
    }

    /// A message of plain text, in which a brace stands twice (section 3.11.5): alone it opens a placeholder.
    private func message(_ text: String) -> String {
        var doubled = ""
        for scalar in text.unicodeScalars {
            doubled.unicodeScalars.append(scalar)
            if scalar == "{" || scalar == "}" { doubled.unicodeScalars.append(scalar) }
        }
        return #"{"text":\#(doubled.asJSON)}"#
    }

    private mutating func physicalLocation(_ span: SourceSpan) -> String {
        #""physicalLocation":{"artifactLocation":\#(artifact(span.file)),"region":\#(region(span))}"#
    }

    private mutating func region(_ span: SourceSpan) -> String {
        let (start, end) = files.range(span)
        return #"{"startLine":\#(start.line),"startColumn":\#(start.column),"#
            + #""endLine":\#(end.line),"endColumn":\#(end.column)}"#
    }

    private func artifact(_ file: FileID) -> String {
        let path = files.path(file)
        return path.hasPrefix("/")
            ? #"{"uri":"file://\#(encoded(path))"}"# : #"{"uri":"\#(encoded(path))","uriBaseId":"%SRCROOT%"}"#
    }

    /// The path with everything percent-encoded but its slashes and the unreserved characters of RFC 3986, section 2.3.
    private func encoded(_ path: String) -> String {
        var encoded = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
