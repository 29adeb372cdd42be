import Foundation
import Testing

/// Nothing of a task is left when it was ended before its time, whatever it does to stay.
struct SurvivorTests {
    /// A task that ignores SIGTERM and SIGINT, leaves its process group and its session, and forks twice.
    private static let workflow = """
        steps:
          - id: stubborn
            OPTIONS
            run: |
              trap '' TERM INT HUP USR1
              mkfifo clinging
              exec 3<> clinging
              cling() { trap '' TERM INT HUP USR1; sleep 300 & sleep 300 & echo >&3; wait; sleep 300; }
              export -f cling
              cling &
              (setsid bash -c 'cling & disown; cling' < /dev/null > /dev/null 2>&1 &)
              (setsid bash -c '(setsid bash -c cling &)' &)
              for _ in 1 2 3 4; do read -r -u 3; done
              touch clung
              if [ -p started ]; then echo > started; fi
              sleep 300; sleep 300
        """

    /// How a task is ended.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case hardLimit, compositeLimit, runTimeout, revoked, interruptedTwice, workerKilled, detachedWorkerKilled

        var testDescription: String { rawValue }

        var options: String {
            switch self {
            case .hardLimit: "time_limit: 2"
            default: "description: stays"
            }
        }

        /// What a shell does around the run; it ends when the run has.
        var script: String {
            let start = "mkfifo started; \"$FLOWRUN\" apply w.yaml & pid=$!; read -r < started; "
            switch self {
            case .hardLimit, .compositeLimit: return "\"$FLOWRUN\" apply w.yaml; true"
            case .runTimeout: return "\"$FLOWRUN\" apply w.yaml --timeout 2; test $? = 124"
            case .revoked: return start + "\"$FLOWRUN\" revoke latest --terminate; wait $pid; test $? = 5"
            case .interruptedTwice:
                // Two signals at once are one: the second is sent when the first has been answered.
                return "mkfifo said; "
                    + start.replacing("w.yaml &", with: "w.yaml 2> said &").replacing(
                        "read -r < started", with: "exec 4< said; read -r < started")
                    + "kill -INT $pid; while read -r line <&4; do case $line in *'once more revokes') break;; esac; done; "
                    + "kill -INT $pid; wait $pid; test $? = 5"
            case .workerKilled: return start + "kill -KILL $pid; wait $pid; true"
            case .detachedWorkerKilled:
                return "mkfifo started; \"$FLOWRUN\" apply w.yaml --detach; \"$FLOWRUN\" worker & pid=$!; "
                    + "read -r < started; kill -KILL $pid; wait $pid; true"
            }
        }

        func workflow(_ text: String) -> String {
            let text = text.replacing("OPTIONS", with: options)
            return self == .compositeLimit ? "time_limit: 2\n\(text)" : text
        }
    }

    private static let slots = CaseSlots(2)

    @Test(arguments: Way.allCases)
    func `nothing is left of a task that does all it can to stay`(_ way: Way) async throws {
        try await Self.slots.withSlot { try await Self.run(way) }
    }

    private static func run(_ way: Way) async throws {
        let project = try ScratchProject(workflow: way.workflow(workflow))
        defer { project.remove() }
        let mark = MarkedProcesses(token: UUID().uuidString)
        let environment = try ProcessInfo.processInfo.environment.merging([
            MarkedProcesses.name: mark.token, "FLOWRUN": ProgramUnderTest.path(),
        ]) { $1 }
        let child = ChildProcess(
            arguments: ["/bin/bash", "-c", way.script], environment: environment, folder: project.folder.path,
            standardInput: "/dev/null", standardOutput: project.folder.appending(path: "out").path,
            standardError: project.folder.appending(path: "err").path)
        let end = try await child.run(upTo: .seconds(60), killing: mark)
        let errors = try project.text("err")
        #expect(end?.code == 0, "\(errors)")
        #expect(FileManager.default.fileExists(atPath: project.folder.appending(path: "clung").path), "\(errors)")
        // What kills for a dead worker does so just after its death.
        let left = await mark.waitUntilGone(upTo: .seconds(10))
        #expect(left == [])
        await mark.kill()
    }
}
