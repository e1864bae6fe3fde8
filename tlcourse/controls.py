"""Outputs that a reader can play with: a control above one, which shows it anew when it is moved.

The output itself is an ordinary one, which every viewer of notebooks can show. The control needs a running
kernel, so it is left out where nobody is there to use it, in runs without a person, which set
``TQDM_DISABLE``, and where ipywidgets is not installed.
"""

import os
from collections.abc import Callable
from typing import Any


def play(make: Callable[[Any], Any], value: Any, control: Callable[[Any], Any]) -> None:
    """Show what is made of a value, and above it a control that gives other values.

    Parameters
    ----------
    make : callable
        From a value to what IPython can display.
    value : object
        The one to begin with, and to stay with where there is no control.
    control : callable
        From the module ipywidgets to a widget whose own value is `value`.

    Examples
    --------
    >>> from IPython.display import HTML
    >>> play(HTML, "<b>word</b>", lambda widgets: widgets.Text("<b>word</b>"))  # doctest: +SKIP
    """
    from IPython.display import display

    widgets = None if os.environ.get("TQDM_DISABLE") else _ipywidgets()
    if widgets is None:
        display(make(value))
        return
    widget = control(widgets)
    display(widget)
    shown = display(make(value), display_id=True)
    widget.observe(lambda change: shown.update(make(change["new"])), "value")


def _ipywidgets():
    try:
        import ipywidgets
    except ImportError:
        return None
    return ipywidgets
