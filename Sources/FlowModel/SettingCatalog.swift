/// A setting by its lower-case Celery name.
package struct Setting: Sendable, Hashable {
    /// What flowrun does with a setting.
    package enum Use: Sendable, Hashable {
        /// Honoured in runs on the embedded store.
        case native
        /// Means something only on Celery's wire.
        case wire
        /// About Python or Celery's own workings.
        case notApplicable
    }

    package let name: String
    package let use: Use
}

/// Every setting that Celery has, and flowrun's own.
///
/// Source: Celery's "Configuration and defaults", version 5.7.
package enum SettingCatalog {
    /// All settings, by name.
    package static let all: [Setting] =
        (settings(native, .native) + settings(wire, .wire) + settings(notApplicable, .notApplicable))
        .sorted { $0.name < $1.name }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package static func setting(named name: String) -> Setting? {
        byName[name]
    }

    /// The name that replaced an old upper-case one: `CELERY_ACKS_LATE` is now `task_acks_late`.
    package static func currentName(ofOld name: String) -> String? {
        guard name == name.uppercased() else { return nil }
        let lower = name.lowercased()
        let stem = ["celeryd_", "celerybeat_", "celery_"].first { lower.hasPrefix($0) }.map { String(lower.dropFirst($0.count)) }
        let prefixes = name.hasPrefix("CELERYD_") ? ["task_", "worker_", ""] : ["", "task_", "worker_", "beat_"]
        let candidates = [lower] + prefixes.map { $0 + (stem ?? lower) }
        return candidates.first { byName[$0] != nil }
    }

    private static func settings(_ names: String, _ use: Setting.Use) -> [Setting] {
        names.split(whereSeparator: \.isWhitespace).map { Setting(name: String($0), use: use) }
    }

    private static let native = """
        accept_content beat_max_loop_interval beat_schedule broker_connection_retry_on_startup
        broker_connection_timeout broker_transport_options broker_url durability enable_utc log_retention
        python_path result_backend result_expires result_extended result_max_size result_serializer
        run_retention shell store_url task_acks_late task_acks_on_failure_or_timeout task_annotations
        task_default_priority task_default_queue task_default_rate_limit task_ignore_result
        task_inherit_parent_priority task_queues task_reject_on_worker_lost task_routes task_serializer
        task_soft_time_limit task_store_errors_even_if_ignored task_time_limit task_track_started timezone
        worker_concurrency worker_enable_remote_control worker_log_format worker_max_memory_per_child
        worker_max_tasks_per_child worker_prefetch_multiplier worker_send_task_events worker_task_log_format
        """

    private static let wire = """
        beat_cron_starting_deadline beat_enable_remote_control beat_schedule_filename beat_scheduler
        beat_sync_every broker_channel_error_retry broker_connection_max_retries broker_connection_retry
        broker_connection_retry_on_startup_max_retries broker_failover_strategy broker_heartbeat
        broker_heartbeat_checkrate broker_login_method broker_native_delayed_delivery_queue_type
        broker_password broker_pool_limit broker_port broker_read_url broker_use_ssl broker_user broker_vhost
        broker_write_url control_exchange control_queue_durable control_queue_exclusive control_queue_expires
        control_queue_ttl database_create_tables_at_setup database_engine_options database_short_lived_sessions
        database_table_names database_table_schemas event_exchange event_queue_durable event_queue_exclusive
        event_queue_expires event_queue_prefix event_queue_ttl event_serializer
        redis_backend_health_check_interval redis_backend_use_ssl redis_max_connections redis_retry_on_timeout
        redis_socket_connect_timeout redis_socket_keepalive redis_socket_timeout result_accept_content
        result_backend_always_retry result_backend_always_retry_max_retries
        result_backend_always_retry_max_retries_base_sleep_between_retries_ms
        result_backend_always_retry_max_retries_base_sleep_between_retries_ms_max_sleep_between_retries_ms
        result_backend_transport_options result_chord_expires result_chord_join_timeout
        result_chord_retry_interval result_compression result_exchange result_exchange_type
        result_failure_expires result_persistent task_acks_on_failure task_acks_on_timeout
        task_allow_error_cb_on_chord_header task_always_eager task_compression task_create_missing_queues
        task_create_missing_queues_queue_type task_create_missing_queues_queue_type_exchange_type
        task_default_delivery_mode task_default_exchange task_default_exchange_type
        task_default_exchange_type_routing_key task_default_queue_type task_default_routing_key
        task_eager_propagates task_protocol task_publish_retry task_publish_retry_policy
        task_queue_max_priority task_retry_on_worker_lost task_send_sent_event task_store_eager_result
        worker_cancel_long_running_tasks_on_connection_loss worker_deduplicate_successful_tasks
        worker_detect_quorum_queues worker_direct worker_disable_prefetch worker_disable_rate_limits
        worker_enable_prefetch_count_reduction worker_enable_soft_shutdown_on_idle worker_eta_task_limit
        worker_hijack_root_logger worker_log_color worker_log_datefmt worker_lost_wait worker_pool
        worker_pool_restarts worker_pool_start_method worker_redirect_stdouts worker_redirect_stdouts_level
        worker_soft_shutdown_timeout worker_state_db worker_task_log_datefmt
        """

    private static let notApplicable = """
        broker_host broker_transport imports include result_cache_max security_cert_store security_certificate
        security_digest security_key security_key_password task_remote_tracebacks task_repr_maxlevels
        worker_agent worker_autoscaler worker_consumer worker_pool_putlocks worker_proc_alive_timeout
        worker_timer worker_timer_precision
        """
}
