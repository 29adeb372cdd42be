import FlowCheck
import FlowDiagnostics
import Foundation
import Testing

/// Files as people write them, with what has to be said of each: `Fixtures/examples/bad/NAME.expect.json` says where,
/// of which group, and which names are in the message, and leaves the wording open.
@Suite struct `examples` {
    static let folder = `check`.folder.appending(path: "examples")
    static let bad = `check`.files(folder.appending(path: "bad"))
    static let good = `check`.files(folder.appending(path: "good"))
    static let fixable = bad.filter { file in
        (try? Expectation(of: folder.appending(path: "bad/\(file)")))?.isFixable ?? false
    }

    @Test func `there are examples of each kind`() {
        #expect(Self.bad.count >= 900)
        #expect(Self.good.count >= 70)
        #expect(Self.fixable.count >= 100)
    }

    @Test(arguments: bad)
    func `a mistake is said at its place, with its names, once`(_ file: String) throws {
        let url = Self.folder.appending(path: "bad/\(file)")
        let expectation = try Expectation(of: url)
        try #require(!expectation.expected.isEmpty, "\(file) expects nothing")
        #expect(ExampleJudge(try CheckedFile(url).checked).complaints(of: expectation) == [])
    }

    @Test(arguments: good)
    func `a valid file is left alone`(_ file: String) throws {
        let url = Self.folder.appending(path: "good/\(file)")
        let judge = ExampleJudge(try CheckedFile(url).checked)
        #expect(judge.complaints(allowing: try Expectation(of: url).warnings) == [])
    }

    @Test(arguments: fixable)
    func `a safe fix mends the lines to blame and no other`(_ file: String) throws {
        let url = Self.folder.appending(path: "bad/\(file)")
        let before = try CheckedFile(url).checked
        let after = try FixedFile(before, at: url)
        #expect(after.checked.diagnostics.map(\.brief) == [], "something is left")

        let toBlame = try Expectation(of: url).linesToBlame
        let old = before.files[0].bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let new = after.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let changed = Set(zip(old, new).enumerated().filter { $1.0 != $1.1 }.map { $0.offset + 1 })
        #expect(old.count == new.count, "lines came or went")
        #expect(!changed.isEmpty && changed.isSubset(of: toBlame), "changed \(changed.sorted())")
        #expect(try FixedFile(after.checked, at: url).bytes == after.bytes, "a second run changes it again")
    }
}

/// A file after its safe fixes, as `check --fix` applies them.
private struct FixedFile {
    private(set) var bytes: [UInt8]
    private(set) var checked: CheckedWorkflow

    init(_ checked: CheckedWorkflow, at url: URL) throws {
        bytes = checked.files[0].bytes
        self.checked = checked
        for _ in 0..<10 {
            let own = self.checked.diagnostics.filter { finding in
                finding.fixIt?.edits.allSatisfy { $0.span.file == FileID(0) } ?? false
            }
            guard let fixed = FixApplier(files: self.checked.files).apply(own).changed[FileID(0)] else { return }
            let next = try CheckedFile(fixed, at: url).checked
            guard next.errorCount <= self.checked.errorCount else { return }
            (bytes, self.checked) = (fixed, next)
        }
    }
}

extension CheckedWorkflow {
    fileprivate var errorCount: Int { diagnostics.count { $0.severity == .error } }
}

extension Diagnostic {
    /// For the text of a failed test.
    fileprivate var brief: String { "\(code.text) \(message)" }
}

// MARK: What is expected

/// One place that a finding may have.
private struct Place {
    /// Nil: anywhere.
    let line: Int?
    let columns: ClosedRange<Int>

    init(_ json: [String: Any]) {
        line = json["line"] as? Int
        let bounds = json["column"] as? [Int] ?? [1, 1 << 30]
        columns = bounds[0]...bounds[1]
    }

    func isOn(_ line: Int) -> Bool { self.line.map { $0 == line } ?? true }
}

/// One finding that an example has to give.
private struct ExpectedFinding {
    let severities: [String]
    let groups: [Int]
    let places: [Place]
    /// What the message and its notes say, each somewhere.
    let patterns: [String]
    /// One of these words stands in the message, a note or the fix; empty: none needs to.
    let suggestions: [String]
    let noteLines: [Int]
    /// The names of files that it may stand in; nil: the example itself.
    let files: [String]?
    let isOptional: Bool

