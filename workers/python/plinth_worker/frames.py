"""Frames on the two named pipes: `u32 length | u32 length of JSON | JSON | binary columns`, little-endian."""

import json
import os
import struct

LARGEST = 256 * 1024 * 1024

_prefix = struct.Struct("<II")
_dump = json.JSONEncoder(separators=(",", ":"), check_circular=False, allow_nan=False).encode


class TooLarge(Exception):
    """A reply would exceed the largest frame; nothing of it was written."""


class Connection:
    def __init__(self, requests, replies):
        self._reader = open(requests, "rb", buffering=65536)
        self._replies = os.open(replies, os.O_WRONLY | os.O_CLOEXEC)

    def read(self):
        """The next request and its binary section; None when the other side is gone."""
        prefix = self._reader.read(8)
        if len(prefix) < 8:
            return None
        length, json_length = _prefix.unpack(prefix)
        payload = self._reader.read(length - 4)
        return json.loads(payload[:json_length]), memoryview(payload)[json_length:]

    def write(self, reply, binary=()):
        """One frame. Raises TooLarge before anything is written."""
        text = _dump(reply).encode("ascii")
        length = 4 + len(text) + sum(map(len, binary))
        if length > LARGEST:
            raise TooLarge
        frame = b"".join((_prefix.pack(length, len(text)), text, *binary))
        written = os.write(self._replies, frame)
        while written < len(frame):
            written += os.write(self._replies, memoryview(frame)[written:])
