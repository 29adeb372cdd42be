import FlowCheck
import FlowDiagnostics
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue
import FlowWorker
import FlowYAML
import Glibc

/// A workflow file on its way from the disk to a plan.
struct WorkflowFile {
    let source: SourceFile
    /// The folder that paths in the file are relative to.
    let folder: String
    let checked: CheckedWorkflow
    /// The file and all that it brings in, as a run keeps them.
    let definition: [UInt8]

    /// Reads and checks a file; `-` is standard input.
    static func load(_ path: String, options: CheckOptions) throws -> WorkflowFile {
        if let (bytes, supply) = EarlyFile.take(path) {
            return check(bytes, path, options: options, supply: supply)
        }
        guard let bytes = path == "-" ? FileReader.standardInput() : FileReader.contents(of: path) else {
            throw CommandFailure(.notFound, "there is no file \(path)")
        }
        return check(bytes, path, options: options)
    }

    /// Checks bytes as if they were those of a file.
    static func check(
        _ bytes: [UInt8], _ path: String, options: CheckOptions, supply: @escaping YAMLSupply = ReadAhead.supply
    ) -> WorkflowFile {
        let isStandardInput = path == "-"
        let absolute = isStandardInput ? FileReader.currentFolder + "/stdin" : FileReader.absolute(path)
        let folder = FileReader.folder(of: absolute)
        let source = SourceFile(name: path, bytes: bytes)
        let files = FileTable(
            main: source, workingFolder: FileReader.currentFolder, root: projectRoot(from: folder),
            load: { FileReader.contents(of: $0) })
        if stem(of: absolute) == "flowrun" {
            return WorkflowFile(
                source: source, folder: folder, checked: SettingsFile(files, options: options).checked,
                definition: bytes)
        }
        var options = options
        options.supply = supply
        let checked = Checker.check(files, stem: stem(of: absolute), options: options)
        return WorkflowFile(
            source: source, folder: folder, checked: checked, definition: Definition(files).bytes)
    }

    /// The absolute folder that a path is in; of standard input the current one.
    static func folder(of path: String) -> String {
        path == "-" ? FileReader.currentFolder : FileReader.folder(of: FileReader.absolute(path))
    }

    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? "stdin"
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    /// The plan of a recorded definition.
    static func plan(of run: RunRow, _ definition: [UInt8]) throws -> Plan {
        var options = CheckOptions()
        options.settings = OuterSettings(recorded: run.settings)
        options.supply = ReadAhead.supply
        let files = Definition(bytes: definition).table(in: run.folder)
        let checked = Checker.check(files, stem: run.workflow, options: options)
        guard let spec = checked.spec, !checked.diagnostics.hasErrors else {
            throw CommandFailure(.internalError, "the recorded definition of \(run.id) is not accepted any more")
        }
        do {
            var plan = try Planner.plan(spec, parameters: run.parameters)
            plan.timeZone = TimeZoneFile.rules(of: spec, folder: ProcessEnvironment.value("TZDIR"))
            return plan
        } catch {
            throw CommandFailure(.internalError, "\(error.step): \(error.message)")
        }
    }

    /// The root of the project that a folder belongs to: the nearest folder upward that says so, else itself.
    static func projectRoot(from folder: String) -> String {
        var candidate = folder
        while candidate != "/", !candidate.isEmpty {
            let marks = ["flowrun.yaml", ".flowrun", ".git"]
            let isHome = candidate == FileReader.home
            if !isHome, marks.contains(where: { unsafe access("\(candidate)/\($0)", F_OK) == 0 }) { return candidate }
            candidate = FileReader.folder(of: candidate)
        }
        return folder
    }

    /// The store of the project that a folder belongs to.
    static func storePath(from folder: String) -> String { projectRoot(from: folder) + "/.flowrun/flowrun.db" }
}

extension CheckOptions {
    /// Before a run: what this version cannot run is refused, and dates are those of now.
    static var run: CheckOptions {
        var options = CheckOptions()
        options.purpose = .run
        options.now = WallClock.now
        return options
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
