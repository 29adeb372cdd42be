extension DiagnosticPage {
    static let hazards: [DiagnosticPage] = [
        DiagnosticPage(
            .softLimit, "The soft time limit is not below the hard one",
            explanation: """
                The soft limit is the warning: the task may still save its work and tidy up. The hard limit kills it.
                If both come at once, or the warning comes later, the task is killed without one, and leaves half a
                file behind.

                Celery did not keep a hard limit that was shorter than the soft one (celery/celery #9125); since then
                a task that is declared so cannot be sent, but one that is called so is still accepted. Leave some
                seconds between the two.
                """,
            wrong: """
                steps:
                  - id: build
                    run: make
                    soft_time_limit: 30
                    time_limit: 30
                """,
            right: """
                steps:
                  - id: build
                    run: make
                    soft_time_limit: 30
                    time_limit: 40
                """),
        DiagnosticPage(
            .retryWithoutCause, "Retries that nothing can trigger",
            explanation: """
                `max_retries` says how often, not when. Without `autoretry_for`, and without an exit code that asks
                for a retry, every failure of a program is final: the first short loss of the network ends the run,
                although three retries seem to be written there.

                There is no issue for this one: it is Celery's documented behaviour: `autoretry_for` is empty by
                default, and `max_retries` is then only a bound for `self.retry()`, which a program does not have.
                Write `retry: 3`, or name the errors in `autoretry_for`.
                """,
            wrong: """
                steps:
                  - id: fetch
                    exec: [./fetch.sh]
                    max_retries: 3
                    retry_exit_codes: []
                """,
            right: """
                steps:
                  - id: fetch
                    exec: [./fetch.sh]
                    retry: 3
                """),
        DiagnosticPage(
            .backoffOutlivesExpiry, "Retries come later than the task expires",
            explanation: """
                `expires` holds for every attempt, and the delays between attempts grow. A retry that is due after it
                is not made: the task ends REVOKED with "expired", and not with the error that you would look for.
                So the last retries exist only on paper.

                In old versions of Celery `expires` was lost on a retry (celery/celery #980, #3297); now it goes with
                each one, and the one that comes too late is revoked. Set `expires` beyond the sum of the delays, or
                make fewer retries, or lower `retry_backoff` or `retry_backoff_max`.
                """,
            wrong: """
                steps:
                  - id: fetch
                    run: ./fetch.sh
                    autoretry_for: [Exception]
                    max_retries: 3
                    retry_backoff: 120
                    expires: 60
                """,
            right: """
                steps:
                  - id: fetch
                    run: ./fetch.sh
                    autoretry_for: [Exception]
                    max_retries: 3
                    retry_backoff: 120
                    expires: 1h
                """),
        DiagnosticPage(
            .ignoredResultRead, "A result is read after it was dropped",
            explanation: """
                With `ignore_result` a value is kept only until the steps that it is handed to have ended. A step
                that reads it later by expression finds null: no error, only an empty report.

                Celery has the same trap in a worse form: with an ignored result in a chain the last result cannot be
                fetched (celery/celery #1905), and groups and chords do not work at all on most backends (#3979).
                Remove `ignore_result`, or let an `s` that needs the step receive the value.
                """,
            wrong: """
                steps:
                  - {id: count, run: ./count.sh, ignore_result: true}
                  - {id: save, needs: count, run: ./save.sh}
                  - {id: tell, needs: save, si: std.log, args: ["${{ steps.count.result }}"]}
                """,
            right: """
                steps:
                  - {id: count, run: ./count.sh}
                  - {id: save, needs: count, run: ./save.sh}
                  - {id: tell, needs: save, si: std.log, args: ["${{ steps.count.result }}"]}
                """),
        DiagnosticPage(
            .resultNotTaken, "A program is handed a result and takes none of it",
            explanation: """
                An `s` receives its parent's result. But `exec` starts exactly the words that are written: nothing is
                added to them, and neither `args`, `stdin` nor an expression of this task takes the value. The
                program runs without its input, and succeeds on nothing.

                There is no issue for this one: it is Celery's documented rule that a parent's result is always put
                before a partial's arguments; a Python function that does not take it fails. Write `si` if the
                result is not wanted. Else declare an argument and use it: `"${{ args.data }}"`, or in `stdin`.
                """,
            wrong: """
                tasks:
                  fetch: {run: ./fetch.sh}
                  store: {exec: [./store.sh]}
                chain:
                  - fetch
                  - store
                """,
            right: """
                tasks:
                  fetch: {run: ./fetch.sh}
                  store: {exec: [./store.sh]}
                chain:
                  - fetch
                  - {si: store}
                """),
        DiagnosticPage(
            .linkOnRemoteGroup, "A link on a group whose members run in Celery",
            explanation: """
                Here the `link` of a group runs once, after all members, with the list of results. Celery hangs it on
                the first member only and gives it nothing, so it runs while the others are still at work
                (celery/celery #1950). With members that are Celery's own tasks a reader can expect either, and the
                same canvas moved to Celery does something else.

                Say what you mean with a `chord`, which means the same in both: its `body` runs after all members and
                receives the list.
                """,
            wrong: """
                tasks:
                  resize: {celery: app.resize}
                group:
                  - resize
                  - resize
                link: std.log
                """,
            right: """
                tasks:
                  resize: {celery: app.resize}
                chord:
                  - resize
                  - resize
                body: std.log
                """),
    ]
}
