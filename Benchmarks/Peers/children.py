"""Child processes that end when this one does, whatever ends it."""

import contextlib
import ctypes
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_endings = contextlib.ExitStack()


def _end_with_parent():
    """Has the kernel send SIGTERM when the parent dies, for the case that it cannot end its children itself."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _leave(number, _):
    # Not by an exception: it would come up anywhere in a library, and some swallow it.
    _endings.close()
    os._exit(128 + number)


@contextlib.contextmanager
def scratch_folder():
    """An empty folder under TMPDIR. At the end all children are ended and it is deleted, on a signal too."""
    _end_with_parent()
    folder = tempfile.mkdtemp(prefix="flowrun-bench-peer-")
    _endings.callback(shutil.rmtree, folder, ignore_errors=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with _endings:
        try:
            yield folder
        except Exception:
            _show_logs(folder)
            raise


def start(arguments, folder, environment=None, end=signal.SIGTERM):
    """Starts a program, with its output in a file of the folder; at the end it gets a signal, and is killed if it stays."""
    with open(os.path.join(folder, os.path.basename(arguments[0]) + ".log"), "ab") as output:
        process = subprocess.Popen(
            arguments, cwd=folder, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, preexec_fn=_end_with_parent)
    _endings.callback(_stop, process, end)


def _stop(process, end):
    process.send_signal(end)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _show_logs(folder):
    for path in glob.glob(os.path.join(folder, "*.log")):
        with open(path, errors="replace") as log:
            sys.stderr.write("".join(log.readlines()[-10:]))
