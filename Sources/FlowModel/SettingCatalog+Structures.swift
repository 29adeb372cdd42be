package import FlowValue

extension Setting {
    /// What may stand in the value, where it is a mapping or list that flowrun or Celery looks into; nil for others.
    package var structure: SettingShape? {
        switch name {
        case "beat_schedule": SettingCatalog.schedules
        case "broker_transport_options": SettingCatalog.transportOptions
        case "database_table_names", "database_table_schemas": SettingCatalog.tables
        case "result_backend_transport_options": SettingCatalog.backendOptions
        case "task_annotations": SettingCatalog.annotations
        case "task_publish_retry_policy": SettingCatalog.retryPolicy
        case "task_queues": SettingCatalog.queues
        case "task_routes": SettingCatalog.routes
        default: nil
        }
    }
}

// Each shape says what Celery accepts there; where Celery would take anything, what its parts understand.
extension SettingCatalog {
    /// The keywords of Celery's `crontab`.
    static let crontabFields = ["minute", "hour", "day_of_week", "day_of_month", "month_of_year"]

    private static func form(_ name: String) -> Setting.Form {
        guard let setting = setting(named: name) else { preconditionFailure("'\(name)' is no setting") }
        return setting.form
    }

    private typealias Key = SettingShape.Key

    private static let priority: Setting.Form = .int(min: 0, max: 9)

    /// What a message is sent with: the options of `apply_async` that can be known beforehand.
    private static let sending: [SettingShape.Key] = [
        Key("queue", .text),
        Key("exchange", .text),
        Key("exchange_type", .text),
        Key("routing_key", .text),
        Key("priority", priority, isNullable: true),
        Key("delivery_mode", form("task_default_delivery_mode")),
        Key("compression", form("task_compression"), isNullable: true),
        Key("serializer", form("task_serializer")),
        Key("countdown", .seconds, isNullable: true),
        Key("eta", .either([.time, .null])),
        Key("expires", .either([.value(.seconds), .time, .null])),
        Key("time_limit", .seconds, isNullable: true),
        Key("soft_time_limit", .seconds, isNullable: true),
        Key("ignore_result", .bool),
        Key("headers", .mapping),
        Key("retry", .bool),
        Key("retry_policy", retryPolicy),
        Key("reply_to", .text),
        Key("shadow", .text),
        Key("mandatory", .bool),
        Key("immediate", .bool),
    ]

    static let routes: SettingShape = {
        let route: SettingShape = .either([.keys(sending), .value(.text), .null])
        let table: SettingShape = .names(of: "task", route)
        return .either([table, .list(.either([table, .pair(of: "task", route)])), .null])
    }()

    static let queues: SettingShape = {
        let exchange: [SettingShape.Key] = [
            Key("name", .text), Key("type", .text), Key("durable", .bool), Key("auto_delete", .bool),
            Key("delivery_mode", form("task_default_delivery_mode")), Key("arguments", .mapping),
        ]
        let options: [SettingShape.Key] = [
            Key("exchange", .either([.value(.text), .keys(exchange)])),
            Key("exchange_type", .text),
            Key("routing_key", .text),
            Key("binding_key", .text),
            Key("queue_arguments", .mapping),
            Key("binding_arguments", .mapping),
            Key("consumer_arguments", .mapping),
            Key("max_priority", .int(min: 0, max: 255)),
            Key("durable", .bool),
            Key("auto_delete", .bool),
            Key("exclusive", .bool),
            Key("no_ack", .bool),
            Key("no_declare", .bool),
            Key("expires", .seconds, isNullable: true),
            Key("message_ttl", .seconds, isNullable: true),
            Key("max_length", .count, isNullable: true),
            Key("max_length_bytes", .count, isNullable: true),
            Key("alias", .text),
        ]
        let named: SettingShape = .keys([Key("name", .value(.text), isRequired: true)] + options)
        return .either([
            .list(.either([named, .value(.text)])), .names(of: "queue", .either([.keys(options), .null])), .null,
        ])
    }()

    static let annotations: SettingShape = {
        let options: [SettingShape.Key] = [
            Key("rate_limit", .rate, isNullable: true),
            Key("time_limit", .seconds, isNullable: true),
            Key("soft_time_limit", .seconds, isNullable: true),
            Key("soft_signal", .text, isNullable: true),
            Key("max_retries", .count, isNullable: true),
            Key("default_retry_delay", .seconds, isNullable: true),
            Key("autoretry_for", .textList, isNullable: true),
            Key("dont_autoretry_for", .textList, isNullable: true),
            Key("retry", .count, isNullable: true),
            Key("retry_backoff", .either([.value(.bool), .value(.seconds), .null])),
            Key("retry_backoff_max", .seconds, isNullable: true),
            Key("retry_jitter", .bool, isNullable: true),
            Key("retry_kwargs", .mapping),
            Key("acks_late", .bool, isNullable: true),
            Key("acks_on_failure", .bool, isNullable: true),
            Key("acks_on_timeout", .bool, isNullable: true),
            Key("acks_on_failure_or_timeout", .bool, isNullable: true),
            Key("reject_on_worker_lost", .bool, isNullable: true),
            Key("ignore_result", .bool, isNullable: true),
            Key("store_errors_even_if_ignored", .bool, isNullable: true),
            Key("track_started", .bool, isNullable: true),
            Key("send_events", .bool),
            Key("queue", .text, isNullable: true),
            Key("priority", priority, isNullable: true),
            Key("expires", .either([.value(.seconds), .time, .null])),
            Key("countdown", .seconds, isNullable: true),
            Key("shadow", .text, isNullable: true),
            Key("serializer", form("task_serializer")),
            Key("compression", form("task_compression"), isNullable: true),
            Key("exchange", .text),
            Key("routing_key", .text),
            Key("delivery_mode", form("task_default_delivery_mode")),
            Key("throws", .textList),
            Key("typing", .bool),
            Key("trail", .bool),
            Key("resultrepr_maxsize", .count),
        ]
        let table: SettingShape = .names(of: "task", .keys(options))
        return .either([table, .list(table), .null])
    }()

