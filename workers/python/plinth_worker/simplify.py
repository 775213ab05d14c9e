"""
Reduces values of many types to the few that JSON has: None, bool, int, float, str (spec 8.3).

Dates are ISO 8601, UTC with `Z` when the zone is known; fractions of seconds have milliseconds when they suffice, else
microseconds. Durations are seconds, bytes base64.
"""

import base64
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from uuid import UUID


class Unconvertible(Exception):
    """A value has no JSON form; the text continues `Output "x" `."""


BASE_KINDS = {type(None), bool, int, float, str}


def simplified(value):
    """The value as one of BASE_KINDS; what cannot be reduced is returned as it is."""
    kind = type(value)
    if kind in BASE_KINDS:
        return value
    pandas = sys.modules.get("pandas")
    if pandas is not None and (value is getattr(pandas, "NaT", 0) or value is getattr(pandas, "NA", 0)):
        return None
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (Decimal, Fraction)):
        return float(value)
    if isinstance(value, UUID):
        return str(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "generic") and isinstance(value, numpy.generic):
        return _simplified_scalar(numpy, value)
    for base, plain in ((int, int.__int__), (float, float.__float__), (str, str.__str__)):
        if isinstance(value, base):
            return plain(value)
    return value


def _simplified_scalar(numpy, value):
    if isinstance(value, numpy.datetime64):
        return times(value.reshape(1))[0]
    if isinstance(value, numpy.timedelta64):
        return float(value / numpy.timedelta64(1, "s"))
    if isinstance(value, numpy.floating):
        return float(value)
    if isinstance(value, numpy.complexfloating):
        raise Unconvertible("is a complex number, which has no JSON form")
    return simplified(value.item())


def _moment(value):
    """ISO 8601; UTC when the zone is known. Milliseconds when they suffice, else microseconds."""
    if value.tzinfo is None:
        return _trimmed(value.isoformat(timespec="microseconds"))
    return _trimmed(value.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="microseconds")) + "Z"


def _trimmed(text):
    if text.endswith(".000000"):
        return text[:-7]
    return text[:-3] if text.endswith("000") else text


def times(values):
    numpy = sys.modules["numpy"]
    if numpy.datetime_data(values.dtype)[0] in ("Y", "M", "W", "D"):
        texts = numpy.datetime_as_string(values.astype("M8[D]")).tolist()
        return [None if text == "NaT" else text for text in texts]
    texts = numpy.datetime_as_string(values.astype("M8[us]")).tolist()
    return [None if text == "NaT" else _trimmed(text) for text in texts]


def series_values(pandas, series):
    """A numpy array or list of the values; labels of categories, UTC times with their Z."""
    dtype = series.dtype
    if isinstance(dtype, pandas.DatetimeTZDtype):
        array_of_times = pandas.DatetimeIndex(series).tz_convert("UTC").tz_localize(None).to_numpy()
        return [None if text is None else text + "Z" for text in times(array_of_times)]
    if isinstance(dtype, (pandas.PeriodDtype, pandas.IntervalDtype)):
        return [None if value is pandas.NaT else str(value) for value in series]
    return sys.modules["numpy"].asarray(series)
