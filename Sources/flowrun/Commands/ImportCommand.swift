import ArgumentParser
import FlowDiagnostics
import FlowImport
import Glibc

/// Turns files of other tools into flowrun's.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Turn files of other tools into flowrun's.",
        discussion: "Example: flowrun import director workflows.yml -o workflows",
        subcommands: [DirectorCommand.self, CeleryConfigCommand.self])

    struct DirectorCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "director", abstract: "Make workflows of a workflows.yml of Celery Director.",
            discussion: "Example: flowrun import director workflows.yml")

        @Argument(help: "The workflows.yml; schemas are read from schemas/ beside it.")
        var file: String

        @Option(name: .shortAndLong, help: "The folder to write to.")
        var output = "workflows"

        func run() throws { try ImportedFile.director(file, to: output) }
    }

    struct CeleryConfigCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "celeryconfig",
            abstract: "Make a flowrun.yaml of a celeryconfig module, which is read and not run.",
            discussion: "Example: flowrun import celeryconfig celeryconfig.py")

        @Argument(help: "The module.")
        var file: String

        @Option(name: .shortAndLong, help: "The file to write; - is standard output.")
        var output = "flowrun.yaml"

        func run() throws { try ImportedFile.celeryConfig(file, to: output) }
    }
}

/// What an import writes, and what it says it could not keep.
enum ImportedFile {
    static func celeryConfig(_ path: String, to output: String) throws {
        let source = try read(path)
        switch CeleryConfigImport.convert(source, file: path) {
        case .failure(let refusal): try refuse(refusal, path, source)
        case .success(let conversion):
            try write(conversion.text, to: output)
            report(conversion.notes, path)
        }
    }

    static func director(_ path: String, to folder: String) throws {
        let source = try read(path)
        let schemas = FileReader.folder(of: FileReader.absolute(path)) + "/schemas"
        switch DirectorImport.convert(source, file: path, schema: { FileReader.contents(of: "\(schemas)/\($0).json") })
        {
        case .failure(let refusal): try refuse(refusal, path, source)
        case .success(let conversion):
            guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw CommandFailure(.unavailable, "cannot make the folder \(folder)")
            }
            for file in conversion.files where unsafe access("\(folder)/\(file.name)", F_OK) == 0 {
                throw CommandFailure(.usage, "\(folder)/\(file.name) is there already; nothing was written")
            }
            for file in conversion.files { try write(file.text, to: "\(folder)/\(file.name)") }
            report(conversion.notes, path)
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = FileReader.contents(of: path) else {
            throw CommandFailure(.notFound, "there is no file \(path)")
        }
        return bytes
    }

    private static func refuse(_ refusal: ImportRefusal, _ path: String, _ source: [UInt8]) throws -> Never {
        var renderer = TextRenderer(files: [SourceFile(name: path, bytes: source)])
        Terminal.errorText(renderer.render([refusal.diagnostic]))
        throw CommandFailure(.usage)
    }

    /// Writes a new file; one that is there is never replaced.
    private static func write(_ text: String, to path: String) throws {
        guard path != "-" else { return Terminal.write(Array(text.utf8)) }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw CommandFailure(
                errno == EEXIST ? .usage : .unavailable,
                errno == EEXIST ? "\(path) is there already; -o names another file" : "cannot write \(path)")
        }
        close(file)
        try FixRun.write(Array(text.utf8), to: path)
        Terminal.error("wrote \(path)")
    }

    private static func report(_ notes: [ImportNote], _ path: String) {
        for note in notes {
            Terminal.error("\(path):\(note.line): note: \(note.message)")
            if !note.text.isEmpty { Terminal.error("  | \(note.text)") }
        }
    }
}
