import FlowCheck
import FlowDiagnostics
import FlowLanguage
import FlowValue
import Foundation
import Testing

/// Fixtures, damaged at random but the same way in every run.
///
/// Whatever a file holds, the checker ends, points into it, and what it proposes does no harm. `Fuzz/` looks for more
/// with libFuzzer.
@Suite struct `fuzz` {
    static let fixtures: [URL] = {
        let names = FileManager.default.enumerator(atPath: `check`.folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { `check`.folder.appending(path: $0) }
    }()

    @Test func `there is much to damage`() {
        #expect(Self.fixtures.count > 900)
    }

    @Test(arguments: Damage.allCases)
    func `a damaged file is checked, shown and fixed without harm`(_ damage: Damage) throws {
        for (number, url) in Self.fixtures.enumerated() {
            let seed = UInt64(damage.number) << 32 | UInt64(number)
            var damager = Damager(damage, seed: seed, others: Self.fixtures)
            let bytes = try damager.damaged(Array(Data(contentsOf: url)))
            let complaints = try FileTrial(bytes, at: url).complaints
            guard !complaints.isEmpty else { continue }
            let shortened = try FileTrial.shortened(bytes, at: url)
            Issue.record("\(url.lastPathComponent), seed \(seed): \(complaints)\n\(shortened.debugDescription)")
        }
    }
}

// MARK: Trials

/// What is wrong with the way in which one file is checked.
private struct FileTrial {
    private(set) var complaints: [String] = []

    init(_ bytes: [UInt8], at url: URL) throws {
        let before = try CheckedFile(bytes, at: url, isStrict: true).checked
        look(at: before)
        render(before)
        try fix(before, at: url)
    }

    private mutating func expect(_ condition: Bool, _ complaint: @autoclosure () -> String) {
        if !condition { complaints.append(complaint()) }
    }

    private mutating func look(at checked: CheckedWorkflow) {
        let findings = checked.diagnostics
        let size = checked.files.reduce(0) { $0 + $1.bytes.count }
        expect(findings.count <= 16 + 2 * size, "\(findings.count) findings in \(size) bytes")
        expect(findings == findings.inSourceOrder(), "findings out of order")
        expect(checked.spec != nil || !findings.isEmpty, "neither a workflow nor a finding")
        let areText = checked.files.map { String(validating: $0.bytes, as: UTF8.self) != nil }
        for finding in findings {
            let code = finding.code.text
            expect(DiagnosticCode(text: code) == finding.code, "\(code) is another code")
            expect(finding.severity == .error, "\(code) is a warning under --strict")
            expect(!finding.message.isEmpty, "\(code) without message")
            let spans = [finding.span] + finding.notes.map(\.span) + (finding.fixIt?.edits.map(\.span) ?? [])
            for span in spans { look(at: span, of: code, checked.files, areText) }
        }
    }

    private mutating func look(at span: SourceSpan, of code: String, _ files: [SourceFile], _ areText: [Bool]) {
        let file = Int(span.file.index)
        guard files.indices.contains(file) else { return complaints.append("\(code) in file \(file)") }
        let bytes = files[file].bytes
        let (start, end) = (Int(span.start), Int(span.end))
        guard start <= end, end <= bytes.count else {
            return complaints.append("\(code) at \(start)..<\(end) of \(bytes.count) bytes")
        }
        for offset in [start, end] where areText[file] && offset < bytes.count {
            expect(bytes[offset] & 0xC0 != 0x80, "\(code) begins or ends inside a character, at \(offset)")
        }
    }

    private mutating func render(_ checked: CheckedWorkflow) {
        let findings = checked.diagnostics
        var text = TextRenderer(files: checked.files)
        let shown = text.render(findings)
        expect(shown.isEmpty == findings.isEmpty, "findings that are not shown")
        expect(!shown.utf8.contains { $0 < 0x20 && $0 != 0x0A }, "a control character is shown")
        var json = JSONRenderer(files: checked.files)
        if case .array(let items)? = try? JSONReader.read(json.render(findings)) {
            expect(items.count == findings.count, "\(items.count) items of JSON for \(findings.count) findings")
        } else {
            complaints.append("the JSON is no list")
        }
        var sarif = SARIFRenderer(files: checked.files, version: "0")
        expect((try? JSONReader.read(sarif.render(findings))) != nil, "the SARIF is no JSON")
    }

    /// Fixes may leave mistakes, and show those that others hid, but what was YAML stays YAML.
    private mutating func fix(_ before: CheckedWorkflow, at url: URL) throws {
        let own = before.diagnostics.filter { $0.fixIt?.edits.allSatisfy { $0.span.file == FileID(0) } ?? false }
        guard let fixed = FixApplier(files: before.files).apply(own).changed[FileID(0)] else { return }
        let after = try CheckedFile(fixed, at: url, isStrict: true).checked
        look(at: after)
        expect(before.spec == nil || after.spec != nil, "a fix makes a file that is no YAML")
        guard !before.diagnostics.contains(where: { $0.code.group == 0 }) else { return }
        for finding in after.diagnostics where finding.code.group == 0 {
            complaints.append("a fix makes \(finding.code.text) \(finding.message)")
        }
    }

