import Foundation
import Testing

/// Workers that share detached runs, and what befalls them.
///
/// Each test is a script of a person's commands; `$F` is flowrun. What must happen at a moment is done by the tasks
/// themselves, so that nothing here waits for time to pass. A process that is dead and not reaped has no command line.
struct WorkerTests {
    private static let slots = CaseSlots(2)

    /// Runs a script beside a workflow, with two workers of one slot each, and gives what it printed.
    private static func output(_ workflow: String, _ script: String, workers: Int = 2) async throws -> String {
        try await slots.withSlot {
            let project = try ScratchProject(workflow: workflow)
            defer { project.remove() }
            let start = String(repeating: "\"$F\" worker -c 1 2>> workers.err &\n", count: workers)
            let text = """
                F='\(try ProgramUnderTest.path())'
                \(start)
                \(script)
                kill -TERM $(jobs -p) 2> /dev/null
                wait
                """
            return try await project.run(["/bin/bash", "-c", text]).standardOutput
        }
    }

    @Test func `share the tasks of a detached run`() async throws {
        let output = try await Self.output(
            """
            tasks:
              # Each ends only when the other has begun: it takes two workers.
              meet: {run: 'touch $1; while ! [ -e $2 ]; do sleep 0.01; done; echo $1', args: {own: string, other: string}}
            group: [{s: meet, args: [a, b]}, {s: meet, args: [b, a]}]
            """,
            """
            "$F" apply --detach w.yaml > id 2> /dev/null
            "$F" wait "$(cat id)"; echo "exit $?"
            "$F" result latest
            "$F" status latest --format json | grep -o '"driver":"[a-z]*"'
            """)
        #expect(output == "exit 0\n[\"a\",\"b\"]\n\"driver\":\"none\"\n")
    }

    @Test func `carry on what a killed one leaves, when nothing of it lives any more`() async throws {
        let output = try await Self.output(
            """
            tasks:
              work:
                acks_late: true
                run: |
                  if [ "$FLOWRUN_ATTEMPT" = 1 ]; then
                    setsid sleep 300 & echo $! > far
                    env -i sleep 300 & echo $! > near
                    kill -9 $PPID
                    sleep 300
                  fi
                  for file in far near; do ! grep -qa . "/proc/$(cat $file)/cmdline" 2> /dev/null || echo "$file lives"; done
                  echo "attempt $FLOWRUN_ATTEMPT"
            chain: [work]
            """,
            """
            "$F" apply --detach w.yaml > /dev/null 2>&1
            "$F" wait latest; echo "exit $?"
            "$F" result latest --raw
            "$F" events latest | grep -c task-lost
            """)
        #expect(output == "exit 0\nattempt 2\n1\n")
    }

    @Test func `fail a task that acknowledges early and was lost`() async throws {
        let output = try await Self.output(
            "chain: [{id: a, run: 'kill -9 $PPID; sleep 300'}, {id: b, run: 'true'}]",
            """
            "$F" apply --detach w.yaml > /dev/null 2>&1
            "$F" wait latest; echo "exit $?"
            "$F" status latest | head -1
            """)
        #expect(output == "exit 1\na: WorkerLostError: the worker died while the task ran\n")
    }

    @Test func `end a task that kills its worker each time`() async throws {
        let output = try await Self.output(
            "chain: [{id: a, acks_late: true, run: 'kill -9 $PPID; sleep 300'}]",
            """
            "$F" apply --detach w.yaml > /dev/null 2>&1
            "$F" wait latest; echo "exit $?"
            "$F" status latest | head -1
            """, workers: 4)
        #expect(output == "exit 1\na: WorkerLostError: the worker died while the task ran, 3 times in a row\n")
    }

    @Test func `are not dead while they are stopped`() async throws {
        let output = try await Self.output(
            """
            chain:
              # Longer than a look for the dead takes, and its worker stands still.
              - run: 'kill -STOP $PPID; sleep 2.5; kill -CONT $PPID; echo "attempt $FLOWRUN_ATTEMPT"'
                acks_late: true
            """,
            """
            "$F" apply --detach w.yaml > /dev/null 2>&1
            "$F" wait latest; echo "exit $?"
            "$F" result latest --raw
            """)
        #expect(output == "exit 0\nattempt 1\n")
    }

