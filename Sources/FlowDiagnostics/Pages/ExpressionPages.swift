extension DiagnosticPage {
    static let expressions: [DiagnosticPage] = [
        DiagnosticPage(
            .expressionSyntax, "An expression cannot be read",
            explanation: """
                The text between `${{` and `}}`, or after `when:`, is not an expression; the message stands at the
                very place. Common causes: `=` for `==`, `and` for `&&`, a quote or a bracket that is not closed.
                Every expression is read before anything runs, so none of them fails on its syntax at night. A
                literal `${{` is written `$${{`.
                """,
            wrong: """
                steps:
                  - {id: build, when: run.name = 'nightly', run: make}
                """,
            right: """
                steps:
                  - {id: build, when: run.name == 'nightly', run: make}
                """),
        DiagnosticPage(
            .unknownName, "An expression uses a name that does not exist",
            explanation: """
                The name is none of the roots (`params`, `env`, `secrets`, `run`, `steps`, `parent` …), is not bound
                by `foreach … as` or `matrix` around it, or the root has nothing of that name. Other tools put an
                empty text in its place, and a path loses its middle. The nearest name is offered. Functions are
                looked up in the same way.
                """,
            wrong: """
                params: {month: "2026-10"}
                steps:
                  - {id: say, si: std.log, args: ["${{ params.month }}", "${{ params.mnth }}"]}
                """,
            right: """
                params: {month: "2026-10"}
                steps:
                  - {id: say, si: std.log, args: ["${{ params.month }}", "${{ params.month }}"]}
                """),
        DiagnosticPage(
            .expressionInShell, "An expression would become part of a shell's text",
            explanation: """
                Put into a script as text, a value is code: a title such as `$(rm -rf ~)` runs. In GitHub Actions this
                is the best-known way to be broken into. So `${{ … }}` cannot stand in `run:`, nor in an `exec` behind
                `bash -c`, `python -c`, `ssh` and their like. Hand the value over as data: in `env`, or as an argument
                that the script reads as "$1". Keep the quotes around it.
                """,
            wrong: """
                params: {month: "2026-10"}
                steps:
                  - id: fetch
                    run: "./fetch.sh ${{ params.month }}"
                """,
            right: """
                params: {month: "2026-10"}
                steps:
                  - id: fetch
                    run: './fetch.sh "$MONTH"'
                    env: {MONTH: "${{ params.month }}"}
                """),
        DiagnosticPage(
            .expressionType, "An expression works on values of the wrong type",
            explanation: """
                The operator or function does not take these types: `+` wants two numbers, two strings or two lists,
                `when` wants a bool, and an object or a list cannot stand inside a text. At run time this would be
                FAILURE ExpressionError, in the middle of a run. Nothing is converted by itself. Write text around
                the expression to make a string of it, `parse_json` to read a number, and a comparison where a bool
                is asked for.
                """,
            wrong: """
                steps:
                  - {id: say, si: std.log, args: ["${{ 'a' + 1 }}"]}
                """,
            right: """
                steps:
                  - {id: say, si: std.log, args: ["${{ 'a' + '1' }}"]}
                """),
        DiagnosticPage(
            .stepNotEnded, "An expression reads a step that may not have ended yet",
            explanation: """
                `steps.ID` can be read only where that step has surely ended: in steps that come after it by `needs`
                or by the order of a chain. Otherwise it is a race. It would work on a quiet day, and read nothing on
                the day that the other step is slow. Add `needs: ID`; on an `si` it hands on nothing and only waits.
                """,
            wrong: """
                steps:
                  - {id: build, run: make}
                  - {id: tell, si: std.log, args: ["${{ steps.build.result }}"]}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: tell, needs: build, si: std.log, args: ["${{ steps.build.result }}"]}
                """),
        DiagnosticPage(
            .misplacedExpression, "An expression stands where only fixed text is allowed",
            explanation: """
                Ids, names of tasks, limits and what else decides the shape of the run must be known before it
                starts, or it could be neither checked nor planned. They are taken as they are written, and
                `build-${{ … }}` would be the id itself. Write a fixed name. `foreach` and `matrix` give each copy an
                id of its own, and `shadow` gives a call another name to show.
                """,
            wrong: """
                steps:
                  - {id: "build-${{ run.name }}", run: make}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                """),
    ]
}
