"""Objects in files: dill where it is installed (functions and classes of the session go by value), else pickle."""

import os
import pickle
import sys
import types

from .decode import library
from .evaluate import Failure
from . import console

main = sys.modules["__main__"].__dict__


def user_objects():
    """Names and values of what users made: no modules, nothing of the interpreter's own."""
    return {
        name: value
        for name, value in main.items()
        if not (name.startswith("__") and name.endswith("__")) and not isinstance(value, types.ModuleType)
    }


def find(name):
    objects = user_objects()
    if name not in objects:
        raise Failure("notFound", f'There is no object "{name}" in the session.')
    return objects[name]


def save_object(name, path):
    value = find(name)
    try:
        _dump(value, path)
    except Exception as error:
        raise Failure("unsupported", f'The object "{name}" cannot be serialized: {error}') from None


def load_object(name, path):
    main[name] = _read(path, "The file does not hold one serialized Python object")


def remove_object(name):
    find(name)
    del main[name]


def save_workspace(path):
    """All objects as one dictionary; those that cannot be serialized are left out, and named on the console."""
    objects = user_objects()
    try:
        _dump(objects, path)
    except Exception:
        kept = {name: value for name, value in objects.items() if _can_be_dumped(value)}
        left_out = ", ".join(name for name in objects if name not in kept)
        console.say(f"[Not saved, because they cannot be serialized: {left_out}]")
        _dump(kept, path)


def load_workspace(path):
    objects = _read(path, "The workspace of the snapshot could not be read")
    if not isinstance(objects, dict):
        raise Failure("unreadable", "The workspace of the snapshot does not hold a dictionary of objects.")
    main.update(objects)


def _serializer():
    return library("dill") or pickle


def _dump(value, path):
    with open(path, "wb") as file:
        _serializer().dump(value, file)


def _can_be_dumped(value):
    with open(os.devnull, "wb") as file:
        try:
            _serializer().dump(value, file)
        except Exception:
            return False
    return True


def _read(path, complaint):
    try:
        with open(path, "rb") as file:
            return _serializer().load(file)
    except Exception as error:
        raise Failure("unreadable", f"{complaint}: {type(error).__name__}: {error}"[:1000]) from None
