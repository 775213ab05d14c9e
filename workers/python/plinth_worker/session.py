"""A worker that is one user's session: code runs in __main__, and everything stays."""

import ast
import importlib
import linecache
import sys

from . import console, decode, files, interrupts, plots, workspace
from .answers import Answer
from .evaluate import Attempt

_advice = " Fetch it as a file: GET /sessions/{{id}}/workspace/{name}."
_sources_kept = 500

_main = sys.modules["__main__"].__dict__
_executions = 0


def execute(request, binary):
    before = files.listing()
    importlib.invalidate_caches()  # Modules may have been uploaded or installed in between.
    answer = Answer()

    def run():
        for name, node in request["inputs"]:
            _main[name] = decode.value(node, binary)
        _run(request["code"])
        answer.read_outputs(request["outputs"], _advice)

    answer.take(Attempt(run))
    drawing = Attempt(lambda: plots.save(files.directory))
    answer.failure = answer.failure or drawing.failure
    plots.close()
    console.restore()
    interrupts.install()
    answer.changed = files.visible(files.changed_since(before))
    return answer


def list_objects(_request, _binary):
    answer = Answer()
    answer.names = sorted(workspace.user_objects())
    return answer


def save_object(request, _binary):
    return _attempt(lambda: workspace.save_object(request["name"], request["path"]))


def load_object(request, _binary):
    return _attempt(lambda: workspace.load_object(request["name"], request["path"]))


def remove_object(request, _binary):
    return _attempt(lambda: workspace.remove_object(request["name"]))


def save_workspace(request, _binary):
    return _attempt(lambda: workspace.save_workspace(request["path"]))


def load_workspace(request, _binary):
    return _attempt(lambda: workspace.load_workspace(request["path"]))


def _attempt(function):
    answer = Answer()
    answer.take(Attempt(function))
    return answer


def _run(code):
    """As the prompt does it: what the last expression gives is shown. Tracebacks can quote the code."""
    global _executions
    _executions += 1
    name = f"<execute {_executions}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    linecache.cache.pop(f"<execute {_executions - _sources_kept}>", None)
    tree = ast.parse(code, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, name, "exec"), _main)
        if last is not None:
            sys.displayhook(eval(compile(ast.Expression(last.value), name, "eval"), _main))
    except SystemExit:
        console.say("[The code ended here. A session ends when it is closed.]")
