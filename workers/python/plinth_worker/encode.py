"""Python values as the notation of replies: JSON for structure and text, binary columns for numbers."""

import math
import struct
import sys
from array import array
from collections import deque

from .simplify import BASE_KINDS, Unconvertible, series_values, simplified, times

MISSING_INTEGER = -(2**31)
_int32 = 2**31 - 1
_exact_double = 2**53
_int64 = 2**63
_deepest = 100


class Encoder:
    """Collects the binary columns of one reply."""

    def __init__(self):
        self.binary = []
        self._size = 0

    def bytes(self, data):
        """Adds bytes; returns where they begin and how many they are."""
        start = self._size
        self.binary.append(data)
        self._size += len(data)
        return [start, len(data)]

    def column(self, kind, data, count):
        return [kind, self.bytes(data)[0], count]

    def value(self, value, depth=0):
        kind = type(value)
        encode = _exact.get(kind)
        if encode is not None:
            return encode(self, value, depth)
        return self._other(kind, value, depth)

    def _other(self, kind, value, depth):
        simple = simplified(value)
        if type(simple) in BASE_KINDS:
            return self.value(simple, depth)
        pandas = sys.modules.get("pandas")
        if pandas is not None and hasattr(pandas, "DataFrame"):
            if isinstance(value, pandas.DataFrame):
                return self._frame(pandas, value, depth)
            if isinstance(value, (pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray)):
                return self._sequence(series_values(pandas, value), depth)
        for base, encode in _families:
            if isinstance(value, base):
                return encode(self, value, depth)
        if hasattr(kind, "__array__"):
            return self._array(sys.modules["numpy"].asarray(value), depth)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        raise Unconvertible(f"is of type {name}, which has no JSON form")

    def _list(self, values, depth):
        return self._sequence(values if type(values) is list else list(values), depth)

    def _set(self, values, depth):
        try:
            return self._list(sorted(values), depth)
        except TypeError:
            return self._list(values, depth)

    def _sequence(self, values, depth):
        """A list or one-dimensional array."""
        vector = self.vector(values)
        return ["l", None, self._items(values, depth)] if vector is None else ["v", vector]

    def _items(self, values, depth):
        if depth >= _deepest:
            raise Unconvertible(f"is nested more than {_deepest} levels deep")
        return [self.value(value, depth + 1) for value in values]

    def _dict(self, values, depth):
        return ["l", [str(name) for name in values], self._items(values.values(), depth)]

    def _array(self, values, depth):
        if values.ndim == 0:
            return self.value(values.item() if values.dtype.kind not in "mM" else values.reshape(1)[0], depth)
        if values.ndim == 1:
            return self._sequence(values, depth)
        if values.ndim == 2:
            vector = self.vector(values.ravel(order="F"))
            if vector is not None:
                return ["m", values.shape[0], values.shape[1], vector]
        return ["l", None, self._items([values[i] for i in range(len(values))], depth)]

    def _frame(self, pandas, frame, depth):
        columns = []
        for _, series in frame.items():
            values = series_values(pandas, series)
            vector = self.vector(values)
            columns.append(["L", self._items(values, depth)] if vector is None else vector)
        return ["f", len(frame), [str(name) for name in frame.columns], columns]

    def vector(self, values):
        """A typed column, or None when the values have no common type."""
        if type(values) is not list:
            return self._typed_array(values)
        return self._typed_list(values)

    def _typed_array(self, values):
        kind = values.dtype.kind
        if kind == "f":
            return self.column("d", values.astype("<f8", copy=False).tobytes(), len(values))
        if kind == "b":
            return self.column("l", values.tobytes(), len(values))
        if kind in "iu":
            return self._integers(values)
        if kind == "U":
            return ["c", values.tolist()]
        if kind == "M":
            return ["c", times(values)]
        if kind == "m":
            numpy = sys.modules["numpy"]
            return self.column("d", (values / numpy.timedelta64(1, "s")).astype("<f8").tobytes(), len(values))
        if kind == "c":
            raise Unconvertible("holds complex numbers, which have no JSON form")
        return self._typed_list(values.tolist())

    def _integers(self, values):
        if len(values) == 0:
            return self.column("i", b"", 0)
        least, greatest = int(values.min()), int(values.max())
        if -_int32 <= least and greatest <= _int32:
            return self.column("i", values.astype("<i4", copy=False).tobytes(), len(values))
        if -_exact_double <= least and greatest <= _exact_double:
            return self.column("d", values.astype("<f8").tobytes(), len(values))
        if greatest < _int64:
            return self.column("q", values.astype("<i8", copy=False).tobytes(), len(values))
        return ["n", [str(value) for value in values.tolist()]]

    def _typed_list(self, values):
        kinds = set(map(type, values))
        if not kinds.isdisjoint(_nested_kinds):
            return None
        if not kinds <= BASE_KINDS:
            values = [simplified(value) for value in values]
            kinds = set(map(type, values))
        if kinds == {str, float} and all(type(value) is str or value != value for value in values):
            values = [value if type(value) is str else None for value in values]
            kinds = {str, type(None)}
        missing = type(None) in kinds
        kinds.discard(type(None))
        if not kinds <= BASE_KINDS:
            return None
        if kinds == {str}:
            return ["c", values]
        if kinds == {bool}:
            flags = [-1 if value is None else int(value) for value in values] if missing else values
            return self.column("l", struct.pack(f"{len(values)}b", *flags), len(values))
        if kinds == {int}:
            return self._integer_list(values, missing)
        if kinds == {float} or (kinds == {int, float} and all(map(_is_exact_double, values))):
            return self._double_list(values, missing)
        if kinds:
            return None
        if values:
            return self.column("l", b"\xff" * len(values), len(values))
        return self.column("d", b"", 0)

    def _double_list(self, values, missing):
        if missing:
            values = [math.nan if value is None else value for value in values]
        return self.column("d", array("d", values).tobytes(), len(values))

    def _integer_list(self, values, missing):
        present = [value for value in values if value is not None] if missing else values
        least, greatest = min(present), max(present)
        if -_int32 <= least and greatest <= _int32:
            if missing:
                values = [MISSING_INTEGER if value is None else value for value in values]
            return self.column("i", array("i", values).tobytes(), len(values))
        if -_exact_double <= least and greatest <= _exact_double:
            return self._double_list(values, missing)
        if not missing and -_int64 <= least and greatest < _int64:
            return self.column("q", array("q", values).tobytes(), len(values))
        return ["n", [None if value is None else _digits(value) for value in values]]


def _integer(_encoder, value, _depth):
    if -_int32 <= value <= _int32:
        return ["s", "i", value]
    return ["s", "n", _digits(value)]


def _double(_encoder, value, _depth):
    if value - value == 0:
        return ["s", "d", value]
    return ["s", "d", "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"]


def _digits(value):
    try:
        return str(value)
    except ValueError:  # Python's own limit on the time this may take.
        raise Unconvertible("is an integer of more digits than can be written") from None


def _is_exact_double(value):
    return type(value) is not int or -_exact_double <= value <= _exact_double


_nested_kinds = {list, tuple, dict}

_exact = {
    type(None): lambda _encoder, _value, _depth: None,
    bool: lambda _encoder, value, _depth: ["s", "l", value],
    int: _integer,
    float: _double,
    str: lambda _encoder, value, _depth: ["s", "c", value],
    list: Encoder._list,
    tuple: Encoder._list,
    dict: Encoder._dict,
}

_families = (
    (dict, Encoder._dict),
    ((list, tuple, range, deque, type({}.keys()), type({}.values())), Encoder._list),
    ((set, frozenset), Encoder._set),
)
