import Foundation
import Glibc

/// A command that is run to its end and timed from outside, as a shell's `time` would.
struct ChildProcess {
    /// The absolute path of the program.
    var program: String
    var arguments: [String] = []
    /// The folder the program runs in.
    var folder: String
    /// Where standard output and standard error go: files that are made anew by each run.
    var output: Capture

    /// The two files that hold what a run printed.
    struct Capture {
        let standardOutput: String
        let standardError: String

        /// Files of that name; programs that run at the same time need names of their own.
        init(in folder: String, name: String = "std") {
            standardOutput = "\(folder)/\(name)out.txt"
            standardError = "\(folder)/\(name)err.txt"
        }
    }

    /// What the kernel said about a run that has ended.
    struct Outcome {
        /// From just before `posix_spawn` to just after `wait4`, on the monotonic clock.
        let seconds: Double
        /// The exit code, or 128 plus the signal that ended the program.
        let status: Int32
        /// The largest resident set of the program or of any one descendant that was waited for, in bytes.
        ///
        /// The kernel counts the harness's own pages until `exec`, so the figure is never below ``floorInBytes``.
        let peakMemoryInBytes: Int
        /// What the harness itself had resident at the start: a peak that is not above this is unknown.
        let floorInBytes: Int
    }

    /// Runs the program and waits for it.
    ///
    /// Throws when the program cannot be started. Whether it succeeded is for the caller to see in the outcome.
    func run() throws(BenchError) -> Outcome { try start().wait() }

    /// Starts the program; it gets `/dev/null` as standard input.
    ///
    /// The harness itself moves to the folder, for the child to inherit: glibc hides `…_addchdir_np` from Swift.
    func start() throws(BenchError) -> RunningProcess {
        guard FileManager.default.changeCurrentDirectoryPath(folder) else { throw BenchError("cannot enter \(folder)") }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let creation = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.standardOutput, creation, 0o644)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, output.standardError, creation, 0o644)

        let argumentVector = CStringVector([program] + arguments)
        let environment = CStringVector(Self.environment)
        ResidentMemory.forgetPeak()
        let floor = ResidentMemory.current()

        var child: pid_t = 0
        let start = monotonicSeconds()
        let failure = unsafe posix_spawn(&child, program, &actions, nil, argumentVector.pointers, environment.pointers)
        guard failure == 0 else {
            throw BenchError("cannot start \(program): \(unsafe String(cString: strerror(failure)))")
        }
        return RunningProcess(program: program, identifier: child, startedAt: start, floorInBytes: floor)
    }

    /// Runs the program and throws, with the end of what it printed, unless it exits with the status.
    @discardableResult
    func run(expecting status: Int32) throws(BenchError) -> Outcome {
        let outcome = try run()
        guard outcome.status == status else {
            let line = ([program] + arguments).joined(separator: " ")
            throw BenchError("`\(line)` exited with \(outcome.status), not \(status)\(lastWords())")
        }
        return outcome
    }

    /// The harness's environment without what would change flowrun's settings: a figure is about the defaults.
    private static let environment = ProcessInfo.processInfo.environment
        .filter { !$0.key.hasPrefix("FLOWRUN_") }
        .map { "\($0.key)=\($0.value)" }
        .sorted()

    /// What the last run printed on standard output.
    func printed() throws(BenchError) -> String {
        guard let bytes = FileManager.default.contents(atPath: output.standardOutput) else {
            throw BenchError("cannot read \(output.standardOutput)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last lines of both outputs, each on a line of its own and indented.
    private func lastWords() -> String {
        [output.standardOutput, output.standardError]
            .compactMap { FileManager.default.contents(atPath: $0) }
            .flatMap { String(decoding: $0.suffix(1024), as: UTF8.self).split(separator: "\n").suffix(5) }
            .map { "\n    \($0)" }
            .joined()
    }
}

/// A program that was started and not yet waited for.
struct RunningProcess {
    let program: String
    let identifier: pid_t
    fileprivate let startedAt: Double
    fileprivate let floorInBytes: Int

    /// Waits for its end.
    func wait() throws(BenchError) -> ChildProcess.Outcome {
        var status: Int32 = 0
        var usage = rusage()
        while unsafe wait4(identifier, &status, 0, &usage) < 0 {
            guard errno == EINTR else {
                throw BenchError("cannot wait for \(program): \(unsafe String(cString: strerror(errno)))")
            }
        }
        let end = monotonicSeconds()
        let signal = status & 0x7f
        return ChildProcess.Outcome(
            seconds: end - startedAt, status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
            peakMemoryInBytes: usage.ru_maxrss * 1024, floorInBytes: floorInBytes)
    }

    /// Sends it a signal.
    func signal(_ number: Int32) { kill(identifier, number) }
}

/// Seconds on `CLOCK_MONOTONIC`; only differences mean anything.
func monotonicSeconds() -> Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// A null-terminated array of C strings, which lives as long as this does.
@safe
private final class CStringVector {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        unsafe pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() {
            unsafe (pointers + index).initialize(to: strdup(string))
        }
        unsafe (pointers + strings.count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
