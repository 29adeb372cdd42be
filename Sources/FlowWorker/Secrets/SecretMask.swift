/// Replaces what tasks print of secrets by `***`.
///
/// It knows a secret, and each line of four characters or more of one that has several, as it is and as it stands in
/// JSON, URLs and base64. See ``SecretForms``. Matches that overlap or touch become one `***`, so the result does not
/// tell where one secret ends and another begins.
///
///     let mask = SecretMask(["s3cr3t"])
///     mask.masked("token=s3cr3t; basic dXNlcjpzM2NyM3Q=")   // token=***; basic dXNlcj***
///
/// Reading costs O(*n*) for *n* bytes, however many secrets there are and whatever they are.
package struct SecretMask: Sendable {
    fileprivate let texts: FormAutomaton
    fileprivate let base64: FormAutomaton
    /// Whether a form begins with a byte.
    fileprivate let begins: [Bool]

    /// Makes a mask.
    ///
    /// - Parameter secrets: The values, in any order, also the same one twice. Empty ones are passed over. Short ones
    ///   are masked wherever they stand: who takes secrets has to refuse them.
    /// - Complexity: O(*n* log *n*) for secrets of *n* bytes together, of which it keeps at most about 1 KiB a byte.
    package init(_ secrets: [String]) {
        let forms = SecretForms(secrets)
        let texts = FormAutomaton(forms.texts)
        let base64 = FormAutomaton(forms.base64)
        begins = (0...255).map { texts.begins(with: $0) || base64.begins(with: $0) }
        self.texts = texts
        self.base64 = base64
    }

    /// Whether there is nothing to mask.
    package var isEmpty: Bool { texts.longest == 0 }

    /// Bytes with `***` in place of each secret; all other bytes are as they were, valid UTF-8 or not.
    package func masked(_ bytes: [UInt8]) -> [UInt8] {
        guard !isEmpty else { return bytes }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var stream = MaskingStream(self)
        stream.append(bytes[...], into: &output)
        stream.finish(into: &output)
        return output
    }

    /// A text with `***` in place of each secret.
    package func masked(_ text: String) -> String {
        isEmpty ? text : String(decoding: masked(Array(text.utf8)), as: UTF8.self)
    }

    /// Whether a secret stands in bytes.
    ///
    /// - Complexity: O(*n*); it stops at the first one.
    package func finds(in bytes: [UInt8]) -> Bool {
        guard !isEmpty else { return false }
        var reader = FormReader(self)
        return bytes.contains { reader.read($0) != nil }
    }
}

/// Masks a stream of bytes that comes in pieces: however it is cut, the output is that of the whole.
///
/// It holds back only what may still become part of a form: at most the longest form less one byte, with the line ends
/// inside of it. What cannot be one is let go at once, so that a line shows up when it is printed.
package struct MaskingStream: Sendable {
    private var reader: FormReader
    private let isEmpty: Bool
    /// Bytes that are not let go yet, from the place `heldFrom` of the stream on.
    private var held: [UInt8] = []
    private var heldFrom = 0
    /// Matches that are not let go yet: in order, apart from one another.
    private var matches: [Range<Int>] = []
    /// The end of the last match that was let go; nothing touches the one before the first.
    private var maskedUpTo = -1

    /// Begins a stream.
    package init(_ mask: SecretMask) {
        reader = FormReader(mask)
        isEmpty = mask.isEmpty
    }

    /// Takes the next bytes, and appends what is certain by now.
    ///
    /// - Complexity: O(*n* + *h*) for *n* bytes, where *h* bytes are held back.
    package mutating func append(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
        guard !isEmpty else {
            output += bytes
            return
        }
        held += bytes
        for byte in bytes {
            if let match = reader.read(byte) { add(match) }
        }
        release(upTo: reader.candidate, into: &output)
    }

    /// Appends what is held back, and begins a new stream.
    package mutating func finish(into output: inout [UInt8]) {
        release(upTo: reader.place, into: &output)
        reader.restart()
        heldFrom = 0
        maskedUpTo = -1
    }

    /// Takes a match up: one that ends with the last byte, so that it swallows all those that it reaches.
    private mutating func add(_ match: Range<Int>) {
        var start = max(match.lowerBound, heldFrom)
        while let last = matches.last, last.upperBound >= start {
            start = min(start, last.lowerBound)
            matches.removeLast()
        }
        matches.append(start..<match.upperBound)
    }

    /// Lets go of all before a limit, and of the matches that begin at it: no other match can begin earlier.
    private mutating func release(upTo limit: Int, into output: inout [UInt8]) {
        var place = heldFrom
        let count = matches.prefix { $0.lowerBound <= limit }.count
        for match in matches.prefix(count) {
            output += held[place - heldFrom..<match.lowerBound - heldFrom]
            if match.lowerBound > maskedUpTo { output += "***".utf8 }
            place = match.upperBound
            maskedUpTo = place
        }
        matches.removeFirst(count)
        if place < limit {
            output += held[place - heldFrom..<limit - heldFrom]
            place = limit
        }
        held.removeFirst(place - heldFrom)
        heldFrom = place
    }
}

/// Reads bytes one by one and tells of the forms that end with each.
private struct FormReader: Sendable {
    private let mask: SecretMask
    private var text: FormAutomaton.State = 0
    private var code: FormAutomaton.State = 0
    /// The end of line that stands inside of a base64 form that may be, until the next character; else 0.
    private var lineEnd: UInt8 = 0
    /// Where the last characters of base64 stood, for as many as the longest form has: lines break inside of a form.
    private var codePlaces: [Int]
    private var codeCount = 0
    /// How many bytes have been read.
    private(set) var place = 0

    init(_ mask: SecretMask) {
        self.mask = mask
        codePlaces = Array(repeating: 0, count: max(1, mask.base64.longest))
    }

    mutating func restart() {
        (text, code, lineEnd, codeCount, place) = (0, 0, 0, 0, 0)
    }

    /// Reads a byte.
    ///
    /// - Returns: Where the longest form stood that ends with it.
    mutating func read(_ byte: UInt8) -> Range<Int>? {
        place += 1
        if text == 0, code == 0, !mask.begins[Int(byte)] { return nil }
        text = mask.texts.next(text, byte)
        var length = mask.texts.matchLength(text)
        let codeLength = readCode(byte)
        if codeLength > 0 { length = max(length, place - codePlace(codeLength)) }
        return length > 0 ? place - length..<place : nil
    }

    /// The first place at which a form may stand that has not ended yet; else the next place.
    var candidate: Int {
        let textStart = place - mask.texts.depth(text)
        return code == 0 ? textStart : min(textStart, codePlace(mask.base64.depth(code)))
    }

    /// Where a base64 form of a length began, counting from the last character.
    private func codePlace(_ length: Int) -> Int { codePlaces[(codeCount - length) % codePlaces.count] }

    /// Reads a byte as base64: one end of line between two groups of four characters is passed over.
    private mutating func readCode(_ byte: UInt8) -> Int {
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            let isFirst = lineEnd == 0 || (lineEnd == UInt8(ascii: "\r") && byte == UInt8(ascii: "\n"))
            code = isFirst ? mask.base64.wrapped(code) : 0
            lineEnd = code == 0 ? 0 : byte
            return 0
        }
        lineEnd = 0
        code = mask.base64.next(code, byte)
        guard code != 0 else { return 0 }
        codePlaces[codeCount % codePlaces.count] = place - 1
        codeCount += 1
        return mask.base64.matchLength(code)
    }
}
