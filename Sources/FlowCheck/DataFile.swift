package import FlowDiagnostics
package import FlowValue
import FlowYAML

/// A YAML or JSON file that holds one value, and no workflow.
package enum DataFile {
    /// Reads the value of a file.
    ///
    /// - Parameter bytes: The file.
    /// - Returns: The value, or what is wrong first.
    package static func value(of bytes: [UInt8]) -> Result<JSONValue, Problem> {
        switch YAMLComposer.compose(bytes, file: FileID(0)) {
        case .failure(let error): return .failure(Problem(diagnostic: error.diagnostic))
        case .success(let document):
            var reader = DocumentReader(document)
            let value = document.isEmpty ? .null : reader.value(document.root)
            let errors = (document.diagnostics + reader.diagnostics).filter { $0.severity == .error }
            if let error = errors.first { return .failure(Problem(diagnostic: error)) }
            return .success(value)
        }
    }

    package struct Problem: Error {
        package let diagnostic: Diagnostic
    }
}
