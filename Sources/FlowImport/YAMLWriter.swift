import FlowValue

/// Writes YAML in block style that YAML 1.1 and 1.2 read alike, whatever the strings hold.
///
///     retries: 3
///     hosts:
///       - oslo
///       - "12:30"
///     empty: {}
struct YAMLWriter {
    private(set) var text = ""

    /// Writes a line as it is, below `depth` mappings.
    mutating func line(_ line: String, depth: Int = 0) {
        text += String(repeating: "  ", count: depth)
        text += line
        text += "\n"
    }

    mutating func blankLine() {
        text += "\n"
    }

    /// Writes a comment; what would end it or is invisible becomes a space.
    mutating func comment(_ comment: String, depth: Int = 0) {
        var shown = ""
        for scalar in comment.unicodeScalars {
            shown.unicodeScalars.append(scalar == "\t" || YAMLScalarText.isPrintable(scalar) ? scalar : " ")
        }
        line(shown.isEmpty ? "#" : "# " + shown, depth: depth)
    }

    /// Writes a key and its value.
    mutating func entry(_ key: String, _ value: JSONValue, depth: Int = 0) {
        text += String(repeating: "  ", count: depth)
        write(key: key, value, depth: depth)
    }

    private mutating func write(key: String, _ value: JSONValue, depth: Int) {
        text += YAMLScalarText.scalar(key)
        text += ":"
        switch value {
        case .array(let items) where !items.isEmpty:
            text += "\n"
            for item in items {
                text += String(repeating: "  ", count: depth + 1)
                write(item: item, depth: depth + 1)
            }
        case .object(let object) where object.count > 0:
            text += "\n"
            for member in object.members { entry(member.key, member.value, depth: depth + 1) }
        case .null, .bool, .int, .float, .string, .array, .object:
            text += " "
            text += YAMLScalarText.scalar(value)
            text += "\n"
        }
    }

    /// Writes an item of a list; the first line of a collection stands behind its dash.
    private mutating func write(item: JSONValue, depth: Int) {
        text += "- "
        switch item {
        case .array(let items) where !items.isEmpty:
            for index in items.indices {
                if index > 0 { text += String(repeating: "  ", count: depth + 1) }
                write(item: items[index], depth: depth + 1)
            }
        case .object(let object) where object.count > 0:
            for index in object.members.indices {
                if index > 0 { text += String(repeating: "  ", count: depth + 1) }
                write(key: object.members[index].key, object.members[index].value, depth: depth + 1)
            }
        case .null, .bool, .int, .float, .string, .array, .object:
            text += YAMLScalarText.scalar(item)
            text += "\n"
        }
    }
}

/// The text of YAML scalars.
enum YAMLScalarText {
    /// A scalar or an empty collection.
    static func scalar(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .float(let value): number(value)
        case .string(let value): scalar(value)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// A string: plain where every reader takes it for this string, else in double quotes.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    /// A float that YAML 1.1 too takes for one: it wants a point.
    private static func number(_ value: Double) -> String {
        let text = value.description
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// Whether a string can stand without quotes in block style.
    ///
    /// It begins with a letter, `_` or `/`, so that it is no number, time or indicator, and is none of the words that
    /// either version of YAML takes for something else.
    static func isPlain(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, isLetter(first) || first == "_" || first == "/" else { return false }
        guard !words.contains(text.lowercased()), scalars.count <= 200 else { return false }
        var previous = first
        for scalar in scalars.dropFirst() {
            if previous == ":", scalar == " " { return false }
            guard isLetter(scalar) || "0123456789_/.-+*@%:;,$=~!?&|()<> '".unicodeScalars.contains(scalar) else {
                return false
            }
            previous = scalar
        }
        return previous != ":" && previous != " "
    }

    private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? scalar.properties.isAlphabetic : scalar.properties.isAlphabetic && isPrintable(scalar)
    }

    /// In double quotes, with every invisible character escaped.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if isPrintable(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    let width = scalar.value > 0xFFFF ? 8 : 4
                    quoted += width == 8 ? "\\U" : "\\u"
                    quoted += String(repeating: "0", count: width - digits.utf8.count) + digits
                }
            }
        }
        return quoted + "\""
    }

    /// Whether a character can stand in a YAML file as itself and is no end of a line.
    ///
    /// Source: YAML 1.2.2, section 5.1, without tab, NEL, LS, PS and the byte-order mark.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
