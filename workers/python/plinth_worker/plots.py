"""Figures of matplotlib: those a session leaves open become files, then all are closed."""

import os
import sys

_pixels, _dots_per_inch = 400, 100


def save(directory):
    """Saves open figures as plot001.png, plot002.png, ..., never over an earlier one."""
    if not _open_figures():
        return
    pyplot = sys.modules["matplotlib.pyplot"]
    number = 0
    for figure in map(pyplot.figure, pyplot.get_fignums()):
        if list(figure.get_size_inches()) == list(pyplot.rcParams["figure.figsize"]):
            figure.set_size_inches(_pixels / _dots_per_inch, _pixels / _dots_per_inch)
        while True:
            number += 1
            path = os.path.join(directory, f"plot{number:03d}.png")
            if not os.path.lexists(path):
                break
        figure.savefig(path, dpi=_dots_per_inch)


def close():
    if _open_figures():
        sys.modules["matplotlib.pyplot"].close("all")


def _open_figures():
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return helpers is not None and "matplotlib.pyplot" in sys.modules and len(helpers.Gcf.figs) > 0
