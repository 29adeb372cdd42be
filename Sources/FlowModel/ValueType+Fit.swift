package import FlowValue

extension ValueType {
    /// Why a value does not fit the type, as a path and a sentence; nil if it fits.
    ///
    /// Nothing is coerced.
    package func misfit(_ value: JSONValue, at path: String = "") -> String? {
        switch (self, value) {
        case (.any, _), (.json, _), (.null, .null), (.bool, .bool), (.int, .int), (.float, .float), (.float, .int),
            (.string, .string), (.path, .string):
            return nil
        case (.lines, .array(let items)):
            return Self.list(.string).misfit(.array(items), at: path)
        case (.list(let type), .array(let items)):
            for index in items.indices {
                if let misfit = type.misfit(items[index], at: "\(path)[\(index)]") { return misfit }
            }
            return nil
        case (.object(let fields), .object(let object)):
            for field in fields {
                guard let value = object[field.key] else { return sentence(path, "has no '\(field.key)'") }
                if let misfit = field.type.misfit(value, at: "\(path).\(field.key)") { return misfit }
            }
            return nil
        case (.union(let members), _):
            return members.contains { $0.misfit(value) == nil } ? nil : mismatch(path, value)
        default:
            return mismatch(path, value)
        }
    }

    private func mismatch(_ path: String, _ value: JSONValue) -> String {
        sentence(path, "is a \(value.typeName), not a \(text)")
    }

    private func sentence(_ path: String, _ words: String) -> String {
        path.isEmpty ? "the value \(words)" : "'\(path.hasPrefix(".") ? String(path.dropFirst()) : path)' \(words)"
    }
}
