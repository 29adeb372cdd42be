extension DiagnosticPage {
    /// The text of `docs/diagnostics.md`: how codes are grouped and silenced, and every page.
    package static var document: String {
        var text = introduction
        var group: Int?
        for page in all {
            if page.code.group != group {
                group = page.code.group
                text += "\n## FR\(page.code.group)xx: \(title(ofGroup: page.code.group))\n"
            }
            text += "\n" + page.markdown
        }
        return text
    }

    private static let introduction = """
        # Diagnostics

        Every finding of `flowrun check` has a code, whose first digit says what it is about: 0 YAML, 1 shape, 2 names and
        graph, 3 arguments and types, 4 expressions, 5 Celery's hazards, 6 time and schedules, 7 queues, 8 security, 9
        hygiene. Errors refuse the file, warnings do not; `check --strict` makes warnings errors and looks at hygiene too.

        `flowrun check --explain FR301`, or `--explain wrong-arity`, prints the page of a code. Where a finding shows a fix
        that is safe, `flowrun check --fix` applies it.

        A comment silences a code on its own line or on the line below:

        ```yaml
        tasks:
          # flowrun: ignore FR205 the import of 2027 will call it
          archive: {run: ./archive.sh}
        ```

        It takes several codes, separated by commas, and a last day: `# flowrun: ignore FR205, FR208 until 2027-03-31 for the
        import`. There are no wildcards, FR0xx cannot be silenced, and a comment that silences nothing is reported.

        This page is generated from `Sources/FlowDiagnostics/Pages`: `RECORD_SNAPSHOTS=1 swift test --filter PageTests`.

        """

    private static func title(ofGroup group: Int) -> String {
        switch group {
        case 0: "YAML"
        case 1: "shape"
        case 2: "names and graph"
        case 3: "arguments and types"
        case 4: "expressions"
        case 5: "Celery's hazards"
        case 6: "time and schedules"
        case 7: "queues and resources"
        case 8: "security"
        case 9: "hygiene"
        default: preconditionFailure("no code has the group \(group)")
        }
    }
}
