extension DiagnosticPage {
    static let security: [DiagnosticPage] = [
        DiagnosticPage(
            .secretExposed, "A secret stands where others can read it",
            explanation: """
                Arguments and results are kept with the run, are shown by `status` and by the monitor, and are seen in
                the list of processes. A secret among them is known to everybody who can look, for as long as the run
                is kept. So secrets may stand only in `env`, `stdin` and `http`, from where the task gets them at the
                last moment and nothing is stored. Hand it over in `env`, and let the program read the variable.
                """,
            wrong: """
                secrets:
                  TOKEN: {env: API_TOKEN}
                steps:
                  - id: publish
                    run: './publish.sh "$1"'
                    args: ["${{ secrets.TOKEN }}"]
                """,
            right: """
                secrets:
                  TOKEN: {env: API_TOKEN}
                steps:
                  - id: publish
                    run: ./publish.sh
                    env: {TOKEN: "${{ secrets.TOKEN }}"}
                """),
        DiagnosticPage(
            .literalCredential, "A password or key is written into the file",
            explanation: """
                The value looks like a credential. A workflow file is committed, copied and shown in reviews, and what
                was once in the history of a repository stays there. It also gets into every recorded run, unmasked.
                Declare a secret that takes it from the environment or from a file. If it was real, change it at the
                place that issued it. What plainly stands for a password, such as `changeme`, is left alone.
                """,
            wrong: """
                steps:
                  - id: upload
                    run: ./upload.sh
                    env: {DB_PASSWORD: T9-gale-Orchid}
                """,
            right: """
                secrets:
                  PASSWORD: {env: SHOP_DB_PASSWORD}
                steps:
                  - id: upload
                    run: ./upload.sh
                    env: {DB_PASSWORD: "${{ secrets.PASSWORD }}"}
                """),
        DiagnosticPage(
            .pathLeavesProject, "A path leads out of the project",
            explanation: """
                `include` and `workflow` read files of the project only, that is of the nearest folder above that
                holds `flowrun.yaml`, `.flowrun` or `.git`. A path beyond it means another file on each machine, and
                lets a workflow that you were sent pull in what it should not see. Copy the file into the project.
                """,
            wrong: """
                include: [../../shared/tasks.yaml]
                steps:
                  - {id: build, run: make}
                """,
            right: """
                steps:
                  - {id: build, run: make}
                """),
    ]
}
