import FlowCheck
import FlowDiagnostics
import FlowLanguage
import FlowModel
import Foundation
import Testing

/// Every typo of one character in three workflows that use the whole language: it is found where it was made, and the
/// word that was meant is offered first.
@Suite struct TypoTests {
    private static let files = ["etl.yaml", "release.yaml", "monitor.yaml"]

    private static func text(_ file: String) throws -> String {
        try String(contentsOf: `check`.folder.appending(path: "typos/\(file)"), encoding: .utf8)
    }

    /// What the workflows call and include; in memory, since they are read again for each typo.
    private static let others = [
        "common.yaml": "tasks: {common-cleanup: {run: ./cleanup.sh}}\n",
        "smoke.yaml": "params: {host: {type: string}}\nchain: [{si: std.log, args: [\"${{ params.host }}\"]}]\n",
    ]

    fileprivate static func checked(_ text: String, _ file: String) -> CheckedWorkflow {
        let files = FileTable(
            main: SourceFile(name: file, bytes: Array(text.utf8)), workingFolder: "/project", root: "/project",
            load: { others[$0].map { Array($0.utf8) } })
        var options = CheckOptions()
        options.now = CheckedFile.today
        return Checker.check(files, stem: "typos", options: options)
    }

    @Test(arguments: files)
    func `the workflow itself has no findings`(_ file: String) throws {
        let checked = Self.checked(try Self.text(file), file)
        var renderer = TextRenderer(files: checked.files)
        #expect(renderer.render(checked.diagnostics) == "")
    }

    @Test func `the workflows use every key of the language`() throws {
        var unused = Set(WorkflowKey.allCases.map(\.rawValue))
        for file in Self.files { unused.subtract(Token.all(in: try Self.text(file), tasks: []).map(\.text)) }
        #expect(unused.sorted() == [])
    }

    @Test func `a typo is found where it was made, and the right word is offered first`() async throws {
        let score = try await withThrowingTaskGroup(of: TypoScore.self) { group in
            for file in Self.files {
                group.addTask { TypoScore(of: try Self.text(file), file) }
            }
            return try await group.reduce(into: TypoScore()) { $0.add($1) }
        }
        print(score.report)
        #expect(score.valid == [])
        #expect(score.found.share >= 0.97)
        #expect(score.suggested.share >= 0.97)
        #expect(score.found.all >= 700, "too few to say anything")
    }
}

// MARK: Words that can be misspelt

/// A word of a workflow that is checked: a key of the language, of a setting, or the name of a task that is used.
private struct Token {
    enum Kind { case key, task }

    let kind: Kind
    let text: String
    let range: Range<Int>

    /// The tokens of a file, in order.
    ///
    /// Scans the YAML of these fixtures and no other: names of their own are no words of the language, block scalars
    /// and words in quotes hold none, and a task has another name than all else.
    static func all(in text: String, tasks: Set<String>) -> [Token] {
        let bytes = Array(text.utf8)
        var tokens: [Token] = []
        var index = 0
        var quote: UInt8?
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
                index += 1
            } else if byte == UInt8(ascii: "#"), index == 0 || bytes[index - 1] <= 0x20 {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if isQuote(byte), index > 0, !isWord(bytes[index - 1]) {
                quote = byte
                index += 1
            } else if isWord(byte) {
                let start = index
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                if let token = token(bytes, start..<index, tasks) { tokens.append(token) }
            } else {
                index += 1
            }
        }
        return tokens
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    private static func token(_ bytes: [UInt8], _ range: Range<Int>, _ tasks: Set<String>) -> Token? {
        let text = String(decoding: bytes[range], as: UTF8.self)
        let after = bytes[range.upperBound...].prefix(2)
        let isKey = after.first == UInt8(ascii: ":") && (after.count < 2 || after.last.map { $0 <= 0x20 } ?? false)
        if isKey { return words.contains(text) ? Token(kind: .key, text: text, range: range) : nil }
        let isUse = tasks.contains(text) || text.hasPrefix("std.")
        return isUse ? Token(kind: .task, text: text, range: range) : nil
    }

    /// The keys of the language, the settings, and the keys that settings have.
    static let words: Set<String> = {
        var words = Set(WorkflowKey.allCases.map(\.rawValue))
        for setting in SettingCatalog.all {
            words.insert(setting.name)
            if let structure = setting.structure { words.formUnion(keys(of: structure)) }
        }
        return words.union(["minute", "hour", "day_of_week", "day_of_month", "month_of_year"])
    }()

    private static func keys(of shape: SettingShape) -> Set<String> {
        switch shape {
        case .keys(let keys, _): keys.reduce(into: []) { $0.formUnion(Self.keys(of: $1.shape).union([$1.name])) }
        case .names(_, let inner), .list(let inner), .pair(_, let inner): keys(of: inner)
        case .either(let shapes): shapes.reduce(into: []) { $0.formUnion(keys(of: $1)) }
        case .value, .null, .time, .schedule: []
        }
    }
}

// MARK: Typos

