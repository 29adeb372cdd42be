import FlowValue
import FlowYAML

/// Writes a YAML node as compact JSON without building a value: what nearly all arguments of a large file are.
struct LiteralWriter {
    let document: YAMLDocument

    /// Appends the JSON of a node.
    ///
    /// - Returns: False where the node may hold an expression, a merge key or a number out of range: then it has to be read
    ///   as a template, and what was appended is of no use.
    func append(_ node: YAMLNodeID, to json: inout [UInt8]) -> Bool {
        switch document.kind(node) {
        case .scalar, .alias: return appendScalar(node, to: &json)
        case .sequence:
            json.append(UInt8(ascii: "["))
            var isFirst = true
            var isLiteral = true
            document.forEachItem(node) { item in
                if !isFirst { json.append(UInt8(ascii: ",")) }
                isFirst = false
                isLiteral = append(item, to: &json)
                return isLiteral
            }
            json.append(UInt8(ascii: "]"))
            return isLiteral
        case .mapping:
            json.append(UInt8(ascii: "{"))
            var isFirst = true
            var isLiteral = true
            document.forEachEntry(node) { key, value in
                guard isLiteral else { return }
                if !isFirst { json.append(UInt8(ascii: ",")) }
                isFirst = false
                isLiteral = appendText(key, to: &json)
                json.append(UInt8(ascii: ":"))
                isLiteral = isLiteral && append(value, to: &json)
            }
            json.append(UInt8(ascii: "}"))
            return isLiteral
        }
    }

    private func appendScalar(_ node: YAMLNodeID, to json: inout [UInt8]) -> Bool {
        switch document.scalar(node) {
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
        unsafe document.withBytes(node) { bytes in
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
