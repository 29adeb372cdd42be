"""huey on SQLite, doing what flowrun's benchmarks do: its consumer looks for work each millisecond.

usage: on_huey.py group|round-trip N

Prints the seconds from the first submission to the last result read, with the consumer warm, or the percentiles of N round
trips, one after the other. Starts its own consumer, and ends it.
"""

import os
import signal
import sys
import time

import children
import figures

DELAY = 0.001


def measure(form, count):
    from huey_tasks import identity

    def value(result):
        # Left where it is: to remove it would be one more transaction.
        return result.get(blocking=True, preserve=True, timeout=1800, backoff=1, max_delay=DELAY)

    def group(count):
        results = [identity(index) for index in range(count)]
        return [value(result) for result in results]

    def round_trip():
        start = time.perf_counter()
        value(identity(7))
        return time.perf_counter() - start

    group(100)
    if form == "group":
        figures.timed(lambda: group(count), list(range(count)))
    else:
        figures.percentiles([round_trip() for _ in range(count)])


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("group", "round-trip"):
        raise SystemExit(__doc__)
    here = os.path.dirname(os.path.abspath(__file__))
    with children.scratch_folder() as folder:
        os.environ["PEER_DATABASE"] = os.path.join(folder, "huey.db")
        # One thread: two threads are slower, and one process or two are as fast, since all write one after the other.
        consumer = [
            sys.executable, "-B", "-m", "huey.bin.huey_consumer", "huey_tasks.queue", "--workers", "1",
            "--worker-type", "thread", "--delay", str(DELAY), "--backoff", "1", "--max-delay", str(DELAY),
            "--no-periodic", "--quiet",
        ]
        children.start(consumer, folder, {"PYTHONPATH": here}, end=signal.SIGINT)
        measure(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
