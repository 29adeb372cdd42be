package import FlowDiagnostics
package import FlowModel
internal import FlowYAML

/// What checking one file gives.
package struct CheckedWorkflow: Sendable {
    /// The workflow; nil when the file is no YAML document.
    package let spec: WorkflowSpec?
    /// All findings, in source order.
    package let diagnostics: [Diagnostic]
    /// The file itself and those that it brings in, by their ``FileID``.
    package let files: [SourceFile]
    /// The scripts in it, where they are wanted.
    package let scripts: [CheckedScript]
}

/// Checks a file: YAML, shape, names, graph, arguments, types and hazards, all problems in one pass.
package enum Checker {
    /// Checks a file and what it brings in.
    ///
    /// - Parameters:
    ///   - files: The file, and how others are read.
    ///   - stem: The file's name without its ending, for a workflow without `name`.
    ///   - options: What is looked at.
    /// - Returns: What the file says, and all that is wrong with it.
    /// - Complexity: Linear in the size of the files.
    package static func check(_ files: FileTable, stem: String, options: CheckOptions = CheckOptions())
        -> CheckedWorkflow
    {
        switch DecodingAhead.decode(files, options) {
        case .failure(let error):
            return CheckedWorkflow(spec: nil, diagnostics: [error.diagnostic], files: files.files, scripts: [])
        case .success(var decoder):
            _ = Rules.check(&decoder, options)
            if decoder.spec.name.isEmpty { decoder.spec.name = name(stem) }
            decoder.spec.called = Dictionary(
                uniqueKeysWithValues: decoder.called.filter { $0.value.firstError == nil }.map {
                    (UInt32($0.key.index), $0.value.spec)
                })
            let findings = Findings(decoder.reader.diagnostics, of: decoder.document, options).settled
            let scripts = options.wantsScripts ? CheckedScript.all(of: decoder) : []
            return CheckedWorkflow(
                spec: decoder.spec, diagnostics: findings, files: decoder.files.files, scripts: scripts)
        }
    }

    /// Checks a file that brings in no others.
    package static func check(
        _ source: [UInt8], named name: String = "pipeline.yaml", stem: String, options: CheckOptions = CheckOptions()
    ) -> CheckedWorkflow {
        let main = SourceFile(name: name, bytes: source)
        return check(
            FileTable(main: main, workingFolder: "/", root: "/", load: { _ in nil }), stem: stem, options: options)
    }

    /// A legal name from a file's stem: lower-cased, other characters `-`.
    static func name(_ stem: String) -> String {
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