    init(_ json: [String: Any]) {
        severities = Self.texts(json["severity"])
        groups = Self.texts(json["group"]).compactMap { $0.first?.wholeNumberValue }
        places = ([json] + (json["also_at"] as? [[String: Any]] ?? [])).map(Place.init)
        patterns = Self.texts(json["message"])
        suggestions = Self.texts(json["must_suggest"])
        noteLines = json["note_line"] as? [Int] ?? (json["note_line"] as? Int).map { [$0] } ?? []
        files = json["file"] == nil ? nil : Self.texts(json["file"])
        isOptional = json["optional"] as? Bool ?? false
    }

    private static func texts(_ json: Any?) -> [String] {
        json as? [String] ?? (json as? String).map { [$0] } ?? []
    }
}

/// What stands beside an example; nothing for one without.
private struct Expectation {
    let expected: [ExpectedFinding]
    let warnings: [ExpectedFinding]
    /// More than this is a cascade.
    let mostFindings: Int
    let isFixable: Bool

    init(of example: URL) throws {
        let url = example.deletingPathExtension().appendingPathExtension("expect.json")
        guard let data = try? Data(contentsOf: url) else {
            (expected, warnings, mostFindings, isFixable) = ([], [], 0, false)
            return
        }
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        expected = (json["expected"] as? [[String: Any]] ?? []).map(ExpectedFinding.init)
        warnings = (json["warnings"] as? [[String: Any]] ?? []).map(ExpectedFinding.init)
        mostFindings = json["max_diagnostics"] as? Int ?? 0
        isFixable = json["fixable"] as? Bool ?? false
    }

    var linesToBlame: Set<Int> { Set(expected.flatMap(\.places).compactMap(\.line)) }
}

// MARK: The judge

/// Compares findings with what is expected, by the rules of `flowrun check`'s examples.
private struct ExampleJudge {
    /// A finding as its reader sees it.
    private struct Shown {
        let diagnostic: Diagnostic
        let file: String
        let start: (line: Int, column: Int)
        let end: (line: Int, column: Int)
        let noteLines: Set<Int>

        /// The message and what its notes say.
        var text: String { ([diagnostic.message] + diagnostic.notes.map(\.message)).joined(separator: "\n") }

        var brief: String {
            "\(start.line):\(start.column) \(diagnostic.severity.rawValue) \(diagnostic.code.text) \(diagnostic.message)"
        }
    }

    private let found: [Shown]
    private let main: SourceFile

    init(_ checked: CheckedWorkflow) {
        let tables = checked.files.map(LineTable.init)
        main = checked.files[0]
        found = checked.diagnostics.map { diagnostic in
            let table = tables[Int(diagnostic.span.file.index)]
            let name = checked.files[Int(diagnostic.span.file.index)].name
            return Shown(
                diagnostic: diagnostic, file: name.split(separator: "/").last.map(String.init) ?? name,
                start: table.position(of: Int(diagnostic.span.start)),
                end: table.position(of: Int(diagnostic.span.end)),
                noteLines: Set(
                    diagnostic.notes.map {
                        tables[Int($0.span.file.index)].position(of: Int($0.span.start)).line
                    }))
        }
    }

    /// What is wrong with the findings about a file that has mistakes.
    func complaints(of expectation: Expectation) -> [String] {
        var complaints: [String] = []
        let matched = pairs(expectation.expected, found)
        for (number, wanted) in expectation.expected.enumerated() {
            let what = "\(wanted.groups)xx at line \(wanted.places[0].line.map(String.init) ?? "?")"
            guard let index = matched[number] else {
                complaints.append("\(what) not detected, but \(found.map(\.brief))")
                continue
            }
            let each = found[index]
            let aspects: [(Bool, String)] = [
                (isInGroup(wanted, each), "another group"),
                (isAtColumn(wanted, each), "another column than \(wanted.places.map(\.columns))"),
                (says(wanted, each), "does not say \(wanted.patterns)"),
                (suggests(wanted, each), "does not suggest \(wanted.suggestions)"),
                (shows(wanted, each), "no note at line \(wanted.noteLines)"),
            ]
            complaints += aspects.filter { !$0.0 }.map { "\(what): \($0.1): \(each.brief)" }
        }
        if found.count > expectation.mostFindings {
            let extra = found.indices.filter { !matched.values.contains($0) }.map { found[$0].brief }
            complaints.append("\(found.count) findings, at most \(expectation.mostFindings): \(extra)")
        }
        return complaints + complaintsOfOrder
    }

