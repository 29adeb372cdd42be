import FlowDiagnostics
import FlowValue
import FlowYAML

/// What is said of a file in the end: one finding for each cause, without those that a comment silences.
struct Findings {
    private var findings: [Diagnostic]
    private let document: YAMLDocument
    private let options: CheckOptions

    init(_ findings: [Diagnostic], of document: YAMLDocument, _ options: CheckOptions) {
        self.findings = findings
        self.document = document
        self.options = options
    }

    var settled: [Diagnostic] {
        guard !findings.isEmpty || document.mayHoldIgnore else { return [] }
        var copy = self
        copy.removeFollowUps()
        copy.applyIgnores()
        copy.clipMessages()
        if copy.options.isStrict {
            for index in copy.findings.indices { copy.findings[index].severity = .error }
        }
        return copy.findings.inSourceOrder()
    }

    /// One cause, one finding: the first of a group at a place stands, and nothing follows from what is no YAML.
    private mutating func removeFollowUps() {
        let broken = findings.filter { $0.code.group == 0 && $0.severity == .error }.map(\.span)
        let wrong = Set(findings.filter { $0.severity == .error }.map(\.span))
        var seen: Set<Place> = []
        findings = findings.filter { finding in
            if finding.code == .oldYAMLWord, wrong.contains(finding.span) { return false }
            if finding.code.group != 0 || finding.severity == .warning,
                broken.contains(where: {
                    $0.file == finding.span.file && $0.start <= finding.span.start && finding.span.end <= $0.end
                })
            {
                return false
            }
            return seen.insert(Place(span: finding.span, group: finding.code.group, severity: finding.severity))
                .inserted
        }
    }

    /// Shortens messages that hold very long names; a cycle is printed whole.
    private mutating func clipMessages() {
        for index in findings.indices
        where findings[index].message.utf8.count > 1000 && findings[index].code != .dependencyCycle {
            findings[index].message = findings[index].message.prefix(900) + "…"
        }
    }

    private struct Place: Hashable {
        let span: SourceSpan
        let group: Int
        let severity: Diagnostic.Severity
    }

    // MARK: Comments that silence

    private mutating func applyIgnores() {
        guard document.mayHoldIgnore else { return }
        let ignores = IgnoreComment.all(in: document)
        guard !ignores.isEmpty else { return }
        let table = LineTable(SourceFile(name: "", bytes: document.source))
        var used: Set<IgnoreComment.Use> = []
        let byLine = Dictionary(grouping: ignores, by: \.line)
        findings = findings.filter { finding in
            guard finding.span.file == document.file, finding.code.group != 0 else { return true }
            let line = table.position(of: Int(finding.span.start)).line
            for ignore in byLine[line] ?? [] where ignore.codes.contains(finding.code) && !isOver(ignore) {
                used.insert(.init(comment: ignore.span, code: finding.code))
                return false
            }
            return true
        }
        for ignore in ignores { report(ignore, used) }
    }

    private func isOver(_ ignore: IgnoreComment) -> Bool {
        guard let until = ignore.until, let now = options.now else { return false }
        return until < now
    }

    private mutating func report(_ ignore: IgnoreComment, _ used: Set<IgnoreComment.Use>) {
        if let problem = ignore.problem {
            findings.append(Diagnostic(.unusedIgnore, problem, at: ignore.span))
        } else if isOver(ignore) {
            findings.append(
                Diagnostic(
                    .expiredIgnore, "this comment's date is over: it silences nothing any more", at: ignore.span))
        } else {
            // What shellcheck says is known only where it is installed.
            let unused = ignore.codes.filter { code in
                code != .shellScript && !used.contains(.init(comment: ignore.span, code: code))
            }
            guard !unused.isEmpty else { return }
            let names = unused.map(\.text).joined(separator: ", ")
            findings.append(
                Diagnostic(.unusedIgnore, "there is nothing of \(names) here to silence", at: ignore.span))
        }
    }
}

/// A comment that silences: `# flowrun: ignore FR301, FR302 until 2027-01-01 reason`.
struct IgnoreComment {
    /// A code that a comment has silenced.
    struct Use: Hashable {
        let comment: SourceSpan
        let code: DiagnosticCode
    }

    let span: SourceSpan
    /// The line whose findings it silences, from 1.
    let line: Int
    var codes: [DiagnosticCode] = []
    var until: Timestamp?
    /// Why it silences nothing.
    var problem: String?

    /// All of a file.
    static func all(in document: YAMLDocument) -> [IgnoreComment] {
        let comments = document.comments(containing: "flowrun: ignore")
        guard !comments.isEmpty else { return [] }
        let table = LineTable(SourceFile(name: "", bytes: document.source))
        // A comment that stands alone speaks of the next line that is more than a comment.
        var next: [Int: Int] = [:]
        for comment in document.comments().reversed() where comment.standsAlone {
            let line = table.position(of: Int(comment.span.start)).line
            next[line] = next[line + 1] ?? line + 1
        }
        return comments.compactMap { comment in
            let bytes = document.source[Int(comment.span.start)..<Int(comment.span.end)]
            let line = table.position(of: Int(comment.span.start)).line
            return IgnoreComment(
                String(decoding: bytes, as: UTF8.self), comment.span, comment.standsAlone ? next[line] ?? line : line)
        }
    }

    private init?(_ text: String, _ span: SourceSpan, _ line: Int) {
        var words = text.drop { $0 == "#" || $0 == " " || $0 == "\t" }
            .split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }).map(String.init)[...]
        guard words.first == "flowrun:" else { return nil }
        words = words.dropFirst()
        guard let verb = words.first, verb == "ignore" || verb.hasPrefix("ignore") else { return nil }
        words = words.dropFirst()
        self.span = span
        self.line = line
        while let word = words.first, word.hasPrefix("FR") || word == "*" || word.lowercased() == "all" {
            words = words.dropFirst()
            guard let code = DiagnosticCode(text: word) else {
                problem = "there is no code '\(word)'; a comment names codes such as FR301, and no wildcard"
                continue
            }
            guard code.group != 0 else {
                problem = "\(word) cannot be silenced: it is about what the file says at all"
                continue
            }
            codes.append(code)
        }
        if problem == nil, codes.isEmpty { problem = "this comment names no code: # flowrun: ignore FR301 reason" }
        if words.first == "until", let date = words.dropFirst().first {
            until = Timestamp(iso8601: date).map { $0 + .seconds(86_400) }
            if until == nil { problem = "'\(date)' is no date such as 2027-01-31" }
        }
    }
}

extension YAMLDocument {
    /// Whether a comment that silences could be there at all.
    var mayHoldIgnore: Bool { !comments(containing: "flowrun: ignore").isEmpty }
}