/// A word with one character dropped, doubled or replaced, or with two neighbours swapped.
private struct Typo {
    /// All typos of a word, each once; the letters that replace others depend on the word alone.
    static func all(of word: String) -> [String] {
        let letters = Array(word)
        var typos: [String] = []
        var seen: Set<String> = [word]
        func add(_ typo: [Character]) {
            let text = String(typo)
            if !text.isEmpty, seen.insert(text).inserted { typos.append(text) }
        }
        var seed = word.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        for index in letters.indices {
            add(Array(letters[..<index] + letters[(index + 1)...]))
            add(Array(letters[...index] + letters[index...]))
            if index + 1 < letters.count {
                var swapped = letters
                swapped.swapAt(index, index + 1)
                add(swapped)
            }
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var replaced = letters
            replaced[index] = Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(truncatingIfNeeded: (seed >> 33) % 26)))
            add(replaced)
        }
        return typos
    }
}

/// How many typos were found, and how often the right word was offered.
private struct TypoScore: Sendable {
    struct Part: Sendable {
        var good = 0
        var all = 0

        var share: Double { all == 0 ? 0 : Double(good) / Double(all) }
        var percent: String { String(format: "%.1f %%", share * 100) }

        mutating func count(_ isGood: Bool) {
            all += 1
            if isGood { good += 1 }
        }

        mutating func add(_ other: Part) {
            good += other.good
            all += other.all
        }
    }

    /// About how many typos of one file are tried, evenly over all of it.
    ///
    /// `TYPOS=10000` tries them all, which takes some minutes.
    private static let most = ProcessInfo.processInfo.environment["TYPOS"].flatMap { Int($0) } ?? 250

    var found = Part()
    var suggested = Part()
    /// Typos that are another word of the language, or the name of another task.
    private var otherWords: [String] = []
    /// Typos that leave a file without findings.
    private(set) var valid: [String] = []
    /// Typos after which more than one thing is said.
    private var cascades: [String] = []
    private var misses: [String] = []

    init() {}

    init(of text: String, _ file: String) {
        let names = Self.taskNames(TypoTests.checked(text, file))
        let bytes = Array(text.utf8)
        let table = LineTable(SourceFile(name: file, bytes: bytes))
        let tokens = Token.all(in: text, tasks: names)
        let typos = tokens.flatMap { token in Typo.all(of: token.text).map { (token, $0) } }
        for (token, typo) in Self.sampled(typos) {
            let (before, after) = (bytes[..<token.range.lowerBound], bytes[token.range.upperBound...])
            let mutated = String(decoding: before + typo.utf8 + after, as: UTF8.self)
            let place = table.position(of: token.range.lowerBound)
            let checked = TypoTests.checked(mutated, file)
            let what = "\(file):\(place.line):\(place.column): \(token.text) -> \(typo)"
            count(token, typo, checked, names, what)
        }
    }

    private static func taskNames(_ checked: CheckedWorkflow) -> Set<String> {
        Set(checked.spec?.tasks.filter { !$0.isInline }.map(\.name) ?? [])
    }

    private static func sampled(_ typos: [(Token, String)]) -> [(Token, String)] {
        // An odd step meets each kind of typo.
        let step = (typos.count / most) | 1
        return stride(from: 0, to: typos.count, by: step).map { typos[$0] }
    }

    private mutating func count(
        _ token: Token, _ typo: String, _ checked: CheckedWorkflow, _ names: Set<String>, _ what: String
    ) {
        let isOther = token.kind == .key ? Token.words.contains(typo) : names.contains(typo)
        let said = checked.diagnostics.map { "\n        \($0.code.text) at \($0.span.start): \($0.message)" }.joined()
        let here = checked.diagnostics.first {
            $0.span.file == FileID(0) && Int($0.span.start) == token.range.lowerBound
        }
        guard here != nil || !isOther else { return otherWords.append(what + said) }
        guard !checked.diagnostics.isEmpty else { return valid.append(what) }
        if checked.diagnostics.count > 1 { cascades.append(what + said) }

        found.count(here != nil)
        if here == nil { misses.append("not found: \(what)\(said)") }
        guard let here, max(token.text.count, typo.count) >= 3 else { return }
        let isOffered =
            here.fixIt?.edits.first?.text == token.text || here.message.contains("did you mean '\(token.text)'")
        suggested.count(isOffered)
        if !isOffered { misses.append("not suggested: \(what)\(said)") }
    }

    mutating func add(_ other: TypoScore) {
        found.add(other.found)
        suggested.add(other.suggested)
        otherWords += other.otherWords
        valid += other.valid
        cascades += other.cascades
        misses += other.misses
    }

    var report: String {
        let score =
            "typos: \(found.good) of \(found.all) found at their place (\(found.percent)), \(suggested.good) of "
            + "\(suggested.all) with the right suggestion (\(suggested.percent))"
        let lists = [
            ("are another word", otherWords), ("leave the file valid", valid), ("have more than one finding", cascades),
            ("are missed", misses),
        ]
        return ([score] + lists.map { "  \($1.count) \($0)" + $1.map { "\n    \($0)" }.joined() })
            .joined(separator: "\n")
    }
}
