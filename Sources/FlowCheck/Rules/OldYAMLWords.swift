import FlowDiagnostics
import FlowYAML

/// FR008: values that a reader of YAML 1.1 takes for something else.
enum OldYAMLWords {
    static func check(_ decoder: inout WorkflowDecoder) {
        let document = decoder.document
        guard document.mayReadOtherwise else { return }
        document.forEachValue { node in
            guard let reading = document.oldYAMLReading(node) else { return }
            decoder.reader.report(finding(document.text(node), reading, document.span(node)))
        }
    }

    private static func finding(_ text: String, _ reading: OldReading, _ span: SourceSpan) -> Diagnostic {
        let quoted = Diagnostic.FixIt("put it in quotes", edits: [.init(span, "\"\(text)\"")])
        switch reading {
        case .bool:
            return Diagnostic(
                .oldYAMLWord, "'\(text)' is text here, and a boolean to readers of YAML 1.1; put it in quotes",
                at: span, fixIt: quoted)
        case .octal:
            return Diagnostic(
                .oldYAMLWord,
                "'\(text)' is the decimal number \(decimal(text)) here, and octal to readers of YAML 1.1; put it in "
                    + "quotes if it is text, such as a file mode",
                at: span)
        case .sexagesimal:
            return Diagnostic(
                .oldYAMLWord,
                "'\(text)' is text here, and a number in base 60 to readers of YAML 1.1; put it in quotes", at: span,
                fixIt: quoted)
        case .underscores:
            return Diagnostic(
                .oldYAMLWord,
                "'\(text)' is text here, and a number to readers of YAML 1.1; leave out the '_', or put it in quotes",
                at: span, fixIt: .init("put it in quotes", isSafe: false, edits: quoted.edits))
        }
    }

    private static func decimal(_ text: String) -> String {
        let digits = text.drop { $0 == "0" || $0 == "+" || $0 == "-" }
        return digits.isEmpty ? "0" : String(digits)
    }
}
