"""huey's queue in SQLite, in its fastest configuration: nothing is forced to the disk."""

import os

from huey import SqliteHuey

queue = SqliteHuey("peer", filename=os.environ["PEER_DATABASE"], fsync=False)


@queue.task(name="identity")
def identity(value):
    return value
