extension DiagnosticPage {
    static let hygiene: [DiagnosticPage] = [
        DiagnosticPage(
            .unusedIgnore, "An ignore comment that silences nothing",
            explanation: """
                `# flowrun: ignore FR205` silences a code on its own line or on the line below. Here nothing of that
                code is found any more, or the comment stands in the wrong place. Left behind, it would silence the
                next finding that happens to come up there. Remove it, or take the code that is no longer needed out
                of its list. Codes of YAML (FR0xx) cannot be silenced.
                """,
            wrong: """
                steps:
                  # flowrun: ignore FR301 the second argument is optional
                  - {id: build, run: make}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                """),
        DiagnosticPage(
            .expiredIgnore, "An ignore comment whose date has passed",
            explanation: """
                An ignore comment may carry a date: `# flowrun: ignore FR205 until 2026-12-31 comes with the next
                release`. The day is over, so the comment no longer silences anything, and the finding that it held
                back is reported beside this one; for that reason no file shows it alone. Mend the finding and remove
                the comment, or set a later date if the reason still holds.
                """,
            wrong: "",
            right: ""),
        DiagnosticPage(
            .missingVersion, "The file does not say which version of the language it is in",
            explanation: """
                Only `check --strict` asks for it. With `flowrun: 1` at the top a later version of flowrun knows by
                which rules the file was written. `check` without a path also finds such files
                anywhere in the project. Add the line.
                """,
            wrong: """
                name: nightly
                steps:
                  - {id: build, run: make, time_limit: 10m}
                """,
            right: """
                flowrun: 1
                name: nightly
                steps:
                  - {id: build, run: make, time_limit: 10m}
                """),
        DiagnosticPage(
            .missingTimeLimit, "A task without a time limit",
            explanation: """
                Only `check --strict` asks for it. Nothing ends a task that hangs: not on the node, not on the task,
                not by `task_time_limit`. A download that stalls at 02:00 still stalls at 09:00, and all that comes
                after it has not begun. Set `time_limit` on the node or the task, or `task_time_limit` for all; a
                generous one is better than none.
                """,
            wrong: """
                flowrun: 1
                steps:
                  - {id: build, run: make}
                """,
            right: """
                flowrun: 1
                steps:
                  - {id: build, run: make, time_limit: 10m}
                """),
    ]
}
