"""A progress bar that stays out of the way: for work of a second and more, and never in a stored notebook."""

import os
from collections.abc import Iterable


def bar(iterable: Iterable | None = None, **options):
    """Return a tqdm progress bar, the kind that suits where it runs.

    Parameters
    ----------
    iterable
        What to go through; left out when `total` is given and `update` is called by hand.
    **options
        As `tqdm.tqdm` takes them: `total`, `desc`, `unit`.

    Examples
    --------
    >>> sum(bar([1, 2, 3], desc="adding"))
    6
    """
    from tqdm.auto import tqdm

    # In notebooks tqdm does not look at this variable of its own, by which headless runs ask for silence.
    silent = options.pop("disable", False) or bool(os.environ.get("TQDM_DISABLE"))
    return tqdm(iterable, disable=silent, delay=1, leave=False, **options)
