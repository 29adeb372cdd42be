# Settings as Celery 3 had them, with Django's prefix here and there.
BROKER_URL = 'amqp://guest@localhost//'
CELERY_RESULT_BACKEND = 'rpc://'
CELERYD_TASK_TIME_LIMIT = 300
CELERY_ACKS_LATE = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = 'Asia/Tokyo'
CELERYD_CONCURRENCY = 4
CELERYD_POOL = 'gevent'
CELERY_IMPORTS = ('shop.tasks', 'shop.mail')
# Both names of one setting.
CELERY_DEFAULT_QUEUE = 'old'
task_default_queue = 'new'
CELERY_IGNORE_RESULT = True
task_ignore_result = False
CELERY_IGNORE_RESULT = False
# Once more.
worker_send_task_events = False
worker_send_task_events = True
CELERYD_TASK_TIMELIMIT = 10
DEBUG = True
task_time_limt = 5
