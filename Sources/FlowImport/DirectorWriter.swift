import FlowValue

/// Writes a workflow of Director as one of flowrun.
///
/// Director runs `start`, the tasks, `end` as a chain of Celery. `start` returns None, so the first tasks are handed None;
/// a group of one task in a chain is that task; both are kept.
struct DirectorWriter {
    private let workflow: DirectorWorkflow
    private let payload: PayloadParameters
    private var writer = YAMLWriter()
    /// Names of flowrun for the names of Celery.
    private var names: [String: String] = [:]
    private var taken: Set<String> = []
    /// The number that a name which is taken gets next.
    private var numbers: [String: Int] = [:]
    private var ids: Set<String> = ["chain", "group"]
    private var order: [String] = []
    private var nodeCount = 0
    private var hasWrittenPayload = false
    private(set) var notes: [(message: String, line: Int)] = []

    init(_ workflow: DirectorWorkflow) {
        self.workflow = workflow
        payload = PayloadParameters(workflow)
        notes = payload.notes
    }

    mutating func text(name: String, file: String) -> String {
        let steps = workflow.steps.compactMap { unrolled($0) }
        for step in steps { collect(step) }
        for hook in [workflow.success, workflow.failure].compactMap({ $0 }) { collect(hook.task, hook.line) }
        writer.comment("From '\(workflow.name)' of \(file).")
        for comment in workflow.comments { writer.comment(comment) }
        writer.entry("flowrun", .int(1))
        writer.entry("name", .string(name))
        writer.entry("description", .string("\(workflow.name) of Celery Director"))
        writeParameters()
        writeSchedule()
        writeTasks()
        writer.blankLine()
        writer.line("chain:")
        var isFirst = true
        for step in steps {
            write(step, depth: 1, isFirst: isFirst)
            isFirst = false
        }
        writeHooks()
        return writer.text
    }

    // MARK: Steps

    /// A step as Celery runs it in a chain: a group of one is its member, a chain in a chain one of its steps.
    private mutating func unrolled(_ step: DirectorWorkflow.Step) -> DirectorWorkflow.Step? {
        guard case .group(let name, let members, let line) = step, members.count == 1 else { return step }
        notes.append(("the group '\(name)' of one task is that task, as in Celery's chains", line))
        return unrolled(members[0])
    }

    private mutating func collect(_ step: DirectorWorkflow.Step) {
        switch step {
        case .task(let name, let line): collect(name, line)
        case .group(_, let members, _), .chain(_, let members, _): for member in members { collect(member) }
        }
    }

    private mutating func collect(_ name: String, _ line: Int) {
        nodeCount += 1
        guard names[name] == nil else { return }
        let wanted = DirectorNames.task(name)
        var legal = wanted
        while !taken.insert(legal).inserted {
            let number = numbers[wanted, default: 2]
            numbers[wanted] = number + 1
            legal = "\(wanted)_\(number)"
        }
        if legal != name { notes.append(("the task '\(name)' is called '\(legal)' here", line)) }
        names[name] = legal
        order.append(name)
        ids.insert(legal.split(separator: ".").last.map(String.init) ?? legal)
    }

    /// Writes a step as an item of a list.
    ///
    /// - Parameters:
    ///   - step: The step, with all that stands in it.
    ///   - depth: The depth of the list.
    ///   - isFirst: Whether it follows Director's own `start`.
    private mutating func write(_ step: DirectorWorkflow.Step, depth: Int, isFirst: Bool) {
        switch step {
        case .task(let name, _):
            writer.line("- s: " + YAMLScalarText.scalar(names[name] ?? name), depth: depth)
            if isFirst { writer.line("args: [null]  # Director hands None to what comes first", depth: depth + 1) }
            writePayload(depth: depth + 1)
        case .group(let name, let members, let line):
            writeComposite("group", name, line, depth: depth)
            for member in members { write(member, depth: depth + 2, isFirst: isFirst) }
        case .chain(let name, let members, let line):
            writeComposite("chain", name, line, depth: depth)
            for (index, member) in members.enumerated() {
                write(member, depth: depth + 2, isFirst: isFirst && index == 0)
            }
        }
    }

