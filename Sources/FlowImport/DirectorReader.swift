import FlowDiagnostics
import FlowValue
import FlowYAML

/// Reads one workflow of Director's document.
struct DirectorReader {
    private static let depthLimit = 64

    private let document: YAMLDocument
    private let table: LineTable
    private(set) var notes: ImportNotes

    init(_ document: YAMLDocument, _ table: LineTable, _ notes: ImportNotes) {
        self.document = document
        self.table = table
        self.notes = notes
    }

    static func isWorkflow(_ node: YAMLNodeID, in document: YAMLDocument) -> Bool {
        var hasTasks = false
        guard document.kind(node) == .mapping else { return false }
        document.forEachEntry(node) { key, value in
            if document.text(key) == "tasks", document.kind(value) == .sequence { hasTasks = true }
        }
        return hasTasks
    }

    private func line(_ node: YAMLNodeID) -> Int {
        table.position(of: Int(document.span(node).start)).line
    }

    private func entries(_ node: YAMLNodeID) -> [(key: String, keyNode: YAMLNodeID, value: YAMLNodeID)] {
        var entries: [(String, YAMLNodeID, YAMLNodeID)] = []
        document.forEachEntry(node) { entries.append((document.text($0), $0, $1)) }
        return entries
    }

    /// Reads a workflow; nil, with a note, if there is nothing in it that could run.
    mutating func workflow(
        _ name: String, _ node: YAMLNodeID, line: Int, schema: (String) -> [UInt8]?
    ) -> DirectorWorkflow? {
        var workflow = DirectorWorkflow(name: name, line: line, comments: notes.comments(above: line))
        for (key, keyNode, value) in entries(node) {
            switch key {
            case "tasks": workflow.steps = steps(value, depth: 0)
            case "hooks": readHooks(value, into: &workflow)
            case "periodic": readPeriodic(value, into: &workflow)
            case "queue": readQueue(value, into: &workflow)
            case "schema": readSchema(value, into: &workflow, schema)
            case "retention":
                notes.add(
                    "'retention' is left out: flowrun keeps ended runs for a time, see the setting 'run_retention'",
                    line: self.line(keyNode))
            default: notes.add("'\(shown(key))' is left out: Director has no such key", line: self.line(keyNode))
            }
        }
        guard !workflow.steps.isEmpty else {
            notes.add("'\(name)' is left out: it has no tasks", line: line)
            return nil
        }
        return workflow
    }

    private func shown(_ text: String) -> String {
        text.unicodeScalars.count > 80 ? String(text.unicodeScalars.prefix(80)) + "…" : text
    }

    // MARK: Tasks

    private mutating func steps(_ node: YAMLNodeID, depth: Int) -> [DirectorWorkflow.Step] {
        guard depth <= Self.depthLimit else {
            notes.add("nested deeper than \(Self.depthLimit) levels", line: line(node))
            return []
        }
        return document.items(node).compactMap { step($0, depth: depth) }
    }

    private mutating func step(_ node: YAMLNodeID, depth: Int) -> DirectorWorkflow.Step? {
        let line = line(node)
        switch document.kind(node) {
        case .scalar, .alias:
            let name = document.text(node)
            guard !name.isEmpty, name.utf8.count <= 255, !name.contains("${{") else {
                notes.add("'\(shown(name))' is left out: it is no name of a task", line: line)
                return nil
            }
            return .task(name, line: line)
        case .sequence:
            notes.add("a list is left out: here stand names of tasks and mappings with 'type' and 'tasks'", line: line)
            return nil
        case .mapping:
            let all = entries(node)
            guard let (name, _, body) = all.first, document.kind(body) == .mapping else {
                notes.add("it is left out: a group is a name and a mapping with 'type' and 'tasks'", line: line)
                return nil
            }
            for other in all.dropFirst() {
                notes.add(
                    "'\(shown(other.key))' is left out: Director reads one group here", line: self.line(other.keyNode))
            }
            return composite(name, body, line, depth: depth)
        }
    }

    private mutating func composite(
        _ name: String, _ body: YAMLNodeID, _ line: Int, depth: Int
    ) -> DirectorWorkflow.Step? {
        var type: String?
        var members: [DirectorWorkflow.Step]?
        for (key, keyNode, value) in entries(body) {
            switch key {
            case "type": type = document.text(value)
            case "tasks": members = steps(value, depth: depth + 1)
            default: notes.add("'\(shown(key))' is left out: Director has no such key here", line: self.line(keyNode))
            }
        }
        guard let members, !members.isEmpty else {
            notes.add("'\(shown(name))' is left out: it has no tasks", line: line)
            return nil
        }
        switch type {
        case "group": return .group(name, members, line: line)
        case "chain": return .chain(name, members, line: line)
        case let other:
            notes.add("'\(shown(name))' becomes a group: Director knows no type '\(shown(other ?? ""))'", line: line)
            return .group(name, members, line: line)
        }
    }

    // MARK: Hooks and queues

