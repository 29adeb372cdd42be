import FlowDiagnostics
import FlowValue
import FlowYAML

/// A YAML node as compact JSON without building a value: what nearly all arguments of a large file are.
extension YAMLDocument {
    /// Appends the JSON of a node.
    ///
    /// - Returns: False where the node may hold an expression, a merge key or a number out of range: then it has to be read
    ///   as a template, and what was appended is of no use.
    func appendLiteral(_ node: YAMLNodeID, to json: inout [UInt8]) -> Bool {
        switch kind(node) {
        case .scalar, .alias: return appendScalar(node, to: &json)
        case .sequence:
            json.append(UInt8(ascii: "["))
            var isFirst = true
            var isLiteral = true
            forEachItem(node) { item in
                if !isFirst { json.append(UInt8(ascii: ",")) }
                isFirst = false
                isLiteral = appendLiteral(item, to: &json)
                return isLiteral
            }
            json.append(UInt8(ascii: "]"))
            return isLiteral
        case .mapping:
            json.append(UInt8(ascii: "{"))
            var isFirst = true
            var isLiteral = true
            forEachEntry(node) { key, value in
                guard isLiteral else { return }
                if !isFirst { json.append(UInt8(ascii: ",")) }
                isFirst = false
                isLiteral = appendText(key, to: &json)
                json.append(UInt8(ascii: ":"))
                isLiteral = isLiteral && appendLiteral(value, to: &json)
            }
            json.append(UInt8(ascii: "}"))
            return isLiteral
        }
    }

    private func appendScalar(_ node: YAMLNodeID, to json: inout [UInt8]) -> Bool {
        switch scalar(node) {
        case .string: return appendText(node, to: &json)
        case .null: json.append(contentsOf: "null".utf8)
        case .bool(let value): json.append(contentsOf: (value ? "true" : "false").utf8)
        case .int(let value): json.append(contentsOf: String(value).utf8)
        case .float(let value): json.append(contentsOf: value.description.utf8)
        case .outOfRange: return false
        }
        return true
    }

    /// Appends text that needs no escape and holds no `$`; all other text is for the template.
    private func appendText(_ node: YAMLNodeID, to json: inout [UInt8]) -> Bool {
        unsafe withBytes(node) { bytes in
            for index in bytes.indices {
                let byte = unsafe bytes[index]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "$")
                {
                    return false
                }
            }
            json.append(UInt8(ascii: "\""))
            unsafe json.append(contentsOf: bytes)
            json.append(UInt8(ascii: "\""))
            return true
        }
    }
}

extension YAMLDocument {
    /// The bytes of a flow collection that are JSON as they stand, with the meaning that they have as YAML: nothing is
    /// copied of what nearly all arguments of a large file are.
    ///
    /// - Returns: Where they lie in ``source``; nil where it is not sure at a glance.
    func json(_ node: YAMLNodeID) -> Range<Int>? {
        guard isFlowJSON(node) else { return nil }
        return Int(span(node).start)..<Int(span(node).end)
    }

    private func isFlowJSON(_ node: YAMLNodeID) -> Bool {
        guard style(node) == .flow, kind(node) == .sequence else { return false }
        var cursor = beforeItems(of: node)
        var end = Int(span(node).start)
        while let item = nextItem(&cursor) {
            guard isJSONScalar(item), isSeparator(end + 1..<Int(span(item).start)) else { return false }
            end = Int(span(item).end) - 1
        }
        return isSpace(end + 1..<Int(span(node).end) - 1)
    }

    /// Whether a scalar means in JSON what it means here: plain numbers as JSON has them, and quoted text without escapes.
    ///
    /// It is the text of the file that decides: an alias, an anchor or a tag stand there before the value.
    private func isJSONScalar(_ node: YAMLNodeID) -> Bool {
        let text = source[Int(span(node).start)..<Int(span(node).end)]
        guard kind(node) == .scalar, let first = text.first else { return false }
        switch style(node) {
        case .doubleQuoted:
            // Of one that goes over several lines, the ends of lines are no part of the value.
            return first == UInt8(ascii: "\"")
                && text.dropFirst().dropLast().allSatisfy {
                    $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "$")
                }
        case .plain:
            return text.count <= 18 && (first != UInt8(ascii: "0") || text.count == 1)
                && text.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
        case .singleQuoted, .literal, .folded, .block, .flow: return false
        }
    }

    private func isSeparator(_ range: Range<Int>) -> Bool {
        // The first item stands after the bracket, and has no comma before it.
        range.allSatisfy { source[$0] == UInt8(ascii: ",") || isSpace(source[$0]) }
    }

    private func isSpace(_ range: Range<Int>) -> Bool { range.allSatisfy { isSpace(source[$0]) } }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
