import Foundation
import Testing

/// The faults of a store are what they say: tests that could not fail would prove nothing.
struct StoreFaultsTests {
    private static let workflow = """
        chain:
          - {id: one, s: std.add, args: [1, 2]}
          - {id: two, exec: [/usr/bin/env]}
          - {id: three, si: std.identity, args: [3]}
        """

    /// Writes with and without syncs, in one process.
    private static let program = #"""
        import os
        os.chdir(".flowrun")
        folder = os.open(".", os.O_RDONLY)
        def make(name, text):
            file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
            os.write(file, text)
            os.fsync(file)
            return file
        files = [make(name, b"a" * 2000) for name in ("overwritten", "cut", "longer", "renamed", "removed", "replaced")]
        os.fsync(folder)
        os.pwrite(files[0], b"b" * 1000, 100)
        os.ftruncate(files[1], 10)
        os.write(files[2], b"b" * 1000)
        os.rename("renamed", "new-name")
        os.remove("removed")
        make("other", b"c")
        os.rename("other", "replaced")
        make("unsynced-name", b"c")
        os.mkdir("folder")
        make("folder/inside", b"c")
        os.write(files[0], b"END")
        """#

    /// The interpreter itself: `python3` may be a script that finds it, and would take the faults for itself.
    private func python(in project: ScratchProject) async throws -> String {
        let found = try await project.run(["/usr/bin/env", "python3", "-c", "import sys; print(sys.executable)"])
        return found.standardOutput.trimmingCharacters(in: .newlines)
    }

    private func contents(of project: ScratchProject) throws -> [String: String] {
        let folder = project.folder.appending(path: ".flowrun")
        var contents: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            contents[name] = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        return contents
    }

    @Test func `what was not synced is lost, and what was is not`() async throws {
        let whole = try ScratchProject()
        defer { whole.remove() }
        let command = [try await python(in: whole), "-c", Self.program]
        let end = try await whole.run(command, under: StoreFaults())
        #expect(end.code == 0, "\(end.standardError)")
        let last = try #require(try whole.writes())

        let project = try ScratchProject()
        defer { project.remove() }
        let killed = try await project.run(command, under: StoreFaults(killAt: last, loss: .unsynced))
        #expect(killed.code == -SIGKILL)
        let text = String(repeating: "a", count: 2000)
        let wanted = ["overwritten", "cut", "longer", "renamed", "removed", "replaced"].map { ($0, text) }
        #expect(try contents(of: project) == Dictionary(uniqueKeysWithValues: wanted))
    }

    @Test(arguments: 1...20)
    func `a part of what was not synced is lost, in sectors`(_ seed: UInt64) async throws {
        let project = try ScratchProject()
        defer { project.remove() }
        let program = """
            import os
            file = os.open(".flowrun/file", os.O_RDWR | os.O_CREAT, 0o600)
            os.write(file, b"a" * 8192)
            os.fsync(file)
            os.fsync(os.open(".flowrun", os.O_RDONLY))
            os.pwrite(file, b"b" * 4096, 1024)
            os.write(file, b"END")
            """
        let faults = StoreFaults(killAt: 6, loss: .part(seed: seed))
        let end = try await project.run([try await python(in: project), "-c", program], under: faults)
        #expect(end.code == -SIGKILL, "\(end.standardError)")
        let bytes = Array(try project.text(".flowrun/file").utf8)
        #expect(bytes.count == 8192)
        for sector in 0..<16 {
            let isWritten = (2..<10).contains(sector)
            let letters = Set(bytes[(sector * 512)..<((sector + 1) * 512)])
            #expect(letters.count == 1, "sector \(sector) is of one write")
            #expect(isWritten || letters == [UInt8(ascii: "a")], "sector \(sector) was not written to")
        }
    }

    @Test func `the first write is not made`() async throws {
        let project = try ScratchProject(workflow: Self.workflow)
        defer { project.remove() }
        let killed = try await project.flowrun("apply", "w.yaml", under: StoreFaults(killAt: 1))
        #expect(killed.code == -SIGKILL)
        #expect(try contents(of: project).isEmpty)
    }

    @Test func `a disk that lies about its syncs loses what was shown`() async throws {
        let project = try ScratchProject(workflow: Self.workflow)
        defer { project.remove() }
        let whole = try await project.flowrun("apply", "w.yaml", under: StoreFaults())
        #expect(whole.code == 0, "\(whole.standardError)")
        let writes = try #require(try project.writes())

        let liar = try ScratchProject(workflow: Self.workflow)
        defer { liar.remove() }
        let faults = StoreFaults(killAt: writes - 2, loss: .unsynced, ignoresSync: true)
        let killed = try await liar.flowrun("apply", "w.yaml", under: faults)
        #expect(killed.code == -SIGKILL)
        #expect(!killed.shown.isEmpty)
        #expect(try await liar.outcome() == nil, "the run is lost")
    }

    @Test func `tasks do not see the faults`() async throws {
        let project = try ScratchProject(workflow: Self.workflow)
        defer { project.remove() }
        let apply = try await project.flowrun("apply", "w.yaml", under: StoreFaults(killAt: 1_000_000))
        #expect(apply.code == 0, "\(apply.standardError)")
        let log = try await project.flowrun("logs", "latest", "two")
        #expect(log.standardOutput.contains("FLOWRUN_STEP_ID=two\n"))
        #expect(!log.standardOutput.contains("LD_PRELOAD"))
        #expect(!log.standardOutput.contains("STORE_FAULTS"))
    }
}
