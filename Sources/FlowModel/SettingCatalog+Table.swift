extension Setting {
    fileprivate static func native(
        _ name: String, _ form: Form, _ defaultText: String, _ summary: String, nullable: Bool = false
    ) -> Setting {
        Setting(
            name: name, form: form, isNullable: nullable || defaultText == "null", defaultText: defaultText,
            use: .native, summary: summary)
    }

    fileprivate static func wire(
        _ name: String, _ form: Form, _ defaultText: String, _ summary: String, nullable: Bool = false
    ) -> Setting {
        Setting(
            name: name, form: form, isNullable: nullable || defaultText == "null", defaultText: defaultText,
            use: .wire, summary: summary)
    }

    fileprivate static func unused(
        _ name: String, _ form: Form, _ defaultText: String, _ reason: String, _ summary: String,
        nullable: Bool = false
    ) -> Setting {
        Setting(
            name: name, form: form, isNullable: nullable || defaultText == "null", defaultText: defaultText,
            use: .notApplicable(reason), summary: summary)
    }
}

/// Why settings have no effect, where several share the reason.
private enum Reason {
    static let arangodb = "flowrun keeps no results in ArangoDB"
    static let azure = "flowrun keeps no results in Azure Blob Storage"
    static let brokerURL = "write it into 'broker_url'"
    static let cassandra = "flowrun keeps no results in Cassandra"
    static let cosmosdb = "flowrun keeps no results in Cosmos DB"
    static let daemon = "flowrun stays in the foreground; let the service manager set this"
    static let eager = "there is no eager mode; 'flowrun apply' runs a workflow on this machine"
    static let elasticsearch = "flowrun keeps no results in Elasticsearch"
    static let gcs = "flowrun keeps no results in Google Cloud Storage"
    static let logging = "flowrun does not use Python's logging"
    static let modules = "a 'python:' task names its module itself"
    static let pool = "tasks run as processes, Python tasks in persistent interpreters; there is no other pool"
    static let pythonClass = "it names Python code that would run inside Celery itself"
    static let resultURL = "write it into 'result_backend'"
    static let s3 = "flowrun keeps no results in S3"
    static let scheduler = "flowrun keeps its schedules, and when they last fired, in the store"
    static let shutdown = "a flowrun worker stops warm (SIGTERM) or cold (SIGQUIT), with nothing between"
    static let signing = "flowrun does not support signed messages (the serializer 'auth')"
    static let sqlalchemy = "it is about SQLAlchemy, which flowrun does not use"
    static let workerParts = "it is about the inside of Celery's worker"
}

// The table, in the order of the names. Types are written out and the arrays kept short for the compiler's sake.
extension SettingCatalog {
    private static let json: Setting.Form = .choice(["json"])
    private static let jsonTypes: Setting.Form = .choices(["application/json", "json"])
    private static let compression: Setting.Form = .choice([
        "brotli", "bzip", "bzip2", "gzip", "lzma", "xz", "zlib", "zstandard", "zstd",
    ])
    private static let queueType: Setting.Form = .choice(["classic", "quorum"])

