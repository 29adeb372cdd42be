import FlowEngine
import FlowPlan
import FlowValue
import Foundation
import GRDB
import Testing

@testable import FlowStore

@Suite struct `a full disk` {
    /// Successes with short results, but for one.
    private func ends(_ range: Range<Int>, long: Int? = nil) -> [LedgerEntry] {
        range.map { node in
            let result = String(repeating: "x", count: node == long ? 4 << 20 : 9)
            return LedgerEntry(
                .ran(NodeIndex(node), by: WorkerKey(7), .success(.string(result))), at: Timestamp(microseconds: 1))
        }
    }

    @Test func `leaves nothing of a transaction, though more of it was on its way, and takes the next one`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "flowrun-full-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try RunStore(path: folder.appending(path: ".flowrun/flowrun.db").path)
        let new = NewRun(
            id: "r", workflow: "w", file: "w.yaml", folder: "/", definition: Array("run: 'true'".utf8),
            parameters: JSONObject(), createdAt: Timestamp(microseconds: 1))
        let run = try store.write { try $0.create(new, driver: nil) }
        // SQLite takes a bound on its pages for a full disk, and rolls the transaction back by itself.
        func bound(_ pages: Int) throws {
            try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        }
        try bound(200)
        #expect(throws: StoreError.self) {
            try store.write { transaction in
                // The last of the first has no room, and is a statement of its own; those after it would have room.
                try transaction.append(ends(0..<257, long: 256), to: run.key, after: 0)
                try transaction.append(ends(257..<300), to: run.key, after: 257)
                try transaction.append(ends(300..<400), to: run.key, after: 300)
            }
        }
        #expect(try store.read { try $0.events(of: run.key, after: 0).count } == 0)
        try bound(100_000)
        try store.write { try $0.append(ends(0..<1_000, long: 999), to: run.key, after: 0) }
        #expect(try store.read { try $0.events(of: run.key, after: 0).count } == 1_000)
    }
}
