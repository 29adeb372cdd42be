package import FlowEngine
import FlowPlan
import FlowValue

/// The rows of the history: events as numbers and a little JSON.
package enum HistoryCodec {
    package enum Kind: Int, Sendable {
        case begun = 1, started, succeeded, failed, retried, ignored, lost, due, expired, revoked
        // What has no start of its own.
        case ranAndSucceeded, ranAndFailed
        case rerun, nodeRevoked
        /// The detail is the name of the file that holds the result.
        case succeededInFile, ranAndSucceededInFile
        case timedOut, runTimedOut
        /// The detail is the task's id and its result.
        case taken
    }

    package struct Record: Sendable {
        package internal(set) var node: UInt32 = 0
        package internal(set) var kind: Kind
        package internal(set) var attempt: Int = 0
        package internal(set) var worker: Int64?
        package internal(set) var detail: String?
    }

    /// The row of an event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - resultFile: The file that holds the result, where it is too large for the row.
    /// - Returns: The row.
    package static func record(_ event: RunEvent, resultFile: String?) -> Record {
        switch event {
        case .begun: return Record(kind: .begun)
        case .started(let node, let worker):
            return Record(node: node.index, kind: .started, worker: worker.rawValue)
        case .ended(let node, let attempt, let outcome):
            var record = Record(node: node.index, kind: .ignored, attempt: attempt)
            switch outcome {
            case .success(let value):
                record.kind = resultFile == nil ? .succeeded : .succeededInFile
                record.detail = resultFile ?? JSONWriter.text(value)
            case .failure(let failure): (record.kind, record.detail) = (.failed, text(failure))
            case .retry(let failure): (record.kind, record.detail) = (.retried, text(failure))
            case .ignored: break
            }
            return record
        case .ran(let node, let worker, let outcome):
            var record = Record(node: node.index, kind: .ranAndFailed, worker: worker.rawValue)
            switch outcome {
            case .success(let value):
                record.kind = resultFile == nil ? .ranAndSucceeded : .ranAndSucceededInFile
                record.detail = resultFile ?? JSONWriter.text(value)
            case .failure(let failure): record.detail = text(failure)
            case .retry, .ignored: preconditionFailure("a task that takes no time succeeds or fails")
            }
            return record
        case .lost(let node, let attempt, let again):
            return Record(node: node.index, kind: again ? .rerun : .lost, attempt: attempt)
        case .due(let node): return Record(node: node.index, kind: .due)
        case .expired(let node): return Record(node: node.index, kind: .expired)
        case .timedOut(let node): return Record(node: node.index, kind: .timedOut)
        case .runTimedOut: return Record(kind: .runTimedOut)
        case .taken(let id, let value):
            return Record(kind: .taken, detail: JSONWriter.text(.array([.string(id), value])))
        case .revoked(let revocation): return Record(kind: .revoked, detail: text(revocation))
        case .nodeRevoked(let node, let revocation):
            return Record(node: node.index, kind: .nodeRevoked, detail: text(revocation))
        }
    }

    /// The event of a row.
    ///
    /// - Parameters:
    ///   - record: The row.
    ///   - file: Reads a file that holds a result.
    /// - Returns: The event; nil if the row cannot be one.
    package static func event(_ record: Record, file: (String) -> [UInt8]) -> RunEvent? {
        let node = NodeIndex(Int(record.node))
        let worker = WorkerKey(record.worker ?? 0)
        switch record.kind {
        case .begun: return .begun
        case .started: return .started(node, by: worker)
        case .succeeded, .succeededInFile:
            return value(record, file).map { .ended(node, attempt: record.attempt, .success($0)) }
        case .failed: return failure(record).map { .ended(node, attempt: record.attempt, .failure($0)) }
        case .retried: return failure(record).map { .ended(node, attempt: record.attempt, .retry($0)) }
        case .ignored: return .ended(node, attempt: record.attempt, .ignored)
        case .ranAndSucceeded, .ranAndSucceededInFile:
            return value(record, file).map { .ran(node, by: worker, .success($0)) }
        case .ranAndFailed: return failure(record).map { .ran(node, by: worker, .failure($0)) }
        case .lost: return .lost(node, attempt: record.attempt, again: false)
        case .rerun: return .lost(node, attempt: record.attempt, again: true)
        case .due: return .due(node)
        case .expired: return .expired(node)
        case .timedOut: return .timedOut(node)
        case .runTimedOut: return .runTimedOut
        case .taken:
            guard let detail = record.detail, case .array(let pair)? = try? JSONReader.read(detail), pair.count == 2,
                case .string(let id) = pair[0]
            else { return nil }
            return .taken(id, pair[1])
        case .revoked: return .revoked(revocation(record))
        case .nodeRevoked: return .nodeRevoked(node, revocation(record))
        }
    }

    // MARK: Details

    private static func value(_ record: Record, _ file: (String) -> [UInt8]) -> JSONValue? {
        guard let detail = record.detail else { return nil }
        switch record.kind {
        case .succeededInFile, .ranAndSucceededInFile: return try? JSONReader.read(file(detail))
        default: return try? JSONReader.read(detail)
        }
    }

    private static func text(_ failure: TaskFailure) -> String {
        var object: JSONObject = ["type": .string(failure.type), "message": .string(failure.message)]
        if let traceback = failure.traceback { object.append("traceback", .string(traceback)) }
        if let code = failure.exitCode { object.append("exit_code", .int(Int64(code))) }
        return JSONWriter.text(.object(object))
    }

    private static func failure(_ record: Record) -> TaskFailure? {
        guard let detail = record.detail, case .object(let object)? = try? JSONReader.read(detail),
            case .string(let type)? = object["type"], case .string(let message)? = object["message"]
        else { return nil }
        var failure = TaskFailure(type: type, message: message)
        if case .string(let traceback)? = object["traceback"] { failure.traceback = traceback }
        if case .int(let code)? = object["exit_code"] { failure.exitCode = Int(code) }
        return failure
    }

    /// The number of the signal; nothing where attempts run to their end.
    private static func text(_ revocation: Revocation) -> String? {
        switch revocation {
        case .letRun: nil
        case .terminate(let signal): String(signal)
        }
    }

    private static func revocation(_ record: Record) -> Revocation {
        record.detail.flatMap { Int32($0) }.map { .terminate(signal: $0) } ?? .letRun
    }
}
