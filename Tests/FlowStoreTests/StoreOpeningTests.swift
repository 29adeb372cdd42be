import FlowEngine
import FlowValue
import Foundation
import GRDB
import Testing

@testable import FlowStore

@Suite struct `a store that is opened ahead` {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    private func makeFolder() throws {
        let path = StoreFiles.folder(of: folder.path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private func record(_ id: String, in store: RunStore) throws {
        _ = try store.write { try $0.create(newRun(id), driver: nil) }
    }

    @Test(arguments: [RunStore.Durability.full, .normal])
    func `is the store that is worked with, and waits for the disk as it is told`(
        _ durability: RunStore.Durability
    ) throws {
        try makeFolder()
        let opening = try #require(StoreOpening(path: folder.path))
        let store = try RunStore(path: folder.path, durability: durability, opening: opening)
        try record("r", in: store)
        #expect(try folder.open().read { try $0.runs(limit: 9).map(\.id) } == ["r"])
        let synchronous = try store.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(synchronous == durability.synchronous)
    }

    @Test func `is closed where nobody takes it, so that nothing but an empty store is left`() throws {
        try makeFolder()
        do { _ = try #require(StoreOpening(path: folder.path)) }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "-wal"))
        #expect(try folder.open().read { try $0.runs(limit: 9).isEmpty })
    }

    @Test func `makes no folder for itself`() throws {
        let opening = try #require(StoreOpening(path: folder.path))
        #expect(try opening.take(folder.path).map { _ in true } == nil)
        #expect(!FileManager.default.fileExists(atPath: StoreFiles.folder(of: folder.path)))
        try record("r", in: RunStore(path: folder.path, opening: opening))
    }

    @Test func `stands back where another process makes the store, and where it is another store`() throws {
        try makeFolder()
        let lock = StoreLock(folder: StoreFiles.folder(of: folder.path))
        #expect(lock.acquireAtOnce())
        let opening = try #require(StoreOpening(path: folder.path))
        #expect(try opening.take(folder.path).map { _ in true } == nil)
        lock.release()
        let other = try #require(StoreOpening(path: folder.path))
        #expect(try other.take(folder.path + "2").map { _ in true } == nil)
        let taken = try #require(try other.take(folder.path))
        taken.close()
    }

    @Test func `says at the take why it cannot be opened`() throws {
        try makeFolder()
        try Data("not a database, and longer than a hundred bytes: \(String(repeating: "x", count: 200))".utf8)
            .write(to: URL(filePath: folder.path))
        let opening = try #require(StoreOpening(path: folder.path))
        #expect(throws: StoreError.self) { try RunStore(path: folder.path, opening: opening) }
    }
}
