import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

/// Reads typed values from YAML nodes and collects what is wrong with them.
struct DocumentReader {
    let document: YAMLDocument
    var diagnostics: [Diagnostic] = []

    init(_ document: YAMLDocument) {
        self.document = document
    }

    mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
    }

    mutating func wrongType(_ node: YAMLNodeID, _ key: String, _ wanted: String) {
        report(
            Diagnostic(.wrongType, "'\(key)' takes \(wanted), not \(describe(node))", at: document.span(node)))
    }

    func describe(_ node: YAMLNodeID) -> String {
        switch document.kind(node) {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar, .alias: break
        }
        let text = document.text(node)
        let shown = text.utf8.count > 40 ? String(text.prefix(40)) + "…" : text
        switch document.scalar(node) {
        case .null: return "null"
        case .bool, .int, .float, .outOfRange: return shown
        case .string: return "'\(shown)'"
        }
    }

    func isNull(_ node: YAMLNodeID) -> Bool {
        document.kind(node) == .scalar && document.scalar(node) == .null
    }

    mutating func string(_ node: YAMLNodeID, _ key: String) -> String? {
        guard document.kind(node) == .scalar, document.scalar(node) != .null else {
            wrongType(node, key, "text")
            return nil
        }
        return document.text(node)
    }

    mutating func bool(_ node: YAMLNodeID, _ key: String) -> Bool? {
        if document.kind(node) == .scalar, case .bool(let value) = document.scalar(node) { return value }
        wrongType(node, key, "true or false")
        return nil
    }

    mutating func int(_ node: YAMLNodeID, _ key: String, _ range: ClosedRange<Int> = 0...Int.max) -> Int? {
        if document.kind(node) == .scalar, case .int(let value) = document.scalar(node), range.contains(Int(value)) {
            return Int(value)
        }
        let wanted =
            switch range {
            case 0...Int.max: "a whole number from 0"
            case 1...Int.max: "a whole number from 1"
            default: "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
        wrongType(node, key, wanted)
        return nil
    }

    /// A duration: seconds or a text with units.
    mutating func duration(_ node: YAMLNodeID, _ key: String) -> Duration? {
        if document.kind(node) == .scalar {
            switch document.scalar(node) {
            case .int(let value) where value >= 0:
                if let duration = DurationText.seconds(Double(value)) { return duration }
            case .float(let value) where value >= 0:
                if let duration = DurationText.seconds(value) { return duration }
            case .string:
                if let duration = DurationText.duration(document.text(node)) { return duration }
            case .null, .bool, .outOfRange, .int, .float: break
            }
        }
        let span = document.span(node)
        let text = document.text(node)
        let isQuoted = document.kind(node) == .scalar && document.style(node) != .plain
        let fixIt =
            isQuoted && Double(text) != nil
            ? Diagnostic.FixIt("remove the quotes", edits: [.init(span, text)]) : nil
        report(
            Diagnostic(
                .wrongValue, "'\(key)' takes seconds or a duration such as 10s or 1h30m, not \(describe(node))",
                at: span, fixIt: fixIt))
        return nil
    }

    mutating func strings(_ node: YAMLNodeID, _ key: String) -> [String]? {
        switch document.kind(node) {
        case .scalar where document.scalar(node) != .null: return [document.text(node)]
        case .sequence:
            var strings: [String] = []
            for item in document.items(node) {
                guard let text = string(item, key) else { return nil }
                strings.append(text)
            }
            return strings
        default:
            wrongType(node, key, "a list of names")
            return nil
        }
    }

    mutating func ints(_ node: YAMLNodeID, _ key: String) -> [Int]? {
        let items = document.kind(node) == .sequence ? document.items(node) : [node]
        var values: [Int] = []
        for item in items {
            guard let value = int(item, key, 0...255) else { return nil }
            values.append(value)
        }
        return values
    }

    // MARK: Values and templates

    /// A JSON value without expressions.
    mutating func value(_ node: YAMLNodeID) -> JSONValue {
        switch document.kind(node) {
        case .scalar, .alias: return scalar(node)
        case .sequence: return .array(document.items(node).map { value($0) })
        case .mapping:
            var entries: [(YAMLNodeID, YAMLNodeID)] = []
            document.forEachEntry(node) { entries.append(($0, $1)) }
            var object = JSONObject()
            for (key, item) in entries { object.append(document.text(key), value(item)) }
            return .object(object)
        }
    }

    private mutating func scalar(_ node: YAMLNodeID) -> JSONValue {
        switch document.scalar(node) {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .float(let value): return .float(value)
        case .string: return .string(document.text(node))
        case .outOfRange:
            let text = document.text(node)
            report(
                Diagnostic(
                    .numberOutOfRange, "the number \(text) does not fit 64 bits; as text it needs quotes",
                    at: document.span(node)))
            return .null
        }
    }

    /// A value that may hold expressions.
    mutating func template(_ node: YAMLNodeID) -> Template {
        switch document.kind(node) {
        case .scalar, .alias:
            guard document.scalar(node) == .string else { return .literal(scalar(node)) }
            return textTemplate(node)
        case .sequence:
            let items = document.items(node).map { template($0) }
            if let values = literals(items) { return .literal(.array(values)) }
            return .list(items)
        case .mapping:
            var entries: [(YAMLNodeID, YAMLNodeID)] = []
            document.forEachEntry(node) { entries.append(($0, $1)) }
            let members = entries.map { Template.Entry(key: document.text($0.0), value: template($0.1)) }
            guard let values = literals(members.map(\.value)) else { return .object(members) }
            var object = JSONObject()
            for (member, value) in zip(members, values) { object.append(member.key, value) }
            return .literal(.object(object))
        }
    }

    private func literals(_ templates: [Template]) -> [JSONValue]? {
        var values: [JSONValue] = []
        values.reserveCapacity(templates.count)
        for template in templates {
            guard case .literal(let value) = template else { return nil }
            values.append(value)
        }
        return values
    }

    /// The template of a scalar that is text.
    mutating func textTemplate(_ node: YAMLNodeID) -> Template {
        let text = document.text(node)
        guard text.utf8.contains(UInt8(ascii: "$")) else { return .literal(.string(text)) }
        do {
            return try Template.parse(text)
        } catch {
            report(Diagnostic(.expressionSyntax, error.message, at: span(error.place, in: node)))
            return .literal(.null)
        }
    }

    /// A condition or another place where an expression stands with or without `${{ }}`.
    mutating func expression(_ node: YAMLNodeID, _ key: String) -> Expression? {
        guard document.kind(node) == .scalar else {
            wrongType(node, key, "an expression")
            return nil
        }
        switch document.scalar(node) {
        case .bool(let value): return .literal(.bool(value))
        case .string: break
        case .null, .int, .float, .outOfRange:
            wrongType(node, key, "an expression")
            return nil
        }
        let bytes = Array(document.text(node).utf8)
        if Template.mayHoldExpression(bytes) {
            switch textTemplate(node) {
            case .expression(let expression): return expression
            case .literal(.null): return nil
            case .literal, .text, .list, .object:
                report(
                    Diagnostic(
                        .expressionSyntax, "'\(key)' takes one expression and no text around it",
                        at: document.span(node)))
                return nil
            }
        }
        do {
            return try ExpressionParser.parse(bytes, 0..<bytes.count)
        } catch {
            report(Diagnostic(.expressionSyntax, error.message, at: span(error.place, in: node)))
            return nil
        }
    }

    /// The place of a part of a scalar; the whole scalar where its text is not a slice of the file.
    func span(_ place: Expression.Place?, in node: YAMLNodeID) -> SourceSpan {
        let whole = document.span(node)
        guard let place, document.kind(node) == .scalar else { return whole }
        let offset =
            switch document.style(node) {
            case .plain: 0
            case .singleQuoted, .doubleQuoted: 1
            case .literal, .folded, .block, .flow: -1
            }
        let length = document.text(node).utf8.count
        guard offset >= 0, Int(whole.end - whole.start) == length + 2 * offset else { return whole }
        return SourceSpan(
            file: whole.file, start: Int(whole.start) + offset + place.start, end: Int(whole.start) + offset + place.end
        )
    }
}
