import FlowEngine
import FlowPlan
import FlowValue
import Foundation

@testable import FlowStore

/// A folder for a store, removed with the test.
final class StoreFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "flowrun-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: ".flowrun/flowrun.db").path
    }

    deinit {
        let folder = URL(filePath: path).deletingLastPathComponent().deletingLastPathComponent()
        try? FileManager.default.removeItem(at: folder)
    }

    func open(listens: Bool = false) throws -> RunStore { try RunStore(path: path, listens: listens) }
}

func newRun(_ id: String) -> NewRun {
    NewRun(
        id: id, workflow: "w", file: "w.yaml", folder: "/", definition: Array("run: 'true'".utf8),
        parameters: JSONObject(), createdAt: time(1))
}

func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }
