import FlowEngine
import FlowPlan
import FlowValue

/// The rows of the history: events as numbers and a little JSON.
enum HistoryCodec {
    enum Kind: Int {
        case begun = 1, started, succeeded, failed, retried, ignored, lost, due, expired, revoked
    }

    struct Record {
        let node: UInt32
        let kind: Kind
        let attempt: Int
        let detail: String?
    }

    static func record(_ event: RunEvent) -> Record {
        switch event {
        case .begun: return Record(node: 0, kind: .begun, attempt: 0, detail: nil)
        case .started(let node): return Record(node: node.index, kind: .started, attempt: 0, detail: nil)
        case .ended(let node, let attempt, let outcome):
            switch outcome {
            case .success(let value):
                return Record(node: node.index, kind: .succeeded, attempt: attempt, detail: JSONWriter.text(value))
            case .failure(let failure):
                return Record(node: node.index, kind: .failed, attempt: attempt, detail: text(failure))
            case .retry(let failure):
                return Record(node: node.index, kind: .retried, attempt: attempt, detail: text(failure))
            case .ignored: return Record(node: node.index, kind: .ignored, attempt: attempt, detail: nil)
            }
        case .lost(let node, let attempt): return Record(node: node.index, kind: .lost, attempt: attempt, detail: nil)
        case .due(let node): return Record(node: node.index, kind: .due, attempt: 0, detail: nil)
        case .expired(let node): return Record(node: node.index, kind: .expired, attempt: 0, detail: nil)
        case .revoked: return Record(node: 0, kind: .revoked, attempt: 0, detail: nil)
        }
    }

    static func event(_ record: Record) -> RunEvent? {
        let node = NodeIndex(Int(record.node))
        switch record.kind {
        case .begun: return .begun
        case .started: return .started(node)
        case .succeeded:
            guard let detail = record.detail, let value = try? JSONReader.read(detail) else { return nil }
            return .ended(node, attempt: record.attempt, .success(value))
        case .failed: return failure(record).map { .ended(node, attempt: record.attempt, .failure($0)) }
        case .retried: return failure(record).map { .ended(node, attempt: record.attempt, .retry($0)) }
        case .ignored: return .ended(node, attempt: record.attempt, .ignored)
        case .lost: return .lost(node, attempt: record.attempt)
        case .due: return .due(node)
        case .expired: return .expired(node)
        case .revoked: return .revoked
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
}
