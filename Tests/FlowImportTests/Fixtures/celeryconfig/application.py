#!/usr/bin/env python
from celery import Celery
from kombu import Exchange, Queue

app = Celery('media', broker='redis://cache:6379/2', backend='redis://cache:6379/3', include=['media.tasks'])
app.conf.task_time_limit = 5
app.conf['task_acks_late'] = True
app.conf.update(
    task_soft_time_limit=4,
    worker_concurrency=2 ** 3,
    task_default_queue='media',
)
app.conf.update({'result_extended': True, 'timezone': 'Europe/' 'Lisbon'})
conf = app.conf
conf.task_default_priority = -(-5)

media = Exchange('media', type='direct')
app.conf.task_queues = (
    Queue('default'),
    Queue('media', media, routing_key='media.#', queue_arguments={'x-max-priority': 9}),
    Queue('images', exchange=Exchange('media', 'topic', durable=True), routing_key='media.image', durable=False),
)
app.conf.beat_schedule = {}
app.conf.beat_schedule['clean'] = {'task': 'media.clean', 'schedule': 3600}
app.autodiscover_tasks()


@app.task(bind=True)
def clean(self):
    x = 1
    return x


if __name__ == '__main__':
    app.start()
