import FlowDiagnostics

/// Makes a `flowrun.yaml` of a celeryconfig module.
///
/// The module is parsed and never run. What is read: assignments of literals to names, to attributes of `conf`
/// (`app.conf.timezone = …`), in the body of a class, by `app.conf.update(…)` and by `Celery(…)`, see ``PythonParser``.
/// All else is listed: no setting is dropped in silence.
package enum CeleryConfigImport {
    package struct Conversion: Sendable {
        /// The text of `flowrun.yaml`.
        package let text: String
        /// What could not be read, or means nothing to flowrun, in the order of the lines.
        package let notes: [ImportNote]
    }

    private static let lengthLimit = 16 << 20

    /// Converts a module.
    ///
    /// - Parameters:
    ///   - source: The bytes of the file.
    ///   - file: Its name, for the first line of the text.
    /// - Returns: The conversion, or why the file is no Python at all.
    /// - Complexity: O(size of the file).
    package static func convert(_ source: [UInt8], file: String) -> Result<Conversion, ImportRefusal> {
        guard source.count <= lengthLimit else {
            return .failure(refusal(.yamlLimit, "the file is larger than \(lengthLimit >> 20) MiB", 0, 0))
        }
        if let offset = source.firstIndex(of: 0) {
            return .failure(refusal(.invalidText, "a NUL byte cannot stand in Python", offset, offset + 1))
        }
        if let offset = firstInvalidByte(source) {
            return .failure(refusal(.invalidText, "these bytes are not UTF-8", offset, offset + 1))
        }
        var reader = CeleryConfigReader(source)
        reader.read()
        return .success(reader.conversion(file: file))
    }

    private static func refusal(_ code: DiagnosticCode, _ message: String, _ start: Int, _ end: Int) -> ImportRefusal {
        ImportRefusal(
            diagnostic: Diagnostic(code, message, at: SourceSpan(file: FileID(0), start: start, end: end)))
    }

    private static func firstInvalidByte(_ source: [UInt8]) -> Int? {
        var decoder = UTF8()
        var bytes = source.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }
}
