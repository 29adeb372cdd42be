package import FlowEngine
package import FlowValue
internal import Foundation
internal import GRDB

/// A run as its row has it.
package struct RunRow: Sendable {
    package let key: RunKey
    package let id: String
    package let workflow: String
    package let file: String
    /// The workflow's folder.
    package let folder: String
    package let parameters: JSONObject
    /// The settings from outside the file that the run was started with.
    package let settings: JSONObject
    /// What a person asked of the run.
    package let directives: RunDirectives
    package let createdAt: Timestamp
    package let state: TaskState
    package let finishedAt: Timestamp?
    /// Whether workers carry it on, and no `apply` does.
    package let isDetached: Bool
    /// Who drives it, where it is not detached.
    package let driver: WorkerKey?
    /// Which definition it was started with: runs of one store with the same number have the same.
    package let definition: Int64

    /// The columns that ``init(_:)`` reads, in its order.
    static let columns = """
        key, id, workflow, file, folder, created_at, detached, parameters, settings, directives, state, finished_at,
        driver, definition
        """

    init(_ row: RawRow) {
        key = RunKey(row.integer(0))
        id = row.text(1)
        workflow = row.text(2)
        file = row.text(3)
        folder = row.text(4)
        createdAt = Timestamp(microseconds: row.integer(5))
        isDetached = row.integer(6) != 0
        parameters = Self.object(row.text(7))
        settings = Self.object(row.text(8))
        directives = RunDirectives(Self.object(row.text(9)))
        state = TaskState(rawValue: UInt8(clamping: row.integer(10))) ?? .failure
        finishedAt = row.optionalInteger(11).map { Timestamp(microseconds: $0) }
        driver = row.optionalInteger(12).map { WorkerKey($0) }
        definition = row.integer(13)
    }

    private static func object(_ text: String) -> JSONObject {
        guard text != "{}", case .object(let object)? = try? JSONReader.read(text) else { return JSONObject() }
        return object
    }

    fileprivate init(_ new: NewRun, key: RunKey, driver: WorkerKey?, definition: Int64) {
        self.definition = definition
        self.key = key
        id = new.id
        workflow = new.workflow
        file = new.file
        folder = new.folder
        parameters = new.parameters
        settings = new.settings
        directives = new.directives
        createdAt = new.createdAt
        state = .started
        finishedAt = nil
        isDetached = driver == nil
        self.driver = driver
    }
}

/// What a run is recorded with.
package struct NewRun: Sendable {
    package let id: String
    package let workflow: String
    package let file: String
    package let folder: String
    /// The bytes of the workflow's file.
    package let definition: [UInt8]
    package let parameters: JSONObject
    /// The settings from outside the file.
    package let settings: JSONObject
    package let directives: RunDirectives
    package let createdAt: Timestamp

    package init(
        id: String, workflow: String, file: String, folder: String, definition: [UInt8], parameters: JSONObject,
        settings: JSONObject = JSONObject(), directives: RunDirectives = RunDirectives(), createdAt: Timestamp
    ) {
        self.id = id
        self.workflow = workflow
        self.file = file
        self.folder = folder
        self.definition = definition
        self.parameters = parameters
        self.settings = settings
        self.directives = directives
        self.createdAt = createdAt
    }
}

