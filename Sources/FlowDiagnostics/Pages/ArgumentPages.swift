extension DiagnosticPage {
    static let arguments: [DiagnosticPage] = [
        DiagnosticPage(
            .wrongArity, "A call gives a task too many or too few arguments",
            explanation: """
                A task that declares `args` takes as many. Do not forget the one that nobody writes: an `s` receives
                its parent's result as first argument. Celery finds this out only when the parent has run, and then
                it is the parent that turns FAILURE, although it did its work.

                Write `si` if the task is not to receive the result, declare one more argument if it is, or correct
                the call.
                """,
            wrong: """
                tasks:
                  fetch: {run: ./fetch.sh}
                  tell: {run: './tell.sh "$1"', args: {to: string}}
                chain:
                  - fetch
                  - {s: tell, args: [ops]}
                """,
            right: """
                tasks:
                  fetch: {run: ./fetch.sh}
                  tell: {run: './tell.sh "$1"', args: {to: string}}
                chain:
                  - fetch
                  - {si: tell, args: [ops]}
                """),
        DiagnosticPage(
            .unknownArgument, "A keyword argument that the task does not declare",
            explanation: """
                `kwargs` names an argument that does not stand in the task's `args`. In Celery that is a TypeError at
                run time; here it would be worse where the right one has a default, which would be used in its place.
                Correct the name, or declare the argument. A task that takes any keyword declares `"**extra"`.
                """,
            wrong: """
                tasks:
                  fetch:
                    run: ./fetch.sh "$1" "$2"
                    args: {station: string, month: {type: string, default: "2026-10"}}
                steps:
                  - {id: get, si: fetch, kwargs: {station: oslo, mouth: "2026-09"}}
                """,
            right: """
                tasks:
                  fetch:
                    run: ./fetch.sh "$1" "$2"
                    args: {station: string, month: {type: string, default: "2026-10"}}
                steps:
                  - {id: get, si: fetch, kwargs: {station: oslo, month: "2026-09"}}
                """),
        DiagnosticPage(
            .repeatedArgument, "An argument is given twice",
            explanation: """
                The argument comes once by its place and once by its name: Python calls it "multiple values for
                argument". The one by place may be the parent's result, which stands before your own `args`. Give it
                once. If the parent's result is not wanted, write `si`.
                """,
            wrong: """
                tasks:
                  fetch: {run: './fetch.sh "$1"', args: {station: string}}
                steps:
                  - {id: get, si: fetch, args: [oslo], kwargs: {station: bergen}}
                """,
            right: """
                tasks:
                  fetch: {run: './fetch.sh "$1"', args: {station: string}}
                steps:
                  - {id: get, si: fetch, kwargs: {station: bergen}}
                """),
        DiagnosticPage(
            .argumentType, "A value does not have the type that the task declares",
            explanation: """
                A literal, an expression or a parent's result has another type than the argument. The usual cause: a
                program prints text, and the next task wants a number or a list. Nothing is converted for you, so the
                attempt would fail with ArgumentError after its parent has done all the work.

                Say what the parent returns: `returns: json` or a type such as `int` reads its output as JSON. Or
                change the type that is declared.
                """,
            wrong: """
                tasks:
                  count: {run: ./count.sh}
                  square: {python: "calc:square", args: {n: int}}
                chain:
                  - count
                  - square
                """,
            right: """
                tasks:
                  count: {run: ./count.sh, returns: int}
                  square: {python: "calc:square", args: {n: int}}
                chain:
                  - count
                  - square
                """),
        DiagnosticPage(
            .reservedArgument, "An argument has a name that a program could not bear",
            explanation: """
                `run` and `exec` see each declared argument as an environment variable of its name. An argument called
                `PATH`, `HOME`, `IFS` or `LD_PRELOAD` would change how the shell and everything below it works, and
                the value would then decide which programs are run. Names of `env` keys are refused too, since one of
                the two would hide the other. Choose another name.
                """,
            wrong: """
                tasks:
                  fetch: {run: './fetch.sh "$1"', args: {PATH: string}}
                steps:
                  - {id: get, si: fetch, args: [data.csv]}
                """,
            right: """
                tasks:
                  fetch: {run: './fetch.sh "$1"', args: {file: string}}
                steps:
                  - {id: get, si: fetch, args: [data.csv]}
                """),
        DiagnosticPage(
            .undeclaredArgument, "A script uses an argument that its task does not declare",
            explanation: """
                The script reads `$3`, but the task declares two arguments, so `$3` is never set. A shell without
                `-u` takes it for an empty text, and `rm -rf "$3"/*` becomes what you fear. Use the right number, or
                the variable of the argument's name, or declare one more argument.
                """,
            wrong: """
                tasks:
                  copy:
                    run: cp "$1" "$3"
                    args: {source: path, target: path}
                steps:
                  - {id: save, si: copy, args: [a.txt, b.txt]}
                """,
            right: """
                tasks:
                  copy:
                    run: cp "$1" "$2"
                    args: {source: path, target: path}
                steps:
                  - {id: save, si: copy, args: [a.txt, b.txt]}
                """),
        DiagnosticPage(
            .shellScript, "ShellCheck has found something in a script",
            explanation: """
                Where `shellcheck` is installed, `check` hands it every `run` script and shows what it says at the
                right place of your file, with ShellCheck's own number. A variable without quotes, for one, works
                until the first file name with a space comes along. It is a warning.

                `run: cp $1 $2` gives SC2086, and `run: cp "$1" "$2"` gives nothing. What you know better than
                ShellCheck, silence by its own comment inside the script: `# shellcheck disable=SC2086`.
                """,
            wrong: "",
            right: ""),
    ]
}
