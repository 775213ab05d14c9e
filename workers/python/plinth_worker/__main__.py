"""Start of a worker: descriptors, streams, signals and preloads are settled before the first job is awaited."""

import importlib
import os
import platform
import sys

from . import interrupts


def main(arguments):
    requests, replies, directory, temporary, *preloads = arguments
    interrupts.install()
    hide_worker(os.path.join(directory, "python-packages"))
    from . import console, files, frames, serve

    console.settle()
    files.watch(directory, temporary)
    for name in preloads:
        preload(name)
    connection = frames.Connection(requests, replies)
    connection.write({"kind": "ready", "job": 0, "version": platform.python_version(), "pid": os.getpid()})
    serve.serve(connection)


def hide_worker(packages):
    """
    User code starts as it would in a fresh `python`: an empty __main__, no arguments, the working directory on its path.
    What pip installs goes into a folder there, so that snapshots have it.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[:] = ["", *(entry for entry in sys.path if os.path.abspath(entry) != package), packages]
    sys.argv[:] = [""]
    main_module = sys.modules["__main__"].__dict__
    for name in [name for name in main_module if not name.startswith("__")]:
        del main_module[name]


def preload(name):
    """A library that is not installed is not missed until somebody imports it."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        pass
