"""Every call starts from random numbers nobody else has (decision 22)."""

import random
import sys

from . import watched

_numpy_seed = None


def hook():
    """Notices seeding. numpy may come later than the worker's start, so this is asked again after each call."""
    global _numpy_seed
    watched.watch(random, ("seed", "setstate"), reseed)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None and _numpy_seed is None and hasattr(numpy_random, "set_state"):
        _numpy_seed = numpy_random.seed
        watched.watch(numpy_random, ("seed", "set_state"), reseed)


def reseed():
    random.Random.seed(random._inst)
    if _numpy_seed is not None:
        _numpy_seed()
