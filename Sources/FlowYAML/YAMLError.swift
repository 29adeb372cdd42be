package import FlowDiagnostics

/// Why a file is no document: always exactly one diagnostic.
package struct YAMLError: Error, Hashable, Sendable {
    package let diagnostic: Diagnostic

    package init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
    }
}

/// The messages of this target.
enum YAMLMessages {
    static func fault(_ fault: YAMLText.Fault, at span: SourceSpan) -> Diagnostic {
        let message =
            switch fault {
            case .invalidUTF8: "these bytes are not UTF-8"
            case .otherEncoding: "the file is UTF-16 or UTF-32, only UTF-8 is read"
            case .null: "a NUL byte cannot stand in YAML"
            case .control(let byte): "the control character 0x\(String(byte, radix: 16)) cannot stand in YAML"
            }
        return Diagnostic(.invalidText, message, at: span)
    }

    static func fileLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "the file is larger than \(limit >> 20) MiB", at: span)
    }

    static func directiveLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "more than \(limit) directives", at: span)
    }

    static func depthLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "nested deeper than \(limit) levels", at: span)
    }

    static func scalarLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "a scalar longer than \(limit >> 20) MiB", at: span)
    }

    static func keyLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "a key longer than \(limit) bytes", at: span)
    }

    static func aliasLimit(at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "the aliases of this file expand to far more than the file itself", at: span)
    }

    static func outOfMemory(at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "not enough memory to read the file", at: span)
    }

    static func secondDocument(at span: SourceSpan) -> Diagnostic {
        Diagnostic(.unsupportedYAML, "a second document: a file holds one workflow", at: span)
    }

    static func tag(_ tag: String, at span: SourceSpan) -> Diagnostic {
        let shown = tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
        return Diagnostic(.unsupportedYAML, "the tag '\(shown)' has no meaning here", at: span)
    }

    static func keyIsNoString(at span: SourceSpan) -> Diagnostic {
        let message = "a key must be a string; if this is an expression, put it in quotes: \"${{ … }}\""
        return Diagnostic(.unsupportedYAML, message, at: span)
    }

    static func separator(at span: SourceSpan) -> Diagnostic {
        let message =
            "an invisible line separator (U+0085, U+2028 or U+2029), which YAML would take for the end of a line"
        return Diagnostic(.invalidText, message, at: span)
    }

    static func unknownAnchor(_ name: String, known: [String], at span: SourceSpan) -> Diagnostic {
        let nearest = Suggestion.nearest(to: name, among: known)
        let hint = nearest.map { "; did you mean '*\($0)'?" } ?? ""
        let fixIt = nearest.map { Diagnostic.FixIt("replace with '*\($0)'", edits: [.init(span, "*\($0)")]) }
        return Diagnostic(
            .unknownAnchor, "no anchor '&\(name)' stands before this alias\(hint)", at: span, fixIt: fixIt)
    }

    static func recursiveAnchor(_ name: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.unknownAnchor, "the alias '*\(name)' stands inside its own anchor", at: span)
    }

    static func mergeOfNoMapping(at span: SourceSpan) -> Diagnostic {
        Diagnostic(.mergeKey, "'<<' takes a mapping or a list of mappings", at: span)
    }

    static func duplicateKey(
        _ key: String, at span: SourceSpan, first: SourceSpan, document: YAMLDocument
    ) -> Diagnostic {
        guard key == "<<" else {
            return Diagnostic(
                .duplicateKey, "the key '\(key)' stands twice in this mapping", at: span,
                notes: [.init("first here", at: first)])
        }
        return Diagnostic(
            .mergeKey, "two '<<' in one mapping; write one with a list: '<<: [*a, *b]'", at: span,
            notes: [.init("first here", at: first)])
    }

    /// Rewords libyaml's own errors, at the token that is to blame.
    static func syntax(
        _ problem: String, context: String?, at offset: Int, opening: Int, bytes: [UInt8],
        span: (Int, Int) -> SourceSpan
    ) -> Diagnostic {
        let offset = min(offset, bytes.count)
        let here = span(offset, min(offset + 1, bytes.count))
        if context?.contains("quoted scalar") == true, problem.contains("end of stream") || problem.contains("document")
        {
            return Diagnostic(.yamlSyntax, "this quote is never closed", at: span(opening, opening + 1))
        }
        let lineStart = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if let tab = bytes[lineStart...].prefix(while: { $0 == 0x20 || $0 == 0x09 }).firstIndex(of: 0x09) {
            return Diagnostic(.yamlSyntax, "a tab cannot indent YAML; use spaces", at: span(tab, tab + 1))
        }
        if problem.contains("mapping values are not allowed") {
            let message = "a second ': ' on one line; put the value in quotes, or the key on a line of its own"
            return Diagnostic(.yamlSyntax, message, at: here)
        }
        if problem.contains("alias") || (offset < bytes.count && bytes[offset] == UInt8(ascii: "*")) {
            let star = offset > 0 && bytes[offset - 1] == UInt8(ascii: "*") ? offset - 1 : offset
            let here = span(star, min(star + 1, bytes.count))
            return Diagnostic(.yamlSyntax, "an unquoted '*' begins an alias; put the value in quotes", at: here)
        }
        var message = problem
        if let context { message += " (\(context))" }
        return Diagnostic(.yamlSyntax, message, at: here)
    }
}