    /// What is wrong with the findings about a valid file, some warnings of which are expected.
    func complaints(allowing warnings: [ExpectedFinding]) -> [String] {
        let matched = pairs(warnings, found.filter { $0.diagnostic.severity == .warning })
        let missing = warnings.indices.filter { matched[$0] == nil && !warnings[$0].isOptional }
            .map { "warning at line \(warnings[$0].places[0].line.map(String.init) ?? "?") not given" }
        let given = found.filter { $0.diagnostic.severity == .warning }
        let used = Set(matched.values)
        let unwanted =
            given.indices.filter { !used.contains($0) }.map { given[$0].brief }
            + found.filter { $0.diagnostic.severity == .error }.map(\.brief)
        return missing + unwanted + complaintsOfOrder
    }

    private var complaintsOfOrder: [String] {
        let own = found.filter { $0.file == main.name }
        let isOrdered = zip(own, own.dropFirst()).allSatisfy { $0.start <= $1.start }
        let isBackward = own.contains { $0.end < $0.start }
        return (isOrdered ? [] : ["not in source order"]) + (isBackward ? ["ends before it starts"] : [])
            + own.filter { !isInside($0) }.map { "outside the file: \($0.brief)" }
    }

    /// Whether a place is inside the text; columns in bytes and lines counted wrongly are not.
    private func isInside(_ each: Shown) -> Bool {
        guard let text = String(validating: main.bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            return each.start.line >= 1 && each.start.column >= 1
        }
        let scalars = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" })
        var lengths = [0]
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\r" where index + 1 < scalars.count && scalars[index + 1] == "\n": continue
            case "\r", "\n": lengths.append(0)
            default: lengths[lengths.count - 1] += 1
            }
        }
        guard each.start.line <= lengths.count + 1 else { return false }
        let length = each.start.line <= lengths.count ? lengths[each.start.line - 1] : 0
        return each.start.column >= 1 && each.start.column <= length + 1
    }

    // MARK: One finding

    /// Gives each expected finding one of its own, the best fitting first.
    private func pairs(_ expected: [ExpectedFinding], _ found: [Shown]) -> [Int: Int] {
        var options: [(fit: Int, wanted: Int, found: Int)] = []
        for (number, wanted) in expected.enumerated() {
            for (index, each) in found.enumerated() where isAtLine(wanted, each) {
                let fit = [
                    isInGroup(wanted, each), says(wanted, each), isAtColumn(wanted, each), suggests(wanted, each),
                    shows(wanted, each),
                ]
                options.append((fit.count { $0 }, number, index))
            }
        }
        var matched: [Int: Int] = [:]
        for option in options.sorted(by: { (-$0.fit, $0.wanted, $0.found) < (-$1.fit, $1.wanted, $1.found) })
        where matched[option.wanted] == nil && !matched.values.contains(option.found) {
            matched[option.wanted] = option.found
        }
        return matched
    }

    private func isAtLine(_ wanted: ExpectedFinding, _ each: Shown) -> Bool {
        wanted.severities.contains(each.diagnostic.severity.rawValue)
            && (wanted.files ?? [main.name]).contains(each.file)
            && wanted.places.contains { $0.isOn(each.start.line) }
    }

    private func isAtColumn(_ wanted: ExpectedFinding, _ each: Shown) -> Bool {
        wanted.places.contains { $0.isOn(each.start.line) && $0.columns.contains(each.start.column) }
    }

    private func isInGroup(_ wanted: ExpectedFinding, _ each: Shown) -> Bool {
        wanted.groups.contains(each.diagnostic.code.group)
    }

    private func says(_ wanted: ExpectedFinding, _ each: Shown) -> Bool {
        wanted.patterns.allSatisfy { Self.matches($0, each.text, [.caseInsensitive, .dotMatchesLineSeparators]) }
    }

    private func suggests(_ wanted: ExpectedFinding, _ each: Shown) -> Bool {
        let fix = each.diagnostic.fixIt.map { [$0.title] + $0.edits.map(\.text) } ?? []
        let text = ([each.text] + fix).joined(separator: "\n")
        return wanted.suggestions.isEmpty
            || wanted.suggestions.contains { word in
                Self.matches(#"(?<![\w-])"# + NSRegularExpression.escapedPattern(for: word) + #"(?![\w-])"#, text)
            }
    }

    private func shows(_ wanted: ExpectedFinding, _ each: Shown) -> Bool {
        wanted.noteLines.isEmpty || !each.noteLines.isDisjoint(with: wanted.noteLines)
    }

    private static func matches(
        _ pattern: String, _ text: String, _ options: NSRegularExpression.Options = []
    ) -> Bool {
        let expression = try? NSRegularExpression(pattern: pattern, options: options)
        return expression?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
