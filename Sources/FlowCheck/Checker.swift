package import FlowDiagnostics
package import FlowModel
internal import FlowYAML

/// What checking one file gives.
package struct CheckedWorkflow: Sendable {
    /// The workflow; nil when the file is no YAML document.
    package let spec: WorkflowSpec?
    /// All findings, in source order.
    package let diagnostics: [Diagnostic]
}

/// Checks a file: YAML, shape, names, graph and arguments, all problems in one pass.
package enum Checker {
    /// Checks the bytes of one file.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - file: What spans will name.
    ///   - stem: The file's name without its ending, for a workflow without `name`.
    /// - Returns: What the file says, and all that is wrong with it.
    /// - Complexity: Linear in the size of the file.
    package static func check(_ source: [UInt8], file: FileID, stem: String) -> CheckedWorkflow {
        switch YAMLComposer.compose(source, file: file) {
        case .failure(let error):
            return CheckedWorkflow(spec: nil, diagnostics: [error.diagnostic])
        case .success(let document):
            var decoder = WorkflowDecoder(document)
            decoder.decode()
            UnusedTask.check(&decoder)
            DependencyCycle.check(&decoder)
            Arity.check(&decoder)
            ExpressionNames.check(&decoder)
            if decoder.spec.name.isEmpty { decoder.spec.name = name(stem) }
            return CheckedWorkflow(spec: decoder.spec, diagnostics: decoder.reader.diagnostics.inSourceOrder())
        }
    }

    /// A legal name from a file's stem: lower-cased, other characters `-`.
    private static func name(_ stem: String) -> String {
        var name = ""
        for scalar in stem.lowercased().unicodeScalars {
            let isLegal =
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || "_.-".unicodeScalars.contains(scalar)
            name.unicodeScalars.append(isLegal ? scalar : "-")
        }
        while let first = name.first, "_.-".contains(first) { name.removeFirst() }
        return name.isEmpty ? "workflow" : name
    }
}
