"""Running code that is not ours: whatever it raises becomes a failure with a reason and a message."""

import os
import sys
import time
import traceback

from . import interrupts
from .encode import Unconvertible

_here = os.path.dirname(__file__)
_longest_message = 32768
_process = os.getpid()


class Failure(Exception):
    """Something a worker reports by itself: reason and message as the protocol has them."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason
        self.message = message


class Attempt:
    """What came of one run of code: `failure` is None or (reason, message); `elapsed` is in microseconds."""

    __slots__ = ("failure", "elapsed")

    def __init__(self, function):
        started = time.perf_counter_ns()
        self.failure = _run(function)
        self.elapsed = (time.perf_counter_ns() - started) / 1000
        if os.getpid() != _process:
            os._exit(0)  # User code forked and the child came out where only its parent may.


def _run(function):
    try:
        try:
            interrupts.armed = True
            function()
        finally:
            interrupts.armed = False
    except KeyboardInterrupt:
        interrupts.armed = False
        return "interrupted", "The code was interrupted."
    except SystemExit as error:
        status = repr(error.code)[:100] if type(error.code) in (int, str) else ""
        return "quit", f"The code asked the interpreter to end: sys.exit({status})."
    except Unconvertible as error:
        return "unsupported", str(error)
    except Failure as error:
        return error.reason, error.message
    except BaseException as error:
        return "error", _report(error)
    return None


def _report(error):
    """Prints the traceback without the worker's own frames and returns its last line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_here):
        trace = trace.tb_next
    try:
        sys.stderr.write("".join(traceback.format_exception(type(error), error, trace)))
    except Exception:  # The exception cannot be printed, or user code put something of its own in place of stderr.
        pass
    return _describe(error)[:_longest_message]


def _describe(error):
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        text = str(error)
    except Exception:
        return name
    return f"{name}: {text}" if text else name