    private mutating func readHooks(_ node: YAMLNodeID, into workflow: inout DirectorWorkflow) {
        for (key, keyNode, value) in entries(node) {
            let name = document.text(value)
            guard key == "success" || key == "failure", document.kind(value) == .scalar, !name.isEmpty,
                name.utf8.count <= 255, !name.contains("${{")
            else {
                notes.add(
                    "'\(shown(key))' is left out: a hook is 'success' or 'failure' and one task", line: line(keyNode))
                continue
            }
            let hook = DirectorWorkflow.Hook(task: name, line: line(keyNode))
            if key == "success" { workflow.success = hook } else { workflow.failure = hook }
        }
    }

    private mutating func readQueue(_ node: YAMLNodeID, into workflow: inout DirectorWorkflow) {
        guard document.kind(node) == .mapping else {
            workflow.queue = queueName(node)
            return
        }
        for (key, keyNode, value) in entries(node) {
            switch key {
            case "default": workflow.queue = queueName(value)
            case "customs":
                for (task, _, value) in entries(value) { workflow.queues[task] = queueName(value) }
            default: notes.add("'\(shown(key))' is left out: Director has no such key here", line: line(keyNode))
            }
        }
    }

    private mutating func queueName(_ node: YAMLNodeID) -> String? {
        let name = document.text(node)
        guard !name.isEmpty, name.utf8.count <= 255, !name.contains("${{") else {
            notes.add("it is left out: it is no name of a queue", line: line(node))
            return nil
        }
        return name
    }

    // MARK: Schedule

    private mutating func readPeriodic(_ node: YAMLNodeID, into workflow: inout DirectorWorkflow) {
        for (key, keyNode, value) in entries(node) {
            switch key {
            case "payload":
                let read = OldYAMLValue(document: document).value(value)
                if case .object(let payload)? = read, Self.isWritable(.object(payload), depth: 0) {
                    workflow.payload = payload
                } else {
                    notes.add("'payload' is left out: it is no mapping of values that flowrun has", line: line(keyNode))
                }
            case "interval", "crontab", "schedule":
                guard workflow.schedule == nil else {
                    notes.add("'\(key)' is left out: the schedule is given already", line: line(keyNode))
                    continue
                }
                workflow.schedule = schedule(key, value)
                if workflow.schedule == nil {
                    notes.add(
                        "'\(key)' is left out: '\(shown(document.text(value)))' is no schedule", line: line(keyNode))
                }
            default: notes.add("'\(shown(key))' is left out: Director has no such key here", line: line(keyNode))
            }
        }
    }

    private mutating func schedule(_ key: String, _ node: YAMLNodeID) -> DirectorWorkflow.Schedule? {
        let text = document.text(node)
        if key != "crontab", let seconds = Double(text), seconds.isFinite {
            guard seconds > 0, seconds < 1e9 else { return nil }
            return .interval(Int64(exactly: seconds).map { .int($0) } ?? .float(seconds))
        }
        guard key != "interval" else { return nil }
        var fields = text.split(separator: " ").compactMap { CrontabField.text(String($0)) }
        guard fields.count == 5, text.split(separator: " ").count == 5 else { return nil }
        if key == "schedule" {
            // The old key has the day of the week in the third place.
            fields = [fields[0], fields[1], fields[3], fields[4], fields[2]]
            notes.add(
                "'schedule' is minute, hour, day of week, day of month, month; written in cron's order",
                line: line(node))
        }
        return .crontab(fields.joined(separator: " "))
    }

    // MARK: Schema

    private mutating func readSchema(
        _ node: YAMLNodeID, into workflow: inout DirectorWorkflow, _ schema: (String) -> [UInt8]?
    ) {
        let line = line(node)
        guard document.kind(node) == .scalar else {
            guard case .object(let value)? = OldYAMLValue(document: document).value(node),
                Self.isWritable(.object(value), depth: 0)
            else {
                return notes.add("'schema' is left out: it is no JSON Schema", line: line)
            }
            workflow.schema = (value, line)
            return
        }
        let name = document.text(node)
        let isInside = !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
        guard isInside, !name.isEmpty, let bytes = schema(name) else {
            return notes.add(
                "the schema '\(shown(name))' was not found in the folder 'schemas'; the payload is not checked",
                line: line)
        }
        guard case .object(let value)? = try? JSONReader.read(bytes), Self.isWritable(.object(value), depth: 0) else {
            return notes.add("the schema '\(shown(name))' is no JSON object; the payload is not checked", line: line)
        }
        workflow.schema = (value, line)
    }

    /// Whether a value can stand in a workflow: not too deep, no key too long.
    private static func isWritable(_ value: JSONValue, depth: Int) -> Bool {
        guard depth <= depthLimit else { return false }
        switch value {
        case .null, .bool, .int, .float, .string: return true
        case .array(let items): return items.allSatisfy { isWritable($0, depth: depth + 1) }
        case .object(let object):
            return object.members.allSatisfy { $0.key.utf8.count <= 250 && isWritable($0.value, depth: depth + 1) }
        }
    }
}
