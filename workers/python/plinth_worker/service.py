"""
A worker that has loaded one service: its files, workspace, initCode and code, compiled once.

Inputs are bound, and the code runs, in the loaded globals themselves, as in the product this one replaces: functions
of a snapshot or of initCode see the inputs, and `global` means what it always means. They are put back after each call.
"""

import sys

from . import decode, files, plots, restore, workspace
from .answers import Answer
from .evaluate import Attempt

_main = sys.modules["__main__"].__dict__
_code = None
_outputs = ()
_output_files = ()


def load(request, _binary):
    def run():
        global _code
        files.lay_baseline(request["files"])
        if request["workspace"] is not None:
            workspace.load_workspace(request["workspace"])
        if request["initCode"] is not None:
            exec(compile(request["initCode"], "<initCode>", "exec"), _main)
        _code = compile(request["code"], "<code>", "exec")

    global _outputs, _output_files
    _outputs = [output["name"] for output in request["outputs"]]
    _output_files = request["outputFileNames"]
    answer = Answer()
    answer.take(Attempt(run))
    plots.close()
    files.keep_baseline()
    restore.remember()
    return answer


def call(request, binary):
    answer = Answer()

    def run():
        for name, node in request["inputs"]:
            _main[name] = decode.value(node, binary)
        exec(_code, _main)
        answer.read_outputs(_outputs)

    answer.take(Attempt(run))
    plots.close()
    untouched = files.untouched()
    changed = [] if untouched else files.changed()
    answer.changed = files.visible(changed)
    answer.add_files(files.read_outputs(_output_files, changed))
    answer.spoiled = not restore.put_back(untouched)
    return answer
