import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue
import FlowYAML

/// Reads typed values from YAML nodes and collects what is wrong with them.
struct DocumentReader {
    var document: YAMLDocument
    /// Where the document is still being read.
    var growth: YAMLGrowth?
    var diagnostics: [Diagnostic] = []
    /// Scalars with expressions where none may stand: what they name counts as read.
    var refused: [YAMLNodeID] = []

    private let maps = LastScalarMap()

    init(_ document: YAMLDocument) {
        self.document = document
    }

    /// The item after a place in a sequence, which may still be read.
    mutating func nextItem(_ cursor: inout YAMLDocument.Cursor, of sequence: YAMLNodeID) -> YAMLNodeID? {
        guard let growth else { return document.nextItem(&cursor) }
        // What is decoded ahead does not count where anything is wrong: no more of it is needed.
        guard diagnostics.isEmpty else { return nil }
        return growth.nextItem(&cursor, of: document.resolved(sequence), in: &document)
    }

    mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
    }

    mutating func wrongType(_ node: YAMLNodeID, _ key: String, _ wanted: String, fixIt: Diagnostic.FixIt? = nil) {
        report(
            Diagnostic(
                .wrongType, "'\(key)' takes \(wanted), not \(describe(node))", at: document.span(node), fixIt: fixIt))
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
        document.isNull(node)
    }

    /// Whether the node is a scalar with text, a number or a word.
    func isText(_ node: YAMLNodeID) -> Bool {
        document.kind(node) == .scalar && !document.isNull(node)
    }

    // MARK: Values that were accepted before: nil where they were not

    func string(_ node: YAMLNodeID) -> String? {
        isText(node) ? document.text(node) : nil
    }

    func bool(_ node: YAMLNodeID) -> Bool? {
        if document.kind(node) == .scalar, case .bool(let value) = document.scalar(node) { return value }
        return nil
    }

    func int(_ node: YAMLNodeID) -> Int? {
        if document.kind(node) == .scalar, case .int(let value) = document.scalar(node) { return Int(value) }
        return nil
    }

    func number(_ node: YAMLNodeID) -> Double? {
        guard document.kind(node) == .scalar else { return nil }
        switch document.scalar(node) {
        case .int(let value): return Double(value)
        case .float(let value): return value
        case .null, .bool, .string, .outOfRange: return nil
        }
    }

    /// A duration: seconds or a text with units.
    func duration(_ node: YAMLNodeID) -> Duration? {
        guard document.kind(node) == .scalar else { return nil }
        switch document.scalar(node) {
        case .int(let value) where value >= 0: return DurationText.seconds(Double(value))
        case .float(let value) where value >= 0: return DurationText.seconds(value)
        case .string: return DurationText.duration(document.text(node))
        case .null, .bool, .outOfRange, .int, .float: return nil
        }
    }

    func strings(_ node: YAMLNodeID) -> [String]? {
        switch document.kind(node) {
        case .scalar: return string(node).map { [$0] }
        case .sequence: return document.items(node).compactMap { string($0) }
        case .mapping, .alias: return nil
        }
    }

    func ints(_ node: YAMLNodeID) -> [Int]? {
        let items = document.kind(node) == .sequence ? document.items(node) : [node]
        let values = items.compactMap { int($0) }
        return values.count == items.count ? values : nil
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
            let isInteger = text.utf8.contains { (0x30...0x39).contains($0) } && !text.contains(".")
            let message =
                isInteger
                ? "the number \(text) does not fit 64 bits; as text it needs quotes"
                : "\(text) is no number of JSON; as text it needs quotes"
            report(Diagnostic(.numberOutOfRange, message, at: document.span(node)))
            return .null
        }
    }

    /// A value that may hold expressions.
    mutating func template(_ node: YAMLNodeID) -> Template {
        switch document.kind(node) {
        case .scalar, .alias:
            guard document.isString(node) else { return .literal(scalar(node)) }
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

    /// The template of a scalar that is text; what does not parse is reported where expressions are resolved.
    func textTemplate(_ node: YAMLNodeID) -> Template {
        let text = document.text(node)
        guard text.utf8.contains(UInt8(ascii: "$")) else { return .literal(.string(text)) }
        return (try? Template.parse(text)) ?? .text([])
    }

    /// A condition or another place where an expression stands with or without `${{ }}`.
    func expression(_ node: YAMLNodeID) -> Expression? {
        guard document.kind(node) == .scalar else { return nil }
        switch document.scalar(node) {
        case .bool(let value): return .literal(.bool(value))
        case .string: break
        case .null, .int, .float, .outOfRange: return nil
        }
        let bytes = Array(document.text(node).utf8)
        guard Template.mayHoldExpression(bytes) else { return try? ExpressionParser.parse(bytes, 0..<bytes.count) }
        guard case .expression(let expression) = textTemplate(node) else { return nil }
        return expression
    }

    /// A finding about the text of an expression.
    func syntax(_ error: ExpressionError, in node: YAMLNodeID) -> Diagnostic {
        let span = span(error.place, in: node)
        guard let name = error.unknownFunction else { return Diagnostic(.expressionSyntax, error.message, at: span) }
        return Names.finding(
            .unknownName, error.message, name, among: ExpressionFunction.allCases.map(\.rawValue), at: span,
            isExact: span != document.span(node))
    }

    /// The place of a part of a scalar; the whole scalar where its text cannot be followed.
    func span(_ place: Expression.Place?, in node: YAMLNodeID) -> SourceSpan {
        guard let place, document.kind(node) == .scalar, let map = maps.map(of: node, in: document) else {
            return document.span(node)
        }
        return map.span(place.start, place.end)
    }
}

/// The map of the scalar that was asked for last: the findings of one scalar come one after the other.
final class LastScalarMap {
    private var last: (node: YAMLNodeID, map: ScalarMap?)?

    func map(of node: YAMLNodeID, in document: YAMLDocument) -> ScalarMap? {
        if let last, last.node == node { return last.map }
        let map = document.scalarMap(node)
        last = (node, map)
        return map
    }
}
