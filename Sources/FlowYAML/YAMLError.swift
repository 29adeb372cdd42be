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

    static func commentLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "comments or white space of more than \(limit >> 20) MiB", at: span)
    }

    static func keyLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "a key longer than \(limit) bytes", at: span)
    }

    static func nodeLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "more than \(limit >> 20) million values", at: span)
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

    static func tag(_ tag: String, at span: SourceSpan, fixIt: Diagnostic.FixIt?) -> Diagnostic {
        guard tag.hasPrefix("!") else {
            let shown = tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
            return Diagnostic(.unsupportedYAML, "the tag '\(clipped(shown))' has no meaning here", at: span)
        }
        let message = "'!' begins a YAML tag, and '\(clipped(tag))' has no meaning here; put the value in quotes"
        return Diagnostic(.unsupportedYAML, message, at: span, fixIt: fixIt)
    }

    static func keyIsCollection(isExpression: Bool, at span: SourceSpan) -> Diagnostic {
        let message =
            isExpression
            ? "a key must be a string; if this is an expression, put it in quotes: \"${{ … }}\""
            : "a key must be a string, not a list or a mapping"
        return Diagnostic(.keyIsNoString, message, at: span)
    }

    static func keyIsNoString(
        _ key: String, _ meaning: YAMLScalar, at span: SourceSpan, fixIt: Diagnostic.FixIt?
    ) -> Diagnostic {
        let kind =
            switch meaning {
            case .null: "null"
            case .bool: "a boolean"
            case .int, .float, .outOfRange: "a number"
            case .string: "text"
            }
        let message =
            key.isEmpty
            ? "an empty key: a key must be a string" : "the key '\(clipped(key))' is \(kind); a key must be a string"
        return Diagnostic(.keyIsNoString, message, at: span, fixIt: fixIt)
    }

    static func problemLimit(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.yamlLimit, "more than \(limit) problems in the YAML; the others are not shown", at: span)
    }

    /// A text in single quotes, in which YAML takes all but these as it stands.
    static func quoted(_ text: String) -> String {
        var quoted = "'"
        for character in text.unicodeScalars {
            quoted.unicodeScalars.append(character)
            if character == "'" { quoted.unicodeScalars.append("'") }
        }
        return quoted + "'"
    }

    /// A text that may be long, for a message.
    static func clipped(_ text: String) -> String {
        text.utf8.count > 80 ? String(text.prefix(60)) + "…" : text
    }

    static func separator(at span: SourceSpan) -> Diagnostic {
        let message =
            "an invisible line separator (U+0085, U+2028 or U+2029), which YAML would take for the end of a line"
        return Diagnostic(.invalidText, message, at: span)
    }

    static func unknownAnchor(_ name: String, nearest: String?, at span: SourceSpan) -> Diagnostic {
        let hint = nearest.map { "; did you mean '*\($0)'?" } ?? ""
        let fixIt = nearest.map { Diagnostic.FixIt("replace with '*\($0)'", edits: [.init(span, "*\($0)")]) }
        return Diagnostic(
            .unknownAnchor, "no anchor '&\(clipped(name))' stands before this alias\(hint)", at: span, fixIt: fixIt)
    }

    static func recursiveAnchor(_ name: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(.unknownAnchor, "the alias '*\(clipped(name))' stands inside its own anchor", at: span)
    }

    static func mergeOfNoMapping(at span: SourceSpan) -> Diagnostic {
        Diagnostic(.mergeKey, "'<<' takes a mapping or a list of mappings", at: span)
    }

    static func duplicateKey(_ key: String, at span: SourceSpan, first: SourceSpan) -> Diagnostic {
        Diagnostic(
            .duplicateKey, "the key '\(clipped(key))' stands twice in this mapping", at: span,
            notes: [.init("first here", at: first)])
    }

    static func secondMerge(at span: SourceSpan, first: SourceSpan, fixIt: Diagnostic.FixIt?) -> Diagnostic {
        Diagnostic(
            .mergeKey, "two '<<' in one mapping; write one with a list: '<<: [*a, *b]'", at: span,
            notes: [.init("first here", at: first)], fixIt: fixIt)
    }
}