extension StoreTransaction {
    /// Records a new run.
    ///
    /// - Parameters:
    ///   - new: The run.
    ///   - driver: The worker that drives it; nil where it is left to all that serve.
    /// - Returns: The run with its key.
    /// - Throws: What SQLite throws.
    package mutating func create(_ new: NewRun, driver: WorkerKey?) throws -> RunRow {
        let definition = try definitionKey(new.definition)
        try database.run(
            """
            INSERT INTO run
                (id, workflow, file, folder, definition, parameters, settings, directives, created_at, state, detached,
                driver)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(new.id), .text(new.workflow), .text(new.file), .text(new.folder), .integer(definition),
                .text(JSONWriter.text(.object(new.parameters))), .text(JSONWriter.text(.object(new.settings))),
                .text(JSONWriter.text(.object(new.directives.json))), .integer(new.createdAt.microseconds),
                .integer(Int64(TaskState.started.rawValue)), .integer(driver == nil ? 1 : 0),
                RawValue(driver?.rawValue),
            ])
        hasWritten = true
        return try RunRow(new, key: RunKey(database.lastInsertedRowID), driver: driver, definition: definition)
    }

    /// Equal definitions are kept once.
    private func definitionKey(_ bytes: [UInt8]) throws -> Int64 {
        let hash = RawValue.integer(Int64(bitPattern: Self.hash(bytes)))
        // The hash finds candidates; the bytes decide.
        var known: Int64?
        try database.run("SELECT key, bytes FROM definition WHERE hash = ?", [hash]) { row in
            if row.holds(bytes, 1) { known = row.integer(0) }
        }
        if let known { return known }
        try database.run("INSERT INTO definition (hash, bytes) VALUES (?, ?)", [hash, .bytes(bytes)])
        return try database.lastInsertedRowID
    }

    /// FNV-1a over words of eight bytes, and over what is left in bytes: files may have a hundred million.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func take(_ word: UInt64) {
            hash = (hash ^ word) &* 0x100_0000_01b3
            // The lower half alone would never hear of the upper.
            hash ^= hash >> 32
        }
        unsafe bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count - 7, by: 8) {
                take(unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            }
            for index in (bytes.count & ~7)..<bytes.count { take(UInt64(unsafe bytes[index])) }
        }
        return hash
    }

    /// Makes a worker the driver of a run whose driver is dead.
    ///
    /// - Throws: ``StoreError`` `busy` if somebody alive carries the run on.
    package mutating func takeOver(_ run: RunRow, by seat: WorkerSeat, at time: Timestamp) throws {
        guard try !isDriven(self.run(run.key) ?? run) else {
            throw StoreError(.busy, "\(run.id) is driven by another process")
        }
        if let driver = run.driver { try fence(driver) }
        try enroll(seat, at: time)
        try database.cachedStatement(sql: "UPDATE run SET driver = ?, detached = 0 WHERE key = ?").execute(arguments: [
            seat.key.rawValue, run.key.rawValue,
        ])
        hasWritten = true
    }

    /// Whether somebody alive carries the run on.
    package func isDriven(_ run: RunRow) throws -> Bool {
        guard run.finishedAt == nil else { return false }
        if let driver = run.driver { return try isAlive(driver) }
        return try livingWorkers().contains { $0.serves }
    }

    package func run(_ key: RunKey) throws -> RunRow? {
        try runs("WHERE key = ?", [.integer(key.rawValue)]).first
    }

    /// The runs that a condition selects, in its order.
    func runs(_ condition: String, _ values: [RawValue]) throws -> [RunRow] {
        var runs: [RunRow] = []
        try database.run("SELECT \(RunRow.columns) FROM run \(condition)", values) { runs.append(RunRow($0)) }
        return runs
    }

    /// The detached runs that have not ended and are newer than one, oldest first.
    package func openRuns(after key: RunKey) throws -> [RunRow] {
        try runs("WHERE finished_at IS NULL AND detached AND key > ? ORDER BY key", [.integer(key.rawValue)])
    }

    /// The bytes of the file that a run was started with.
    package func definition(of run: RunRow) throws -> [UInt8] {
        let bytes = try Data.fetchOne(
            database.cachedStatement(
                sql: "SELECT bytes FROM definition WHERE key = ?"),
            arguments: [run.definition])
        return bytes.map { Array($0) } ?? []
    }

    /// The newest runs first.
    package func runs(limit: Int) throws -> [RunRow] {
        try runs("ORDER BY key DESC LIMIT ?", [.integer(Int64(limit))])
    }

    /// The newest runs of a workflow that ended, without those that have too many events.
    package func endedRuns(of workflow: String, limit: Int, eventLimit: Int) throws -> [RunRow] {
        try runs(
            """
            WHERE finished_at IS NOT NULL AND workflow = ?
            AND (SELECT max(sequence) FROM history WHERE run = run.key) <= ?
            ORDER BY key DESC LIMIT ?
            """, [.text(workflow), .integer(Int64(eventLimit)), .integer(Int64(limit))])
    }

    /// The run with an id, a unique prefix of one, or `latest`.
    package func run(named name: String) throws -> RunRow {
        var found: [RunRow]
        if name == "latest" {
            found = try runs(limit: 1)
        } else {
            found = try runs("WHERE id = ?", [.text(name)])
            // All ids that begin with the name lie between it and it with the last character of all.
            if found.isEmpty {
                found = try runs("WHERE id > ? AND id < ? LIMIT 2", [.text(name), .text(name + "\u{10FFFF}")])
            }
        }
        guard let row = found.first else { throw StoreError(.unknownRun, "there is no run '\(name)'") }
        guard found.count == 1 else { throw StoreError(.ambiguousRun, "several runs begin with '\(name)'") }
        return row
    }

    /// Keeps what is to be shown of a run that has ended.
    package mutating func keepOutline(_ text: String, of run: RunKey) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO outline (run, text) VALUES (?, ?)").execute(
            arguments: [run.rawValue, text])
        hasWritten = true
    }

    /// What was kept to be shown of a run; nil for most.
    package func outline(of run: RunKey) throws -> String? {
        try String.fetchOne(
            database.cachedStatement(sql: "SELECT text FROM outline WHERE run = ?"), arguments: [run.rawValue])
    }

    /// How many events a run has.
    package func position(of run: RunKey) throws -> Int64 {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT max(sequence) FROM history WHERE run = ?"), arguments: [run.rawValue])
            ?? 0
    }

    /// The files that hold the large results of a run, by node.
    package func resultFiles(of run: RunKey) throws -> [UInt32: String] {
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT node, detail FROM history WHERE run = ? AND kind IN (?, ?)"),
            arguments: [
                run.rawValue, HistoryCodec.Kind.succeededInFile.rawValue,
                HistoryCodec.Kind.ranAndSucceededInFile.rawValue,
            ])
        return Dictionary(rows.map { (UInt32($0[0] as Int64), $0[1]) }, uniquingKeysWith: { $1 })
    }

    /// Where the output of a node's attempts lies, by attempt.
    package func output(of run: RunKey, node: UInt32) throws -> [(attempt: Int, range: OutputRange)] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT attempt, offset, length, worker FROM log WHERE run = ? AND node = ? ORDER BY attempt"),
            arguments: [run.rawValue, Int64(node)]
        ).map { row in
            (row[0], OutputRange(worker: WorkerKey(row[3]), offset: row[1], length: row[2]))
        }
    }
}

extension RunStore {
    /// Reads in a transaction that ends with the body.
    package func read<Result>(_ body: (StoreTransaction) throws -> Result) throws(StoreError) -> Result {
        try perform {
            // GRDB's own `read` sets `query_only` for its time, and that makes SQLite prepare every statement anew.
            try queue.unsafeRead { database in
                let connection = connection(database)
                return try connection.statements.read {
                    try body(StoreTransaction(connection, folder: folder, isUnchanged: false))
                }
            }
        }
    }
}
