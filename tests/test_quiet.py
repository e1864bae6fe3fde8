"""Holding back native notices."""

import os

import pytest

from tlcourse.quiet import quiet_stderr


def test_what_native_code_writes_is_held_back(capfd):
    with quiet_stderr():
        os.write(2, b"a notice")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_what_was_held_back_is_shown_when_the_block_fails(capfd):
    def fail():
        with quiet_stderr():
            os.write(2, b"why it failed")
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err == "why it failed"
