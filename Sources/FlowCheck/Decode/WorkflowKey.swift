/// Every key of the language that a header, a task or a node can have.
enum WorkflowKey: String, CaseIterable {
    // Header.
    case flowrun, name, description, labels, params, env, envFile = "env_file", secrets, settings, include, tasks
    case schedule, concurrency, result, onExit = "on_exit"
    // Canvas.
    case s, si, chain, group, chord, body, map, starmap, chunks, steps
    // Kinds of tasks.
    case run, exec, python, http, workflow, celery, use
    // Calls and modifiers.
    case id, args, kwargs, items, size, needs, when, foreach, `as`, key, max, matrix, link
    case linkError = "link_error", allowFailure = "allow_failure", failFast = "fail_fast", immutable
    // Tasks.
    case returns, cwd, stdin, shell, successExitCodes = "success_exit_codes", retryExitCodes = "retry_exit_codes"
    case ignoreExitCodes = "ignore_exit_codes", maxConcurrency = "max_concurrency"
    // Options.
    case countdown, eta, expires, maxRetries = "max_retries", defaultRetryDelay = "default_retry_delay"
    case autoretryFor = "autoretry_for", dontAutoretryFor = "dont_autoretry_for", retryBackoff = "retry_backoff"
    case retryBackoffMax = "retry_backoff_max", retryJitter = "retry_jitter", retry
    case softTimeLimit = "soft_time_limit", timeLimit = "time_limit", softSignal = "soft_signal", queue, priority
    case rateLimit = "rate_limit", ignoreResult = "ignore_result"
    case storeErrorsEvenIfIgnored = "store_errors_even_if_ignored", acksLate = "acks_late"
    case acksOnFailureOrTimeout = "acks_on_failure_or_timeout", rejectOnWorkerLost = "reject_on_worker_lost"
    case trackStarted = "track_started", shadow, cache

    static let header: Set<WorkflowKey> = [
        .flowrun, .name, .description, .labels, .params, .env, .envFile, .secrets, .settings, .include, .tasks,
        .schedule,
        .concurrency, .result, .onExit,
    ]
    static let taskKinds: Set<WorkflowKey> = [.run, .exec, .python, .http, .workflow, .celery, .use]
    static let composites: Set<WorkflowKey> = [.chain, .group, .chord, .steps]
    static let canvas: Set<WorkflowKey> = taskKinds.union(composites).union([.s, .si, .map, .starmap, .chunks])
    static let options: Set<WorkflowKey> = [
        .countdown, .eta, .expires, .maxRetries, .defaultRetryDelay, .autoretryFor, .dontAutoretryFor, .retryBackoff,
        .retryBackoffMax, .retryJitter, .retry, .softTimeLimit, .timeLimit, .softSignal, .queue, .priority, .rateLimit,
        .ignoreResult, .storeErrorsEvenIfIgnored, .acksLate, .acksOnFailureOrTimeout, .rejectOnWorkerLost,
        .trackStarted, .shadow, .cache,
    ]
    /// What describes how a task runs, in `tasks` or beside an inline kind.
    static let execution: Set<WorkflowKey> = [
        .returns, .env, .envFile, .cwd, .stdin, .shell, .successExitCodes, .retryExitCodes, .ignoreExitCodes,
        .maxConcurrency,
    ]
    static let modifiers: Set<WorkflowKey> = [
        .id, .args, .kwargs, .items, .size, .needs, .when, .foreach, .as, .key, .max, .matrix, .link, .linkError,
        .allowFailure, .failFast, .immutable, .body, .params, .description, .result,
    ]
    static let node: Set<WorkflowKey> = canvas.union(modifiers).union(options).union(execution)
    static let task: Set<WorkflowKey> = taskKinds.union(options).union(execution).union([.description, .args, .params])
    static let root: Set<WorkflowKey> = header.union(node)

    /// Words of other tools for a key of ours.
    ///
    /// Those that mean the very same may be renamed by `--fix`.
    static let foreign: [String: (key: WorkflowKey, isSame: Bool)] = [
        "depends": (.needs, true), "depends_on": (.needs, true), "with": (.kwargs, true), "if": (.when, true),
        "timeout": (.timeLimit, true), "uses": (.workflow, true), "parallel": (.group, true),
        "on_failure": (.linkError, true), "jobs": (.steps, false), "command": (.run, true), "retries": (.retry, true),
        "delay": (.countdown, true), "working-directory": (.cwd, true), "continue-on-error": (.allowFailure, true),
    ]

    private static let byName: [String: WorkflowKey] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    init?(_ name: String) {
        guard let key = Self.byName[name] else { return nil }
        self = key
    }
}