    static let acceptToBeat: [Setting] = [
        .native("accept_content", jsonTypes, #"["json"]"#, "content types that are taken from a broker"),
        .unused("arangodb_backend_settings", .mapping, "{}", Reason.arangodb, "connection and collection"),
        .unused("azureblockblob_base_path", .text, #""""#, Reason.azure, "prefix of the result keys"),
        .unused("azureblockblob_connection_timeout", .seconds, "20", Reason.azure, "longest wait for a connection"),
        .unused("azureblockblob_container_name", .text, #""celery""#, Reason.azure, "container of the results"),
        .unused("azureblockblob_read_timeout", .seconds, "120", Reason.azure, "longest wait for an answer"),
        .unused("azureblockblob_retry_increment_base", .count, "2", Reason.azure, "growth of the wait between tries"),
        .unused("azureblockblob_retry_initial_backoff_sec", .count, "2", Reason.azure, "seconds before the second try"),
        .unused("azureblockblob_retry_max_attempts", .count, "3", Reason.azure, "most tries of an operation"),
        .unused(
            "beat_cron_starting_deadline", .seconds, "null", "a schedule's 'catchup' says what becomes of missed times",
            "how far back a missed time still fires"),
        .wire("beat_enable_remote_control", .bool, "false", "whether beat answers remote control"),
        .unused("beat_executable", .text, "null", Reason.daemon, "Python that runs a detached beat"),
        .unused("beat_gid", .any, "null", Reason.daemon, "group of a detached beat"),
        .unused("beat_logfile", .text, "null", Reason.daemon, "log file of beat"),
        .native("beat_max_loop_interval", .seconds, "0", "longest sleep between two looks; 0: as beat sees fit"),
        .unused("beat_pidfile", .text, "null", Reason.daemon, "pid file of beat"),
        .wire("beat_remote_control_max_tick_age", .seconds, "null", "age from which beat counts as stuck"),
        .native("beat_schedule", .mapping, "{}", "what runs periodically: name to task, schedule, arguments, options"),
        .unused("beat_schedule_filename", .text, #""celerybeat-schedule""#, Reason.scheduler, "file of the last times"),
        .unused("beat_scheduler", .text, #""celery.beat:PersistentScheduler""#, Reason.scheduler, "scheduler class"),
        .unused("beat_sync_every", .count, "0", Reason.scheduler, "periodic tasks sent between two saves"),
        .unused("beat_uid", .any, "null", Reason.daemon, "user of a detached beat"),
        .unused("beat_umask", .any, "null", Reason.daemon, "file mode mask of a detached beat"),
    ]

    static let broker: [Setting] = [
        .wire("broker_channel_error_retry", .bool, "false", "whether to reconnect after an invalid answer"),
        .wire("broker_connection_max_retries", .count, "100", "tries to reconnect; null: for ever", nullable: true),
        .wire("broker_connection_retry", .bool, "true", "whether to reconnect when the connection is lost"),
        .native("broker_connection_retry_on_startup", .bool, "null", "whether to try the first connection again"),
        .native("broker_connection_timeout", .seconds, "4", "longest wait for a connection", nullable: true),
        .wire(
            "broker_failover_strategy", .choice(["round-robin", "shuffle"]), #""round-robin""#,
            "order in which several brokers are tried"),
        .wire("broker_heartbeat", .seconds, "120", "interval of AMQP heartbeats", nullable: true),
        .wire("broker_heartbeat_checkrate", .float, "3.0", "checks for missed heartbeats in an interval"),
        .unused("broker_host", .text, "null", Reason.brokerURL, "host of the broker"),
        .wire("broker_login_method", .text, "null", "AMQP login method; null: the broker's"),
        .wire("broker_native_delayed_delivery_queue_type", queueType, #""quorum""#, "type of the queues that delay"),
        .unused("broker_password", .text, "null", Reason.brokerURL, "password at the broker"),
        .wire("broker_pool_acquire_timeout", .seconds, "null", "longest wait for a free connection; null: for ever"),
        .wire("broker_pool_limit", .count, "10", "most open connections; 0 or null: no pool", nullable: true),
        .unused("broker_port", .int(min: 1, max: 65535), "null", Reason.brokerURL, "port of the broker"),
        .wire("broker_read_url", .urls, "null", "broker to consume from, if not 'broker_url'"),
        .unused("broker_transport", .text, "null", Reason.brokerURL, "kind of broker: the scheme of its URL"),
        .native("broker_transport_options", .mapping, "{}", "options of the broker, such as 'visibility_timeout'"),
        .native("broker_url", .urls, "null", "broker; null: the embedded store"),
        .wire("broker_use_ssl", .boolOrMapping, "false", "whether, and with which certificates, to use TLS"),
        .unused("broker_user", .text, "null", Reason.brokerURL, "user at the broker"),
        .unused("broker_vhost", .text, "null", Reason.brokerURL, "virtual host at the broker"),
        .wire("broker_write_url", .urls, "null", "broker to publish to, if not 'broker_url'"),
    ]

    static let cacheToDynamodb: [Setting] = [
        .unused("cache_backend", .text, "null", Reason.resultURL, "cache that keeps the results"),
        .wire("cache_backend_options", .mapping, "{}", "options of the Memcached client"),
        .unused("cassandra_auth_kwargs", .mapping, "{}", Reason.cassandra, "arguments of the login"),
        .unused("cassandra_auth_provider", .text, "null", Reason.cassandra, "class that logs in"),
        .unused("cassandra_bundle_path", .text, "null", Reason.cassandra, "file with the way to Astra DB"),
        .unused("cassandra_entry_ttl", .seconds, "null", Reason.cassandra, "how long a result is kept"),
        .unused("cassandra_keyspace", .text, "null", Reason.cassandra, "keyspace of the results"),
        .unused("cassandra_options", .mapping, "{}", Reason.cassandra, "options of the driver"),
        .unused("cassandra_port", .int(min: 1, max: 65535), "9042", Reason.cassandra, "port", nullable: true),
        .unused("cassandra_read_consistency", .text, "null", Reason.cassandra, "consistency of reads"),
        .unused("cassandra_secure_bundle_path", .text, "null", Reason.cassandra, "the same, by another name"),
        .unused("cassandra_servers", .textList, "[]", Reason.cassandra, "hosts", nullable: true),
        .unused("cassandra_table", .text, "null", Reason.cassandra, "table of the results"),
        .unused("cassandra_write_consistency", .text, "null", Reason.cassandra, "consistency of writes"),
        .wire("control_exchange", .text, #""celery""#, "name that the exchanges of remote control begin with"),
        .wire("control_queue_durable", .bool, "false", "whether control queues survive the broker"),
        .wire("control_queue_exclusive", .bool, "true", "whether a control queue belongs to one connection"),
        .wire("control_queue_expires", .seconds, "10.0", "how long an unused control queue is kept", nullable: true),
        .wire("control_queue_ttl", .seconds, "300.0", "how long a control message waits at most", nullable: true),
        .unused("cosmosdbsql_collection_name", .text, #""celerycol""#, Reason.cosmosdb, "collection of the results"),
        .unused("cosmosdbsql_consistency_level", .text, #""Session""#, Reason.cosmosdb, "consistency"),
        .unused("cosmosdbsql_database_name", .text, #""celerydb""#, Reason.cosmosdb, "database of the results"),
        .unused("cosmosdbsql_max_retry_attempts", .count, "9", Reason.cosmosdb, "most repeats of a request"),
        .unused("cosmosdbsql_max_retry_wait_time", .seconds, "30", Reason.cosmosdb, "longest wait for repeats"),
        .unused(
            "couchbase_backend_settings", .mapping, "{}", "flowrun keeps no results in Couchbase",
            "connection and bucket", nullable: true),
        .wire("database_create_tables_at_setup", .bool, "true", "whether tables are made at the start"),
        .unused("database_engine_callback", .text, "null", Reason.pythonClass, "function that is given the engine"),
        .wire("database_engine_options", .mapping, #"{"pool_pre_ping": true, "pool_recycle": 3600}"#, "engine options"),
        .wire("database_short_lived_sessions", .bool, "false", "whether a connection serves one operation only"),
        .wire("database_table_names", .mapping, "null", "names of the tables: 'task' and 'group'"),
        .wire("database_table_schemas", .mapping, "null", "schemas of the tables: 'task' and 'group'"),
        .unused(
            "database_url", .text, "null", "write it into 'result_backend', after 'db+'", "database of the results"),
        .native("durability", .choice(["full", "normal"]), #""full""#, "'full': a commit survives power loss too"),
        .unused(
            "dynamodb_endpoint_url", .url, "null", "flowrun keeps no results in DynamoDB", "address of the service"),
    ]

    static let elasticsearchToRedis: [Setting] = [
        .unused("elasticsearch_max_retries", .count, "3", Reason.elasticsearch, "most repeats of a request"),
        .unused(
            "elasticsearch_retry_on_timeout", .bool, "false", Reason.elasticsearch, "whether a late one is repeated"
        ),
        .unused("elasticsearch_save_meta_as_text", .bool, "true", Reason.elasticsearch, "whether results are text"),
        .unused("elasticsearch_timeout", .seconds, "10.0", Reason.elasticsearch, "longest wait for an answer"),
        .native("enable_utc", .bool, "true", "whether times in messages are in UTC"),
        .wire("event_exchange", .text, #""celeryev""#, "exchange of the events"),
        .wire("event_queue_durable", .bool, "false", "whether event queues survive the broker"),
        .wire("event_queue_exclusive", .bool, "true", "whether an event queue belongs to one connection"),
        .wire("event_queue_expires", .seconds, "60.0", "how long an unused event queue is kept", nullable: true),
        .wire("event_queue_prefix", .text, #""celeryev""#, "what the names of event queues begin with"),
        .wire("event_queue_ttl", .seconds, "5.0", "how long an event waits at most", nullable: true),
        .wire("event_serializer", json, #""json""#, "form of the events"),
        .unused("events_executable", .text, "null", Reason.daemon, "Python that runs a detached event camera"),
        .unused("events_gid", .any, "null", Reason.daemon, "group of a detached event camera"),
        .unused("events_logfile", .text, "null", Reason.daemon, "log file of the event camera"),
        .unused("events_pidfile", .text, "null", Reason.daemon, "pid file of the event camera"),
        .unused("events_uid", .any, "null", Reason.daemon, "user of a detached event camera"),
        .unused("events_umask", .any, "null", Reason.daemon, "file mode mask of a detached event camera"),
        .unused("firestore_project", .text, "null", Reason.gcs, "project that counts chords; null: 'gcs_project'"),
        .unused("gcs_base_path", .text, #""""#, Reason.gcs, "prefix of the result keys", nullable: true),
        .unused("gcs_bucket", .text, "null", Reason.gcs, "bucket of the results"),
        .unused("gcs_project", .text, "null", Reason.gcs, "project of the bucket"),
        .unused("gcs_threadpool_maxsize", .positive, "10", Reason.gcs, "most operations at a time"),
        .unused("gcs_ttl", .seconds, "0", Reason.gcs, "how long a result is kept; 0: for ever", nullable: true),
        .unused("imports", .textList, "[]", Reason.modules, "Python modules that define tasks"),
        .unused("include", .textList, "[]", Reason.modules, "further Python modules that define tasks"),
        .native("log_retention", .seconds, "null", "how long logs are kept; null: as long as their run"),
        .unused(
            "mongodb_backend_settings", .mapping, "null", "flowrun keeps no results in MongoDB",
            "database, collection and client options"),
        .unused("override_backends", .mapping, "{}", Reason.pythonClass, "classes of backends", nullable: true),
        .native("python_path", .text, #""python3""#, "interpreter of the 'python:' tasks"),
        .unused("redis_backend_credential_provider", .text, "null", Reason.pythonClass, "class that gives credentials"),
        .wire("redis_backend_health_check_interval", .seconds, "null", "time between two health checks"),
        .wire("redis_backend_use_ssl", .boolOrMapping, "null", "whether, and with which certificates, to use TLS"),
        .wire("redis_client_name", .text, "null", "name that Redis shows for the connections"),
        .unused("redis_db", .count, "null", Reason.resultURL, "number of the Redis database"),
        .unused("redis_host", .text, "null", Reason.resultURL, "host of Redis"),
        .wire("redis_max_connections", .positive, "null", "most open connections; null: no limit"),
        .unused("redis_password", .text, "null", Reason.resultURL, "password at Redis"),
        .unused("redis_port", .int(min: 1, max: 65535), "null", Reason.resultURL, "port of Redis"),
        .wire("redis_retry_on_timeout", .bool, "false", "whether to repeat an operation that timed out"),
        .wire("redis_socket_connect_timeout", .seconds, "null", "longest wait for a connection"),
        .wire("redis_socket_keepalive", .bool, "false", "whether idle connections are kept alive by TCP"),
        .wire("redis_socket_timeout", .seconds, "120.0", "longest wait for an answer", nullable: true),
        .unused("redis_username", .text, "null", Reason.resultURL, "user at Redis"),
    ]

    static let resultToStore: [Setting] = [
        .wire("result_accept_content", jsonTypes, "null", "content types of results; null: 'accept_content'"),
        .native("result_backend", .url, "null", "where results are kept; null: the embedded store"),
        .wire("result_backend_always_retry", .bool, "false", "whether to repeat what failed for a passing reason"),
        .wire("result_backend_base_sleep_between_retries_ms", .count, "10", "first wait between repeats, in ms"),
        .wire("result_backend_max_retries", .count, "null", "most repeats; null: for ever"),
        .wire("result_backend_max_sleep_between_retries_ms", .count, "10000", "longest wait between repeats, in ms"),
        .unused(
            "result_backend_thread_safe", .bool, "false", "it is about threads of a Python process",
            "whether threads share a connection"),
        .wire("result_backend_transport_options", .mapping, "{}", "options of the backend, such as 'global_keyprefix'"),
        .unused(
            "result_cache_max", .int(min: -1, max: nil), "-1", "flowrun reads results from the store and caches none",
            "results that a client caches; -1: none", nullable: true),
        .wire("result_chord_expires", .seconds, "null", "how long a chord's keys are kept; null: 'result_expires'"),
        .wire("result_chord_join_timeout", .seconds, "3.0", "longest wait for the results of a header", nullable: true),
        .wire("result_chord_retry_interval", .seconds, "1.0", "time between two looks at an unfinished header"),
        .wire("result_compression", compression, "null", "compression of results; null: none"),
        .wire("result_exchange", .text, #""celeryresults""#, "exchange of results that are sent as messages"),
        .wire("result_exchange_type", .text, #""direct""#, "type of that exchange"),
        .native("result_expires", .seconds, "86400", "how long results of calls are kept; 0: for ever", nullable: true),
        .native("result_extended", .bool, "false", "whether a result records its task, arguments, worker and queue"),
        .wire("result_failure_expires", .seconds, "null", "how long failures are kept; null: 'result_expires'"),
        .native("result_max_size", .positive, "1048576", "bytes from which a result is kept in a file of its own"),
        .wire("result_persistent", .bool, "null", "whether results that are sent as messages survive the broker"),
        .native("result_serializer", json, #""json""#, "form of the results"),
        .native("run_retention", .seconds, "2592000", "how long ended runs are kept; null: for ever", nullable: true),
        .unused("s3_access_key_id", .text, "null", Reason.s3, "id of the access key"),
        .unused("s3_base_path", .text, "null", Reason.s3, "prefix of the result keys"),
        .unused("s3_bucket", .text, "null", Reason.s3, "bucket of the results"),
        .unused("s3_endpoint_url", .url, "null", Reason.s3, "address of the service"),
        .unused("s3_region", .text, "null", Reason.s3, "region of the bucket"),
        .unused("s3_secret_access_key", .text, "null", Reason.s3, "the access key"),
        .unused("security_cert_store", .text, "null", Reason.signing, "folder of the certificates to trust"),
        .unused("security_certificate", .text, "null", Reason.signing, "certificate that goes with messages"),
        .unused("security_digest", .text, #""sha256""#, Reason.signing, "digest of the signatures"),
        .unused("security_key", .text, "null", Reason.signing, "file of the key that signs"),
        .unused("security_key_password", .text, "null", Reason.signing, "password of that key"),
        .native("shell", .text, #""bash -euo pipefail""#, "program, with its options, that runs 'run:' scripts"),
        .native("store_url", .storeURL, "null", "the store; null: .flowrun/flowrun.db in the project root"),
    ]

    static let task: [Setting] = [
        .native("task_acks_late", .bool, "false", "whether a task whose worker died is run again"),
        .wire("task_acks_on_failure", .bool, "null", "whether a failed late task is acknowledged"),
        .native("task_acks_on_failure_or_timeout", .bool, "true", "whether a late task that failed counts as done"),
        .wire("task_acks_on_timeout", .bool, "null", "whether a late task past its limit is acknowledged"),
        .wire("task_allow_error_cb_on_chord_header", .bool, "false", "whether errbacks hang on a chord's header too"),
        .unused("task_always_eager", .bool, "false", Reason.eager, "whether calls run on the spot"),
        .native("task_annotations", .mappingOrList, "null", "options that override a task's own, by name; '*' for all"),
        .wire("task_compression", compression, "null", "compression of messages; null: none"),
        .wire("task_create_missing_queue_exchange_type", .text, "null", "type of the exchange of a missing queue"),
        .wire("task_create_missing_queue_type", queueType, #""classic""#, "type of a missing queue"),
        .wire("task_create_missing_queues", .bool, "true", "whether a queue that nobody declared is made"),
        .wire(
            "task_default_delivery_mode", .choice(["1", "2", "transient", "persistent"]), "2",
            "whether messages survive the broker: 2 or 'persistent'"),
        .wire("task_default_exchange", .text, "null", "exchange of the default queue; null: named like it"),
        .wire("task_default_exchange_type", .text, #""direct""#, "type of that exchange"),
        .native("task_default_priority", .int(min: 0, max: 9), "null", "priority of tasks without one; 9 goes first"),
        .native("task_default_queue", .text, #""celery""#, "queue of tasks that no route matches"),
        .wire("task_default_queue_type", queueType, #""classic""#, "type of the default queue"),
        .native("task_default_rate_limit", .rate, "null", "most starts of each task in a time; null: no limit"),
        .wire("task_default_routing_key", .text, "null", "routing key of the default queue; null: its name"),
        .unused("task_eager_propagates", .bool, "false", Reason.eager, "whether an eager call raises its error"),
        .native("task_ignore_result", .bool, "false", "whether results are dropped once handed on"),
        .native("task_inherit_parent_priority", .bool, "false", "whether a task takes its parent's priority"),
        .wire("task_protocol", .int(min: 2, max: 2), "2", "version of the message protocol; 1 is refused"),
        .wire("task_publish_retry", .bool, "true", "whether sending is tried again when the connection fails"),
        .wire(
            "task_publish_retry_policy", .mapping,
            #"{"max_retries": 3, "interval_start": 0, "interval_step": 0.2, "interval_max": 1}"#,
            "how often, and how soon, sending is tried again"),
        .wire("task_queue_max_priority", .int(min: 0, max: 255), "null", "highest priority of RabbitMQ's queues"),
        .native("task_queues", .mappingOrList, "null", "queues that there are; null: the default one"),
        .native("task_reject_on_worker_lost", .bool, "null", "whether a late task goes back when its process dies"),
        .unused(
            "task_remote_tracebacks", .bool, "false", "it is about exceptions of Python clients",
            "whether a raised error shows the worker's stack"),
        .unused(
            "task_repr_maxlevels", .count, "3", "flowrun keeps arguments whole", "depth to which arguments are shown"),
        .unused(
            "task_retry_on_worker_lost", .bool, "false",
            "give the task 'retry' or name 'WorkerLostError' in its 'autoretry_for'",
            "whether a lost worker costs a retry"),
        .native("task_routes", .mappingOrList, "null", "queue and options of tasks, by name or pattern"),
        .wire("task_send_sent_event", .bool, "false", "whether sending a task is an event"),
        .native("task_serializer", json, #""json""#, "form of the messages"),
        .native("task_soft_time_limit", .seconds, "null", "time after which a task is asked to stop"),
        .unused("task_store_eager_result", .bool, "false", Reason.eager, "whether eager results are kept"),
        .native("task_store_errors_even_if_ignored", .bool, "false", "whether errors are kept where results are not"),
        .native("task_time_limit", .seconds, "null", "time after which a task is killed"),
        .native("task_track_started", .bool, "false", "whether the start of a task is a state of its own"),
        .native("timezone", .timezone, "null", "zone of times and crontabs that give none; null: UTC"),
    ]

    static let worker: [Setting] = [
        .unused("worker_agent", .text, "null", Reason.workerParts, "class of the worker's agent"),
        .unused(
            "worker_autoscaler", .text, #""celery.worker.autoscale:Autoscaler""#, Reason.workerParts,
            "class that adds and removes processes"),
        .wire(
            "worker_cancel_long_running_tasks_on_connection_loss", .bool, "false",
            "whether late tasks are stopped when the broker is lost"),
        .native("worker_concurrency", .intOrAuto, "null", "tasks that run at a time; null: as many as processors"),
        .unused(
            "worker_consumer", .text, #""celery.worker.consumer:Consumer""#, Reason.workerParts,
            "class that consumes messages"),
        .wire("worker_deduplicate_successful_tasks", .bool, "false", "whether what has succeeded is not run again"),
        .wire("worker_detect_quorum_queues", .bool, "true", "whether quorum queues change how much is prefetched"),
        .wire("worker_direct", .bool, "false", "whether each worker has a queue of its own besides"),
        .wire("worker_disable_prefetch", .bool, "false", "whether a message is taken only by a free process"),
        .unused(
            "worker_disable_rate_limits", .bool, "false", "a rate limit that is given always holds",
            "whether rate limits are left out"),
        .wire(
            "worker_enable_prefetch_count_reduction", .bool, "true",
            "whether less is prefetched while tasks from before a lost connection run"),
        .native("worker_enable_remote_control", .bool, "true", "whether workers answer 'inspect' and 'control'"),
        .unused(
            "worker_enable_soft_shutdown_on_idle", .bool, "false", Reason.shutdown,
            "whether an idle worker waits too before it stops"),
        .wire("worker_eta_task_limit", .count, "null", "most tasks that wait in a worker for their time"),
        .unused("worker_executable", .text, "null", Reason.daemon, "Python that runs a detached worker"),
        .unused("worker_gid", .any, "null", Reason.daemon, "group of a detached worker"),
        .unused("worker_hijack_root_logger", .bool, "true", Reason.logging, "whether Python's root logger is replaced"),
        .unused("worker_log_color", .bool, "null", "'--color' and NO_COLOR say it", "whether the log is coloured"),
        .unused("worker_log_datefmt", .text, "null", "times in logs are ISO 8601", "form of times in the log"),
        .native(
            "worker_log_format", .text, #""[%(asctime)s: %(levelname)s/%(processName)s] %(message)s""#,
            "form of a line of the worker's log"),
        .unused("worker_logfile", .text, "null", Reason.daemon, "log file of a worker"),
        .wire("worker_lost_wait", .seconds, "10.0", "how long a lost process's result is still waited for"),
        .native("worker_max_memory_per_child", .positive, "null", "KiB from which a pool's process is replaced"),
        .native("worker_max_tasks_per_child", .positive, "null", "tasks after which a pool's process is replaced"),
        .unused("worker_pidfile", .text, "null", Reason.daemon, "pid file of a worker"),
        .unused("worker_pool", .text, #""prefork""#, Reason.pool, "kind of pool: processes, threads, greenlets"),
        .unused("worker_pool_putlocks", .bool, "true", Reason.pool, "whether a full pool holds back new tasks"),
        .unused("worker_pool_restarts", .bool, "false", Reason.pool, "whether the pool can be restarted from afar"),
        .unused("worker_pool_start_method", .text, #""fork""#, Reason.pool, "how the pool's processes are started"),
        .native("worker_prefetch_multiplier", .count, "4", "messages held for each process; 0: no limit"),
        .unused("worker_proc_alive_timeout", .seconds, "4.0", Reason.workerParts, "longest wait for a new process"),
        .unused(
            "worker_redirect_stdouts", .bool, "true", "what a task prints is kept as its log",
            "whether the worker's log takes what tasks print"),
        .unused(
            "worker_redirect_stdouts_level", .text, #""WARNING""#, "what a task prints is kept as its log",
            "level at which the log takes it"),
        .native("worker_send_task_events", .bool, "false", "whether workers send events about tasks"),
        .unused(
            "worker_soft_shutdown_timeout", .seconds, "0.0", Reason.shutdown,
            "time that running tasks get before a cold shutdown"),
        .unused("worker_state_db", .text, "null", "revokes are kept in the store", "file of the revoked ids"),
        .unused("worker_task_log_datefmt", .text, "null", "times in logs are ISO 8601", "form of times in its lines"),
        .native(
            "worker_task_log_format", .text,
            #""[%(asctime)s: %(levelname)s/%(processName)s] %(task_name)s[%(task_id)s]: %(message)s""#,
            "form of a line that a task logs"),
        .unused("worker_timer", .text, "null", Reason.workerParts, "class that waits for times"),
        .unused("worker_timer_precision", .seconds, "1.0", Reason.workerParts, "how exactly it waits"),
        .unused("worker_uid", .any, "null", Reason.daemon, "user of a detached worker"),
        .unused("worker_umask", .any, "null", Reason.daemon, "file mode mask of a detached worker"),
    ]
}
