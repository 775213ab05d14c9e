"""The loop: one request, one reply, in order."""

import gc
import os
import traceback

from . import console, interrupts, randomness, service, session
from .answers import Answer
from .frames import TooLarge


def _collect(_request, _binary):
    gc.collect()
    return Answer()


_handlers = {
    "load": service.load,
    "call": service.call,
    "execute": session.execute,
    "listObjects": session.list_objects,
    "saveObject": session.save_object,
    "loadObject": session.load_object,
    "removeObject": session.remove_object,
    "saveWorkspace": session.save_workspace,
    "loadWorkspace": session.load_workspace,
    "collect": _collect,
}


def serve(connection):
    """Answers until the other side is gone. A worker that could not undo what a job did ends with status 70."""
    randomness.hook()
    randomness.reseed()
    while True:
        received = connection.read()
        if received is None:
            return
        request, binary = received
        try:
            answer = _handlers[request["kind"]](request, binary)
        except BaseException as error:
            interrupts.armed = False
            answer = _unfinished(error)
        _send(connection, request["job"], answer)
        if answer.spoiled:
            os._exit(70)


def _unfinished(error):
    """Not a failure of the code: an interrupt in the instant between its end and ours, or a fault of the worker."""
    traceback.print_exc()
    answer = Answer()
    answer.spoiled = True
    if isinstance(error, KeyboardInterrupt):
        answer.failure = ("interrupted", "The code was interrupted.")
    else:
        answer.failure = ("error", "The interpreter could not finish the job.")
    return answer


def _send(connection, job, answer):
    end = console.end()
    try:
        connection.write(answer.reply(job, end), answer.encoder.binary)
    except TooLarge:
        small = Answer()
        small.elapsed, small.changed = answer.elapsed, answer.changed
        small.failure = ("unsupported", "The results take more than 256 MiB, which is the most one call may return.")
        connection.write(small.reply(job, end))
