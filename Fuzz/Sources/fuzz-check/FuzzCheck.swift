import FlowCheck
import FlowDiagnostics
import FlowValue
import FuzzSupport

/// Checks a file, renders what is found, fixes it and checks it again.
///
/// The bytes up to the first NUL are the file; those behind it are what every file that it brings in holds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCheck(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    FuzzedCheck(main: Array(parts[0]), other: parts.count == 2 ? Array(parts[1]) : nil).run()
    return 0
}

@main struct FuzzCheck {
    static func main() {
        unsafe FuzzDriver.run(fuzzCheck)
    }
}

private struct FuzzedCheck {
    private static let today = Timestamp(iso8601: "2026-11-24T00:00:00Z")

    let main: [UInt8]
    let other: [UInt8]?

    func run() {
        let first = checked(main, isStrict: true)
        examine(first, isStrict: true)
        examine(checked(main, isStrict: false), isStrict: false)
        fix(first)
    }

    private func checked(_ bytes: [UInt8], isStrict: Bool) -> CheckedWorkflow {
        let other = other
        let files = FileTable(
            main: SourceFile(name: "flows/main.yaml", bytes: bytes), workingFolder: "/project", root: "/project",
            load: { _ in other })
        var options = CheckOptions()
        options.isStrict = isStrict
        options.purpose = isStrict ? .lint : .run
        options.now = Self.today
        return Checker.check(files, stem: "main", options: options)
    }

    // MARK: Findings

    private func examine(_ checked: CheckedWorkflow, isStrict: Bool) {
        let findings = checked.diagnostics
        let spans = SpanInvariants(files: checked.files)
        for finding in findings {
            spans.check(finding)
            require(DiagnosticCode(text: finding.code.text) == finding.code, "the code \(finding.code.text)")
            require(!finding.message.isEmpty, "\(finding.code.text) without message")
            require(!isStrict || finding.severity == .error, "a warning under --strict: \(finding.message)")
        }
        require(findings == findings.inSourceOrder(), "findings out of order")
        let size = checked.files.reduce(0) { $0 + $1.bytes.count }
        require(findings.count <= 16 + 2 * size, "\(findings.count) findings in \(size) bytes")
        require(checked.spec != nil || findings.hasErrors, "neither a workflow nor an error")
        for script in checked.scripts {
            for place in [(1, 1), (1, 7), (2, 3), (99, 1)] {
                spans.check(script.span(from: (1, 1), to: place), "a place in a script")
            }
        }
        render(findings, checked.files)
    }

    private func render(_ findings: [Diagnostic], _ files: [SourceFile]) {
        var text = TextRenderer(files: files)
        let plain = text.render(findings)
        require(findings.isEmpty == plain.isEmpty, "findings without text")
        require(!plain.unicodeScalars.contains(where: isControl), "a control character in the text: \(plain)")
        var colored = TextRenderer(files: files, colors: true)
        require(colored.render(findings).count >= plain.count, "colours take text away")
        var json = JSONRenderer(files: files)
        guard case .array(let items)? = read(json.render(findings)) else { fail("the JSON is no list") }
        require(items.count == findings.count, "\(items.count) items of JSON for \(findings.count) findings")
        var sarif = SARIFRenderer(files: files, version: "0")
        guard case .object(let log)? = read(sarif.render(findings)) else { fail("the SARIF is no object") }
        require(log["runs"] != nil, "SARIF without runs")
        var gitLab = GitLabRenderer(files: files)
        require(read(gitLab.render(findings)) != nil, "the report for GitLab is no JSON")
        var gitHub = GitHubRenderer(files: files)
        let commands = gitHub.render(findings)
        require(commands.utf8.count { $0 == UInt8(ascii: "\n") } == findings.count, "commands for GitHub: \(commands)")
        var junit = JUnitRenderer(files: files)
        require(!junit.render(findings).isEmpty, "no report in JUnit's form")
    }

    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "\n" && scalar.properties.generalCategory == .control
    }

    private func read(_ json: String) -> JSONValue? {
        do throws(JSONError) {
            return try JSONReader.read(json)
        } catch {
            fail("\(error.message) at \(error.offset) of \(json)")
        }
    }

    // MARK: Fixes

    /// Applies the fixes of the file itself, as `check --fix` does, again and again.
    ///
    /// That may show mistakes that others hid, but what was YAML stays YAML.
    private func fix(_ first: CheckedWorkflow) {
        var before = first
        for _ in 0..<3 {
            let own = before.diagnostics.filter { $0.fixIt?.edits.allSatisfy { $0.span.file == FileID(0) } ?? false }
            guard !own.isEmpty else { return }
            let outcome = FixApplier(files: before.files).apply(own)
            require(outcome.changed.keys.allSatisfy { $0 == FileID(0) }, "a fix changes another file")
            guard let bytes = outcome.changed[FileID(0)] else { return }
            let after = checked(bytes, isStrict: true)
            let titles = outcome.fixed.map { $0.fixIt?.title ?? "" }
            let text = String(decoding: bytes, as: UTF8.self)
            require(before.spec == nil || after.spec != nil, "the fixes \(titles) make no YAML of\n\(text)")
            if !before.diagnostics.contains(where: { $0.code.group == 0 }) {
                for finding in after.diagnostics where finding.code.group == 0 {
                    fail("the fixes \(titles) make '\(finding.message)' of\n\(text)")
                }
            }
            let spans = SpanInvariants(files: after.files)
            for finding in after.diagnostics { spans.check(finding) }
            before = after
        }
    }
}
