import FlowCheck
import FlowDiagnostics
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
import Glibc

/// A workflow file on its way from the disk to a plan.
struct WorkflowFile {
    let source: SourceFile
    /// The folder that paths in the file are relative to.
    let folder: String
    let checked: CheckedWorkflow

    /// Reads and checks a file; `-` is standard input.
    static func load(_ path: String) throws -> WorkflowFile {
        let isStandardInput = path == "-"
        guard let bytes = isStandardInput ? FileReader.standardInput() : FileReader.contents(of: path) else {
            throw CommandFailure(.notFound, "there is no file \(path)")
        }
        let absolute = isStandardInput ? FileReader.currentFolder + "/stdin" : FileReader.absolute(path)
        let name = absolute.split(separator: "/").last.map(String.init) ?? "stdin"
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        return WorkflowFile(
            source: SourceFile(name: path, bytes: bytes), folder: FileReader.folder(of: absolute),
            checked: Checker.check(bytes, file: FileID(0), stem: stem))
    }

    /// The plan of a recorded definition.
    static func plan(of run: RunRow, _ definition: [UInt8]) throws -> Plan {
        let checked = Checker.check(definition, file: FileID(0), stem: run.workflow)
        guard let spec = checked.spec, !checked.diagnostics.hasErrors else {
            throw CommandFailure(.internalError, "the recorded definition of \(run.id) is not accepted any more")
        }
        do {
            return try Planner.plan(spec, parameters: run.parameters)
        } catch {
            throw CommandFailure(.internalError, "\(error.step): \(error.message)")
        }
    }

    /// The store beside a file: in the project root, which is the nearest folder upward that says so.
    static func storePath(from folder: String) -> String {
        var candidate = folder
        while candidate != "/", !candidate.isEmpty {
            let marks = ["flowrun.yaml", ".flowrun", ".git"]
            let isHome = candidate == FileReader.home
            if !isHome, marks.contains(where: { unsafe access("\(candidate)/\($0)", F_OK) == 0 }) {
                return "\(candidate)/.flowrun/flowrun.db"
            }
            candidate = FileReader.folder(of: candidate)
        }
        return "\(folder)/.flowrun/flowrun.db"
    }
}

/// Files as bytes, and paths as text.
enum FileReader {
    static var currentFolder: String {
        guard let pointer = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(pointer) }
        return unsafe String(cString: pointer)
    }

    static var home: String? {
        unsafe getenv("HOME").map { unsafe String(cString: $0) }
    }

    static func absolute(_ path: String) -> String {
        if let pointer = unsafe realpath(path, nil) {
            defer { unsafe free(pointer) }
            return unsafe String(cString: pointer)
        }
        return path.hasPrefix("/") ? path : "\(currentFolder)/\(path)"
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func contents(of path: String) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return contents(file)
    }

    static func standardInput() -> [UInt8]? { contents(0) }

    /// All bytes of a descriptor, up to one more than a file may have.
    private static func contents(_ file: Int32) -> [UInt8]? {
        var status = stat()
        let size = unsafe fstat(file, &status) == 0 ? Int(status.st_size) : 0
        let limit = (512 << 20) + 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size, limit) + 1)
        while bytes.count < limit {
            let wanted = min(max(size - bytes.count, 65_536), limit - bytes.count)
            var failed = false
            let start = bytes.count
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                let got = unsafe read(file, buffer.baseAddress, wanted)
                failed = got < 0
                count = max(0, got)
            }
            if failed { return nil }
            if chunk.isEmpty { break }
            if start == 0, chunk.count == size { bytes = chunk } else { bytes += chunk }
        }
        return bytes
    }
}
