"""
Functions that change hidden state of the interpreter say that they were called, and what undoes it.

Comparing the state itself would cost each call more than most calls take (10 us for one random generator).
"""

import functools

_pending = set()
_wrappers = set()


def watch(module, names, undo):
    """From now on a call of `module.name` makes `undo` due. Watching twice is watching once."""
    for name in names:
        original = getattr(module, name)
        if original not in _wrappers:
            wrapper = _notice(original, undo)
            _wrappers.add(wrapper)
            setattr(module, name, wrapper)


def undo_all():
    """Puts back what was changed since the last time; free when nothing was."""
    if _pending:
        due = list(_pending)
        for undo in due:
            undo()
        _pending.clear()  # Undoing may itself call what is watched.


def forget():
    """What was changed so far is how things are to stay."""
    _pending.clear()


def _notice(original, undo):
    @functools.wraps(original)
    def wrapper(*arguments, **keywords):
        _pending.add(undo)
        return original(*arguments, **keywords)

    return wrapper
