extension DiagnosticPage {
    static let names: [DiagnosticPage] = [
        DiagnosticPage(
            .unknownTask, "A node calls a task that does not exist",
            explanation: """
                The name stands neither under `tasks`, nor in an included file, nor among the built-ins (`std.…`).
                Celery sends such a message all the same, and the task waits for ever, or fails when a worker takes
                it: after all that ran before it. Correct the name, or define the task. For a shell command you need
                no name at all: `run:` stands on the node itself.
                """,
            wrong: """
                tasks:
                  build: {run: make}
                steps:
                  - {id: first, s: build}
                  - {id: again, needs: first, si: biuld}
                """,
            right: """
                tasks:
                  build: {run: make}
                steps:
                  - {id: first, s: build}
                  - {id: again, needs: first, si: build}
                """),
        DiagnosticPage(
            .unknownStep, "'needs' names a step that does not stand beside this one",
            explanation: """
                `needs` names steps of the same `steps` list by their `id`. A step that waits for one that does not
                exist would never start, and one that does not wait would start too early. Where you gave no `id`,
                it is the last part of the task's name or the kind, such as `run` and `run-2`. To wait for something
                inside another composite, wait for the composite.
                """,
            wrong: """
                steps:
                  - {id: build, run: make}
                  - {id: test, needs: biuld, run: make test}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: test, needs: build, run: make test}
                """),
        DiagnosticPage(
            .duplicateID, "Two nodes have the same id",
            explanation: """
                An id names one node in the whole file, however deep it stands. With two of them, `needs`,
                `steps.build.result` and `flowrun logs latest build` could mean either, and at night you would read
                the log of the wrong one. Rename one. For copies of one step use `foreach` or `matrix`, which number
                them for you.
                """,
            wrong: """
                steps:
                  - {id: build, run: make}
                  - {id: test, needs: build, run: make test}
                  - {id: build, run: make docs}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: test, needs: build, run: make test}
                  - {id: docs, run: make docs}
                """),
        DiagnosticPage(
            .dependencyCycle, "Steps wait for one another in a circle",
            explanation: """
                Each of these steps waits for another of them, so none can ever start. The message names the whole
                circle, from the step that is written first. Take out the edge that is not true. If you meant
                "again until it is good", let the step retry instead.
                """,
            wrong: """
                steps:
                  - {id: build, needs: pack, run: make}
                  - {id: pack, needs: build, run: make pack}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: pack, needs: build, run: make pack}
                """),
        DiagnosticPage(
            .unusedTask, "A task that no node uses",
            explanation: """
                The task is defined and never called. Either it is left over, or a node calls another one by
                mistake, which is the case worth a look: a clean-up that nobody calls does not clean up. Remove it or
                call it. A library, that is a file with tasks and no canvas, may define what it does not use.
                """,
            wrong: """
                tasks:
                  fetch: {run: ./fetch.sh}
                  clean: {run: ./clean.sh}
                steps:
                  - {id: get, s: fetch}
                """,
            right: """
                tasks:
                  fetch: {run: ./fetch.sh}
                  clean: {run: ./clean.sh}
                steps:
                  - {id: get, s: fetch}
                  - {id: tidy, needs: get, si: clean}
                """),
        DiagnosticPage(
            .reservedName, "A name that flowrun keeps for itself",
            explanation: """
                Names that begin with `std.` belong to the built-in tasks, and more of them may come. A task of yours
                with such a name would hide a built-in, or be hidden by one after an update, and the same file would
                do something else. Choose another name; a prefix of your own, as in `acme.fetch`, is fine.
                """,
            wrong: """
                tasks:
                  std.fetch: {run: ./fetch.sh}
                steps:
                  - {id: get, s: std.fetch}
                """,
            right: """
                tasks:
                  fetch: {run: ./fetch.sh}
                steps:
                  - {id: get, s: fetch}
                """),
        DiagnosticPage(
            .parameterValue, "A value does not fit its parameter",
            explanation: """
                A default is checked like a value that is given with `-p` or in a params file: by `type`, `enum`,
                `pattern`, `min` and `max`. A default that does not fit breaks only the runs that rely on it, and
                those are the scheduled ones, where nobody types a value. Correct the default, or widen what the
                parameter allows.
                """,
            wrong: """
                params:
                  count: {type: int, default: three}
                steps:
                  - {id: say, si: std.log, args: ["${{ params.count }}"]}
                """,
            right: """
                params:
                  count: {type: int, default: 3}
                steps:
                  - {id: say, si: std.log, args: ["${{ params.count }}"]}
                """),
        DiagnosticPage(
            .unusedParameter, "A parameter that nothing uses",
            explanation: """
                No expression reads `params.NAME`. Whoever passes `-p month=2026-09` believes that it matters, and
                gets the report of another month. Use the parameter where it was meant, or remove it. A shell script
                cannot see parameters by itself: hand them on in `args` or `env`.
                """,
            wrong: """
                params: {month: "2026-10"}
                steps:
                  - {id: report, run: ./report.sh}
                """,
            right: """
                params: {month: "2026-10"}
                steps:
                  - {id: report, run: ./report.sh, env: {MONTH: "${{ params.month }}"}}
                """),
        DiagnosticPage(
            .unusedSecret, "A secret that nothing uses",
            explanation: """
                Every secret must exist before a run starts, so one that nobody reads can still stop a run on a
                machine that does not have it. And the task that was meant to get it goes without. Use it in `env`,
                `stdin` or `http`, or remove it.
                """,
            wrong: """
                secrets:
                  TOKEN: {env: API_TOKEN}
                steps:
                  - {id: publish, run: ./publish.sh}
                """,
            right: """
                secrets:
                  TOKEN: {env: API_TOKEN}
                steps:
                  - {id: publish, run: ./publish.sh, env: {TOKEN: "${{ secrets.TOKEN }}"}}
                """),
        DiagnosticPage(
            .unusedName, "The name bound by 'as' is never used",
            explanation: """
                `foreach` makes a copy for each item, but no copy reads its item, so all of them do the very same.
                Copies have no parent that would hand the item in: they take it by expression. Write it in `args`,
                `env` or `stdin`. Where you do want equal copies, leave `as` out.
                """,
            wrong: """
                steps:
                  - id: fetch
                    foreach: [oslo, bergen]
                    as: city
                    run: ./fetch.sh
                """,
            right: """
                steps:
                  - id: fetch
                    foreach: [oslo, bergen]
                    as: city
                    run: ./fetch.sh
                    env: {CITY: "${{ city }}"}
                """),
        DiagnosticPage(
            .unusedAnchor, "An anchor that no alias uses",
            explanation: """
                `&limits` marks a node so that `*limits` can repeat it, and nothing does. Most often the line
                `<<: *limits` is missing from the step that was meant to have those limits, so that it runs without
                them. Add the alias, or remove the anchor.
                """,
            wrong: """
                x-limits: &limits {time_limit: 5m}
                steps:
                  - id: build
                    run: make
                """,
            right: """
                x-limits: &limits {time_limit: 5m}
                steps:
                  - id: build
                    <<: *limits
                    run: make
                """),
        DiagnosticPage(
            .neverRuns, "A step that can never run",
            explanation: """
                What the step waits for cannot all come true in one run. Here `tell` wants `copy` to succeed, and it
                wants `mend`, which runs only when `copy` fails. The step would be skipped in every run, and the mail
                that it was to send never comes. Wait for an end that is possible: `done` is met by any end, a skip
                included.
                """,
            wrong: """
                steps:
                  - {id: copy, run: ./copy.sh}
                  - {id: mend, needs: {copy: failure}, run: ./mend.sh}
                  - {id: tell, needs: [copy, mend], run: ./tell.sh}
                """,
            right: """
                steps:
                  - {id: copy, run: ./copy.sh}
                  - {id: mend, needs: {copy: failure}, run: ./mend.sh}
                  - {id: tell, needs: {copy: done, mend: done}, run: ./tell.sh}
                """),
        DiagnosticPage(
            .duplicateTask, "A task is defined twice",
            explanation: """
                A task of this name stands in this file and in an included one, or in two included files. One of them
                would win, by the order of the includes, and somebody would change the other and see no effect. Give
                one of them another name, or remove it.

                It takes two files to show it: `common.yaml` defines `fetch`, and the file that says
                `include: [common.yaml]` defines `fetch` again. Twice in one mapping is FR002.
                """,
            wrong: "",
            right: ""),
        DiagnosticPage(
            .missingFile, "A file that is named here does not exist",
            explanation: """
                A path in `include` or `workflow` is relative to the file that names it, not to the folder that you
                start flowrun in. The file is not there, or cannot be read, so its tasks are missing and nothing can
                be said about what uses them. Correct the path, or remove the line. If it works on your machine only,
                look whether the file was ever committed.
                """,
            wrong: """
                include: [common.yaml]
                steps:
                  - {id: build, run: make}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                """),
        DiagnosticPage(
            .unknownParameter, "A parameter is given that the workflow does not have",
            explanation: """
                `-p`, a params file, or the `params` of a `workflow:` node names a parameter that the called workflow
                does not declare. It would be dropped, and the default used instead: the report of last month, sent
                as this month's. Correct the name, or declare it under `params`.

                It takes two files, or a command, to show it. `flowrun apply report.yaml -p mnth=2026-09` says that
                report.yaml has `month`; so does `{workflow: report.yaml, params: {mnth: "2026-09"}}`.
                """,
            wrong: "",
            right: ""),
        DiagnosticPage(
            .fileCycle, "A file includes or calls itself",
            explanation: """
                A `workflow:` node is put in place before the run, and an include is read with the file; a file that
                reaches itself, directly or through others, would go on for ever. The message names the whole way
                round. For repetition use `foreach`, `retry` or a `schedule`; move shared tasks into a library that
                includes nobody.
                """,
            wrong: """
                steps:
                  - {id: build, run: make}
                  - {id: again, needs: build, workflow: pipeline.yaml}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: again, needs: build, run: make}
                """),
    ]
}
