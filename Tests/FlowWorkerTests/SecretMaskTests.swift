import FlowWorker
import Testing

@Suite struct `A mask of secrets` {
    @Test(arguments: [
        ("token=s3cr3t;", "token=***;"), ("s3cr3t", "***"), ("s3cr3", "s3cr3"), ("ss3cr3t", "s***"), ("", ""),
        ("s3cr3ts3cr3t", "***"), ("s3cr3t s3cr3t", "*** ***"), ("S3CR3T", "S3CR3T"),
    ])
    func `replaces a value`(_ text: String, _ masked: String) {
        #expect(SecretMask(["s3cr3t"]).masked(text) == masked)
    }

    @Test func `without secrets changes nothing`() {
        for mask in [SecretMask([]), SecretMask(["", ""])] {
            #expect(mask.isEmpty)
            #expect(mask.masked("all of it") == "all of it")
            #expect(!mask.finds(in: Array("all of it".utf8)))
        }
        #expect(!SecretMask(["s3cr3t"]).isEmpty)
    }

    @Test func `makes one of matches that overlap or touch`() {
        let mask = SecretMask(["abcdef", "defghi", "bcde", "jklm"])
        #expect(mask.masked("-abcdefghi-") == "-***-")
        #expect(mask.masked("-abcdefjklm-") == "-***-")
        #expect(mask.masked("-bcdef-") == "-***f-")
        #expect(SecretMask(["aaaa"]).masked("baaaaaaab") == "b***b")
        #expect(SecretMask(["pass", "password"]).masked("password pass passwor") == "*** *** ***wor")
    }

    @Test func `knows the lines of a value, but none under four characters`() {
        let mask = SecretMask(["first line\r\n  second\nend\n\n"])
        #expect(mask.masked("first line\n  second\nend") == "***\n  ***\nend")
        #expect(mask.masked("first line\r\n  second\nend\n\n|") == "***|")
        #expect(SecretMask(["token\n"]).masked("token;") == "***;")
        #expect(SecretMask(["æøå!\nabc"]).masked("abc æøå!") == "abc ***")
    }

    @Test(arguments: [
        #"a\"b\\c\/d\n\u00e6\ud83d\ude00\u0007"#, #"a\"b\\c/d\næ😀\u0007"#, #"a\"b\\c/d\n\u00E6\uD83D\uDE00\u0007"#,
        #"a\"b\\c\/d\næ😀\u0007"#,
    ])
    func `knows a value inside JSON`(_ text: String) {
        #expect(SecretMask(["a\"b\\c/d\næ😀\u{7}"]).masked(#"{"x":"\#(text)"}"#) == #"{"x":"***"}"#)
    }

