import FlowDiagnostics
import FlowYAML

/// Makes workflows of flowrun of a `workflows.yml` of Celery Director.
///
///     product.ORDER:
///       tasks:
///         - ORDER_PRODUCT
///         - NOTIFY: {type: group, tasks: [SEND_MAIL, SEND_SMS]}
///       hooks: {failure: ALERT}
///       periodic: {crontab: "0 3 * * *"}
///
/// The tasks stay where they are: each becomes a message to the Celery workers that have its code.
/// Source: https://ovh.github.io/celery-director/, and `director/builder.py`, `director/utils.py` in its repository.
package enum DirectorImport {
    package struct Conversion: Sendable {
        /// A file for each workflow, in the order of the document; no name stands twice.
        package let files: [(name: String, text: String)]
        /// What could not be kept as it was, in the order of the lines.
        package let notes: [ImportNote]
    }

    /// Converts a file.
    ///
    /// - Parameters:
    ///   - source: The bytes of the file.
    ///   - file: Its name, for the first line of each workflow.
    ///   - schema: Gives the bytes of a schema by its name as it is written, such as `order` for `schemas/order.json`
    ///     in Director's home; never asked for a path that leaves that folder.
    /// - Returns: The conversion, or why this is no file of Director.
    package static func convert(
        _ source: [UInt8], file: String, schema: (String) -> [UInt8]? = { _ in nil }
    ) -> Result<Conversion, ImportRefusal> {
        let document: YAMLDocument
        switch YAMLComposer.compose(source, file: FileID(0)) {
        case .success(let composed):
            if let error = composed.diagnostics.first(where: { $0.severity == .error }) {
                return .failure(ImportRefusal(diagnostic: error))
            }
            document = composed
        case .failure(let error): return .failure(ImportRefusal(diagnostic: error.diagnostic))
        }
        guard !document.isEmpty, document.kind(document.root) == .mapping else {
            let place = SourceSpan(file: FileID(0), start: 0, end: 0)
            return .failure(noDirector(at: document.isEmpty ? place : document.span(document.root)))
        }
        var converter = DirectorConverter(document, file: file)
        var hasWorkflow = false
        document.forEachEntry(document.root) { key, value in
            hasWorkflow = hasWorkflow || DirectorReader.isWorkflow(value, in: document)
        }
        guard hasWorkflow else {
            let start = Int(document.span(document.root).start)
            let end = source[(start + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? source.count
            return .failure(noDirector(at: SourceSpan(file: FileID(0), start: start, end: end)))
        }
        converter.convert(schema: schema)
        return .success(Conversion(files: converter.files, notes: converter.notes.inOrder))
    }

    private static func noDirector(at span: SourceSpan) -> ImportRefusal {
        let message = "no file of Director: it maps names such as 'project.WORKFLOW' to mappings with 'tasks'"
        return ImportRefusal(diagnostic: Diagnostic(.wrongType, message, at: span))
    }
}

/// Goes through the workflows of a document.
struct DirectorConverter {
    private let document: YAMLDocument
    private let file: String
    private let table: LineTable
    private(set) var files: [(name: String, text: String)] = []
    var notes: ImportNotes
    private var fileNames: Set<String> = []
    /// The number that a name which is taken gets next.
    private var numbers: [String: Int] = [:]

    init(_ document: YAMLDocument, file: String) {
        self.document = document
        self.file = file
        table = LineTable(SourceFile(name: file, bytes: document.source))
        notes = ImportNotes(document.source)
    }

    mutating func convert(schema: (String) -> [UInt8]?) {
        var entries: [(YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(document.root) { entries.append(($0, $1)) }
        var isFirst = true
        for (key, node) in entries {
            let name = document.text(key)
            let line = table.position(of: Int(document.span(key).start)).line
            guard DirectorReader.isWorkflow(node, in: document) else {
                notes.add("'\(name)' is left out: it has no list of 'tasks'", line: line)
                continue
            }
            var reader = DirectorReader(document, table, notes)
            let workflow = reader.workflow(name, node, line: line, schema: schema)
            notes = reader.notes
            guard let workflow else { continue }
            if isFirst {
                isFirst = false
                notes.add(Self.aboutTasks, line: line)
            }
            let fileName = uniqueName(DirectorNames.workflow(name), of: name, line)
            var writer = DirectorWriter(workflow)
            files.append((fileName + ".yaml", writer.text(name: fileName, file: file)))
            for note in writer.notes { notes.add(note.message, line: note.line) }
        }
    }

    private static let aboutTasks =
        "tasks made by Director's 'task' record themselves in Director's database, where these runs are not: register "
        + "them as plain Celery tasks of the same names; they get 'payload' and no 'workflow_id'"

    private mutating func uniqueName(_ wanted: String, of name: String, _ line: Int) -> String {
        var unique = wanted
        while !fileNames.insert(unique).inserted {
            let number = numbers[wanted, default: 2]
            numbers[wanted] = number + 1
            unique = "\(wanted)-\(number)"
        }
        if unique != wanted { notes.add("'\(name)' becomes '\(unique)': '\(wanted)' is taken", line: line) }
        return unique
    }
}

/// The names of Director as flowrun can write them.
enum DirectorNames {
    /// A name for a workflow: lower case, `-` for the dot and for what cannot stand in it.
    static func workflow(_ name: String) -> String {
        var text = ""
        for scalar in name.lowercased().unicodeScalars {
            guard text.utf8.count < 120 else { break }
            let isLegal =
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || (!text.isEmpty && scalar == "_")
            if isLegal { text.unicodeScalars.append(scalar) } else if !text.isEmpty { text += "-" }
        }
        while text.hasSuffix("-") { text.removeLast() }
        return text.isEmpty ? "workflow" : text
    }

    /// A name for a task: parts between dots, each of which could be an id.
    static func task(_ name: String) -> String {
        let legal = name.split(separator: ".", omittingEmptySubsequences: true).map { identifier(String($0)) }
            .joined(separator: ".")
        guard !legal.isEmpty else { return "task" }
        return legal.hasPrefix("std.") || legal.hasPrefix("x-") ? "_" + legal : legal
    }

    /// `[A-Za-z_][A-Za-z0-9_-]*`.
    static func identifier(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            guard text.utf8.count < 120 else { break }
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
            let isLegal = isLetter || (!text.isEmpty && (("0"..."9").contains(scalar) || scalar == "-"))
            if isLegal {
                text.unicodeScalars.append(scalar)
            } else {
                text += "_"
                if ("0"..."9").contains(scalar) { text.unicodeScalars.append(scalar) }
            }
        }
        return text.isEmpty ? "_" : text
    }
}
