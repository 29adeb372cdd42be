"""The tasks of the Celery worker; its settings are Celery's own."""

import os

from celery import Celery

_redis = os.environ["PEER_REDIS"]

app = Celery("peer", broker=f"{_redis}/0", backend=f"{_redis}/1")
app.conf.broker_connection_retry_on_startup = True


@app.task(name="identity")
def identity(value):
    return value


@app.task(name="add")
def add(value, more):
    return value + more


@app.task(name="sum")
def total(values):
    return sum(values)
