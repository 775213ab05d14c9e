"""
The working directory and TMPDIR: noticing what a job changed there, and undoing it for services.

A directory's time changes when an entry is made or removed, a file's when it is written, so one stat per path tells
whether anything happened (1 us each). Times of directories are set to a fixed moment after each clean-up, because the
clock of the file system ticks only every few milliseconds, which is longer than a call.
"""

import os
import shutil
import stat

from .frames import LARGEST

_fixed_time = (86400, 86400)

directory = temporary = None
_source = None
_entries = ()
_kept_temporary = ()
_watched = ()
_state = None
_files = {}


def watch(working_directory, temporary_directory):
    global directory, temporary
    directory, temporary = working_directory, temporary_directory


def listing():
    """Regular files directly in the working directory, with what tells a changed one. Links are never followed."""
    try:
        with os.scandir(directory) as entries:
            regular = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:  # User code removed or closed the directory.
        return {}
    statuses = {entry.name: entry.stat(follow_symlinks=False) for entry in regular}
    return {name: (status.st_mtime_ns, status.st_size) for name, status in statuses.items()}


def changed_since(before):
    """Names made or written since a listing."""
    return sorted(name for name, state in listing().items() if before.get(name) != state)


def visible(names):
    return [name for name in names if not name.startswith(".")]


def lay_baseline(source):
    """Copies a snapshot's files (a folder, or None) into the working directory."""
    global _source
    _source = source
    if source is not None:
        shutil.copytree(source, directory, symlinks=True, dirs_exist_ok=True)
    _note_baseline()


def keep_baseline():
    """What initCode left is part of what every call finds; when there is any, a copy is kept to restore it from."""
    global _source
    if untouched():
        return
    copy = os.path.join(temporary, ".baseline")
    shutil.copytree(directory, copy, symlinks=True)
    _source = copy
    _note_baseline()


def changed():
    """Names a call made or wrote; `untouched` spares the look."""
    return changed_since(_files)


def untouched():
    return _states() == _state


def restore():
    """Removes what was not there and brings back every top-level entry in which anything differs."""
    os.makedirs(directory, exist_ok=True)
    os.makedirs(temporary, exist_ok=True)
    _open_up(directory)
    _open_up(temporary)
    damaged = {_entry_of(path) for path, now, then in zip(_watched[2:], _states()[2:], _state[2:]) if now != then}
    for name in os.listdir(directory):
        if name not in _entries or name in damaged:
            _remove(os.path.join(directory, name))
    for name in os.listdir(temporary):
        if name not in _kept_temporary:
            _remove(os.path.join(temporary, name))
    for name in damaged:
        _copy(name)
    _fix_times()


def read_outputs(names, changed_names):
    """Bytes of the declared output files, None for those the call did not make."""
    return [_read(name) if name in changed_names else None for name in names]


def _read(name):
    descriptor = os.open(os.path.join(directory, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        return file.read(LARGEST + 1)


def _note_baseline():
    global _entries, _kept_temporary, _watched, _state, _files
    _entries = frozenset(os.listdir(directory))
    _kept_temporary = frozenset(os.listdir(temporary))
    below = [
        os.path.join(folder, name)
        for folder, folders, names in os.walk(directory)
        for name in (*folders, *names)
    ]
    _watched = (directory, temporary, *below)
    _fix_times()
    _state = _states()
    _files = listing()


def _states():
    states = []
    for path in _watched:
        try:
            status = os.lstat(path)
        except OSError:
            states.append(None)
            continue
        states.append((status.st_mtime_ns, status.st_size, status.st_mode))
    return states


def _fix_times():
    for path in _watched:
        if os.path.isdir(path) and not os.path.islink(path):
            os.utime(path, _fixed_time)


def _entry_of(path):
    return os.path.relpath(path, directory).split(os.sep, 1)[0]


def _copy(name):
    source, target = os.path.join(_source, name), os.path.join(directory, name)
    if os.path.isdir(source) and not os.path.islink(source):
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _remove(path):
    if os.path.islink(path) or not os.path.isdir(path):
        return os.unlink(path)
    for folder, folders, _ in os.walk(path):
        for name in folders:
            _open_up(os.path.join(folder, name))
    shutil.rmtree(path)


def _open_up(folder):
    """User code may have closed a folder to its own user."""
    mode = stat.S_IMODE(os.lstat(folder).st_mode)
    if mode & 0o700 != 0o700 and not os.path.islink(folder):
        os.chmod(folder, mode | 0o700)
