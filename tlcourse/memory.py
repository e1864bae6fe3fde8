"""Give memory that is free back to the system."""

import ctypes
import sys
from contextlib import suppress


def give_back() -> None:
    """Have the C library return what it keeps of freed memory; where it is not glibc, do nothing.

    Building a graph takes hundreds of small blocks here and there. Once freed they stay with the process, and
    a lesson of several networks would need room for all of them at once.

    Examples
    --------
    >>> give_back()
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
