import os
from base_settings import *
from celery.schedules import crontab, solar

REDIS = os.environ.get('REDIS_URL', 'redis://localhost')
HOST, PORT = 'localhost', 6379
_private = object()
broker_url = REDIS
result_backend = os.environ['RESULTS'] + '/1'
worker_concurrency = int(os.getenv("WORKERS", 4))
task_time_limit = 300 if DEBUG else 30
task_default_queue = f'queue-{os.uname()}'
task_serializer = b'json'
worker_prefetch_multiplier = 99999999999999999999
task_soft_time_limit = 010
result_expires = 1j
task_annotations = {'*': {'on_failure': lambda *a, **k: print(a)}, 'a.b': {'rate_limit': '1/s'}}
beat_schedule = {
    'dawn': {'task': 'a', 'schedule': solar('sunrise', -37.8, 144.9)},
    'noon': {'task': 'b', 'schedule': crontab(0, 12, 1, 1, 1)},
    'kept': {'task': 'c', 'schedule': crontab(minute=0, hour='12')},
}
task_queues = [q for q in ('a', 'b')]
accept_content += ['yaml']
timezone = get_timezone()
enable_utc = not True
broker_transport_options = dict(BASE, a=1)
broker_transport_options = {1: 'one'}
for name in ('a', 'b'):
    task_routes[name] = {'queue': name}
try:
    from local import extra
except ImportError:
    pass
if os.environ.get('CI'):
    task_always_eager = True
    broker_url = 'memory://'
else: result_backend = None
with open('x') as f: pass
print('loaded')
del HOST
result_extended = (1 / 0)
task_acks_late = "\N{BULLET}"
broker_pool_limit = None
worker_state_db = '/var/run/state'