    static let schedules: SettingShape = .names(
        of: "schedule",
        .keys([
            Key("task", .value(.text), isRequired: true),
            Key("schedule", .schedule, isRequired: true),
            Key("args", .either([.list(.value(.any)), .null])),
            Key("kwargs", .mapping, isNullable: true),
            Key("options", .either([.keys(sending), .null])),
            Key("relative", .bool),
        ]))

    /// How often, and how soon, sending is tried again.
    static let retryPolicy: SettingShape = .keys([
        Key("max_retries", .count, isNullable: true),
        Key("interval_start", .seconds),
        Key("interval_step", .seconds),
        Key("interval_max", .seconds),
        Key("retry_errors", .any),
        Key("errback", .any),
    ])

    static let tables: SettingShape = .either([.keys([Key("task", .text), Key("group", .text)]), .null])

    /// The options of kombu's transports; open, since each transport hands on what it does not know itself.
    static let transportOptions: SettingShape = .keys(
        [
            Key("visibility_timeout", .seconds),
            Key("priority_steps", .list(.value(.count))),
            Key("sep", .text),
            Key("queue_order_strategy", .choice(["round_robin", "priority", "sorted"])),
            Key("global_keyprefix", .text),
            Key("fanout_prefix", .either([.value(.bool), .value(.text)])),
            Key("fanout_patterns", .bool),
            Key("unacked_restore_interval", .seconds),
            Key("unacked_restore_throttle", .count),
            Key("unacked_restore_limit", .count, isNullable: true),
            Key("unacked_key", .text),
            Key("unacked_index_key", .text),
            Key("unacked_mutex_key", .text),
            Key("unacked_mutex_expire", .seconds),
            Key("socket_timeout", .seconds, isNullable: true),
            Key("socket_connect_timeout", .seconds, isNullable: true),
            Key("socket_keepalive", .bool, isNullable: true),
            Key("socket_keepalive_options", .mapping),
            Key("health_check_interval", .seconds, isNullable: true),
            Key("retry_on_timeout", .bool, isNullable: true),
            Key("max_connections", .positive, isNullable: true),
            Key("polling_interval", .seconds, isNullable: true),
            Key("brpop_timeout", .seconds),
            Key("client_name", .text),
            Key("master_name", .text),
            Key("min_other_sentinels", .count),
            Key("sentinel_kwargs", .mapping),
            Key("credential_provider", .any),
            Key("confirm_publish", .bool),
            Key("confirm_timeout", .seconds),
            Key("connect_timeout", .seconds),
            Key("read_timeout", .seconds),
            Key("write_timeout", .seconds),
            Key("client_properties", .mapping),
            Key("login_method", .text),
            Key("max_retries", .count, isNullable: true),
            Key("interval_start", .seconds),
            Key("interval_step", .seconds),
            Key("interval_max", .seconds),
            Key("errback", .any),
            Key("region", .text),
            Key("predefined_queues", .mapping),
            Key("queue_name_prefix", .text),
            Key("wait_time_seconds", .seconds),
            Key("is_secure", .bool),
            Key("data_folder_in", .text),
            Key("data_folder_out", .text),
            Key("processed_folder", .text),
            Key("control_folder", .text),
            Key("store_processed", .bool),
        ], isOpen: true)

    static let backendOptions: SettingShape = .keys(
        [
            Key("global_keyprefix", .text),
            Key("result_chord_ordered", .bool),
            Key("retry_policy", retryPolicy),
            Key("visibility_timeout", .seconds),
            Key("master_name", .text),
            Key("min_other_sentinels", .count),
            Key("sentinel_kwargs", .mapping),
            Key("socket_timeout", .seconds, isNullable: true),
            Key("max_connections", .positive, isNullable: true),
        ], isOpen: true)
}

extension SettingCatalog {
    /// Settings that contradict one another: their names, the one to be changed first, and why.
    ///
    /// Of two values of one setting the later counts; a value that is wrong by itself contradicts nothing.
    package static func conflicts(
        _ values: [(name: String, value: JSONValue)]
    ) -> [(names: [String], message: String)] {
        func seconds(_ name: String) -> Double? {
            switch values.last(where: { $0.name == name })?.value {
            case .int(let number)?: Double(number)
            case .float(let number)?: number
            case .string(let text)?: DurationText.duration(text).map(\.inSeconds)
            case .null?, .bool?, .array?, .object?, nil: nil
            }
        }
        guard let soft = seconds("task_soft_time_limit"), let hard = seconds("task_time_limit"), soft >= hard else {
            return []
        }
        let message =
            "'task_soft_time_limit' is not below 'task_time_limit': a task would be killed before it is warned"
        return [(["task_soft_time_limit", "task_time_limit"], message)]
    }
}
