import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowYAML

/// FR402: every name in an expression must stand for something where it is written.
enum ExpressionNames {
    private static let roots = [
        "params", "env", "secrets", "run", "steps", "args", "kwargs", "request", "parent", "error",
    ]

    static func check(_ decoder: inout WorkflowDecoder) {
        let parameters = decoder.spec.parameters.map(\.name)
        let steps = Set(decoder.spec.nodes.map(\.id))
        let stack: [YAMLNodeID] = [decoder.document.root]
        var bound: Set<String> = []
        for modifiers in decoder.spec.modifiers {
            switch modifiers.fanOut {
            case .foreach(_, let name, _, _): bound.insert(name)
            case .matrix(let axes, _): bound.formUnion(axes.map(\.name))
            case nil: break
            }
        }
        guard decoder.document.source.mayHoldExpression else { return }
        visit(stack[0], parameters, steps, bound, &decoder)
    }

    private static func visit(
        _ node: YAMLNodeID, _ parameters: [String], _ steps: Set<String>, _ bound: Set<String>,
        _ decoder: inout WorkflowDecoder
    ) {
        switch decoder.document.kind(node) {
        case .scalar, .alias:
            let text = decoder.document.text(node)
            guard Template.mayHoldExpression(Array(text.utf8)), let template = try? Template.parse(text) else { return }
            var findings: [Diagnostic] = []
            let reader = decoder.reader
            template.forEachExpression { expression in
                expression.forEachReference { path in
                    if let finding = finding(path, parameters, steps, bound, node, reader) { findings.append(finding) }
                }
            }
            for finding in findings { decoder.reader.report(finding) }
        case .sequence:
            for item in decoder.document.items(node) { visit(item, parameters, steps, bound, &decoder) }
        case .mapping:
            var values: [YAMLNodeID] = []
            let document = decoder.document
            document.forEachEntry(node) { key, value in
                // Scripts hold no expressions; that they hold none is another rule's matter.
                if document.text(key) != "run", !document.text(key).hasPrefix("x-") { values.append(value) }
            }
            for value in values { visit(value, parameters, steps, bound, &decoder) }
        }
    }

    private static func finding(
        _ path: [(name: String, place: Expression.Place)], _ parameters: [String], _ steps: Set<String>,
        _ bound: Set<String>, _ node: YAMLNodeID, _ reader: DocumentReader
    ) -> Diagnostic? {
        let root = path[0]
        func unknown(_ kind: String, _ part: (name: String, place: Expression.Place), _ known: [String]) -> Diagnostic {
            let nearest = Suggestion.nearest(to: part.name, among: known)
            let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
            let span = reader.span(part.place, in: node)
            let isExact = span != reader.document.span(node)
            let fixIt =
                isExact ? nearest.map { Diagnostic.FixIt("replace with '\($0)'", edits: [.init(span, $0)]) } : nil
            return Diagnostic(.unknownName, "there is no \(kind) '\(part.name)'\(hint)", at: span, fixIt: fixIt)
        }
        if bound.contains(root.name) { return nil }
        guard roots.contains(root.name) else { return unknown("name", root, roots + bound.sorted()) }
        guard path.count > 1 else { return nil }
        switch root.name {
        case "params" where !parameters.contains(path[1].name): return unknown("parameter", path[1], parameters)
        case "steps" where !steps.contains(path[1].name): return unknown("step", path[1], steps.sorted())
        default: return nil
        }
    }
}

extension [UInt8] {
    /// Whether a file has any expression at all; most large ones have none.
    var mayHoldExpression: Bool { Template.mayHoldExpression(self) }
}