    private mutating func writeComposite(_ key: String, _ name: String, _ line: Int, depth: Int) {
        let id = DirectorNames.identifier(name)
        // The ids of tasks are their names, with a number where one comes again.
        let stem = id.split(separator: "-").dropLast().joined(separator: "-")
        if ids.contains(stem) || !ids.insert(id).inserted {
            notes.append(("the \(key) '\(name)' has no name here: '\(id)' is taken", line))
            writer.line("- \(key):", depth: depth)
        } else {
            if id != name { notes.append(("the \(key) '\(name)' is called '\(id)' here", line)) }
            writer.line("- id: " + YAMLScalarText.scalar(id), depth: depth)
            writer.line("\(key):", depth: depth + 1)
        }
    }

    /// Writes `kwargs` with the payload: where it is long, once, and an alias from then on.
    private mutating func writePayload(depth: Int) {
        let parameters = payload.parameters
        guard !parameters.isEmpty else {
            writer.line("kwargs: {payload: \"${{ params.payload }}\"}", depth: depth)
            return
        }
        guard !hasWrittenPayload else {
            writer.line("kwargs: *payload", depth: depth)
            return
        }
        hasWrittenPayload = true
        writer.line(nodeCount > 1 ? "kwargs: &payload" : "kwargs:", depth: depth)
        writer.line("payload:", depth: depth + 1)
        for parameter in parameters {
            writer.entry(parameter.key, .string("${{ params.\(parameter.name) }}"), depth: depth + 2)
        }
    }

    // MARK: Header

    private mutating func writeParameters() {
        writer.blankLine()
        writer.line("params:")
        guard payload.parameters.isEmpty else {
            for parameter in payload.parameters {
                writer.entry(parameter.name, .object(parameter.attributes), depth: 1)
            }
            return notePayload()
        }
        writer.entry(
            "payload", .object(["type": .string("object"), "default": .object(workflow.payload)]), depth: 1)
        notePayload()
    }

    private mutating func notePayload() {
        guard workflow.payload.count > 0 else { return }
        notes.append(
            ("the payload of 'periodic' is the default of the parameters, for runs by hand too", workflow.line))
    }

    private mutating func writeSchedule() {
        guard let schedule = workflow.schedule else { return }
        writer.blankLine()
        switch schedule {
        case .interval(let seconds): writer.entry("schedule", .object(["every": seconds, "overlap": .string("allow")]))
        case .crontab(let text):
            writer.entry(
                "schedule",
                .object(["crontab": .string(text), "timezone": .string("UTC"), "overlap": .string("allow")]))
        }
    }

    private mutating func writeTasks() {
        writer.blankLine()
        writer.line("tasks:")
        for name in order {
            var task: JSONObject = ["celery": .string(name)]
            if let queue = workflow.queues[name] ?? workflow.queue { task["queue"] = .string(queue) }
            writer.entry(names[name] ?? name, .object(task), depth: 1)
        }
        for name in workflow.queues.keys.sorted() where names[name] == nil {
            notes.append(("'customs' names '\(name)', which is no task of this workflow", workflow.line))
        }
    }

    // MARK: Hooks

    private mutating func writeHooks() {
        for (key, hook) in [("link", workflow.success), ("link_error", workflow.failure)] {
            guard let hook else { continue }
            writer.blankLine()
            writer.line("\(key):")
            writer.entry("si", .string(names[hook.task] ?? hook.task), depth: 1)
            writePayload(depth: 1)
        }
        guard let failure = workflow.failure, let queue = workflow.queues[failure.task] ?? workflow.queue,
            queue != "celery"
        else { return }
        notes.append(("Director sends this hook to the default queue, flowrun to '\(queue)'", failure.line))
    }
}
