import FlowEngine
import FlowModel
import FlowValue
import FlowWorker

/// Turns what a process did into how its attempt ended (SPEC 4).
enum AttemptResult {
    static func outcome(_ report: ProcessReport, _ task: TaskSpec) -> AttemptOutcome {
        let traceback = lastLines(report.standardError)
        func failure(_ type: String, _ message: String, exitCode: Int? = nil) -> AttemptOutcome {
            .failure(TaskFailure(type: type, message: message, traceback: traceback, exitCode: exitCode))
        }
        switch report.end {
        case .notStarted(let message): return failure("TaskError", message)
        case .killed(let signal): return failure("TaskError", "killed by \(SignalName.name(signal))")
        case .softTimeLimit: return failure(softTimeLimit.type, softTimeLimit.message)
        case .timeLimit(let limit): return failure(timeLimit(limit).type, timeLimit(limit).message)
        case .exited(let code):
            let code = Int(code)
            if task.successExitCodes.contains(code) { return value(report, task) }
            if task.ignoreExitCodes.contains(code) { return .ignored }
            let error = TaskFailure(
                type: "TaskError", message: "exit code \(code)", traceback: traceback, exitCode: code)
            return task.retryExitCodes.contains(code) ? .retry(error) : .failure(error)
        }
    }

    static let softTimeLimit = TaskFailure(
        type: "SoftTimeLimitExceeded", message: "the soft time limit was exceeded")

    static func timeLimit(_ limit: Duration) -> TaskFailure {
        TaskFailure(
            type: "TimeLimitExceeded", message: "the time limit of \(DurationText.short(limit)) was exceeded")
    }

    private static func value(_ report: ProcessReport, _ task: TaskSpec) -> AttemptOutcome {
        var bytes = report.standardOutput
        if let file = report.resultFile, !file.isEmpty { bytes = file }
        switch task.returns {
        case .none: return .success(.null)
        case .unwritten: return .success(.string(String(decoding: trimmed(bytes), as: UTF8.self)))
        case .text:
            guard let text = String(validating: trimmed(bytes), as: UTF8.self) else {
                return resultError("what the program wrote is not UTF-8")
            }
            return .success(.string(text))
        case .lines:
            guard let text = String(validating: trimmed(bytes), as: UTF8.self) else {
                return resultError("what the program wrote is not UTF-8")
            }
            if text.isEmpty { return .success(.array([])) }
            let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            return .success(.array(lines.map { .string(String($0)) }))
        case .json: return json(bytes, .any)
        case .type(let type): return json(bytes, type)
        }
    }

    private static func json(_ bytes: [UInt8], _ type: ValueType) -> AttemptOutcome {
        do {
            let value = try JSONReader.read(bytes)
            if let misfit = type.misfit(value) { return resultError(misfit) }
            return .success(value)
        } catch {
            return resultError("what the program wrote is no JSON: \(error.message) at byte \(error.offset)")
        }
    }

    private static func resultError(_ message: String) -> AttemptOutcome {
        .failure(TaskFailure(type: "ResultError", message: message))
    }

    /// The bytes without one end of line.
    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
    }

    /// The last 4 KiB in whole lines; nil if there is nothing.
    private static func lastLines(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return nil }
        var tail = bytes.suffix(4096)
        if tail.count < bytes.count, let end = tail.firstIndex(of: UInt8(ascii: "\n")), end + 1 < tail.endIndex {
            tail = tail[(end + 1)...]
        }
        return String(decoding: tail, as: UTF8.self)
    }
}
