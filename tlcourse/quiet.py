"""Keep TensorFlow's start-up notices out of a lesson's cells."""

import os
import sys
import tempfile
from contextlib import contextmanager


@contextmanager
def quiet_stderr():
    """Hold back what native code writes to standard error; if the block fails, show all of it.

    TensorFlow's and LiteRT's C++ parts print some notices straight to the process's standard error, whatever
    the log level says, and a notebook shows them.

    Examples
    --------
    >>> with quiet_stderr():
    ...     noise = os.write(2, b"a notice from C++")
    """
    try:
        sys.stderr.flush()
        visible = os.dup(2)
    except OSError:  # a program without a standard error has nothing to hold back
        yield
        return
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(visible, 2)
            os.close(visible)
            if failed:
                held_back.seek(0)
                os.write(2, held_back.read())