    /// A part of a file's lines with which something is still wrong, as text.
    static func shortened(_ bytes: [UInt8], at url: URL) throws -> String {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var length = max(1, lines.count / 2)
        while true {
            var start = 0
            while start < lines.count {
                var fewer = lines
                fewer.removeSubrange(start..<min(start + length, lines.count))
                let rest = Array(fewer.joined(separator: [UInt8(ascii: "\n")]))
                if try FileTrial(rest, at: url).complaints.isEmpty { start += length } else { lines = fewer }
            }
            guard length > 1 else { break }
            length /= 2
        }
        return String(decoding: Array(lines.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    }
}

// MARK: Damage

/// A kind of damage.
enum Damage: String, CaseIterable, CustomTestStringConvertible {
    case bytesDropped, bytesDoubled, bytesSwapped, bytesReplaced, bytesBeyondASCII, linesMoved, tokensInserted
    case indentationChanged, truncated, spliced, several

    var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    var testDescription: String { rawValue }
}

/// Damages files; equal seeds do the same.
private struct Damager {
    private static let tokens =
        WorkflowKey.allCases.map { "\($0.rawValue): " } + [
            "- ", ": ", "\n", "\n  ", "# ", " #", "'", "\"", "[", "]", "{", "}", ", ", "&a ", "*a", "<<: *a", "!!str ",
            "!t ", "|\n", ">-\n", "? ", "---\n", "...\n", "%TAG ", "\t", "\r\n", "\u{FEFF}", "\u{85}", "\u{2028}",
            "${{ ", " }}", "$${{ ", "${{ params.a }}", "${{ steps.a.result }}", "params", "steps.", " ?? ", "toJSON(",
            "null", "yes", "010", "1:30", "9223372036854775808", "1e400", ".inf", "10s", "5 minutes", "100/m",
            "0 3 * * 1-5", "std.identity", "../x.yaml", "# flowrun: ignore FR205 x", "é", "日本", "🚀", "e\u{301}",
        ]

    private let damage: Damage
    private let others: [URL]
    private var random: SplitMix64

    init(_ damage: Damage, seed: UInt64, others: [URL]) {
        self.damage = damage
        self.others = others
        random = SplitMix64(state: seed)
    }

    mutating func damaged(_ bytes: [UInt8]) throws -> [UInt8] {
        var bytes = bytes
        guard damage == .several else {
            try apply(damage, to: &bytes)
            return bytes
        }
        for _ in 0..<Int.random(in: 2...6, using: &random) {
            try apply(Damage.allCases.randomElement(using: &random) ?? .truncated, to: &bytes)
        }
        return bytes
    }

    private mutating func apply(_ damage: Damage, to bytes: inout [UInt8]) throws {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let range = place..<min(bytes.count, place + Int.random(in: 1...8, using: &random))
        switch damage {
        case .bytesDropped: bytes.removeSubrange(range)
        case .bytesDoubled: bytes.insert(contentsOf: Array(bytes[range]), at: place)
        case .bytesSwapped:
            guard !bytes.isEmpty else { return }
            for _ in 0..<2 { bytes.swapAt(index(in: bytes), index(in: bytes)) }
        case .bytesReplaced: for index in range { bytes[index] = UInt8.random(in: 0x09...0x7F, using: &random) }
        case .bytesBeyondASCII: for index in range { bytes[index] = UInt8.random(in: 0x80...0xFF, using: &random) }
        case .linesMoved, .indentationChanged: changeLines(damage, of: &bytes)
        case .tokensInserted:
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let token = Self.tokens.randomElement(using: &random) ?? ""
                bytes.insert(contentsOf: token.utf8, at: Int.random(in: 0...bytes.count, using: &random))
            }
        case .truncated: bytes.removeSubrange(place...)
        case .spliced:
            guard let other = others.randomElement(using: &random) else { return }
            let tail = try Array(Data(contentsOf: other))
            bytes = Array(bytes[..<place] + tail[Int.random(in: 0...tail.count, using: &random)...])
        case .several: break
        }
    }

    private mutating func index(in bytes: [UInt8]) -> Int {
        Int.random(in: bytes.indices, using: &random)
    }

    private mutating func changeLines(_ damage: Damage, of bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let from = Int.random(in: lines.indices, using: &random)
        if damage == .linesMoved {
            let line = lines.remove(at: from)
            lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
        } else if Bool.random(using: &random) {
            lines[from] = lines[from].dropFirst(Int.random(in: 1...3, using: &random))
        } else {
            let blank = UInt8(ascii: Bool.random(using: &random) ? " " : "\t")
            let indentation = [UInt8](repeating: blank, count: Int.random(in: 1...3, using: &random))
            lines[from] = indentation + lines[from]
        }
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}

/// A generator of random numbers.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
