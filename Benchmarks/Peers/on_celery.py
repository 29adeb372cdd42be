"""Celery on Redis, doing what flowrun's benchmarks do: prefork, two processes, a Redis that keeps nothing on disk.

usage: on_celery.py group|chain|chord|round-trip N

Prints the seconds from the first submission to the last result read, with the worker warm, or the percentiles of N round
trips, one after the other. Starts its own server and worker, and ends them.
"""

import os
import socket
import sys
import time

import children
import figures


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(is_ready, seconds=30):
    deadline = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > deadline:
            raise RuntimeError("it did not start")
        time.sleep(0.02)


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def measure(form, count):
    from celery import chain, chord, group
    from celery.result import AsyncResult

    from celery_tasks import add, app, identity, total

    def plain(result):
        # Without its parents: to wait for each of them, too, takes Celery minutes for a large chord.
        return AsyncResult(result.id, app=app).get(timeout=1800)

    def round_trip():
        start = time.perf_counter()
        identity.delay(7).get(timeout=60)
        return time.perf_counter() - start

    group(identity.s(index) for index in range(100)).apply_async().get(timeout=60)
    if form == "group":
        work = group(identity.s(index) for index in range(count))
        # `join`, one result after the other: `get`, which waits for all at once, takes longer.
        figures.timed(lambda: work.apply_async().join(timeout=1800), list(range(count)))
    elif form == "chain":
        work = chain(identity.s(0), *[add.s(1) for _ in range(count - 1)])
        figures.timed(lambda: plain(work.apply_async()), count - 1)
    elif form == "chord":
        work = chord([identity.s(index) for index in range(count)], total.s())
        figures.timed(lambda: plain(work.apply_async()), count * (count - 1) // 2)
    else:
        figures.percentiles([round_trip() for _ in range(count)])


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("group", "chain", "chord", "round-trip"):
        raise SystemExit(__doc__)
    here = os.path.dirname(os.path.abspath(__file__))
    with children.scratch_folder() as folder:
        port = free_port()
        os.environ["PEER_REDIS"] = f"redis://127.0.0.1:{port}"
        server = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        worker = [
            sys.executable, "-B", "-m", "celery", "-A", "celery_tasks", "worker", "--pool", "prefork", "--concurrency",
            "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]
        children.start(server, folder)
        until(lambda: answers(port))
        children.start(worker, folder, {"PYTHONPATH": here})
        measure(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
