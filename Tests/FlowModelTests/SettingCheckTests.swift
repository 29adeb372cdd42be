import FlowModel
import FlowValue
import Testing

struct SettingCheckTests {
    private static func problem(_ name: String, _ json: String) throws -> Setting.Problem? {
        let setting = try #require(SettingCatalog.setting(named: name))
        return setting.problem(with: try JSONReader.read(json))
    }

    @Test(arguments: [
        ("task_acks_late", "true"), ("task_time_limit", "300"), ("task_time_limit", "1.5"),
        ("task_time_limit", #""1h30m""#), ("task_time_limit", "null"), ("result_expires", "0"),
        ("worker_concurrency", "4"), ("worker_concurrency", #""auto""#), ("broker_heartbeat_checkrate", "2"),
        ("task_default_rate_limit", #""10/s""#), ("task_default_rate_limit", #""0.5/h""#),
        ("task_default_rate_limit", "10"), ("task_default_rate_limit", #""10""#),
        ("broker_url", #""redis://localhost:6379/0""#), ("broker_url", #""amqp://guest:guest@a//;amqp://b""#),
        ("broker_url", #"["amqps://a", "sqla+sqlite:///x.db"]"#), ("broker_url", #""sentinel://a:1;sentinel://b:2""#),
        ("broker_url", #""SQS://""#), ("broker_url", #""memory://""#), ("result_backend", #""db+postgresql://a/b""#),
        ("result_backend", #""rpc://""#), ("result_backend", #""disabled""#),
        ("result_backend", #""cache+memcached://127.0.0.1:11211/""#), ("s3_endpoint_url", #""https://s3.local""#),
        ("store_url", #""sqlite:///a.db""#), ("store_url", #""memory://""#), ("store_url", #""state/flow.db""#),
        ("timezone", #""Europe/Berlin""#), ("timezone", #""US/Eastern""#), ("timezone", "null"),
        ("durability", #""normal""#), ("task_default_delivery_mode", "1"), ("task_default_delivery_mode", #""2""#),
        ("accept_content", #"["json", "application/json"]"#), ("imports", #"["a.b"]"#),
        ("broker_transport_options", "{}"), ("task_routes", "[]"), ("broker_use_ssl", "true"), ("broker_use_ssl", "{}"),
        ("worker_umask", "18"), ("shell", #""bash -eu""#), ("task_protocol", "2"),
    ])
    func `a value of the setting's form is taken`(_ name: String, _ json: String) throws {
        #expect(try Self.problem(name, json) == nil)
    }

    @Test func `every default is taken`() {
        for setting in SettingCatalog.all {
            #expect(setting.problem(with: setting.defaultValue) == nil, "\(setting.name)")
        }
    }

    @Test(arguments: [
        ("task_acks_late", #""false""#, "takes true or false, not 'false'", "false"),
        ("task_acks_late", #""yes""#, "takes true or false, not 'yes'", "true"),
        ("task_acks_late", "1", "takes true or false, not 1", "true"),
        ("task_acks_late", "null", "takes true or false, not null", nil),
        ("worker_prefetch_multiplier", #""4""#, "takes a whole number from 0, not '4'", "4"),
        ("worker_prefetch_multiplier", "4.0", "takes a whole number from 0, not 4.0", "4"),
        ("worker_prefetch_multiplier", "-1", "takes a whole number from 0, not -1", nil),
        ("worker_prefetch_multiplier", "true", "takes a whole number from 0, not true", nil),
        ("task_default_priority", "99", "takes a whole number from 0 to 9, not 99", nil),
        ("task_protocol", "1", "takes only 2, not 1", nil),
        ("worker_concurrency", "0", "takes a whole number from 1, or auto, not 0", nil),
        ("worker_concurrency", #""Auto""#, "takes a whole number from 1, or auto, not 'Auto'", "auto"),
        ("broker_heartbeat_checkrate", #""3.5""#, "takes a number, not '3.5'", "3.5"),
        ("task_time_limit", #""ten""#, "takes seconds or a duration such as 10s, not 'ten'", nil),
        ("task_time_limit", #""300""#, "takes seconds or a duration such as 10s, not '300'", "300"),
        ("task_time_limit", #""10 seconds""#, "takes seconds or a duration such as 10s, not '10 seconds'", "10s"),
        ("task_time_limit", #""10 sec""#, "takes seconds or a duration such as 10s, not '10 sec'", "10s"),
        ("result_expires", #""1 day""#, "takes seconds or a duration such as 10s, not '1 day'", "1d"),
        (
            "result_expires", #""1 Hour, 30 minutes""#,
            "takes seconds or a duration such as 10s, not '1 Hour, 30 minutes'", "1h30m"
        ),
        ("result_expires", #""1h 30m""#, "takes seconds or a duration such as 10s, not '1h 30m'", "1h30m"),
        ("result_expires", #""30m 1h""#, "takes seconds or a duration such as 10s, not '30m 1h'", nil),
        ("result_expires", #""1 month""#, "takes seconds or a duration such as 10s, not '1 month'", nil),
        ("result_expires", "-1", "takes no negative time such as -1", nil),
        ("result_expires", "1e300", "takes no time as long as 1e+300 seconds", nil),
        ("result_expires", "[]", "takes seconds or a duration such as 10s, not a list", nil),
        ("task_default_rate_limit", #""10/sec""#, "takes a rate such as 10/s, 100/m or 1000/h, not '10/sec'", "10/s"),
        (
            "task_default_rate_limit", #""100 per minute""#,
            "takes a rate such as 10/s, 100/m or 1000/h, not '100 per minute'", "100/m"
        ),
        ("task_default_rate_limit", #""10 / S""#, "takes a rate such as 10/s, 100/m or 1000/h, not '10 / S'", "10/s"),
        ("task_default_rate_limit", #""10/d""#, "takes a rate such as 10/s, 100/m or 1000/h, not '10/d'", nil),
        ("task_default_rate_limit", #""fast""#, "takes a rate such as 10/s, 100/m or 1000/h, not 'fast'", nil),
        ("task_default_rate_limit", #""-1/s""#, "takes a rate such as 10/s, 100/m or 1000/h, not '-1/s'", nil),
        ("task_default_rate_limit", "0", "takes a rate above 0; null sets no limit", "null"),
        ("task_default_queue", "5", "takes text, not 5", "'5'"),
        ("task_default_queue", "true", "takes text, not true", nil),
        (
            "broker_url", #""reddis://:hunter2@h/0""#,
            "takes the URL of a broker, and 'reddis' is none; did you mean 'redis'?", "redis://:hunter2@h/0"
        ),
        (
            "broker_url", #""amqp://a;ampq://b""#,
            "takes the URL of a broker, and 'ampq' is none; did you mean 'amqp'?", "amqp://a;amqp://b"
        ),
        (
            "broker_url", #""postgres://a/b""#,
            "takes the URL of a broker, and 'postgres' is none; did you mean 'sqla+postgresql'?",
            "sqla+postgresql://a/b"
        ),
        (
            "broker_url", #""gopher://a""#,
            "takes the URL of a broker, and 'gopher' is none, such as amqp://HOST or redis://HOST", nil
        ),
        ("broker_url", #""localhost""#, "takes the URL of a broker, such as amqp://HOST or redis://HOST", nil),
        ("broker_url", #""redis://a b""#, "takes a URL, which holds no white space", nil),
        ("broker_url", "[]", "takes a URL or a list of them, not an empty list", nil),
        ("broker_url", "5", "takes a URL or a list of them, not 5", nil),
        (
            "result_backend", #""sqlite:///r.db""#,
            "takes the URL of a result backend, and 'sqlite' is none; did you mean 'db+sqlite'?", "db+sqlite:///r.db"
        ),
        (
            "result_backend", #""rpc""#,
            "takes the URL of a result backend, such as redis://HOST or db+postgresql://HOST/NAME", "rpc://"
        ),
        (
            "store_url", #""sqllite:///a.db""#,
            "takes a path, sqlite:///PATH or memory://, not 'sqllite'; did you mean 'sqlite'?", "sqlite:///a.db"
        ),
        (
            "store_url", #""redis://u:p@h""#,
            "takes a path, sqlite:///PATH or memory://, not 'redis': the store is embedded", nil
        ),
        (
            "store_url", #""sqlite://a.db""#, "takes a path, sqlite:///PATH or memory://, not 'sqlite://a.db'",
            "sqlite:///a.db"
        ),
        (
            "timezone", #""europe/berlin""#,
            "takes the name of a time zone such as Europe/Berlin, not 'europe/berlin'; did you mean 'Europe/Berlin'?",
            "Europe/Berlin"
        ),
        ("timezone", #""PST""#, "takes the name of a time zone such as Europe/Berlin, not 'PST'", nil),
        ("durability", #""ful""#, "takes full or normal, not 'ful'", "full"),
        ("task_serializer", #""pickle""#, "takes only json, not 'pickle'", nil),
        ("task_serializer", #""application/json""#, "takes only json, not 'application/json'", "json"),
        ("accept_content", #""json""#, "takes a list of application/json and json, not 'json'", "[json]"),
        ("imports", #""a.b""#, "takes a list of texts, not 'a.b'", "[a.b]"),
        ("broker_transport_options", "[]", "takes a mapping, not a list", nil),
        ("task_routes", #""queue""#, "takes a mapping or a list, not 'queue'", nil),
        ("broker_use_ssl", #""true""#, "takes true, false or a mapping, not 'true'", "true"),
    ])
    func `a wrong value is named, with what would be right`(
        _ name: String, _ json: String, _ message: String, _ replacement: String?
    ) throws {
        let found = try Self.problem(name, json)
        let problem = try #require(found)
        #expect(problem.message == message)
        #expect(problem.replacement == replacement)
        #expect(problem.item == nil)
    }

    @Test func `a wrong item of a list is told by its position`() throws {
        let contentProblem = try Self.problem("accept_content", #"["json", "pickle"]"#)
        let content = try #require(contentProblem)
        #expect(content.item == 1)
        #expect(content.message == "takes application/json or json, not 'pickle'")
        let urlsProblem = try Self.problem("broker_url", #"["amqp://a", "redsi://b"]"#)
        let urls = try #require(urlsProblem)
        #expect(urls.item == 1)
        #expect(urls.replacement == "redis://b")
    }

    @Test func `no message shows the password of a URL`() throws {
        for name in ["broker_url", "result_backend", "store_url", "s3_endpoint_url"] {
            for url in ["x://u:hunter2@h", "redsi://u:hunter2@h", "redis://u:hunter2@h h", "u:hunter2@h"] {
                let problem = try Self.problem(name, "\"\(url)\"")
                #expect(problem?.message.contains("hunter2") != true, "\(name) \(url)")
            }
        }
    }

    @Test(arguments: [
        ("300", "300", true), ("200", "300", false), (#""5m""#, "300", true), (#""4m""#, #""5m""#, false),
        ("400", "300.5", true), ("null", "300", false), (#""ten""#, "5", false),
    ])
    func `a soft limit must be below the hard one`(_ soft: String, _ hard: String, _ isConflict: Bool) throws {
        let values = [
            (name: "task_soft_time_limit", value: JSONValue.int(1)), ("task_time_limit", try JSONReader.read(hard)),
            ("task_soft_time_limit", try JSONReader.read(soft)),
        ]
        let conflicts = SettingCatalog.conflicts(values)
        #expect(conflicts.isEmpty == !isConflict)
        #expect(!isConflict || conflicts[0].names == ["task_soft_time_limit", "task_time_limit"])
    }
}

struct SettingShapeTests {
    /// One line for each finding: its path and what is said.
    private static func findings(_ name: String, _ json: String) throws -> [String] {
        let setting = try #require(SettingCatalog.setting(named: name))
        let shape = try #require(setting.structure)
        return shape.findings(in: try JSONReader.read(json)).map { finding in
            let path = finding.path.map { step in
                switch step {
                case .key(let key): key
                case .index(let index): String(index)
                }
            }
            let text =
                switch finding.kind {
                case .unknownKey(let nearest): "unknown, \(nearest ?? "nothing near")"
                case .missingKey(let key): "lacks \(key)"
                case .wrongValue(let problem): problem.message + (problem.replacement.map { " → \($0)" } ?? "")
                case .crontab(let text): "crontab \(text)"
                case .crontabField(let text): "field \(text)"
                }
            return "\(path.joined(separator: ".")): \(text)"
        }
    }

    @Test(arguments: [
        ("task_routes", #"{"mail.*": {"queue": "mail", "priority": 9, "expires": "2026-11-24"}, "a": "b", "c": null}"#),
        ("task_routes", #"[["mail.*", {"queue": "mail"}], ["a", "b"], {"c": {"routing_key": "c.#"}}]"#),
        ("task_routes", "null"),
        ("task_queues", #"["a", {"name": "b", "exchange": {"name": "x", "type": "topic"}, "max_priority": 10}]"#),
        ("task_queues", #"{"a": null, "b": {"exchange": "x", "routing_key": "b", "queue_arguments": {"x-a": 1}}}"#),
        ("task_annotations", #"{"*": {"rate_limit": "10/s", "time_limit": null}, "a": {"retry_backoff": 2}}"#),
        ("task_annotations", #"[{"a": {"acks_late": true}}]"#),
        (
            "beat_schedule",
            #"{"a": {"task": "t", "schedule": 30, "args": [1], "kwargs": {}, "options": {"queue": "q"}}}"#
        ),
        ("beat_schedule", #"{"a": {"task": "t", "schedule": "1h30m", "relative": true}}"#),
        ("broker_transport_options", #"{"visibility_timeout": 3600, "my_own_option": 1, "priority_steps": [0, 5]}"#),
        ("task_publish_retry_policy", #"{"max_retries": 3, "interval_step": 0.2}"#),
    ])
    func `what Celery takes is taken`(_ name: String, _ json: String) throws {
        #expect(try Self.findings(name, json) == [])
    }

    @Test(arguments: [
        ("task_routes", #"{"a": {"prioritee": 1}}"#, ["a.prioritee: unknown, priority"]),
        ("task_routes", #"{"a": {"colour": 1}}"#, ["a.colour: unknown, nothing near"]),
        ("task_routes", #"{"a": {"priority": 99}}"#, ["a.priority: takes a whole number from 0 to 9, not 99"]),
        ("task_routes", #"{"a": 5}"#, ["a: takes a mapping, text or null, not 5 → '5'"]),
        (
            "task_routes", #"[["a"], "mod.Router"]"#,
            [
                "0: takes a mapping of tasks or a list of a task and what belongs to it, not a list",
                "1: takes a mapping of tasks or a list of a task and what belongs to it, not 'mod.Router'",
            ]
        ),
        ("task_queues", #"[{"exchange": "x"}, {"nam": "a"}]"#, ["0: lacks name", "1.nam: unknown, name"]),
        (
            "task_annotations", #"{"*": {"rate_limt": "1/s", "acks_late": "yes"}}"#,
            [
                "*.rate_limt: unknown, rate_limit", "*.acks_late: takes true or false, not 'yes' → true",
            ]
        ),
        (
            "task_annotations", #"{"a": {"time_limit": "10 sec"}}"#,
            [
                "a.time_limit: takes seconds or a duration such as 10s, not '10 sec' → 10s"
            ]
        ),
        ("task_annotations", #"{"a": {"autoretry_for": ["A", 5]}}"#, ["a.autoretry_for.1: takes text, not 5 → '5'"]),
        (
            "beat_schedule", #"{"a": {"tsk": "t", "crontab": "* * * * *"}}"#,
            [
                "a.tsk: unknown, task", "a.crontab: unknown, schedule",
            ]
        ),
        ("beat_schedule", #"{"a": {"task": "t"}}"#, ["a: lacks schedule"]),
        ("beat_schedule", #"{"a": {"task": "t", "schedule": "0 7 * * mon"}}"#, ["a.schedule: crontab 0 7 * * mon"]),
        (
            "beat_schedule", #"{"a": {"task": "t", "schedule": {"minute": "*/5", "hour": 7, "day": 1}}}"#,
            [
                "a.schedule.minute: field */5", "a.schedule.hour: field 7", "a.schedule.day: unknown, nothing near",
            ]
        ),
        (
            "beat_schedule", #"{"a": {"task": "t", "schedule": "10 seconds"}}"#,
            [
                "a.schedule: takes seconds or a duration such as 10s, not '10 seconds' → 10s"
            ]
        ),
        ("beat_schedule", #"{"a": {"task": "t", "schedule": 0}}"#, ["a.schedule: takes a time above 0"]),
        (
            "beat_schedule", #"{"a": {"task": "t", "schedule": "daily"}}"#,
            [
                "a.schedule: takes seconds, a duration such as 10s, or a crontab such as '0 7 * * mon-fri', not 'daily'"
            ]
        ),
        (
            "broker_transport_options", #"{"visibility_timeot": 3600}"#,
            [
                "visibility_timeot: unknown, visibility_timeout"
            ]
        ),
        (
            "broker_transport_options", #"{"visibility_timeout": "1 hour"}"#,
            [
                "visibility_timeout: takes seconds or a duration such as 10s, not '1 hour' → 1h"
            ]
        ),
    ])
    func `what is wrong inside is found at its place`(_ name: String, _ json: String, _ expected: [String]) throws {
        #expect(try Self.findings(name, json) == expected)
    }

    @Test func `the default of a setting with a structure fits it`() {
        for setting in SettingCatalog.all {
            guard let shape = setting.structure, setting.defaultText != "null" else { continue }
            #expect(shape.findings(in: setting.defaultValue) == [], "\(setting.name)")
        }
    }
}
