import Foundation

@testable import FlowWorker

/// A supervisor with the file that it holds and rings, until the test is over.
final class Guard {
    private let file: URL
    private let lock: Int32
    let supervisor: Supervisor

    struct NoFile: Error {}

    init(slots: Int) throws {
        file = FileManager.default.temporaryDirectory.appending(path: "flowrun-attempt-\(UUID().uuidString)")
        lock = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw NoFile() }
        supervisor = Supervisor(slots: slots, lock: lock, bell: file.path)
    }

    deinit {
        supervisor.dismiss()
        close(lock)
        try? FileManager.default.removeItem(at: file)
    }
}

extension AttemptOrder {
    /// The order for a program without limits.
    ///
    /// What is stopped takes all with it that carries its mark: each order has one of its own.
    static func test(
        _ argv: [String], environment: [(name: String, value: String)] = [],
        own: [(name: String, value: String)] = [], workingDirectory: String = "/", mark: String = UUID().uuidString
    ) -> AttemptOrder {
        AttemptOrder(
            argv: argv, environment: environment, own: own, workingDirectory: workingDirectory, standardInput: nil,
            softTimeLimit: nil, timeLimit: nil, softSignal: SIGTERM, request: Array("{}".utf8),
            resultPath: "/nonexistent/result", mark: "FLOWRUN_ATTEMPT_ID=\(mark)")
    }
}
