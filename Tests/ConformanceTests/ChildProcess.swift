import Foundation
import Glibc

/// A program to run to its end, as the leader of a session of its own.
struct ChildProcess: Sendable {
    let arguments: [String]
    let environment: [String: String]
    let folder: String
    let standardInput: String
    let standardOutput: String
    let standardError: String

    // Glibc hides from Swift what it has beyond POSIX: `POSIX_SPAWN_SETSID` of <spawn.h>, and the file action that
    // changes the working folder, for which a shell stands in that then becomes the program.
    private static let newSession: Int16 = 0x80
    private static let inFolder = ["/bin/sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh"]

    /// How it ended.
    struct End: Sendable {
        /// As a shell's, but for a signal: its number, negative.
        let code: Int
        let seconds: Double
    }

    struct Unstartable: Error, CustomStringConvertible {
        let program: String
        let code: CInt

        var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
    }

    /// Runs the program; nil where it was still going when the time was up, and was killed with all it had started.
    func run(upTo limit: Duration, killing processes: MarkedProcesses) async throws -> End? {
        try await withThrowingTaskGroup(of: End?.self) { group in
            group.addTask { try await spawnAndWait() }
            group.addTask {
                // Cancelled when the program ends first, or when the test is: then the program is killed, too.
                try? await Task.sleep(for: limit)
                return nil
            }
            var isInTime = true
            while let next = try await group.next() {
                if let end = next {
                    group.cancelAll()
                    return isInTime ? end : nil
                }
                isInTime = false
                await processes.kill()
            }
            return nil
        }
    }

    /// Starts the program and waits for it, both on a thread of their own: `waitpid` blocks.
    private func spawnAndWait() async throws -> End {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try spawnAndBlock() })
            }
        }
    }

    private func spawnAndBlock() throws -> End {
        let begin = ContinuousClock.now
        let id = try spawn()
        var status: CInt = 0
        while waitpid(id, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return End(
            code: Int(signal == 0 ? (status >> 8) & 0xFF : -signal),
            seconds: (ContinuousClock.now - begin) / .seconds(1))
    }

    private func spawn() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, standardInput, O_RDONLY, 0)
        for (descriptor, path) in [(STDOUT_FILENO, standardOutput), (STDERR_FILENO, standardError)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        let words = (Self.inFolder + [folder] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, Self.inFolder[0], &actions, &attributes, words, variables)
        guard code == 0 else { throw Unstartable(program: Self.inFolder[0], code: code) }
        return id
    }

    /// Runs a program with the present environment, its outputs in `NAME.out` and `NAME.err` of the folder.
    ///
    /// - Throws: Where it cannot be started, or takes more than two minutes.
    static func end(of arguments: [String], _ folder: URL, _ name: String) async throws -> End {
        let mark = MarkedProcesses(token: UUID().uuidString)
        let child = ChildProcess(
            arguments: arguments,
            environment: ProcessInfo.processInfo.environment.merging([MarkedProcesses.name: mark.token]) { $1 },
            folder: folder.path, standardInput: "/dev/null",
            standardOutput: folder.appending(path: "\(name).out").path,
            standardError: folder.appending(path: "\(name).err").path)
        guard let end = try await child.run(upTo: .seconds(120), killing: mark) else {
            throw TookTooLong(description: "\(name) took more than two minutes")
        }
        return end
    }

    struct TookTooLong: Error, CustomStringConvertible {
        let description: String
    }
}
