import FlowEngine
import FlowPlan
import FlowValue
import Foundation
import GRDB
import Testing

@testable import FlowStore

@Suite struct `a store` {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test func `wakes those who listen when something was committed, and not before it can be seen`() throws {
        let (listener, writer) = (try folder.open(listens: true), try folder.open())
        listener.bell.silence()
        _ = try writer.write { try $0.create(newRun("r"), driver: nil) }
        var look = pollfd(fd: listener.bell.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&look, 1, 5000) == 1, "the bell was not rung")
        #expect(try listener.read { try $0.runs(limit: 9).count } == 1)
    }

    @Test func `does not wake anybody when nothing was written`() throws {
        let (listener, reader) = (try folder.open(listens: true), try folder.open())
        listener.bell.silence()
        _ = try reader.write { try $0.runs(limit: 9).count }
        var look = pollfd(fd: listener.bell.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&look, 1, 0) == 0)
    }

    @Test func `looks for what others have recorded when they have rung, and without that only when it is time`() throws
    {
        let (follower, other) = (try folder.open(listens: true), try folder.open())
        // What is its own it knows.
        _ = try follower.write(following: true) { try $0.create(newRun("own"), driver: nil) }
        #expect(try follower.catchUp(looks: false) { _ in true } == nil)
        _ = try other.write { try $0.create(newRun("rung"), driver: nil) }
        #expect(try follower.catchUp(looks: false) { try $0.runs(limit: 9).count } == 2)
        #expect(try follower.catchUp(looks: false) { _ in true } == nil)
        // One that dies between its commit and the bell.
        let queue = try DatabaseQueue(path: folder.path)
        try queue.write { try $0.execute(sql: "UPDATE run SET workflow = 'silent'") }
        try queue.close()
        #expect(try follower.catchUp(looks: false) { _ in true } == nil)
        #expect(try follower.catchUp(looks: true) { try $0.runs(limit: 9).map(\.workflow) } == ["silent", "silent"])
    }

    @Test func `begins anew where the power was lost before anything was recorded`() throws {
        let store = try folder.open()
        // The first page is all that is sure to be on the disk: the tables are in the log, which nothing waited for.
        let rest = try StoreFolder()
        let home = URL(filePath: rest.path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: folder.path, toPath: rest.path)
        #expect(try store.write { try $0.runs(limit: 9).count } == 0)
        let found = try rest.open()
        _ = try found.write { try $0.create(newRun("r"), driver: nil) }
        #expect(try found.read { try $0.runs(limit: 9).count } == 1)
    }

    @Test func `shows others what was recorded without a wait for the disk, and waits again after that`() throws {
        let (writer, other) = (try folder.open(), try folder.open())
        _ = try writer.write(isDurable: false) { try $0.create(newRun("early"), driver: nil) }
        #expect(try other.read { try $0.runs(limit: 9).count } == 1)
        struct Refused: Error {}
        #expect(throws: StoreError.self) {
            try writer.write(isDurable: false) { transaction in
                _ = try transaction.create(newRun("none"), driver: nil)
                throw Refused()
            }
        }
        let synchronous = try writer.queue.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(synchronous == RunStore.Durability.full.synchronous)
        _ = try writer.write { try $0.create(newRun("late"), driver: nil) }
        #expect(try other.read { try $0.runs(limit: 9).map(\.id) } == ["late", "early"])
    }

    @Test func `lays its log out ahead, so that most commits do not make the file longer`() throws {
        let store = try folder.open()
        func length() throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: "\(folder.path)-wal")[.size] as? Int)
        }
        var lengths: Set<Int> = []
        for number in 0..<12 {
            _ = try store.write { try $0.create(newRun("r\(number)"), driver: nil) }
            if number > 1 { lengths.insert(try length()) }
        }
        #expect(lengths.count <= 2)
        // Who opens the store beside it reads up to the last commit and no further.
        #expect(try RunStore(reading: folder.path).read { try $0.runs(limit: 99).count } == 12)
    }

    @Test func `has the tables of one that was brought forward`() throws {
        let old = try StoreFolder()
        try FileManager.default.createDirectory(
            atPath: URL(filePath: old.path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/version-1.sql")
        let queue = try DatabaseQueue(path: old.path)
        try queue.write { try $0.execute(sql: String(contentsOf: fixture, encoding: .utf8)) }
        try queue.close()
        func columns(_ path: String) throws -> [String] {
            try DatabaseQueue(path: path).read { database in
                let tables = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT m.type, m.name, m.tbl_name, c.name, c.type, c."notnull", c.dflt_value, c.pk
                        FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) c ORDER BY m.type, m.name, c.name
                        """)
                let indexes = try Row.fetchAll(
                    database,
                    sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
                return (tables + indexes).map { "\($0)" }
            }
        }
        _ = try (folder.open(), old.open())
        #expect(try columns(folder.path) == columns(old.path))
    }

    @Test func `gives back the events that were appended, large results included`() throws {
        let store = try folder.open()
        let run = try store.write { try $0.create(newRun("r"), driver: nil) }
        let large = JSONValue.string(String(repeating: "x", count: 2 << 20))
        try StoreFiles.writeResult(JSONWriter.bytes(large), "1-1.json", of: run.key, in: store.folder)
        let node = NodeIndex(0)
        let failure = TaskFailure(type: "TaskError", message: "exit code 3", traceback: "a\nb", exitCode: 3)
        let entries = [
            LedgerEntry(.begun, at: time(2)), LedgerEntry(.started(node, by: WorkerKey(7)), at: time(3)),
            LedgerEntry(.ended(node, attempt: 1, .retry(failure)), at: time(4)), LedgerEntry(.due(node), at: time(5)),
            LedgerEntry(.ran(node, by: WorkerKey(7), .success(large)), at: time(6), resultFile: "1-1.json"),
            LedgerEntry(.lost(node, attempt: 2, again: true), at: time(7)),
            LedgerEntry(.revoked(.terminate(signal: 9)), at: time(8)),
            LedgerEntry(.nodeRevoked(node, .letRun), at: time(9)),
        ]
        try store.write { try $0.append(entries, to: run.key, after: 0) }
        let events = try folder.open().read { try $0.events(of: run.key, after: 0) }
        #expect(events.map { "\($0.event)" } == entries.map { "\($0.event)" })
        #expect(events.map(\.at) == entries.map(\.at))
        #expect(try store.read { try $0.events(of: run.key, after: 6) }.count == 2)
    }

    /// Successes of one node after the other, with results that tell them apart.
    private func ends(_ range: Range<Int>) -> [LedgerEntry] {
        range.map { LedgerEntry(.ran(NodeIndex($0), by: WorkerKey(7), .success(.int(Int64($0)))), at: time(3)) }
    }

    @Test(arguments: [0, 1, 3, 4, 5, 31, 32, 33, 255, 256, 1_000, 5_000])
    func `gives back as many events as were appended at once`(_ count: Int) throws {
        let store = try folder.open()
        let run = try store.write { try $0.create(newRun("r"), driver: nil) }
        let entries = ends(0..<count)
        try store.write { try $0.append(entries, to: run.key, after: 0) }
        let events = try folder.open().read { try $0.events(of: run.key, after: 0) }
        #expect(events.map { "\($0.event)" } == entries.map { "\($0.event)" })
    }

    @Test func `reads within a transaction all that was appended in it, however much`() throws {
        let store = try folder.open()
        let run = try store.write { try $0.create(newRun("r"), driver: nil) }
        let positions = try store.write { transaction in
            try (0..<8).map { piece in
                try transaction.append(ends(piece * 700..<(piece + 1) * 700), to: run.key, after: Int64(piece) * 700)
                return try piece % 3 == 0 ? transaction.position(of: run.key) : 0
            }
        }
        #expect(positions == [700, 0, 0, 2_800, 0, 0, 4_900, 0])
        #expect(try store.read { try $0.position(of: run.key) } == 5_600)
    }

    @Test func `records nothing of a transaction of which one event has no place, wherever it stands`() throws {
        let store = try folder.open()
        let run = try store.write { try $0.create(newRun("r"), driver: nil) }
        #expect(throws: StoreError.self) {
            try store.write { transaction in
                for first in [0, 600, 1_100] {
                    try transaction.append(ends(first..<first + 600), to: run.key, after: Int64(first))
                }
            }
        }
        #expect(try store.read { try $0.position(of: run.key) } == 0)
        try store.write { try $0.append(ends(0..<600), to: run.key, after: 0) }
        #expect(try store.read { try $0.position(of: run.key) } == 600)
    }

    @Test func `keeps the places of output beside many events`() throws {
        let store = try folder.open()
        let run = try store.write { try $0.create(newRun("r"), driver: nil) }
        var entries = ends(0..<600)
        entries[300].output = OutputRange(worker: WorkerKey(7), offset: 12, length: 34)
        try store.write { try $0.append(entries, to: run.key, after: 0) }
        let output = try store.read { try $0.output(of: run.key, node: 300) }
        #expect(output.map(\.attempt) == [1])
        #expect(output.map(\.range) == [OutputRange(worker: WorkerKey(7), offset: 12, length: 34)])
    }

    @Test func `refuses two events in one place`() throws {
        let store = try folder.open()
        let run = try store.write { try $0.create(newRun("r"), driver: nil) }
        try store.write { try $0.append([LedgerEntry(.begun, at: time(2))], to: run.key, after: 0) }
        #expect(throws: StoreError.self) {
            try store.write { try $0.append([LedgerEntry(.begun, at: time(2))], to: run.key, after: 0) }
        }
        #expect(try store.read { try $0.position(of: run.key) } == 1)
    }

    @Test func `has room for many writers at once, and loses none of what they write`() async throws {
        let run = try folder.open().write { try $0.create(newRun("r"), driver: nil) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [folder] in
                    let store = try folder.open()
                    for _ in 0..<100 {
                        try store.write { transaction in
                            let position = try transaction.position(of: run.key)
                            try transaction.append(
                                [LedgerEntry(.due(NodeIndex(0)), at: time(2))], to: run.key, after: position)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try folder.open().read { try $0.position(of: run.key) } == 400)
    }

    @Test func `is made once by many that come at once`() async throws {
        for _ in 0..<10 {
            let folder = try StoreFolder()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let store = try folder.open()
                        _ = try store.write { try $0.create(newRun("r\(number)"), driver: nil) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try folder.open().read { try $0.runs(limit: 9).count } == 4)
        }
    }

    @Test func `keeps what has not ended and what is young, and removes the rest with its files`() throws {
        let store = try folder.open()
        var keys: [String: RunKey] = [:]
        for id in ["old", "young", "open"] {
            let run = try store.write { try $0.create(newRun(id), driver: nil) }
            keys[id] = run.key
            try StoreFiles.writeResult([1], "1-1.json", of: run.key, in: store.folder)
            try store.write { transaction in
                try transaction.append([LedgerEntry(.begun, at: time(2))], to: run.key, after: 0)
                if id != "open" { try transaction.finish(run.key, .success, at: time(id == "old" ? 10 : 1000)) }
            }
        }
        #expect(try Retention(store: store).prune(endedBefore: time(500)) == (1, true))
        #expect(try store.read { try $0.runs(limit: 9).map(\.id) } == ["open", "young"])
        let old = try #require(keys["old"])
        #expect(try store.read { try $0.events(of: old, after: 0) }.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: StoreFiles.folder(of: old, in: store.folder)))
        let open = try store.read { try $0.run(named: "open") }
        #expect(try store.read { try $0.definition(of: open) } == Array("run: 'true'".utf8))
        #expect(FileManager.default.fileExists(atPath: StoreFiles.folder(of: open.key, in: store.folder)))
    }

    @Test func `is pruned in part when the time for it is over, and whole by the calls after that`() throws {
        let store = try folder.open()
        for number in 0..<600 {
            try store.write { transaction in
                let run = try transaction.create(newRun("r\(number)"), driver: nil)
                try transaction.finish(run.key, .success, at: time(10))
            }
        }
        let retention = Retention(store: store)
        let (first, isDone) = try retention.prune(endedBefore: time(500), within: .zero)
        #expect(!isDone && first > 0 && first < 600)
        #expect(try retention.prune(endedBefore: time(500)) == (600 - first, true))
        #expect(try store.read { try $0.runs(limit: 9) }.isEmpty)
    }

    @Test func `of version 1 is brought forward with all its runs`() throws {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: folder.path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/version-1.sql")
        let queue = try DatabaseQueue(path: folder.path)
        try queue.write { try $0.execute(sql: String(contentsOf: fixture, encoding: .utf8)) }
        try queue.close()
        let store = try folder.open()
        let run = try store.read { try $0.run(named: "greeting-abc234") }
        #expect(run.state == .success)
        #expect(try store.read { try $0.definition(of: run) } == Array("run: echo hello\n".utf8))
        let events = try store.read { try $0.events(of: run.key, after: 0) }
        #expect(events.map { "\($0.event)" }.last?.contains("hello") == true)
        let output = try store.read { try $0.output(of: run.key, node: 0) }
        #expect(output.first?.range == OutputRange(worker: WorkerKey(0), offset: 0, length: 6))
    }

    @Test func `of a newer flowrun is left alone`() throws {
        _ = try folder.open()
        let queue = try DatabaseQueue(path: folder.path)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.code == .newerSchema)
    }
}

@Suite struct `a seat` {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test func `is alive for as long as its lock is held`() throws {
        let store = try folder.open()
        var seat: WorkerSeat? = try WorkerSeat(in: store, name: "w", serves: true)
        let taken = try #require(seat)
        try store.write { try $0.enroll(taken, at: time(1)) }
        let key = taken.key
        #expect(try store.read { try $0.isAlive(key) })
        #expect(try store.read { try $0.livingWorkers().map(\.name) } == ["w"])
        seat = nil
        _ = consume taken
        #expect(try !store.read { try $0.isAlive(key) })
    }

    @Test func `that was declared dead cannot write`() throws {
        let store = try folder.open()
        let seat = try WorkerSeat(in: store, name: "w", serves: true)
        try store.write { transaction in
            try transaction.enroll(seat, at: time(1))
            try transaction.fence(seat.key)
        }
        var machine = WorkerMachine(worker: seat.key, concurrency: 1)
        let error = #expect(throws: StoreError.self) {
            try store.write { try machine.transact(&$0, at: time(2)) { _, _, _ in .init(.success(.null)) } }
        }
        #expect(error?.code == .fenced)
    }

    @Test func `of a run that is driven is given to nobody else`() throws {
        let store = try folder.open()
        let first = try WorkerSeat(in: store, name: "first", serves: false)
        let run = try store.write { transaction in
            try transaction.enroll(first, at: time(1))
            return try transaction.create(newRun("r"), driver: first.key)
        }
        let second = try WorkerSeat(in: store, name: "second", serves: false)
        let error = #expect(throws: StoreError.self) {
            try store.write { try $0.takeOver(run, by: second, at: time(2)) }
        }
        #expect(error?.code == .busy)
    }
}
