"""What a job ends with, before it becomes a reply."""

import sys

from .encode import Encoder
from .evaluate import Failure
from .simplify import Unconvertible

_main = sys.modules["__main__"].__dict__


class Answer:
    """Everything a reply tells about a job but its number and the console."""

    __slots__ = ("failure", "elapsed", "encoder", "outputs", "files", "names", "changed", "spoiled")

    def __init__(self):
        self.failure = None
        self.elapsed = 0
        self.encoder = Encoder()
        self.outputs = []
        self.files = []
        self.names = []
        self.changed = []
        self.spoiled = False  # What the job did could not be undone: the worker must end.

    def read_outputs(self, names, advice=""):
        """Encodes variables in order. Raises Failure for one that does not exist, Unconvertible with its name."""
        for name in names:
            if name not in _main:
                raise Failure("missingOutput", f'The code did not define the output "{name}".')
            try:
                self.outputs.append(self.encoder.value(_main[name]))
            except Unconvertible as error:
                raise Unconvertible(f'Output "{name}" {error}.{advice.format(name=name)}') from None

    def add_files(self, contents):
        self.files = [None if content is None else self.encoder.bytes(content) for content in contents]

    def take(self, attempt):
        self.failure = attempt.failure
        self.elapsed = attempt.elapsed

    def reply(self, job, console_end):
        common = {"job": job, "consoleEnd": console_end, "changedFiles": self.changed, "files": self.files}
        if self.failure is None:
            return {"kind": "done", **common, "outputs": self.outputs, "names": self.names, "elapsed": self.elapsed}
        reason, message = self.failure
        return {"kind": "failed", **common, "reason": reason, "message": message, "elapsed": self.elapsed}
