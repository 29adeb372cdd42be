# -*- coding: utf-8 -*-
"""Settings of the harbour office's background jobs."""
import os
from datetime import timedelta

from celery.schedules import crontab

# Where messages go.
broker_url = 'redis://redis.harbour.example:6379/0'
result_backend = "redis://redis.harbour.example:6379/1"

timezone = 'Europe/Oslo'
enable_utc = True

# A pilot report may take long,
# but never longer than a shift.
task_time_limit = 60 * 60 * 8
task_soft_time_limit = 8 * 60 * 60 - 5 * 60
result_expires = timedelta(days=2, hours=12)
worker_prefetch_multiplier = 1  # one each
worker_max_memory_per_child = 200_000
task_default_rate_limit = '100/m'
broker_connection_timeout = 2.5

broker_transport_options = {
    'visibility_timeout': 0x1000,
    "priority_steps": [0, 3, 6, 9],
    'global_keyprefix': None,
    'nested': {'a': (1, 2,), 'b': {'x', 'y', 'x'}, 'empty': {}},
}

accept_content = ['json']; task_serializer = 'json'

task_routes = {
    'harbour.pilot.*': {'queue': 'pilots', 'priority': 0b101},
    # Long ones.
    'harbour.report.*': {'queue': 'reports',},
}

beat_schedule = {
    'tides': {
        'task': 'harbour.tides.fetch',
        'schedule': crontab(minute='*/15'),
    },
    'invoices': {
        'task': 'harbour.invoice.send',
        'schedule': crontab(hour=7, minute=30, day_of_week=1),
        'args': (1, 'two'),
        'kwargs': {'dry_run': False},
    },
    'weekend': {'task': 'harbour.rest', 'schedule': crontab(0, range(8, 20, 4), day_of_week=['Saturday', 'sun'])},
    'ping': {'task': 'harbour.ping', 'schedule': 30.0, 'options': {'expires': timedelta(seconds=25)}},
}
