#!/usr/bin/env python3
"""revoke.py STEP [OPTION ...]: revoke the task of STEP (or the RUN) with the program that drives this run.

With --terminate the task is one that has begun: its program has said so in calls.jsonl.
"""
import json, os, subprocess, sys, time


def has_begun(step):
    try:
        with open('calls.jsonl', encoding='utf-8') as calls:
            return any(json.loads(line)['step'] == step for line in calls)
    except FileNotFoundError:
        return False


pid = os.getppid()
while True:                             # the driver is the ancestor that was called with apply
    with open(f'/proc/{pid}/cmdline', 'rb') as f:
        words = f.read().split(b'\0')
    if b'apply' in words:
        break
    with open(f'/proc/{pid}/stat', encoding='latin-1') as f:
        pid = int(f.read().rsplit(')', 1)[1].split()[1])
program = os.readlink(f'/proc/{pid}/exe')
what = os.environ['FLOWRUN_RUN_ID']
if sys.argv[1] != 'RUN':
    for _ in range(50):
        status = json.loads(subprocess.check_output([program, 'status', what, '--format', 'json']))
        step = next(s for s in status['steps'] if s['id'] == sys.argv[1])
        if step['task_id'] and ('--terminate' not in sys.argv or has_begun(sys.argv[1])):
            break
        time.sleep(0.1)
    what = step['task_id']
subprocess.check_call([program, 'revoke', what, *sys.argv[2:]], stdout=sys.stderr)
