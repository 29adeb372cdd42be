import FlowModel
import Testing

struct SettingCatalogTests {
    /// SPEC 8: "honoured natively", and flowrun's own.
    private static let native = """
        broker_url result_backend task_serializer result_serializer accept_content timezone enable_utc
        task_ignore_result task_store_errors_even_if_ignored task_track_started task_time_limit task_soft_time_limit
        task_acks_late task_acks_on_failure_or_timeout task_reject_on_worker_lost task_default_rate_limit
        task_annotations task_routes task_default_queue task_queues task_default_priority
        task_inherit_parent_priority result_expires result_extended worker_concurrency worker_prefetch_multiplier
        worker_max_tasks_per_child worker_max_memory_per_child worker_send_task_events worker_enable_remote_control
        worker_log_format worker_task_log_format beat_schedule beat_max_loop_interval broker_transport_options
        broker_connection_retry_on_startup broker_connection_timeout
        durability store_url result_max_size log_retention run_retention python_path shell
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    @Test func `names are sorted by their bytes and unique`() {
        for (left, right) in zip(SettingCatalog.all, SettingCatalog.all.dropFirst()) {
            #expect(left.name.utf8.lexicographicallyPrecedes(right.name.utf8))
        }
    }

    @Test func `names are lower-case words joined by underscores`() {
        for setting in SettingCatalog.all {
            #expect(setting.name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_".utf8.contains($0) })
        }
    }

    @Test func `every setting is found by its name`() {
        for setting in SettingCatalog.all {
            #expect(SettingCatalog.setting(named: setting.name) == setting)
        }
    }

    @Test(arguments: [
        "", "a", "zzz", "task_time_limt", "TASK_TIME_LIMIT", "task_time_limit ", "task_time_limit_", "task_time_limi",
        "broker_ur\u{6C}\u{301}", "\u{1F680}",
    ])
    func `what is no setting is not found`(_ name: String) {
        #expect(SettingCatalog.setting(named: name) == nil)
    }

    @Test func `what the specification lists is native, and nothing else`() {
        let marked = SettingCatalog.all.filter { $0.use == .native }.map(\.name)
        #expect(marked == Self.native.sorted())
    }

    @Test func `a setting without effect says why`() {
        for setting in SettingCatalog.all {
            guard case .notApplicable(let reason) = setting.use else { continue }
            #expect(!reason.isEmpty && !reason.hasSuffix("."), "\(setting.name)")
        }
    }

    @Test func `a summary is one line without a full stop`() {
        for setting in SettingCatalog.all {
            let summary = setting.summary
            #expect(!summary.isEmpty && !summary.hasSuffix(".") && !summary.contains("\n"), "\(setting.name)")
        }
    }

    @Test func `a default has the form of its setting`() {
        for setting in SettingCatalog.all {
            #expect(setting.acceptsDefault, "\(setting.name): \(setting.defaultText)")
        }
    }

    @Test(arguments: [
        ("task_time_limit", "null"), ("task_default_queue", #""celery""#), ("task_acks_late", "false"),
        ("result_expires", "86400"), ("worker_prefetch_multiplier", "4"), ("accept_content", #"["json"]"#),
        ("broker_connection_timeout", "4"), ("run_retention", "2592000"), ("result_max_size", "1048576"),
        ("shell", #""bash -euo pipefail""#), ("durability", #""full""#), ("python_path", #""python3""#),
    ])
    func `defaults are Celery's, or those of the specification`(_ name: String, _ text: String) throws {
        #expect(try #require(SettingCatalog.setting(named: name)).defaultText == text)
    }

    @Test(arguments: [
        "mongodb_backend_settings", "cassandra_servers", "s3_bucket", "azureblockblob_container_name", "gcs_bucket",
        "couchbase_backend_settings", "arangodb_backend_settings", "cosmosdbsql_database_name",
        "elasticsearch_timeout", "cache_backend_options", "dynamodb_endpoint_url", "security_key", "worker_uid",
        "events_pidfile", "beat_logfile", "override_backends", "redis_client_name", "task_repr_maxlevels",
    ])
    func `settings of every part of Celery are known`(_ name: String) {
        #expect(SettingCatalog.setting(named: name) != nil)
    }

    @Test(arguments: [
        ("BROKER_URL", "broker_url"), ("CELERY_ACKS_LATE", "task_acks_late"),
        ("CELERYD_TASK_TIME_LIMIT", "task_time_limit"), ("CELERYD_TIME_LIMIT", "task_time_limit"),
        ("CELERYD_TASK_SOFT_TIME_LIMIT", "task_soft_time_limit"), ("CELERYD_CONCURRENCY", "worker_concurrency"),
        ("CELERYD_WORKER_LOST_WAIT", "worker_lost_wait"), ("CELERYBEAT_SCHEDULE", "beat_schedule"),
        ("CELERYBEAT_SYNC_EVERY", "beat_sync_every"), ("CASSANDRA_COLUMN_FAMILY", "cassandra_table"),
        ("CELERY_TASK_RESULT_EXPIRES", "result_expires"), ("CELERY_RESULT_DBURI", "result_backend"),
        ("CELERY_ALWAYS_EAGER", "task_always_eager"), ("CELERY_SEND_EVENTS", "worker_send_task_events"),
        ("CELERY_MAX_CACHED_RESULTS", "result_cache_max"), ("CELERY_TRACK_STARTED", "task_track_started"),
        ("CELERY_TASK_SERIALIZER", "task_serializer"), ("CELERY_RESULT_BACKEND", "result_backend"),
        ("CELERY_TIMEZONE", "timezone"), ("ENABLE_UTC", "enable_utc"), ("S3_BUCKET", "s3_bucket"),
        ("CELERY_BROKER_URL", "broker_url"), ("CELERY_WORKER_CONCURRENCY", "worker_concurrency"),
        ("TASK_TIME_LIMIT", "task_time_limit"),
    ])
    func `an old name has a current one`(_ old: String, _ current: String) {
        #expect(SettingCatalog.currentName(ofOld: old) == current)
    }

    @Test(arguments: [
        "", "_", "CELERY_", "CELERYD_TASK_TIMELIMIT", "CELERYD_", "task_time_limit", "Broker_Url", "celery_acks_late",
        "CELERY_TAS\u{212A}_RESULT_EXPIRES", "TAS\u{212A}_TIME_LIMIT", "PATH",
    ])
    func `what is no old name has no current one`(_ name: String) {
        #expect(SettingCatalog.currentName(ofOld: name) == nil)
    }

    @Test func `every setting is understood in capitals`() {
        for setting in SettingCatalog.all {
            let capitals = setting.name.uppercased()
            #expect(SettingCatalog.currentName(ofOld: capitals) == setting.name)
        }
    }

    @Test func `renamings are sorted by their bytes and unique, and lead to settings`() {
        let renamings = SettingCatalog.renamings
        for (left, right) in zip(renamings, renamings.dropFirst()) {
            #expect(left.old.utf8.lexicographicallyPrecedes(right.old.utf8))
        }
        for renaming in renamings {
            #expect(SettingCatalog.setting(named: renaming.current) != nil, "\(renaming.current)")
            #expect(SettingCatalog.currentName(ofOld: renaming.old) == renaming.current)
        }
    }
}

extension Setting {
    /// Whether the default, by its first look, is a value that the setting takes.
    fileprivate var acceptsDefault: Bool {
        if defaultText == "null" { return isNullable }
        switch form {
        case .bool: return ["true", "false"].contains(defaultText)
        case .int(let min, let max):
            guard let number = Int(defaultText) else { return false }
            return number >= min ?? .min && number <= max ?? .max
        case .intOrAuto: return defaultText == #""auto""# || Int(defaultText) ?? 0 >= 1
        case .float: return Double(defaultText) != nil
        case .seconds: return Double(defaultText) ?? -1 >= 0
        case .rate, .text, .url, .urls, .storeURL, .timezone: return isText(defaultText)
        case .choice(let words): return words.contains { defaultText == $0 || defaultText == "\"\($0)\"" }
        case .choices, .textList: return isEnclosed(defaultText, by: "[", "]")
        case .mapping: return isEnclosed(defaultText, by: "{", "}")
        case .mappingOrList: return isEnclosed(defaultText, by: "{", "}") || isEnclosed(defaultText, by: "[", "]")
        case .boolOrMapping: return ["true", "false"].contains(defaultText) || isEnclosed(defaultText, by: "{", "}")
        case .any: return true
        }
    }

    private func isText(_ json: String) -> Bool { json.utf8.count >= 2 && isEnclosed(json, by: "\"", "\"") }

    private func isEnclosed(_ json: String, by start: String, _ end: String) -> Bool {
        json.hasPrefix(start) && json.hasSuffix(end)
    }
}
