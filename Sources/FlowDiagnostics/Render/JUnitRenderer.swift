/// Renders diagnostics as a JUnit report with a test case for each checked file.
///
/// The format has no standard; this is what Jenkins, GitLab and GitHub's reporters read.
///
/// Source: <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>
package struct JUnitRenderer {
    private var files: RenderedFiles
    private var text: TextRenderer

    package init(files: [SourceFile]) {
        self.files = RenderedFiles(files)
        text = TextRenderer(files: files)
    }

    /// The report, the files in their order; a file fails by its errors, and says its warnings on its standard output.
    package mutating func render(_ diagnostics: [Diagnostic]) -> String {
        let findings = Dictionary(grouping: diagnostics.inSourceOrder(), by: \.span.file)
        let failed = findings.values.count { $0.hasErrors }
        let counts = #"tests="\#(files.ids.count)" failures="\#(failed)" errors="0""#
        var report = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
        report += "<testsuites \(counts)>\n  <testsuite name=\"flowrun check\" \(counts)>\n"
        for file in files.ids {
            let name = escaped(files.path(file), isAttribute: true)
            report += #"    <testcase classname="flowrun.check" name="\#(name)""#
            report += body(findings[file] ?? [])
        }
        return report + "  </testsuite>\n</testsuites>\n"
    }

    /// The rest of a test case, from the end of its start tag on.
    private mutating func body(_ findings: [Diagnostic]) -> String {
        if findings.isEmpty { return "/>\n" }
        var body = ">\n"
        for diagnostic in findings where diagnostic.severity == .error {
            body += #"      <failure type="\#(diagnostic.code.text) \#(diagnostic.code.name)""#
            body += #" message="\#(escaped(diagnostic.message, isAttribute: true))">"#
            body += escaped(text.render([diagnostic])) + "</failure>\n"
        }
        let warnings = findings.filter { $0.severity == .warning }
        if !warnings.isEmpty { body += "      <system-out>\(escaped(text.render(warnings)))</system-out>\n" }
        return body + "    </testcase>\n"
    }

    /// The text as XML 1.0 holds it: U+FFFD stands for what is no `Char` (section 2.2).
    ///
    /// A reader makes a blank of an end of line or a tab in an attribute, and LF of CR anywhere, unless they are references.
    private func escaped(_ text: String, isAttribute: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: escaped += "&amp;"
            case 0x3C: escaped += "&lt;"
            case 0x3E: escaped += "&gt;"
            case 0x22: escaped += "&quot;"
            case 0x0D: escaped += "&#13;"
            case 0x09 where isAttribute, 0x0A where isAttribute: escaped += "&#\(scalar.value);"
            case 0...8, 0x0B, 0x0C, 0x0E...0x1F, 0xFFFE, 0xFFFF: escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
