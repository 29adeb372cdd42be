/// The byte strings as which secrets may stand in what a task prints.
///
/// For each secret, and each line of one that has several: the text itself, as it stands inside a JSON string, inside a
/// URL and inside single quotes of a shell, and inside base64. Texts under four characters have no forms but themselves.
struct SecretForms {
    /// Forms that stand as they are.
    private(set) var texts: [[UInt8]: UInt8] = [:]
    /// Forms in base64, which lines may break after each fourth character of the whole: each with the bit *n* mod 4 of
    /// the lengths *n* after which that is.
    private(set) var base64: [[UInt8]: UInt8] = [:]

    /// Makes the forms of secrets; empty ones have none.
    ///
    /// - Complexity: O(*n*) for secrets of *n* bytes together; about 50 bytes of forms for each byte.
    init(_ secrets: [String]) {
        for secret in secrets where !secret.isEmpty {
            add(secret)
            for line in secret.split(whereSeparator: \.isNewline) {
                // Blanks around a line come and go with indentation, and are nobody's secret.
                let core = line.trimmingBlanks
                if core.unicodeScalars.count >= Self.shortest, core.utf8.count < secret.utf8.count { add(String(core)) }
            }
        }
    }

    /// How many characters must be alike for a coincidence to be unlikely.
    private static let shortest = 4

    private mutating func add(_ text: String) {
        texts[Array(text.utf8)] = 0
        guard text.unicodeScalars.count >= Self.shortest else { return }
        for style in JSONStyle.all { texts[style.escaped(text)] = 0 }
        for style in PercentStyle.all { texts[style.escaped(text)] = 0 }
        // 'it'\''s', as `bash -x` prints it.
        texts[text.utf8.flatMap { $0 == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [$0] }] = 0
        addBase64(Array(text.utf8))
    }

    // MARK: base64

    /// Adds the forms of bytes inside a base64 text that begins none, one or two bytes (modulo 3) before them, and ends
    /// after them, after a line end that follows them, or later.
    ///
    /// A character that holds bits of other bytes too is no part of a form: there would be 64 forms in place of one, or 16.
    private mutating func addBase64(_ bytes: [UInt8]) {
        for alphabet in [Self.standardAlphabet, Self.urlAlphabet] {
            for before in 0..<3 {
                for end in [[], [UInt8(ascii: "\n")]] {
                    let all = Array(repeating: 0, count: before) + bytes + end
                    let code = Self.base64(all, alphabet)
                    let padding = Array(repeating: UInt8(ascii: "="), count: (4 - code.count % 4) % 4)
                    let first = (before * 8 + 5) / 6
                    for form in [code[...], (code + padding)[...], code[..<(all.count * 8 / 6)]] {
                        addBase64(form.dropFirst(first), from: first)
                        // A line that breaks after the first character of a form is not waited for: see ``FormAutomaton``.
                        if first == 3 { addBase64(form.dropFirst(4), from: 4) }
                    }
                }
            }
        }
    }

    private mutating func addBase64(_ form: ArraySlice<UInt8>, from first: Int) {
        guard form.count >= Self.shortest else { return }
        base64[Array(form), default: 0] |= 1 << UInt8((8 - first) % 4)
    }

    /// Source: RFC 4648, sections 4 and 5; without padding.
    private static func base64(_ bytes: [UInt8], _ alphabet: [UInt8]) -> [UInt8] {
        var code: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            count += 8
            while count >= 6 {
                count -= 6
                code.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { code.append(alphabet[bits << (6 - count) & 63]) }
        return code
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standardAlphabet = Array("\(letters)+/".utf8)
    private static let urlAlphabet = Array("\(letters)-_".utf8)
}

/// How a JSON writer escapes what stands in a string; writers differ where RFC 8259, section 7, leaves them free.
private struct JSONStyle {
    var escapesSlash = false
    var escapesNonASCII = false
    var isUpperCase = false
    /// Characters that stand as \uXXXX though they need not.
    var guarded: Set<Unicode.Scalar> = []

    static let all: [JSONStyle] = {
        var all: [JSONStyle] = []
        for bits in 0..<8 {
            all.append(
                JSONStyle(escapesSlash: bits & 1 != 0, escapesNonASCII: bits & 2 != 0, isUpperCase: bits & 4 != 0))
        }
        // Go's encoding/json and .NET's System.Text.Json make their output safe inside HTML.
        all.append(JSONStyle(guarded: ["<", ">", "&"]))
        all.append(JSONStyle(escapesNonASCII: true, isUpperCase: true, guarded: ["<", ">", "&", "'", "\"", "+", "`"]))
        return all
    }()

    func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case _ where guarded.contains(scalar) || escapesNonASCII && !scalar.isASCII:
                for unit in String(scalar).utf16 { bytes += escape(unit) }
            case "\"", "\\": bytes += "\\\(scalar)".utf8
            case "/" where escapesSlash: bytes += "\\/".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{8}": bytes += "\\b".utf8
            case "\u{C}": bytes += "\\f".utf8
            case _ where scalar.value < 0x20: bytes += escape(UInt16(scalar.value))
            default: bytes += String(scalar).utf8
            }
        }
        return bytes
    }

    private func escape(_ unit: UInt16) -> [UInt8] {
        let digits = String(unit, radix: 16, uppercase: isUpperCase)
        return Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
    }
}

/// How a URL writer escapes bytes; writers differ in what they keep.
///
/// Source: RFC 3986, section 2; <https://url.spec.whatwg.org/#application/x-www-form-urlencoded>.
private struct PercentStyle {
    /// What stands as it is, beside letters and digits.
    var kept: Set<UInt8>
    /// Whether a space becomes `+`.
    var isForm = false
    var isUpperCase = true

    static let all: [PercentStyle] = [
        ("-._~", false), ("-._~/", false), ("-._~", true), ("*-._", true),
        // encodeURIComponent and encodeURI.
        ("-._~!'()*", false), ("-._~!'()*;,/?:@&=+$#", false),
    ].flatMap { kept, isForm in
        [true, false].map { PercentStyle(kept: Set(kept.utf8), isForm: isForm, isUpperCase: $0) }
    }

    func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || kept.contains(byte) {
                bytes.append(byte)
            } else if isForm, byte == UInt8(ascii: " ") {
                bytes.append(UInt8(ascii: "+"))
            } else {
                let digits = String(byte, radix: 16, uppercase: isUpperCase)
                bytes += "%\(byte < 16 ? "0" : "")\(digits)".utf8
            }
        }
        return bytes
    }
}

extension Substring {
    /// The text without white space around it.
    fileprivate var trimmingBlanks: Substring {
        let rest = drop(while: \.isWhitespace)
        let end = rest.lastIndex { !$0.isWhitespace }
        return end.map { rest[...$0] } ?? ""
    }
}
