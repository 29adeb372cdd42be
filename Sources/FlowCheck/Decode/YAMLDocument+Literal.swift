import FlowDiagnostics
import FlowValue
import FlowYAML
import Glibc

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
    /// The bytes of a list in flow style that are JSON as they stand, with the meaning that they have as YAML: nothing is
    /// copied of what nearly all arguments of a large file are.
    ///
    /// - Returns: Where they lie in ``source``; nil where it is not sure at a glance.
    func json(_ node: YAMLNodeID) -> Range<Int>? {
        guard kind(node) == .sequence, style(node) == .flow else { return nil }
        let span = span(node)
        let range = Int(span.start)..<Int(span.end)
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe isPlainJSON(UnsafeBufferPointer(rebasing: source[range]))
        } ? range : nil
    }

    /// Whether a text is a JSON list of plain integers and of strings without escapes and expressions.
    private func isPlainJSON(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard unsafe text.first == UInt8(ascii: "[") else { return false }
        var index = 1
        func skipSpace() {
            while index < text.count, unsafe isSpace(text[index]) { index += 1 }
        }
        skipSpace()
        if unsafe index == text.count - 1 && text[index] == UInt8(ascii: "]") { return true }
        while index < text.count {
            guard let end = unsafe endOfItem(text, from: index) else { return false }
            index = end
            skipSpace()
            guard index < text.count else { return false }
            if unsafe text[index] == UInt8(ascii: "]") { return index == text.count - 1 }
            guard unsafe text[index] == UInt8(ascii: ",") else { return false }
            index += 1
            skipSpace()
        }
        return false
    }

    private func place(
        of byte: UInt8, in text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        guard start < end, let base = text.baseAddress,
            let hit = unsafe memchr(base + start, Int32(byte), end - start)
        else { return nil }
        return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Where an item ends; nil where it is none that means the same in JSON, an alias or an anchor for one.
    private func endOfItem(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        if unsafe text[start] == UInt8(ascii: "\"") {
            guard let quote = unsafe place(of: UInt8(ascii: "\""), in: text, from: start + 1, to: text.count)
            else { return nil }
            // The end of a line in quoted text is no part of the value.
            for byte in "\\$\n\r\t".utf8 where unsafe place(of: byte, in: text, from: start + 1, to: quote) != nil {
                return nil
            }
            return quote + 1
        }
        while index < text.count, unsafe text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        let count = index - start
        guard count > 0, count <= 18 else { return nil }
        return unsafe count == 1 || text[start] != UInt8(ascii: "0") ? index : nil
    }
}
