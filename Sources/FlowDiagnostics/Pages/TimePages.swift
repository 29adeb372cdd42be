extension DiagnosticPage {
    static let time: [DiagnosticPage] = [
        DiagnosticPage(
            .expiryOrder, "A task expires before it may start",
            explanation: """
                `countdown` and `eta` say when a task may start at the earliest, and `expires` when at the latest,
                counted from the same moment. If the latest is not after the earliest, the task is REVOKED in every
                run. Celery sends it all the same, and throws it away when its time has come. Make `expires` longer
                than the wait, with room for a queue before it.
                """,
            wrong: """
                steps:
                  - {id: report, run: ./report.sh, countdown: 10m, expires: 5m}
                """,
            right: """
                steps:
                  - {id: report, run: ./report.sh, countdown: 10m, expires: 30m}
                """),
        DiagnosticPage(
            .scheduleSyntax, "A schedule cannot be read",
            explanation: """
                A `crontab` has five fields: minute (0-59), hour (0-23), day of the month (1-31), month (1-12) and day
                of the week (0-6, 0 is Sunday). One of them is out of its range, or is written in a way that crontab
                does not have. Such a workflow would never start, and nobody notices what does not happen. Put quotes
                around it, since a `*` means something to YAML. For plain intervals use `every: 15m`.
                """,
            wrong: """
                schedule:
                  crontab: "61 3 * * *"
                steps:
                  - {id: build, run: make}
                """,
            right: """
                schedule:
                  crontab: "1 3 * * *"
                steps:
                  - {id: build, run: make}
                """),
        DiagnosticPage(
            .timeInPast, "A fixed time that has passed already",
            explanation: """
                An `eta` in the past is no wait: the task starts at once. An `expires` in the past revokes it in every
                run. Mostly it is a date that was right when the file was written; the file outlives the date. Use
                `countdown` or a duration for what is relative to the run, a `schedule` for the time of day, and a
                parameter for a date that changes.
                """,
            wrong: """
                steps:
                  - {id: report, run: ./report.sh, eta: "2020-01-01T06:00:00Z"}
                """,
            right: """
                steps:
                  - {id: report, run: ./report.sh, countdown: 10m}
                """),
        DiagnosticPage(
            .scheduleNeverFires, "A schedule that no date fulfils",
            explanation: """
                Each field of the crontab is right by itself, but no day has all of them: there is no 30 February.
                The workflow would wait for ever and look healthy. For the last days of a month choose a day that
                each month has, such as 28, or run on the first and report on the day before.
                """,
            wrong: """
                schedule:
                  crontab: "0 0 30 2 *"
                steps:
                  - {id: build, run: make}
                """,
            right: """
                schedule:
                  crontab: "0 0 28 2 *"
                steps:
                  - {id: build, run: make}
                """),
    ]
}