    @Test(arguments: [
        (#"p<w>&'q"#, #""p\u003cw\u003e\u0026'q""#), (#"p<w>&'q"#, #""p\u003Cw\u003E\u0026\u0027q""#),
    ])
    func `knows JSON that is safe inside HTML`(_ secret: String, _ text: String) {
        #expect(SecretMask([secret]).masked(text) == "\"***\"")
    }

    @Test(arguments: [
        "p%40ss%20w/%C3%A9", "p%40ss%20w%2F%C3%A9", "p%40ss%20w%2f%c3%a9", "p%40ss+w%2F%C3%A9", "p@ss%20w/%C3%A9",
    ])
    func `knows a value inside a URL`(_ text: String) {
        #expect(SecretMask(["p@ss w/é"]).masked("https://u:\(text)@host/") == "https://u:***@host/")
    }

    @Test func `knows a value that a shell has quoted`() {
        #expect(SecretMask(["it's it"]).masked(#"+ curl -u 'it'\''s it'"#) == "+ curl -u '***'")
    }

    // MARK: base64

    @Test(arguments: [
        // Of "s3cr3t", with a line end, and of "k3y??>>~" in both alphabets.
        ("czNjcjN0", "***"), ("czNjcjN0Cg==", "***"), ("czNjcjN0Cg", "***"), ("aGkK", "aGkK"), ("czNjcjN1", "czNjcjN1"),
        ("azN5Pz8-Pn4=", "***"), ("azN5Pz8+Pn4=", "***"), ("azN5Pz8+Pn4", "***"), ("azN5Pz8-Pn4K", "***"),
        // Behind "user:", and between other bytes at the three alignments.
        ("dXNlcjpzM2NyM3Q=", "dXNlcjp***"), ("dXNlcjpzM2NyM3QK", "dXNlcjp***"), ("eHMzY3IzdHg=", "eH***Hg="),
        ("eHhzM2NyM3R4", "eHh***R4"), ("eHh4czNjcjN0eHh4", "eHh4***eHh4"),
    ])
    func `knows a value in base64`(_ text: String, _ masked: String) {
        #expect(SecretMask(["s3cr3t", "k3y??>>~"]).masked("[\(text)]") == "[\(masked)]")
    }

    @Test(arguments: 0..<6, ["\n", "\r\n"])
    func `knows base64 that is broken into lines`(_ before: Int, _ lineEnd: String) {
        let secret = String(repeating: "correct horse battery staple ", count: 8)
        let code = base64(Array((String(repeating: "x", count: before) + secret + "yyyyyy").utf8))
        for width in [4, 8, 60, 64, 76] {
            var text = ""
            for (index, character) in code.enumerated() {
                if index > 0, index % width == 0 { text += lineEnd }
                text.append(character)
            }
            let masked = SecretMask([secret]).masked(text).replacing(lineEnd, with: "")
            let parts = masked.split(separator: "***", omittingEmptySubsequences: false)
            // What shares bits with other bytes is left, and a character that its line ends behind.
            let head = (before * 8 + 5) / 6
            let isAlone = head % 4 == 3 && (head + 1) % width == 0
            let end = (before + secret.utf8.count) * 8 / 6
            #expect(parts == [code.prefix(isAlone ? head + 1 : head), code.dropFirst(end)])
        }
    }

    @Test func `takes two line ends for the end of base64`() {
        let mask = SecretMask(["s3cr3t"])
        #expect(mask.masked("czNj\ncjN0") == "***")
        #expect(mask.masked("czNj\n\ncjN0") == "czNj\n\ncjN0")
        #expect(mask.masked("czN\njcjN0") == "czN\njcjN0")
    }

    // MARK: Streams

    @Test func `lets go at once what cannot begin a secret`() {
        var stream = MaskingStream(SecretMask(["s3cr3t"]))
        var output: [UInt8] = []
        func append(_ text: String) -> String {
            output = []
            stream.append(Array(text.utf8)[...], into: &output)
            return String(decoding: output, as: UTF8.self)
        }
        #expect(append("hello\n") == "hello\n")
        #expect(append("a s3cr") == "a ")
        #expect(append("3") == "")
        #expect(append("x") == "s3cr3x")
        #expect(append("s3cr3t") == "***")
        #expect(append("s3cr3t, s3") == ", ")
        output = []
        stream.finish(into: &output)
        #expect(output == Array("s3".utf8))
    }

    @Test func `holds back less than the longest form`() {
        let secret = String(repeating: "a", count: 1000)
        var stream = MaskingStream(SecretMask([secret]))
        var output: [UInt8] = []
        stream.append(Array(repeating: UInt8(ascii: "a"), count: 999)[...], into: &output)
        #expect(output.isEmpty)
        stream.append([UInt8(ascii: "a")], into: &output)
        #expect(output == Array("***".utf8))
        stream.append(Array("aaab".utf8)[...], into: &output)
        #expect(output == Array("***b".utf8))
    }

    @Test func `begins anew after its end`() {
        var stream = MaskingStream(SecretMask(["s3cr3t"]))
        var output: [UInt8] = []
        for _ in 0..<2 {
            stream.append(Array("s3cr3t s3cr".utf8)[...], into: &output)
            stream.finish(into: &output)
        }
        #expect(output == Array("*** s3cr*** s3cr".utf8))
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `gives the same however a text is cut`(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        let secrets = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            randomText(Int.random(in: 4...12, using: &random), &random)
        }
        let mask = SecretMask(secrets)
        var text: [UInt8] = []
        for _ in 0..<20 {
            let secret = secrets.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<5, using: &random) {
            case 0: text += secret.utf8
            case 1: text += secret.utf8.prefix(Int.random(in: 0...6, using: &random))
            case 2: text += base64(Array((randomText(2, &random) + secret).utf8)).utf8
            case 3:
                let code = Array(base64(Array(secret.utf8)).utf8)
                text += code.prefix(4) + [UInt8(ascii: "\n")] + code.dropFirst(4)
            default: text += randomText(Int.random(in: 0...5, using: &random), &random).utf8
            }
        }
        let whole = mask.masked(text)
        var stream = MaskingStream(mask)
        var pieces: [UInt8] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + Int.random(in: 0...9, using: &random))
            stream.append(text[start..<end], into: &pieces)
            start = end
        }
        stream.finish(into: &pieces)
        #expect(pieces == whole)
        #expect(mask.finds(in: text) == (whole != text))
        #expect(!mask.finds(in: whole))
        #expect(plainlyMasked(text, secrets).count >= whole.count)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `gives what a plain search gives`(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        // No form of these but the values themselves can stand in a text of two letters.
        let secrets = (0..<5).map { _ in String((0..<Int.random(in: 1...3, using: &random)).map { _ in random.letter })
        }
        let text = (0..<60).map { _ in random.letter.asciiValue ?? 0 }
        #expect(SecretMask(secrets).masked(text) == plainlyMasked(text, secrets))
    }

    // MARK: Cost

    @Test(.timeLimit(.minutes(1)))
    func `reads text that nearly holds a long secret in linear time`() {
        var random = SplitMix(state: 1)
        let mask = SecretMask((0..<20).map { _ in randomText(40, &random) } + [String(repeating: "a", count: 5000)])
        let text = Array(repeating: UInt8(ascii: "a"), count: 4999) + [UInt8(ascii: "b")]
        var output: [UInt8] = []
        var stream = MaskingStream(mask)
        for _ in 0..<50 { stream.append(text[...], into: &output) }
        stream.finish(into: &output)
        #expect(output.count == 50 * 5000)
    }
}

/// A text of letters, of which some need escapes in some form.
private func randomText(_ count: Int, _ random: inout SplitMix) -> String {
    String((0..<count).map { _ in "ab\"/é\n %&x".randomElement(using: &random) ?? "a" })
}

/// Masks by looking for each secret at each place.
private func plainlyMasked(_ text: [UInt8], _ secrets: [String]) -> [UInt8] {
    var isSecret = Array(repeating: false, count: text.count)
    for secret in secrets.map({ Array($0.utf8) }) {
        for start in text.indices where text[start...].starts(with: secret) {
            for index in start..<start + secret.count { isSecret[index] = true }
        }
    }
    var masked: [UInt8] = []
    for index in text.indices {
        if !isSecret[index] {
            masked.append(text[index])
        } else if index == 0 || !isSecret[index - 1] {
            masked += "***".utf8
        }
    }
    return masked
}

private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 { text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=") }
    }
    return text
}

/// Numbers that a seed determines.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    var letter: Character {
        mutating get { Bool.random(using: &self) ? "a" : "b" }
    }
}
