import Foundation
import Testing

struct ChildProcessTests {
    /// Runs a script of the shell in a new folder, for at most the given time.
    private func run(
        _ script: String, upTo limit: Duration = .seconds(20), marked processes: MarkedProcesses
    ) async throws -> (end: ChildProcess.End?, output: String) {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "child-\(processes.token)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // It lies in a temporary folder, and does not matter to the test.
            try? files.removeItem(at: folder)
        }
        let output = folder.appending(path: "out")
        let child = ChildProcess(
            arguments: ["/bin/sh", "-c", script, "script", "a  b"],
            environment: ["PATH": "/usr/bin:/bin", MarkedProcesses.name: processes.token], folder: folder.path,
            standardInput: "/dev/null", standardOutput: output.path, standardError: "/dev/null")
        let end = try await child.run(upTo: limit, killing: processes)
        return (end, try String(contentsOf: output, encoding: .utf8))
    }

    @Test func `a program gets its words, its environment and its folder`() async throws {
        let processes = MarkedProcesses(token: UUID().uuidString)
        let (end, output) = try await run(
            #"echo "$1|$CONFORMANCE_CASE|${PWD##*/}"; cat; exit 7"#, marked: processes)
        #expect(end?.code == 7)
        #expect(output == "a  b|\(processes.token)|child-\(processes.token)\n")
    }

    @Test func `a program leads a session of its own`() async throws {
        let processes = MarkedProcesses(token: UUID().uuidString)
        let (_, output) = try await run(#"cut -d " " -f 1,6 /proc/$$/stat"#, marked: processes)
        let ids = output.split(whereSeparator: \.isWhitespace)
        #expect(ids.count == 2 && ids.first == ids.last, "process and session: \(output)")
    }

    @Test func `a signal that ended the program is a negative code`() async throws {
        let (end, _) = try await run("kill -9 $$", marked: MarkedProcesses(token: UUID().uuidString))
        #expect(end?.code == -9)
    }

    @Test func `when the time is up the program and all it started are killed`() async throws {
        let processes = MarkedProcesses(token: UUID().uuidString)
        let (end, _) = try await run(
            "trap '' TERM; setsid sleep 600 & sleep 600", upTo: .milliseconds(300), marked: processes)
        #expect(end == nil)
        #expect(processes.ids() == [])
    }

    @Test func `what a program leaves behind is found by its mark`() async throws {
        let processes = MarkedProcesses(token: UUID().uuidString)
        let (end, _) = try await run("setsid sleep 600 &", marked: processes)
        #expect(end?.code == 0)
        #expect(await processes.waitUntilGone(upTo: .milliseconds(20)).count == 1)
        await processes.kill()
        #expect(processes.ids() == [])
    }
}
