extension DiagnosticPage {
    static let yaml: [DiagnosticPage] = [
        DiagnosticPage(
            .yamlSyntax, "The text is not YAML",
            explanation: """
                The file cannot be read at all, so this is the only thing that is said of it; whatever else is wrong
                comes to light once it can be read. Most often it is a quote that was never closed, a tab, a second
                `: ` on one line, text under `run: |` that is not indented, or a crontab or a `${{ … }}` without
                quotes.

                The message stands at the place that is to blame, which may be far above the place where YAML gave up.
                Put quotes around anything that holds `: `, ` #`, `{`, `[`, `*`, `&` or `!`.
                """,
            wrong: """
                steps:
                  - id: build
                    run: "make all
                """,
            right: """
                steps:
                  - id: build
                    run: "make all"
                """),
        DiagnosticPage(
            .duplicateKey, "The same key stands twice in one mapping",
            explanation: """
                Most YAML readers keep the last of two equal keys and drop the first without a word. So half of what
                you wrote would be gone, and the run would go on with the other half: the wrong stage, the wrong
                limit, the wrong host. flowrun refuses the file and shows both places. Join the two, or rename one.
                """,
            wrong: """
                env: {STAGE: dev}
                steps:
                  - {id: build, run: ./build.sh}
                env: {STAGE: prod}
                """,
            right: """
                env: {STAGE: prod}
                steps:
                  - {id: build, run: ./build.sh}
                """),
        DiagnosticPage(
            .yamlLimit, "The file is larger or deeper than flowrun reads",
            explanation: """
                A few lines of YAML can ask for more memory than a machine has: aliases of aliases, or brackets in
                brackets. So there are limits: 512 MiB a file, 256 levels of indentation and 64 of brackets, 16 MiB a
                scalar, 1 KiB a key, 16 directives, and aliases that expand to no more than ten times the file, or
                100 000 nodes. The message names the one that was passed.

                Nobody meets them by hand; a program that writes workflows may. Let it use `foreach` or `matrix`
                instead of writing every copy, and keep large data in files of their own.
                """,
            wrong: """
                x-deep: \(String(repeating: "[", count: 70))1\(String(repeating: "]", count: 70))
                steps:
                  - {id: build, run: make}
                """,
            right: """
                x-deep: [[1]]
                steps:
                  - {id: build, run: make}
                """),
        DiagnosticPage(
            .invalidText, "The file holds bytes or characters that are no text here",
            explanation: """
                The file is not UTF-8, or it holds a NUL, a control character, or one of the invisible line breaks
                U+0085, U+2028 and U+2029. They come with text that was copied from a web page or a mail, or from an
                editor that saves UTF-16. You cannot see them, but a shell can: YAML folds an invisible line break
                into a real one or into a space, and the command is no longer the one that you read.

                Delete the character at the place that is named and type it anew, or save the file as UTF-8. In the
                example it is shown as `<U+0085>`.
                """,
            wrong: """
                steps:
                  - {id: say, run: "echo one;\u{85}echo two"}
                """,
            right: """
                steps:
                  - {id: say, run: "echo one; echo two"}
                """),
        DiagnosticPage(
            .unsupportedYAML, "A part of YAML that flowrun does not take",
            explanation: """
                A file holds one workflow, so a second document after `---` is refused: other readers would drop it, or
                run only it. Tags such as `!!binary`, `!!python/object` or one of your own are refused too. They turn
                text into something else while it is read, and that something may be code.

                Give each workflow a file of its own, and write values plainly.
                """,
            wrong: """
                steps:
                  - {id: build, run: make}
                ---
                steps:
                  - {id: test, run: make test}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                  - {id: test, needs: build, run: make test}
                """),
        DiagnosticPage(
            .numberOutOfRange, "A number does not fit 64 bits, or is not finite",
            explanation: """
                Whole numbers are exact and have 64 bits. Many tools read a larger one as a float and round it, so the
                account 9223372036854775809 becomes another account, and nothing fails. `.inf` and `.nan` have no form
                in JSON, which carries every argument and result.

                Put quotes around long digits that name something and are never added up. Leave a limit away where
                you mean "no limit".
                """,
            wrong: """
                steps:
                  - {id: say, si: std.log, args: [9223372036854775809]}
                """,
            right: """
                steps:
                  - {id: say, si: std.log, args: ["9223372036854775809"]}
                """),
        DiagnosticPage(
            .unknownAnchor, "An alias names an anchor that does not stand before it",
            explanation: """
                `*name` repeats the node that carries `&name`, and that node must stand above it in the same file.
                Anchors do not reach from an included file into yours. An alias inside its own anchor would have no
                end, so it is refused as well.

                Correct the name, or define the anchor above. A key that begins with `x-` is a good place for it.
                """,
            wrong: """
                steps:
                  - id: build
                    run: make
                    env: *defaults
                """,
            right: """
                x-env: &defaults {STAGE: prod}
                steps:
                  - id: build
                    run: make
                    env: *defaults
                """),
        DiagnosticPage(
            .oldYAMLWord, "A YAML 1.1 reader would take this word for another value",
            explanation: """
                flowrun reads YAML 1.2, where `no`, `on` and `12:30` are text. Readers of YAML 1.1, such as PyYAML
                and Ansible, see a boolean in `no`, 750 in `12:30`, and other numbers in `0755` and `1_000`. So the
                country Norway becomes `false` as soon as another tool reads the same file, or a colleague remembers
                the old rule. Put quotes around text, and write `true` and `false` for booleans.
                """,
            wrong: """
                steps:
                  - id: ship
                    python: shop:ship
                    kwargs: {country: no, express: true}
                """,
            right: """
                steps:
                  - id: ship
                    python: shop:ship
                    kwargs: {country: "no", express: true}
                """),
        DiagnosticPage(
            .mergeKey, "A merge key '<<' is used in a way that readers disagree on",
            explanation: """
                `<<: *name` copies the entries of another mapping into this one; what you write beside it wins. Two
                `<<` in one mapping are two equal keys, of which many readers drop one without a word, and with it a
                time limit or a retry. `<<` of something that is no mapping means nothing.

                Write one `<<` with a list: of the mappings in it, the earlier wins.
                """,
            wrong: """
                x-limits: &limits {time_limit: 5m}
                x-retry: &retry {retry: 2}
                steps:
                  - id: build
                    <<: *limits
                    <<: *retry
                    run: make
                """,
            right: """
                x-limits: &limits {time_limit: 5m}
                x-retry: &retry {retry: 2}
                steps:
                  - id: build
                    <<: [*limits, *retry]
                    run: make
                """),
        DiagnosticPage(
            .keyIsNoString, "A key is not a string",
            explanation: """
                Every key in a workflow is a name, and what reaches a task is JSON, which knows no other keys. The
                usual cause is a template of Ansible, Airflow or Jinja: without quotes YAML reads `{{ name }}` as a
                mapping whose key is a mapping. Write `${{ … }}` and put quotes around it. Put quotes around a number
                or a boolean that is meant as a key.
                """,
            wrong: """
                steps:
                  - {id: say, si: std.log, args: [{{ run.name }}]}
                """,
            right: """
                steps:
                  - {id: say, si: std.log, args: ["${{ run.name }}"]}
                """),
    ]
}
