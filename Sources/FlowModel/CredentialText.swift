internal import Glibc

/// Tells a credential that is written out from other text.
///
/// Few false alarms matter more than finding all: what may be a placeholder, a reference or the name of a file is none.
package enum CredentialText {
    /// What kind of literal credential a text looks like.
    ///
    /// - Parameters:
    ///   - text: The text as it is written, expressions included.
    ///   - name: The name that the text is the whole value of, such as `DB_PASSWORD`; nil for other text.
    /// - Returns: The kind with its article, such as `a GitHub token`; nil for other text.
    /// - Complexity: O(length).
    package static func kind(of text: String, named name: String?) -> String? {
        let bytes = Array(text.utf8)
        return tokenKind(bytes) ?? keyKind(bytes) ?? urlKind(bytes) ?? name.flatMap { namedKind(text, $0) }
    }

    /// Whether a whole file can hold a text that looks like a credential; nearly all do not.
    ///
    /// - Complexity: A few fast searches through the bytes, each for the rarest byte of some marks.
    package static func mayStand(in source: [UInt8]) -> Bool {
        let marks = shapes.map { Array($0.prefix.utf8) } + ["eyJ", "://", "-----BEGIN "].map { Array($0.utf8) }
        for rare in "_-AJ/".utf8 {
            let own = marks.filter { mark in "_-AJ/".utf8.first { mark.contains($0) } == rare }
            if stands(any: own, in: source, around: rare) { return true }
        }
        return false
    }

    /// Whether one of some marks stands in bytes, looked for at the first occurrence of a byte that they share.
    private static func stands(any marks: [[UInt8]], in source: [UInt8], around rare: UInt8) -> Bool {
        let marks = marks.map { (bytes: $0, offset: $0.firstIndex(of: rare) ?? 0) }
        return unsafe source.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return false }
            var start = 0
            while start < source.count, let hit = unsafe memchr(base + start, Int32(rare), source.count - start) {
                let place = unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
                for mark in marks where mark.offset <= place && place - mark.offset + mark.bytes.count <= source.count {
                    guard unsafe base[place - mark.offset] == mark.bytes[0] else { continue }
                    let found = unsafe memcmp(base + place - mark.offset, mark.bytes, mark.bytes.count)
                    if found == 0 { return true }
                }
                start = place + 1
            }
            return false
        }
    }

    // MARK: Shapes

    /// The kind of the first word that has the shape of a well-known token.
    private static func tokenKind(_ bytes: [UInt8]) -> String? {
        var start = 0
        while start < bytes.count {
            guard isWord(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, isWord(bytes[end]) || isInnerDot(bytes, end) { end += 1 }
            if let kind = tokenKind(ofWord: bytes[start..<end]) { return kind }
            start = end
        }
        return nil
    }

    /// Whether a dot stands between two characters of words, as in a JWT.
    private static func isInnerDot(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[index] == UInt8(ascii: ".") && index + 1 < bytes.count && isWord(bytes[index + 1])
    }

    private static func tokenKind(ofWord word: ArraySlice<UInt8>) -> String? {
        // Every shape has at least so many characters; most words have fewer.
        guard word.count >= 15 else { return nil }
        for shape in shapes where word.starts(with: shape.prefix.utf8) {
            let rest = word.dropFirst(shape.prefix.utf8.count)
            if shape.lengths.contains(rest.count), rest.allSatisfy(shape.alphabet.contains), isRandom(rest) {
                return shape.kind
            }
        }
        return isWebToken(word) ? "a JSON web token" : nil
    }

    private struct Alphabet {
        var hasLower = true
        var hasDash = true

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLower
            case UInt8(ascii: "-"), UInt8(ascii: "_"): hasDash
            default: false
            }
        }
    }

    private struct Shape {
        let prefix: String
        /// The lengths of what follows the prefix.
        let lengths: ClosedRange<Int>
        let alphabet: Alphabet
        let kind: String
    }

    private static let shapes: [Shape] = {
        let capitals = Alphabet(hasLower: false, hasDash: false)
        let plain = Alphabet(hasDash: false)
        let any = Alphabet()
        func shape(_ prefix: String, _ lengths: ClosedRange<Int>, _ alphabet: Alphabet, _ kind: String) -> Shape {
            Shape(prefix: prefix, lengths: lengths, alphabet: alphabet, kind: kind)
        }
        let (aws, github) = ("an AWS access key", "a GitHub token")
        let gitHub = ["ghp_", "gho_", "ghs_", "ghu_", "ghr_"].map { shape($0, 36...251, plain, github) }
        let slack = ["xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"].map { shape($0, 10...250, any, "a Slack token") }
        return gitHub + slack + [
            shape("AKIA", 16...16, capitals, aws),
            shape("ASIA", 16...16, capitals, aws),
            shape("github_pat_", 40...244, any, github),
            shape("glpat-", 20...300, any, "a GitLab token"),
            shape("sk_live_", 16...250, plain, "a Stripe key"),
            shape("rk_live_", 16...250, plain, "a Stripe key"),
            shape("AIza", 35...35, any, "a Google API key"),
            shape("npm_", 36...36, plain, "an npm token"),
            shape("pypi-", 50...1000, any, "a PyPI token"),
        ]
    }()

    /// Three parts between dots, of which the first two are JSON objects in base64.
    private static func isWebToken(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.starts(with: "eyJ".utf8) else { return false }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].count >= 12 && parts[1].starts(with: "eyJ".utf8) && parts[1].count >= 12
            && parts[2].count >= 16 && isRandom(parts[2])
    }

    /// Whether bytes are varied enough for a key, and no example.
    private static func isRandom(_ bytes: ArraySlice<UInt8>) -> Bool {
        Set(bytes).count >= 6 && bytes.contains { $0 &- UInt8(ascii: "0") < 10 }
            && !contains(bytes, "example", ignoringCase: true)
            && !contains(bytes, "xxxx", ignoringCase: true)
    }

    /// A PEM header of a private key that a key follows: one that a script looks for is none.
    private static func keyKind(_ bytes: [UInt8]) -> String? {
        let begin = Array("-----BEGIN ".utf8)
        var index = 0
        while let start = find(begin, in: bytes, from: index) {
            let label = bytes[(start + begin.count)...].prefix { $0 != UInt8(ascii: "-") && $0 != 0x0A }
            index = label.endIndex
            guard label.count <= 40, contains(label, "PRIVATE KEY"), bytes[index...].starts(with: "-----".utf8) else {
                continue
            }
            var body = bytes[(index + 5)...].drop { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }
            // A key on one line has its line ends escaped.
            if body.starts(with: #"\n"#.utf8) { body = body.dropFirst(2) }
            let line = body.prefix { isWord($0) || "+/=".utf8.contains($0) }
            if line.count >= 24, Set(line).count >= 6 { return "a private key" }
            if body.starts(with: "Proc-Type:".utf8) || body.starts(with: "Version:".utf8) { return "a private key" }
        }
        return nil
    }

    // MARK: URLs

    /// `scheme://user:password@host`.
    private static func urlKind(_ bytes: [UInt8]) -> String? {
        let mark = Array("://".utf8)
        var index = 0
        while let start = find(mark, in: bytes, from: index) {
            index = start + mark.count
            let authority = bytes[index...].prefix { byte in
                byte > 0x20 && !"/?#\"'`<>\\".utf8.contains(byte)
            }
            index = authority.endIndex
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let user = String(decoding: authority[..<colon], as: UTF8.self)
            let password = String(decoding: authority[(colon + 1)..<at], as: UTF8.self)
            let host = String(decoding: authority[(at + 1)...], as: UTF8.self).lowercased()
            guard !password.isEmpty, password != user, !isReference(password), !isPlaceholder(password),
                !(isLocal(host) && localPasswords.contains(password.lowercased()))
            else { continue }
            return "a password in a URL"
        }
        return nil
    }

    private static let localPasswords: Set = [
        "admin", "celery", "dev", "development", "guest", "minioadmin", "mysql", "postgres", "rabbitmq", "redis",
        "root",
        "test", "testing", "user",
    ]

    /// Whether a host, with or without a port, is this machine or a name that only a private network has.
    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("[::1]") { return true }
        let name = host.prefix { $0 != ":" }
        return !name.contains(".") || name.hasPrefix("127.") || name == "0.0.0.0"
            || [".local", ".localhost", ".internal", ".test", ".example"].contains { name.hasSuffix($0) }
            || ["example.com", "example.org", "example.net"].contains { name.hasSuffix($0) }
    }

    // MARK: Names

    private static func namedKind(_ text: String, _ name: String) -> String? {
        guard let kind = kind(ofName: name) else { return nil }
        guard !text.isEmpty, !isReference(text), !isPlaceholder(text), !isPath(text), !isWord(text),
            !text.contains(where: \.isWhitespace), !text.contains("://")
        else { return nil }
        // A count or an index rather than a credential: a password alone may be a short number.
        if kind != "a password", text.utf8.count < 8, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
            return nil
        }
        return kind
    }

    /// What a name that ends in a word for a credential says that its value is.
    private static func kind(ofName name: String) -> String? {
        let words = words(of: name)
        guard let last = words.last else { return nil }
        let before = words.dropLast().last
        switch (before, last) {
        case ("API", "KEY"), (_, "APIKEY"): return "an API key"
        case ("ACCESS", "KEY"), (_, "ACCESSKEY"): return "an access key"
        case ("PRIVATE", "KEY"), (_, "PRIVATEKEY"): return "a private key"
        case (_, "SECRET"): return "a secret"
        case (_, "CREDENTIALS"): return "a credential"
        case (let before, "TOKEN"): return before.map(otherTokens.contains) == true ? nil : "a token"
        case (let before, _):
            // PGPASSWORD and its like have no underscore.
            guard last.hasSuffix("PASSWORD") || last.hasSuffix("PASSWD") else { return nil }
            return ["NO", "IS", "HAS", "WITH", "USE", "ASK", "REQUIRE"].contains(before) ? nil : "a password"
        }
    }

    /// What stands before `TOKEN` where it is a part of a text, or a place in a list.
    private static let otherTokens: Set = [
        "BOS", "CLS", "CONTINUATION", "END", "EOS", "MASK", "NEXT", "PAD", "PAGE", "SEP", "SPECIAL", "START", "STOP",
        "SYNC", "UNK",
    ]

    /// The words of a name in capitals: `DB`, `PASSWORD` of `db_password`, `db-password` and `dbPassword`.
    private static func words(of name: String) -> [String] {
        var words: [String] = [""]
        var previousIsLower = false
        for character in name {
            if character == "_" || character == "-" || character == "." {
                words.append("")
            } else if character.isUppercase, previousIsLower {
                words.append(character.uppercased())
            } else {
                words[words.count - 1] += character.uppercased()
            }
            previousIsLower = character.isLowercase
        }
        return words.filter { !$0.isEmpty }
    }

    // MARK: Values that are none

    /// Whether the value comes from elsewhere: `$TOKEN`, `${{ secrets.x }}`, `%TOKEN%`, `{password}`, `vault:path`.
    private static func isReference(_ text: String) -> Bool {
        if text.hasPrefix("$") || text.contains("${") || text.contains("$(") || text.contains("{{") { return true }
        if text.hasPrefix("{"), text.hasSuffix("}") { return true }
        if text.hasPrefix("%"), text.hasSuffix("%") || text.hasPrefix("%(") || text == "%s" { return true }
        return ["!", "@", "arn:", "env:", "file:", "secret:", "secrets.", "secrets/", "ssm:", "vault:"].contains {
            text.hasPrefix($0)
        }
    }

    /// Whether the text stands for a value that is to be put there.
    private static func isPlaceholder(_ text: String) -> Bool {
        let text = text.lowercased()
        if Set(text.utf8).count <= 1 { return true }
        if text.hasPrefix("<") || text.hasPrefix("[") || text.hasPrefix("...") || text.hasPrefix("…") { return true }
        let parts = [
            "changeme", "change-me", "change_me", "example", "placeholder", "redacted", "replace", "xxxx", "****",
        ]
        if parts.contains(where: { contains(Array(text.utf8)[...], $0) }) { return true }
        let words = text.split { "_-./ ".contains($0) }
        let telling: Set<Substring> = [
            "credential", "credentials", "dummy", "fake", "hidden", "my", "pass", "passwd", "password", "pw", "pwd",
            "sample", "secret", "secrets", "some", "tbd", "the", "todo", "token", "your",
        ]
        return words.isEmpty || words.contains { telling.contains($0) }
    }

    private static func isPath(_ text: String) -> Bool {
        if ["/", "./", "../", "~/"].contains(where: { text.hasPrefix($0) }) { return true }
        let endings = [
            ".json", ".key", ".pem", ".txt", ".yaml", ".yml", ".toml", ".ini", ".env", ".p12", ".crt", ".gpg",
        ]
        return endings.contains { text.hasSuffix($0) }
    }

    /// Whether the text is a word of a configuration rather than a value: a bool, or that there is none.
    private static func isWord(_ text: String) -> Bool {
        let words: Set = [
            "true", "false", "yes", "no", "on", "off", "0", "1", "none", "null", "nil", "unset", "undefined", "n/a",
            "na",
            "auto", "default", "disabled", "enabled", "include", "omit", "same-origin", "optional", "required", "test",
            "foo", "bar",
        ]
        return words.contains(text.lowercased())
    }

    // MARK: Bytes

    private static func isWord(_ byte: UInt8) -> Bool {
        Alphabet().contains(byte)
    }

    /// The first place of some bytes, at or after an index.
    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from index: Int) -> Int? {
        var start = index
        while start + wanted.count <= bytes.count {
            if bytes[start] == wanted[0], bytes[start...].starts(with: wanted) { return start }
            start += 1
        }
        return nil
    }

    private static func contains(_ bytes: ArraySlice<UInt8>, _ wanted: String, ignoringCase: Bool = false) -> Bool {
        let wanted = Array(wanted.utf8)
        let text = ignoringCase ? bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } : Array(bytes)
        return find(wanted, in: text, from: 0) != nil
    }
}
