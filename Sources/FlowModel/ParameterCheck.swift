internal import FlowPattern
package import FlowValue

/// Reads and checks the values of a parameter.
package struct ParameterCheck {
    private let parameter: ParameterSpec

    package init(_ parameter: ParameterSpec) {
        self.parameter = parameter
    }

    /// Reads what was given as `-p name=text`, by the declared type; nil if it is not of that type.
    ///
    /// - Parameter texts: One text, or several for a list that is given by repeating.
    /// - Returns: The value.
    package func value(of texts: [String]) -> JSONValue? {
        if parameter.form == .list {
            if texts.count == 1, case .array(let items)? = try? JSONReader.read(texts[0]) { return .array(items) }
            return .array(texts.map { .string($0) })
        }
        guard let text = texts.last else { return nil }
        switch parameter.form {
        case .string: return .string(text)
        case .int: return Int64(text).map { .int($0) }
        case .float: return Double(text).flatMap { $0.isFinite ? .float($0) : nil }
        case .bool: return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        case .json, .object, .list: return try? JSONReader.read(text)
        }
    }

    private static func phrase(_ type: String) -> String {
        guard type != "null", let first = type.first else { return type }
        return "aeiou".contains(first) ? "an \(type)" : "a \(type)"
    }

    /// What is wrong with a value, as the end of a sentence; nil if it is good.
    package func problem(_ value: JSONValue) -> String? {
        let fits =
            switch (parameter.form, value) {
            case (.string, .string), (.int, .int), (.float, .float), (.float, .int), (.bool, .bool), (.json, _),
                (.list, .array), (.object, .object):
                true
            default: false
            }
        guard fits else { return "is \(Self.phrase(value.typeName)), not \(Self.phrase(parameter.form.rawValue))" }
        if let allowed = parameter.allowed, !allowed.contains(value) {
            return "is none of \(allowed.map { JSONWriter.text($0) }.joined(separator: ", "))"
        }
        if let pattern = parameter.pattern, case .string(let text) = value,
            let pattern = try? Pattern(pattern), !pattern.matches(text)
        {
            return "does not match '\(parameter.pattern ?? "")'"
        }
        let number: Double? =
            switch value {
            case .int(let value): Double(value)
            case .float(let value): value
            default: nil
            }
        if let number, let minimum = parameter.minimum, number < minimum { return "is less than \(minimum)" }
        if let number, let maximum = parameter.maximum, number > maximum { return "is more than \(maximum)" }
        return nil
    }
}
