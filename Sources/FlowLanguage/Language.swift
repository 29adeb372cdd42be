/// The language as data: every mapping that it defines, with its keys and their values (SPEC 2 to 6 and 16).
///
/// The decoder, `schemas/workflow.schema.json`, `docs/reference.md` and the suggestions all come from here.
package enum Language {
    package static func shape(_ name: Shape.Name) -> Shape {
        switch name {
        case .workflow: workflow
        case .task: task
        case .node: node
        case .parameter: parameter
        case .secret: secret
        case .schedule: schedule
        case .concurrency: concurrency
        case .http: http
        case .cache: cache
        }
    }

    // MARK: Sets of keys

    /// What a task does; a node may carry one inline.
    package static let taskKinds: WorkflowKeySet = [.run, .exec, .python, .http, .workflow, .celery, .use]
    package static let composites: WorkflowKeySet = [.chain, .group, .chord, .steps]
    /// Nodes that go through items.
    package static let mapped: WorkflowKeySet = [.map, .starmap, .chunks]
    /// What a node is: it has exactly one of these.
    package static let canvas = taskKinds.union(composites).union(mapped).union([.s, .si])
    /// Options that decide about a retry, which a composite cannot have.
    package static let retryOptions: WorkflowKeySet = [
        .maxRetries, .defaultRetryDelay, .autoretryFor, .dontAutoretryFor, .retryBackoff, .retryBackoffMax,
        .retryJitter, .retry,
    ]
    /// What belongs to the group where a node has `foreach` or `matrix`; all else is each copy's.
    package static let fanOut: WorkflowKeySet = [.id, .foreach, .as, .key, .max, .matrix, .needs, .failFast]
    /// A file with no other keys is a library for `include`.
    package static let library: WorkflowKeySet = [.flowrun, .tasks, .env, .settings]

    // MARK: The workflow

    private static let header: [KeySpec] = [
        KeySpec(.flowrun, .version, "version of the language"),
        KeySpec(.name, .workflowName, "name of the workflow; the default is the file's stem"),
        KeySpec(.description, .text, "what the workflow is for"),
        KeySpec(.labels, .namedTexts, "labels of the user's own"),
        KeySpec(
            .params, .named(.either([.shape(.parameter), .value])), "parameters, given with -p or --params-file"),
        KeySpec(.env, .namedTexts, "environment of every task", takesExpressions: true),
        KeySpec(.envFile, .oneOrList(.path), "files with NAME=value lines, read where the task runs"),
        KeySpec(.secrets, .named(.shape(.secret)), "values that are never written down"),
        KeySpec(.settings, .settings, "Celery's settings and flowrun's own"),
        KeySpec(.include, .oneOrList(.path), "files that contribute tasks, env and settings"),
        KeySpec(.tasks, .named(.shape(.task)), "tasks by name"),
        KeySpec(.schedule, .shape(.schedule), "when beat starts the workflow"),
        KeySpec(.concurrency, .shape(.concurrency), "how many runs with the same key go on at once"),
        KeySpec(.result, .value, "what the run gives, instead of the canvas's result", takesExpressions: true),
        KeySpec(.onExit, .node, "a node that runs when all else has ended, whatever happened"),
    ]

    private static let workflow: Shape = {
        let claimed = WorkflowKeySet(header.map(\.key))
        let root = node.keys.filter { !claimed.contains($0.key) }
        return Shape(
            .workflow, "a workflow", "A file: a header, and one canvas with its options.", header + root)
    }()

    /// The keys of a header; what else stands at the top is the root node's.
    package static let headerKeys = WorkflowKeySet(header.map(\.key))

    private static let parameter = Shape(
        .parameter, "a parameter", "A parameter of a workflow; a bare scalar or list is its default.",
        [
            KeySpec(.type, .choice(["string", "int", "float", "bool", "json", "list", "object"]), "type of the value"),
            KeySpec(.default, .value, "value where none is given"),
            KeySpec(.required, .bool, "whether a value must be given"),
            KeySpec(.enum, .values, "the values that are allowed"),
            KeySpec(.pattern, .pattern, "pattern that a text must match somewhere"),
            KeySpec(.min, .number, "smallest number"),
            KeySpec(.max, .number, "largest number"),
            KeySpec(.description, .text, "what the parameter is for"),
        ])

    private static let secret = Shape(
        .secret, "a secret", "Where a secret comes from: one of the two.",
        [
            KeySpec(.env, .text, "name of the environment variable that holds it", notBeside: [.file]),
            KeySpec(.file, .text, "file that holds it; one trailing newline is removed", notBeside: [.env]),
        ])

    private static let schedule = Shape(
        .schedule, "a schedule", "When a workflow starts by itself: 'crontab' or 'every'.",
        [
            KeySpec(.crontab, .crontab, "minute, hour, day of month, month, day of week", notBeside: [.every]),
            KeySpec(.every, .duration, "time between two starts", notBeside: [.crontab]),
            KeySpec(.timezone, .timezone, "zone of the crontab; the default is the setting 'timezone'"),
            KeySpec(.overlap, .choice(["skip", "queue", "allow"]), "what happens while the last run still goes on"),
            KeySpec(.catchup, .either([.bool, .duration]), "whether, or how far back, missed starts are made up for"),
        ])

    private static let concurrency = Shape(
        .concurrency, "a concurrency", "How many runs with the same key go on at once.",
        [
            KeySpec(.key, .value, "what runs share", takesExpressions: true),
            KeySpec(.limit, .whole(1...Int64.max), "how many of them go on at once; the default is 1"),
            KeySpec(
                .onConflict, .choice(["queue", "reject", "cancel"]),
                "whether a further run waits, is refused, or ends those before it"
            ),
        ])

    private static let http = Shape(
        .http, "an http request", "One request.",
        [
            KeySpec(
                .method, .choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
                "method; the default is GET",
                takesExpressions: true),
            KeySpec(.url, .url, "address", isRequired: true, takesExpressions: true),
            KeySpec(.headers, .namedTexts, "headers", takesExpressions: true),
            KeySpec(.query, .namedValues, "what is added to the address after '?'", takesExpressions: true),
            KeySpec(.json, .value, "body, sent as JSON", takesExpressions: true, notBeside: [.body]),
            KeySpec(.body, .text, "body, sent as it is", takesExpressions: true, notBeside: [.json]),
            KeySpec(
                .expect, .oneOrList(.either([.whole(100...599), .choice(["1xx", "2xx", "3xx", "4xx", "5xx"])])),
                "status codes that are a success; the default is 2xx"),
        ])

    private static let cache = Shape(
        .cache, "a cache", "Skips a step whose inputs, command and outputs have not changed.",
        [
            KeySpec(.inputs, .oneOrList(.path), "globs of the files that are read", takesExpressions: true),
            KeySpec(.outputs, .oneOrList(.path), "globs of the files that are written", takesExpressions: true),
            KeySpec(.key, .value, "what else decides", takesExpressions: true),
        ])

    // MARK: Tasks

    private static let kinds: [KeySpec] = [
        KeySpec(.run, .text, "a script for the shell"),
        KeySpec(.exec, .list(.text), "a program and its arguments, started without a shell", takesExpressions: true),
        KeySpec(.python, .moduleFunction, "a Python function, called in a persistent interpreter"),
        KeySpec(.http, .shape(.http), "one HTTP request", takesExpressions: true),
        KeySpec(.workflow, .path, "another workflow, inlined as one node"),
        KeySpec(.celery, .text, "the name of a task that a real Celery worker runs"),
        KeySpec(.use, .taskName, "a built-in task"),
    ]

    /// How a task runs, in `tasks` or beside an inline kind.
    private static func execution(beside kinds: WorkflowKeySet) -> [KeySpec] {
        [
            KeySpec(.returns, .type, "how the output becomes the result, and its type", beside: kinds),
            KeySpec(.envFile, .oneOrList(.path), "files with NAME=value lines", beside: kinds),
            KeySpec(.shell, .either([.text, .list(.text)]), "the shell of 'run'", beside: [.run]),
            KeySpec(.successExitCodes, .oneOrList(.whole(0...255)), "exit codes that are a success", beside: kinds),
            KeySpec(.retryExitCodes, .oneOrList(.whole(0...255)), "exit codes that ask for a retry", beside: kinds),
            KeySpec(.ignoreExitCodes, .oneOrList(.whole(0...255)), "exit codes that mean Ignore", beside: kinds),
            KeySpec(
                .maxConcurrency, .whole(1...Int64.max), "how many of this task run at once, across workers",
                beside: kinds),
        ]
    }

    private static let environment: [KeySpec] = [
        KeySpec(.env, .namedTexts, "environment", takesExpressions: true, notBeside: composites),
        KeySpec(.cwd, .path, "working directory", takesExpressions: true, notBeside: composites),
        KeySpec(.stdin, .value, "standard input", takesExpressions: true, notBeside: composites),
    ]

    private static let task = Shape(
        .task, "a task", "What a signature names: one kind of task and its options.",
        kinds + [
            KeySpec(.description, .text, "what the task is for"),
            KeySpec(.args, .signature, "the arguments: names in order, each with a type or {type, default}"),
            KeySpec(.params, .namedValues, "parameters of the workflow", takesExpressions: true, beside: [.workflow]),
        ] + environment + execution(beside: []) + options)

    /// The options of SPEC 6.
    private static let options: [KeySpec] = [
        option(.countdown, .duration, "time to wait before the start", takesExpressions: true),
        option(.eta, .time, "time of the start", takesExpressions: true),
        option(
            .expires, .either([.duration, .time]), "time after which the task does not start any more",
            takesExpressions: true),
        option(.maxRetries, .whole(0...Int64.max), "most retries; null: for ever"),
        option(.defaultRetryDelay, .duration, "wait before a retry without backoff"),
        option(.autoretryFor, .oneOrList(.errorClass), "errors that are retried by themselves"),
        option(.dontAutoretryFor, .oneOrList(.errorClass), "errors that are not, though 'autoretry_for' names them"),
        option(.retryBackoff, .either([.bool, .duration]), "whether waits double, or the first of them"),
        option(.retryBackoffMax, .duration, "longest wait between two attempts"),
        option(.retryJitter, .bool, "whether a wait is drawn between 0 and its length"),
        option(.retry, .whole(0...Int64.max), "retries for any failure, backing off"),
        option(.softTimeLimit, .duration, "time after which the task is asked to end"),
        option(.timeLimit, .duration, "time after which the task is killed"),
        option(.softSignal, .signal, "signal of the soft limit"),
        option(.queue, .text, "queue that the task waits in", takesExpressions: true),
        option(.priority, .whole(0...9), "priority, 9 first", takesExpressions: true),
        option(.rateLimit, .rate, "starts in a second, minute or hour, across workers"),
        option(.ignoreResult, .bool, "whether the result is dropped when it has been handed on"),
        option(.storeErrorsEvenIfIgnored, .bool, "whether errors are kept though results are not"),
        option(.acksLate, .bool, "whether a task whose worker died runs again"),
        option(.acksOnFailureOrTimeout, .bool, "whether a failed task counts as delivered"),
        option(.rejectOnWorkerLost, .bool, "whether a task whose process died goes back to its queue"),
        option(.trackStarted, .bool, "whether STARTED is recorded on the wire"),
        option(.shadow, .text, "name to show", takesExpressions: true),
        option(.cache, .shape(.cache), "skips the step where nothing has changed", takesExpressions: true),
    ]

    private static func option(
        _ key: WorkflowKey, _ form: ValueForm, _ summary: String, takesExpressions: Bool = false
    ) -> KeySpec {
        KeySpec(
            key, form, summary, isNullable: true, takesExpressions: takesExpressions,
            notBeside: retryOptions.contains(key) ? composites : [])
    }

    // MARK: Nodes

    private static let calls: [KeySpec] = [
        KeySpec(.s, .taskName, "a task, which is handed its parent's result"),
        KeySpec(.si, .taskName, "a task, which is handed nothing"),
        KeySpec(.chain, .nodes, "nodes, one after the other"),
        KeySpec(.group, .nodes, "nodes at once"),
        KeySpec(.chord, .nodes, "nodes at once, and a body that receives the list of their results"),
        KeySpec(.map, .taskName, "a task that goes through the items in order"),
        KeySpec(.starmap, .taskName, "the same, each item a list of arguments"),
        KeySpec(.chunks, .taskName, "a group of starmaps over pieces of the items"),
        KeySpec(.steps, .nodes, "nodes with 'id' and 'needs': any DAG"),
    ]

    private static let single: WorkflowKeySet = taskKinds.union([.s, .si])

    private static let modifiers: [KeySpec] = [
        KeySpec(.id, .identifier, "name of the node, unique in the file"),
        KeySpec(.description, .text, "what the node is for"),
        KeySpec(.args, .values, "arguments by position", takesExpressions: true, beside: single),
        KeySpec(.kwargs, .namedValues, "arguments by name", takesExpressions: true, beside: single),
        KeySpec(.immutable, .bool, "whether the node is handed nothing, as 'si'", beside: single),
        KeySpec(.items, .values, "what the task goes through", takesExpressions: true, beside: mapped),
        KeySpec(.size, .whole(1...Int64.max), "items in a piece", beside: [.chunks]),
        KeySpec(.body, .node, "the node that receives the list", beside: [.chord]),
        KeySpec(.params, .namedValues, "parameters of the workflow", takesExpressions: true, beside: [.workflow]),
        KeySpec(.needs, .needs, "steps beside this one that have to end before"),
        KeySpec(.when, .condition, "runs only where this is true, else SKIPPED", takesExpressions: true),
        KeySpec(.foreach, .values, "a copy for each item", takesExpressions: true, notBeside: [.matrix]),
        KeySpec(.as, .identifier, "name of the item in expressions; the default is 'item'", beside: [.foreach]),
        KeySpec(.key, .condition, "what names a copy", takesExpressions: true, beside: [.foreach]),
        KeySpec(.max, .whole(1...Int64.max), "how many copies run at once", beside: [.foreach, .matrix]),
        KeySpec(.matrix, .named(.values), "a copy for each combination", notBeside: [.foreach]),
        KeySpec(.link, .nodeOrNodes, "runs after success, with the result"),
        KeySpec(.linkError, .nodeOrNodes, "runs after the final failure, with the error"),
        KeySpec(.allowFailure, .bool, "whether a failure is an end and no obstacle"),
        KeySpec(
            .failFast, .bool, "whether the first failure starts no more members",
            beside: composites.union([.foreach, .matrix])),
        KeySpec(.result, .value, "what 'steps' gives", takesExpressions: true, beside: [.steps]),
    ]

    private static let node = Shape(
        .node, "a node", "A place in the canvas: one of the kinds, its arguments, modifiers and options.",
        calls + kinds + modifiers + environment + execution(beside: taskKinds) + options)

    // MARK: Words of other tools

    /// A word of another tool for a key of ours.
    package struct ForeignWord: Sendable {
        package let key: WorkflowKey
        /// Whether it means the very same, so that `--fix` may rename it.
        package let isSame: Bool

        package init(key: WorkflowKey, isSame: Bool) {
            self.key = key
            self.isSame = isSame
        }
    }

    /// Words of other tools for keys of ours.
    package static let foreign: [String: ForeignWord] = [
        "depends": .init(key: .needs, isSame: true), "depends_on": .init(key: .needs, isSame: true),
        "with": .init(key: .kwargs, isSame: true), "if": .init(key: .when, isSame: true),
        "timeout": .init(key: .timeLimit, isSame: true), "uses": .init(key: .workflow, isSame: true),
        "parallel": .init(key: .group, isSame: true), "on_failure": .init(key: .linkError, isSame: true),
        "jobs": .init(key: .steps, isSame: false), "command": .init(key: .run, isSame: true),
        "retries": .init(key: .retry, isSame: true), "delay": .init(key: .countdown, isSame: true),
        "working-directory": .init(key: .cwd, isSame: true),
        "continue-on-error": .init(key: .allowFailure, isSame: true), "cron": .init(key: .crontab, isSame: true),
    ]
}
