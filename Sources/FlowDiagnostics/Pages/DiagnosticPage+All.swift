extension DiagnosticPage {
    /// The page of every code, by code.
    package static let all: [DiagnosticPage] =
        (yaml + shape + names + arguments + expressions + hazards + time + queues + security + hygiene)
        .sorted { $0.code.rawValue < $1.code.rawValue }

    /// The page of a code.
    package static func page(for code: DiagnosticCode) -> DiagnosticPage {
        guard let page = all.first(where: { $0.code == code }) else {
            preconditionFailure("\(code.text) has no page")
        }
        return page
    }

    /// Whether a workflow file by itself can show the finding.
    package var hasExamples: Bool { !wrong.isEmpty }

    /// What `check --explain` prints: lines of at most 78 columns, but for those of the examples; ends in a line break.
    package var text: String {
        var text = "\(code.text) \(code.name) (\(code.severity.rawValue))\n\n\(summary).\n"
        for paragraph in paragraphs {
            text += "\n" + Self.wrapped(paragraph, at: 78) + "\n"
        }
        for (label, example) in labelledExamples {
            text += "\n\(label):\n\n"
            for line in example.split(separator: "\n", omittingEmptySubsequences: false) {
                text += line.isEmpty ? "\n" : "    \(line)\n"
            }
        }
        return text
    }

    /// A section of `docs/diagnostics.md`; ends in a line break.
    package var markdown: String {
        var text = "### \(code.text) \(code.name)\n\n*\(code.severity.rawValue)*: **\(summary)**\n"
        for paragraph in paragraphs {
            text += "\n" + Self.wrapped(paragraph, at: 120) + "\n"
        }
        for (label, example) in labelledExamples {
            text += "\n\(label):\n\n```yaml\n\(example)\n```\n"
        }
        return text
    }

    /// The paragraphs of the explanation, each as one line.
    private var paragraphs: [String] {
        var paragraphs: [[Substring]] = [[]]
        for line in explanation.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ")
            if words.isEmpty { paragraphs.append([]) } else { paragraphs[paragraphs.count - 1] += words }
        }
        return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
    }

    private var labelledExamples: [(label: String, example: String)] {
        hasExamples ? [("Wrong", Self.visible(wrong)), ("Right", Self.visible(right))] : []
    }

    /// An example with its invisible characters written out: printed as they are, nobody would see what is wrong.
    private static func visible(_ example: String) -> String {
        var text = ""
        for scalar in example.unicodeScalars {
            if scalar != "\n", scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "<U+" + String(repeating: "0", count: 4 - digits.utf8.count) + digits + ">"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Breaks a line between words; a word longer than a line keeps one of its own.
    private static func wrapped(_ line: String, at width: Int) -> String {
        var text = ""
        var column = 0
        for word in line.split(separator: " ") {
            if column > 0 {
                let fits = column + 1 + word.count <= width
                text += fits ? " " : "\n"
                column = fits ? column + 1 : 0
            }
            text += word
            column += word.count
        }
        return text
    }
}
