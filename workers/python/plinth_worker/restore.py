"""
What one call does is invisible to the next (spec X1): after each call the interpreter is put back to what it was when
the service had been loaded. When nothing changed this is a handful of comparisons.

Changes inside objects that were loaded cannot be seen this way; they are undone only by a process per call.
"""

import builtins
import gc
import importlib
import importlib.machinery
import locale
import os
import signal
import sys
import traceback
import warnings

from . import console, files, randomness, watched

_main = sys.modules["__main__"].__dict__
_builtins = vars(builtins)
_environment = os.environ._data
_baseline = None
_native = tuple(importlib.machinery.EXTENSION_SUFFIXES)


class _Baseline:
    def __init__(self):
        self.globals = dict(_main)
        self.builtins = dict(_builtins)
        self.environment = dict(_environment)
        self.path = list(sys.path)
        self.modules = set(sys.modules)
        self.filters = list(warnings.filters)
        self.recursion = sys.getrecursionlimit()
        self.descriptor = _lowest_free_descriptor()
        self.locale = locale.setlocale(locale.LC_ALL)
        self.handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
        self.numpy = _numpy_settings()


def remember():
    """The state every call starts from is the one of now. Everything alive is spared from garbage collections."""
    global _baseline
    _watch()
    gc.collect()
    gc.freeze()
    randomness.reseed()
    watched.forget()
    _baseline = _Baseline()


def _watch():
    randomness.hook()
    watched.watch(signal, ("signal", "alarm", "setitimer"), _restore_signals)
    watched.watch(locale, ("setlocale",), _restore_locale)
    numpy = sys.modules.get("numpy")
    if hasattr(numpy, "seterr"):
        watched.watch(numpy, ("seterr", "set_printoptions"), _restore_numpy)


def put_back(files_untouched):
    """False when something cannot be undone; the console then says why."""
    try:
        _put_back(_baseline, files_untouched)
    except Exception:
        traceback.print_exc()
        return False
    return True


def _put_back(base, files_untouched):
    _main.clear()
    _main.update(base.globals)
    console.restore()
    if not files_untouched:
        _restore_files()
    watched.undo_all()
    if len(sys.modules) != len(base.modules):
        _forget_modules()
    if _builtins != base.builtins:
        _builtins.update(base.builtins)
        for name in _builtins.keys() - base.builtins.keys():
            del _builtins[name]
    if _environment != base.environment:
        _restore_environment()
    if _current_directory() != files.directory:
        os.chdir(files.directory)
    if sys.path != base.path:
        sys.path[:] = base.path
    if warnings.filters != base.filters:
        warnings.filters[:] = base.filters
        warnings._filters_mutated()
    if sys.getrecursionlimit() != base.recursion:
        sys.setrecursionlimit(base.recursion)
    sys.settrace(None)
    sys.setprofile(None)
    gc.enable()
    if _lowest_free_descriptor() != base.descriptor:
        # Files nobody refers to any more are closed; what a library keeps open is part of it from now on.
        gc.collect()
        base.descriptor = _lowest_free_descriptor()


def _restore_files():
    files.restore()
    importlib.invalidate_caches()


def _restore_environment():
    base = _baseline.environment
    for name in [name for name in _environment if name not in base]:
        del os.environ[os.fsdecode(name)]
    for name, content in base.items():
        os.environ[os.fsdecode(name)] = os.fsdecode(content)


def _restore_signals():
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in _baseline.handlers.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _restore_locale():
    locale.setlocale(locale.LC_ALL, _baseline.locale)


def _numpy_settings():
    numpy = sys.modules.get("numpy")
    return (numpy.geterr(), numpy.get_printoptions()) if hasattr(numpy, "seterr") else None


def _restore_numpy():
    numpy = sys.modules["numpy"]
    errors, printing = _baseline.numpy
    numpy.seterr(**errors)
    numpy.set_printoptions(**printing)


def _forget_modules():
    """
    Modules a call imported go again, so that each call finds them fresh. Native code cannot be loaded twice, and what
    was imported with it holds on to it: then all libraries stay. Files of the call's own directory always go.
    """
    known = _baseline.modules
    added = {name: sys.modules[name] for name in list(sys.modules) if name not in known}
    own = {name for name, module in added.items() if _file(module).startswith((files.directory, files.temporary))}
    native = any(_file(module).endswith(_native) for module in added.values())
    for name in own if native else added:
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(child, None)
        del sys.modules[name]
    known.update(sys.modules)
    known.intersection_update(sys.modules)
    _baseline.numpy = _baseline.numpy or _numpy_settings()
    _watch()


def _file(module):
    return getattr(module, "__file__", None) or ""


def _current_directory():
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


def _lowest_free_descriptor():
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor
