"""Inputs of requests as Python values: numpy and pandas where they are installed, lists and dictionaries where not."""

import importlib
import math
import sys
from array import array

from .encode import MISSING_INTEGER

_array_codes = {"l": "b", "i": "i", "d": "d"}
_bytes_per_value = {"l": 1, "i": 4, "d": 8}


def value(node, binary):
    """The Python value of one node of a request."""
    if node is None:
        return None
    shape = node[0]
    if shape == "s":
        return _scalar(node[1], node[2])
    if shape == "v":
        return _vector(node[1], binary)
    if shape == "m":
        return _matrix(node[1], node[2], _vector(node[3], binary))
    if shape == "f":
        return _frame(node[1], node[2], [_vector(column, binary) for column in node[3]])
    items = [value(item, binary) for item in node[2]]
    return items if node[1] is None else dict(zip(node[1], items))


def library(name):
    """The module, imported when need be; None when it is not installed."""
    module = sys.modules.get(name)
    if module is not None:
        return module
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _scalar(kind, content):
    if content is None:
        return None
    if kind == "d":
        return float(content)
    return int(content) if kind == "n" else content


def _vector(vector, binary):
    numpy = library("numpy")
    kind = vector[0]
    if kind == "c":
        return _objects(numpy, vector[1])
    if kind == "n":
        return _integers(numpy, [None if text is None else int(text) for text in vector[1]])
    start, count = vector[1], vector[2]
    data = binary[start : start + count * _bytes_per_value[kind]]
    return _list(kind, data) if numpy is None else _array(numpy, kind, data)


def _array(numpy, kind, data):
    if kind == "d":
        return numpy.frombuffer(data, "<f8").copy()
    if kind == "i":
        values = numpy.frombuffer(data, "<i4")
        missing = values == MISSING_INTEGER
        return numpy.where(missing, math.nan, values) if missing.any() else values.astype("int64")
    values = numpy.frombuffer(data, "i1")
    if (values < 0).any():
        return _objects(numpy, _list(kind, data))
    return values.astype(bool)


def _list(kind, data):
    values = array(_array_codes[kind])
    values.frombytes(data)
    if kind == "d":
        return values.tolist()
    if kind == "i":
        return [None if item == MISSING_INTEGER else item for item in values]
    return [None if item < 0 else item > 0 for item in values]


def _objects(numpy, values):
    """Object arrays, not numpy's text arrays, which take the space of their longest text for each."""
    if numpy is None:
        return values
    result = numpy.empty(len(values), dtype=object)
    result[:] = values
    return result


def _integers(numpy, values):
    if numpy is None:
        return values
    if None not in values:
        try:
            return numpy.array(values, dtype="int64")
        except OverflowError:
            pass
    return _objects(numpy, values)


def _matrix(rows, columns, values):
    numpy = library("numpy")
    if numpy is None:
        return [values[row::rows] for row in range(rows)]
    return numpy.asmatrix(values.reshape((rows, columns), order="F"))


def _frame(rows, names, columns):
    pandas = library("pandas")
    content = dict(zip(names, columns))
    return content if pandas is None else pandas.DataFrame(content, index=range(rows), copy=False)
