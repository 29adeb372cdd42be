"""What a peer prints: one line of JSON."""

import json
import time


def percentiles(samples):
    """Prints the seconds that half of the samples, and 99 of 100, do not exceed."""
    ordered = sorted(samples)
    late = min(len(ordered) - 1, len(ordered) * 99 // 100)
    print(json.dumps({"p50": ordered[len(ordered) // 2], "p99": ordered[late]}))


def timed(work, expected):
    """Prints the seconds of a piece of work, of which the result must be right."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    if result != expected:
        raise SystemExit("wrong results")
    print(json.dumps({"seconds": seconds}))
