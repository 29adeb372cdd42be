extension DiagnosticPage {
    static let shape: [DiagnosticPage] = [
        DiagnosticPage(
            .unknownKey, "A key that the language does not have",
            explanation: """
                The key is misspelt, or it is another tool's word. Celery takes a misspelt option in silence: with
                `contdown=10` the task runs at once, and with a misspelt `needs` a test would run before the build that
                it is to test. flowrun refuses the file and names the key that was probably meant; `check --fix`
                renames it where that is safe.

                Keys of your own may begin with `x-`.
                """,
            wrong: """
                steps:
                  - {id: build, run: make}
                  - {id: test, neds: build, run: make test}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: test, needs: build, run: make test}
                """),
        DiagnosticPage(
            .wrongType, "A value has the wrong type",
            explanation: """
                The key takes another type of value: a list, a mapping, a number, a duration, `true` or `false`.
                Nothing is converted by guessing, because a guess is found out at run time, by the task that got it.
                A list of one is written `[hello]`. Durations are numbers of seconds or texts such as `90s`, `5m` or
                `1h30m`, not words.
                """,
            wrong: """
                steps:
                  - {id: say, si: std.log, args: hello}
                """,
            right: """
                steps:
                  - {id: say, si: std.log, args: [hello]}
                """),
        DiagnosticPage(
            .missingKey, "A key that must be there is missing",
            explanation: """
                Some keys make sense only together: a `chord` needs the `body` that receives its results, `map` and
                `starmap` need `items`, `chunks` needs `size` too, and a workflow needs a canvas such as `steps` or
                `chain`. Without it there is nothing that could be run. The message stands at the first key of the
                mapping in question; add what it names.
                """,
            wrong: """
                tasks:
                  resize: {python: "images:resize"}
                map: resize
                """,
            right: """
                tasks:
                  resize: {python: "images:resize"}
                map: resize
                items: [sea.png, hill.png]
                """),
        DiagnosticPage(
            .canvasKeys, "A node has two canvas keys, or none",
            explanation: """
                A node is one thing: a call (`s`, `si`), a composite (`chain`, `group`, `chord`, `steps`) or an inline
                task (`run`, `exec`, `python` …). With two of these keys one would have to be dropped, and flowrun
                does not choose for you. With none there is nothing to run.

                Make two nodes of it; often the second is a list item that lost its dash, or is indented too far. A
                task under `tasks` has exactly one kind in the same way.
                """,
            wrong: """
                tasks:
                  fetch: {run: ./fetch.sh}
                chain:
                  - s: fetch
                    chain:
                      - run: ./clean.sh
                """,
            right: """
                tasks:
                  fetch: {run: ./fetch.sh}
                chain:
                  - s: fetch
                  - chain:
                      - run: ./clean.sh
                """),
        DiagnosticPage(
            .misplacedKey, "A key stands where it has no meaning",
            explanation: """
                flowrun knows the key, but it does nothing in this place: `needs` orders only what stands under
                `steps`, `body` belongs to a `chord`, and `retry` cannot stand on a composite. Ignored in silence it
                would look like a promise that nobody keeps.

                A `chain` is in order as it is written. Use `steps` where you want to draw the edges yourself, and
                put `retry` on the tasks that may fail.
                """,
            wrong: """
                chain:
                  - {id: first, run: ./a.sh}
                  - {id: second, needs: first, run: ./b.sh}
                """,
            right: """
                steps:
                  - {id: first, run: ./a.sh}
                  - {id: second, needs: first, run: ./b.sh}
                """),
        DiagnosticPage(
            .wrongValue, "A value is not one of those that are allowed",
            explanation: """
                The type is right, but the value is none that the key knows: a type that does not exist, a state that
                no step can end in, a number outside its bounds, a pattern that does not compile. The message lists
                what is allowed, or names the nearest. It is an error and not a default, because a default would be
                noticed only when the value matters.
                """,
            wrong: """
                steps:
                  - {id: count, run: wc -l < data.csv, returns: number}
                """,
            right: """
                steps:
                  - {id: count, run: wc -l < data.csv, returns: int}
                """),
        DiagnosticPage(
            .unknownSetting, "A setting that neither Celery nor flowrun has",
            explanation: """
                Celery keeps a misspelt setting as one more name and uses the default, so the time limit that you
                rely on does not exist until a task hangs all night. flowrun knows every setting of Celery and its
                own, and names the nearest. Old upper-case names such as `CELERYD_TASK_TIME_LIMIT` are errors too,
                with the name of today; `check --fix` writes it.
                """,
            wrong: """
                settings:
                  task_time_limt: 300
                steps:
                  - {id: build, run: make}
                """,
            right: """
                settings:
                  task_time_limit: 300
                steps:
                  - {id: build, run: make}
                """),
        DiagnosticPage(
            .notBuiltYet, "A part of the language that this version cannot run yet",
            explanation: """
                The file is right: `check` accepts it, and so will a later version. But this version cannot carry it
                out, and `apply` and `plan` say so before anything starts, rather than half way through a run.

                Say it in another way for now. A program such as curl, started by `exec`, does what an `http` task
                does.
                """,
            wrong: """
                steps:
                  - {id: ping, http: {method: GET, url: "https://data.example/health"}}
                """,
            right: """
                steps:
                  - {id: ping, exec: [curl, -fsS, "https://data.example/health"]}
                """),
        DiagnosticPage(
            .settingValue, "A setting has a value of the wrong type or unit",
            explanation: """
                Celery does not look at the types of its settings. The text "false" counts as true there, so
                `task_acks_late: "false"` switches late acknowledgement on, and tasks run twice; "1 day" fails late
                or never. flowrun checks every setting when the file is read. Take the quotes off booleans and
                numbers; durations are seconds, or texts such as `1h30m` and `1d`.
                """,
            wrong: """
                settings:
                  task_acks_late: "false"
                steps:
                  - {id: build, run: make}
                """,
            right: """
                settings:
                  task_acks_late: false
                steps:
                  - {id: build, run: make}
                """),
        DiagnosticPage(
            .settingWithoutEffect, "A setting of Celery that does nothing here",
            explanation: """
                Celery has the setting, but flowrun has nothing for it to act on, or it matters only to workers of
                Celery behind a broker; the message says why. It is a warning, so that a celeryconfig can be taken
                over as it is. But do not count on it: whoever tunes it to mend a slow night will see no change.
                Remove it here.
                """,
            wrong: """
                settings:
                  timezone: UTC
                  worker_pool: prefork
                steps:
                  - {id: build, run: make}
                """,
            right: """
                settings:
                  timezone: UTC
                steps:
                  - {id: build, run: make}
                """),
    ]
}