    @Test func `start nothing of a run that was revoked, and end what runs if they are told to`() async throws {
        let output = try await Self.output(
            """
            chain:
              # It revokes itself, and does not heed the signal.
              - {id: a, run: 'trap "" TERM; setsid sleep 300 & echo $! > far; "$F" revoke "$FLOWRUN_RUN_ID" --terminate; sleep 300', env: {F: '${{ params.f }}'}}
              - {id: b, run: 'true'}
            params: {f: {type: string, required: true}}
            """,
            """
            "$F" apply --detach w.yaml -p f="$F" > /dev/null 2>&1
            "$F" wait latest; echo "exit $?"
            "$F" status latest | grep '^    ' | sed 's/^ *//; s/  [0-9.]*m*s  / TIME /'
            kill -TERM $(jobs -p); wait
            grep -qa . "/proc/$(cat far)/cmdline" 2> /dev/null && echo "it lives"
            """)
        #expect(output == "exit 5\nREVOKED  a TIME terminated\nSKIPPED  b  because of a (upstream)\n")
    }

    @Test func `are not waited for when they have died with the only place of a limited task`() async throws {
        let output = try await Self.output(
            """
            tasks: {only: {run: 'if [ -p begun ]; then echo > begun; sleep 300; fi; echo done', max_concurrency: 1}}
            chain: [{id: s, run: 'if [ -p second ]; then echo > second; fi'}, {id: a, si: only}]
            """,
            """
            mkfifo begun
            "$F" apply w.yaml > /dev/null 2>&1 & holder=$!
            read -r < begun; rm begun; mkfifo second
            "$F" apply w.yaml -q > said 2> /dev/null & waiting=$!
            read -r < second
            kill -KILL $holder
            wait $waiting; echo "exit $?"; cat said
            """, workers: 0)
        #expect(output == "exit 0\ndone\n")
    }

    @Test func `drain when they are told to stop, and another goes on`() async throws {
        let output = try await Self.output(
            "chain: [{id: a, run: 'kill -TERM $PPID; sleep 0.2; echo a'}, {id: b, run: 'echo b'}]",
            """
            "$F" apply --detach w.yaml > /dev/null 2>&1
            "$F" wait latest; echo "exit $?"
            "$F" status latest --format json | grep -o '"attempts":1' | wc -l
            """)
        #expect(output == "exit 0\n2\n")
    }

    @Test func `are told apart from nobody: a foreground run that is killed says so`() async throws {
        let output = try await Self.output(
            "chain: [{id: a, acks_late: true, run: '[ $FLOWRUN_ATTEMPT = 2 ] || kill -9 $PPID; echo a'}]",
            """
            "$F" apply w.yaml > /dev/null 2>&1; echo "exit $?"
            "$F" wait latest 2>&1 | grep -c 'flowrun resume'
            "$F" status latest | grep -c '^interrupted'
            "$F" resume latest > /dev/null 2>&1; echo "exit $?"
            "$F" result latest --raw
            """)
        #expect(output == "exit 137\n1\n1\nexit 0\na\n")
    }

    @Test func `print events and logs until the run has ended`() async throws {
        let output = try await Self.output(
            "chain: [{id: a, run: 'while ! [ -e go ]; do sleep 0.01; done; echo one'}, {id: b, run: 'echo two'}]",
            """
            "$F" apply --detach w.yaml > /dev/null 2>&1
            "$F" events latest -f --format ndjson > events & events=$!
            "$F" logs latest -f > logs & logs=$!
            "$F" status latest --watch > watched & watch=$!
            touch go
            wait $events $logs $watch
            grep -o '"type":"[a-z-]*"' events | cut -d'"' -f4 | tr '\\n' ' '
            cat logs
            grep -c 'SUCCESS in .* (2 SUCCESS)' watched
            """)
        #expect(
            output == """
                run-started task-started task-succeeded task-started task-succeeded run-succeeded one
                two
                1

                """)
    }
}
